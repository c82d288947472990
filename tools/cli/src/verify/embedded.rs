//! The files that are embedded in a component, as directories for the module.

use crate::extract;
use anyhow::{Context, Result, bail};
use std::fs::{File, FileTimes};
use std::path::Path;
use wasi_adapt::{Embedded, EntryKind};
use wasi_adapt_host::DirMapping;

/// Writes the files of a component into a directory that is not there yet, and returns the directories that are preopened. What
/// the program cannot change in the component, it can only read here.
pub fn write(component: &[u8], root: &Path) -> Result<Vec<DirMapping>> {
    let Some(embedded) = Embedded::find(component)? else { return Ok(Vec::new()) };
    if embedded.entries().iter().any(|entry| entry.kind == EntryKind::Device) {
        bail!(
            "a module gets no devices here, with which to compare those of the component\n  remedy: leave out `--dev`"
        );
    }
    extract::write(&embedded, root).context("writing the embedded files")?;
    // Directories last, because they change with what is put into them.
    let times = FileTimes::new().set_accessed(embedded.time()).set_modified(embedded.time());
    for entry in embedded.entries().iter().rev().filter(|entry| !matches!(entry.kind, EntryKind::Link(_))) {
        let set = File::open(root.join(&entry.path)).and_then(|file| file.set_times(times));
        set.context("setting the times of the embedded files")?;
    }
    let is_writable = |path: &str| {
        let around = |directory: &String| Path::new(path).starts_with(directory.trim_start_matches('/'));
        embedded.writable().iter().any(around)
    };
    let mapping = |name: &String| {
        let path = name.trim_start_matches('/');
        let mapping = DirMapping::new(root.join(path), name);
        if is_writable(path) { mapping } else { mapping.read_only() }
    };
    Ok(embedded.preopens().iter().map(mapping).collect())
}
