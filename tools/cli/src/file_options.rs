//! The options that put files into a component; on the command line, and in the file of a policy.

use anyhow::{Context, Result};
use clap::Args;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use wasi_adapt::FileTree;
use wasi_adapt::names::quoted;

#[derive(Args, Clone, Default)]
pub struct FileArgs {
    /// A directory or file to put into the component, under the same name or another one; may be given several times
    ///
    /// The program sees it as it sees directories of the host, and cannot change it. What is given later replaces files of the
    /// same name. The time of all files is that of the environment variable `SOURCE_DATE_EPOCH`, or 1970.
    #[arg(long, value_name = "HOST[::GUEST]", value_parser = Embed::from_str)]
    pub embed: Vec<Embed>,
    /// The same, and the program can change it while it runs, in memory; of a file, the directory that it is in
    #[arg(long, value_name = "HOST[::GUEST]", value_parser = Embed::from_str)]
    pub embed_writable: Vec<Embed>,
    /// A directory that the program can change while it runs, in memory; may be given several times
    ///
    /// At first it has the files that are embedded there. SIZE is the space for changes, in bytes or with the suffix K, M or G,
    /// by default 16M. Several directories share the sum. Space takes memory only where it is used.
    #[arg(long, value_name = "GUEST[=SIZE]", value_parser = Writable::from_str)]
    pub writable: Vec<Writable>,
    /// The same as `--writable /tmp`
    #[arg(long)]
    pub tmp: bool,
    /// The directory /dev, with null, zero, full, random, urandom, tty, stdin, stdout, stderr and fd as on Linux
    ///
    /// Its names take the places of embedded files, and it that of a directory /dev of the host's.
    #[arg(long)]
    pub dev: bool,
}

#[derive(Clone)]
pub struct Embed {
    host: PathBuf,
    guest: String,
}

#[derive(Clone)]
pub struct Writable {
    guest: String,
    bytes: u32,
}

impl Embed {
    /// Makes the file's path relative to a directory.
    pub fn beside(&mut self, directory: &Path) {
        self.host = directory.join(&self.host);
    }
}

impl FromStr for Embed {
    type Err = String;

    fn from_str(text: &str) -> Result<Embed, String> {
        let (host, guest) = text.split_once("::").unwrap_or((text, text));
        if host.is_empty() || guest.is_empty() {
            return Err("files are given as HOST or as HOST::GUEST, neither being empty".into());
        }
        Ok(Embed { host: host.into(), guest: guest.into() })
    }
}

impl FromStr for Writable {
    type Err = String;

    fn from_str(text: &str) -> Result<Writable, String> {
        let (guest, bytes) = match text.rsplit_once('=') {
            Some((guest, size)) => (guest, parse_size(size)),
            None => (text, Some(FileTree::WRITABLE)),
        };
        match bytes {
            Some(bytes) if !guest.is_empty() => Ok(Writable { guest: guest.into(), bytes }),
            _ => Err(
                "a directory is given as GUEST or as GUEST=SIZE, SIZE being a number such as 65536, 512K, 16M or 1G"
                    .into(),
            ),
        }
    }
}

fn parse_size(text: &str) -> Option<u32> {
    let (digits, shift) = match text.strip_suffix(['K', 'M', 'G']) {
        Some(digits) => (
            digits,
            if text.ends_with('K') {
                10
            } else if text.ends_with('M') {
                20
            } else {
                30
            },
        ),
        None => (text, 0),
    };
    digits.parse::<u32>().ok()?.checked_mul(1 << shift)
}

impl FileArgs {
    pub fn is_empty(&self) -> bool {
        let FileArgs { embed, embed_writable, writable, tmp, dev } = self;
        embed.is_empty() && embed_writable.is_empty() && writable.is_empty() && !tmp && !dev
    }

    fn add_to(&self, files: &mut FileTree) {
        for Embed { host, guest } in &self.embed {
            files.embed(host, guest);
        }
        for Embed { host, guest } in &self.embed_writable {
            files.embed_writable(host, guest, FileTree::WRITABLE);
        }
        let tmp = self.tmp.then(|| Writable { guest: "/tmp".into(), bytes: FileTree::WRITABLE });
        for Writable { guest, bytes } in tmp.iter().chain(&self.writable) {
            files.writable(guest, *bytes);
        }
        if self.dev {
            files.devices();
        }
    }
}

/// Reads the files of several sets of options. What is later counts more.
pub fn read<'a>(all: impl IntoIterator<Item = &'a FileArgs>) -> Result<Option<FileTree>> {
    let all: Vec<_> = all.into_iter().filter(|args| !args.is_empty()).collect();
    if all.is_empty() {
        return Ok(None);
    }
    let mut files = FileTree::new();
    all.into_iter().for_each(|args| args.add_to(&mut files));
    if let Some(epoch) = std::env::var_os("SOURCE_DATE_EPOCH") {
        let seconds = epoch.to_str().and_then(|text| text.parse().ok()).with_context(|| {
            let shown = quoted(&epoch.to_string_lossy());
            format!("`SOURCE_DATE_EPOCH` is {shown}, and not a number of seconds since 1970")
        })?;
        files.time(seconds);
    }
    Ok(Some(files))
}

#[cfg(test)]
mod tests {
    use super::parse_size;

    #[test]
    fn sizes_have_suffixes() {
        let sizes = ["0", "65536", "512K", "16M", "3G"].map(parse_size);
        assert_eq!(sizes, [Some(0), Some(65536), Some(512 << 10), Some(16 << 20), Some(3 << 30)]);
        assert_eq!(["", "K", "-1", "16m", "1.5M", "4G", "4294967296", "1KK"].map(parse_size), [None; 8]);
    }
}
