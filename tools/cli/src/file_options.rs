//! The options that put files into a component.

use anyhow::{Context, Result};
use clap::Args;
use std::path::PathBuf;
use wasi_adapt::FileTree;
use wasi_adapt::names::quoted;

#[derive(Args)]
pub struct FileArgs {
    /// A directory or file to put into the component, under the same name or another one; may be given several times
    ///
    /// The program sees it as it sees directories of the host, and cannot change it. What is given later replaces files of the
    /// same name. The time of all files is that of the environment variable `SOURCE_DATE_EPOCH`, or 1970.
    #[arg(long, value_name = "HOST[::GUEST]", value_parser = parse_embed)]
    embed: Vec<Embed>,
    /// The same, and the program can change it while it runs, in memory; of a file, the directory that it is in
    #[arg(long, value_name = "HOST[::GUEST]", value_parser = parse_embed)]
    embed_writable: Vec<Embed>,
    /// A directory that the program can change while it runs, in memory; may be given several times
    ///
    /// At first it has the files that are embedded there. SIZE is the space for changes, in bytes or with the suffix K, M or G,
    /// by default 16M. Several directories share the sum. Space takes memory only where it is used.
    #[arg(long, value_name = "GUEST[=SIZE]", value_parser = parse_writable)]
    writable: Vec<Writable>,
    /// The same as `--writable /tmp`
    #[arg(long)]
    tmp: bool,
    /// The directory /dev, with null, zero, full, random, urandom, tty, stdin, stdout, stderr and fd as on Linux
    ///
    /// Its names take the places of embedded files, and it that of a directory /dev of the host's.
    #[arg(long)]
    dev: bool,
}

#[derive(Clone)]
struct Embed {
    host: PathBuf,
    guest: String,
}

#[derive(Clone)]
struct Writable {
    guest: String,
    bytes: u32,
}

fn parse_embed(text: &str) -> Result<Embed, String> {
    let (host, guest) = text.split_once("::").unwrap_or((text, text));
    if host.is_empty() || guest.is_empty() {
        return Err("files are given as HOST or as HOST::GUEST, neither being empty".into());
    }
    Ok(Embed { host: host.into(), guest: guest.into() })
}

fn parse_writable(text: &str) -> Result<Writable, String> {
    let (guest, bytes) = match text.rsplit_once('=') {
        Some((guest, size)) => (guest, parse_size(size)),
        None => (text, Some(FileTree::WRITABLE)),
    };
    match bytes {
        Some(bytes) if !guest.is_empty() => Ok(Writable { guest: guest.into(), bytes }),
        _ => {
            Err("a directory is given as GUEST or as GUEST=SIZE, SIZE being a number such as 65536, 512K, 16M or 1G"
                .into())
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
    /// Reads the files.
    pub fn read(&self) -> Result<Option<FileTree>> {
        let mut files = FileTree::new();
        let tmp = self.tmp.then(|| Writable { guest: "/tmp".into(), bytes: FileTree::WRITABLE });
        if self.embed.is_empty() && self.embed_writable.is_empty() && self.writable.is_empty() && !self.tmp && !self.dev
        {
            return Ok(None);
        }
        for Embed { host, guest } in &self.embed {
            files.embed(host, guest);
        }
        for Embed { host, guest } in &self.embed_writable {
            files.embed_writable(host, guest, FileTree::WRITABLE);
        }
        for Writable { guest, bytes } in tmp.iter().chain(&self.writable) {
            files.writable(guest, *bytes);
        }
        if self.dev {
            files.devices();
        }
        if let Some(epoch) = std::env::var_os("SOURCE_DATE_EPOCH") {
            let seconds = epoch.to_str().and_then(|text| text.parse().ok()).with_context(|| {
                let shown = quoted(&epoch.to_string_lossy());
                format!("`SOURCE_DATE_EPOCH` is {shown}, and not a number of seconds since 1970")
            })?;
            files.time(seconds);
        }
        Ok(Some(files))
    }
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
