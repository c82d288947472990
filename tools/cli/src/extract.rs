//! `wasi-adapt extract`: the files that are embedded in a component, as files.

use super::{Common, io};
use anyhow::{Context, Result, bail};
use clap::Args;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use wasi_adapt::{Embedded, EntryKind};

/// Writes the files that are embedded in a component into a directory
///
/// They are what `wasi-adapt link --embed` has put there, byte for byte; devices are left out. The directory is their
/// root: a file that the program sees as /etc/hosts becomes DIR/etc/hosts.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Extract {
    /// The component
    #[arg(value_name = "COMPONENT")]
    component: PathBuf,
    /// The directory, which must not be there yet, or be empty
    #[arg(value_name = "DIR")]
    dir: PathBuf,
}

const EXAMPLES: &str = "\
Examples:
  wasi-adapt extract site.component.wasm site
  wasi-adapt inspect site.component.wasm";

impl Extract {
    pub fn run(self, common: &Common) -> Result<ExitCode> {
        let name = io::display(&self.component);
        let wasm = io::read_wasm(&self.component)?;
        let Some(embedded) = Embedded::find(&wasm).with_context(|| format!("reading {name}"))? else {
            bail!("no files are embedded in {name}\n  remedy: `wasi-adapt link --embed HOST::GUEST` embeds files");
        };
        let target = io::display(&self.dir);
        if fs::read_dir(&self.dir).is_ok_and(|mut entries| entries.next().is_some()) {
            bail!("{target} is not empty\n  remedy: name a directory that is not there yet");
        }
        let writing = || format!("writing {target}");
        let parent = self.dir.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        // Nobody sees half of it.
        let whole = tempfile::Builder::new().prefix(".wasi-adapt-").tempdir_in(parent).with_context(writing)?;
        let root = whole.path().join("files");
        write(&embedded, &root).with_context(writing)?;
        fs::rename(&root, &self.dir).with_context(writing)?;
        common.say(|| format!("wrote {} files and directories", embedded.entries().len()));
        Ok(ExitCode::SUCCESS)
    }
}

/// Writes the files into a directory that is not there yet. Links come last, so that nothing is written through them.
pub fn write(embedded: &Embedded<'_>, root: &Path) -> Result<()> {
    let mut links = Vec::new();
    for entry in embedded.entries() {
        let path = root.join(&entry.path);
        let result = match entry.kind {
            EntryKind::Directory => fs::create_dir(&path),
            EntryKind::File(contents) => fs::write(&path, contents),
            EntryKind::Link(target) => {
                links.push((path, target));
                continue;
            }
            _ => continue,
        };
        result.with_context(|| format!("writing {}", io::display(Path::new(&entry.path))))?;
    }
    for (path, target) in links {
        #[expect(deprecated, reason = "the functions in its place are each of one system")]
        let linked = fs::soft_link(target, &path);
        linked.with_context(|| format!("writing {}", io::display(&path)))?;
    }
    Ok(())
}
