//! Copies of directories, made for one run and removed after it.
//!
//! Kept are contents, symbolic links, permissions and modification times. A directory that is given twice, or inside
//! another one that is given, is copied once, so that what is one file stays one file.

use crate::error::Doing;
use crate::{DirMapping, Result};
use std::fs::{self, File, FileTimes, Metadata};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Directories under the guest's names, each in a place of its own.
pub struct Copies {
    mappings: Vec<DirMapping>,
    /// The copies themselves, each under the host's name of what was copied; removed when this goes.
    roots: Vec<(PathBuf, TempDir)>,
}

impl Copies {
    /// Copies below `directory`.
    pub fn of(dirs: &[DirMapping], directory: &Path) -> Result<Copies> {
        let originals: Vec<PathBuf> = dirs.iter().map(|dir| resolve(&dir.host)).collect::<Result<_>>()?;
        let mut copies = Copies { mappings: Vec::new(), roots: Vec::new() };
        for (mapping, original) in dirs.iter().zip(&originals) {
            let root =
                originals.iter().filter(|other| original.starts_with(other)).min_by_key(|root| root.as_os_str().len());
            let root = root.unwrap_or(original);
            let copy = copies.copy(root, directory)?;
            let host = original.strip_prefix(root).map_or(copy.clone(), |inner| copy.join(inner));
            copies.mappings.push(DirMapping { host, ..mapping.clone() });
        }
        Ok(copies)
    }

    /// Returns the directories for a program, in place of the originals.
    pub fn mappings(&self) -> &[DirMapping] {
        &self.mappings
    }

    /// The original and the copy of each directory, those inside another one left out.
    pub fn roots(&self) -> impl Iterator<Item = (&Path, PathBuf)> {
        self.roots.iter().map(|(original, copy)| (original.as_path(), inside(copy)))
    }

    fn copy(&mut self, root: &Path, directory: &Path) -> Result<PathBuf> {
        if let Some((_, copy)) = self.roots.iter().find(|(original, _)| original == root) {
            return Ok(inside(copy));
        }
        let copy = tempfile::tempdir_in(directory).doing("making a temporary directory")?;
        copy_tree(root, &inside(&copy))?;
        let path = inside(&copy);
        self.roots.push((root.into(), copy));
        Ok(path)
    }
}

/// One level below the temporary directory, so that the copy's own permissions cannot keep it from being removed.
fn inside(copy: &TempDir) -> PathBuf {
    copy.path().join("dir")
}

fn resolve(dir: &Path) -> Result<PathBuf> {
    let resolve = || {
        let resolved = dir.canonicalize()?;
        if resolved.is_dir() { Ok(resolved) } else { Err(ErrorKind::NotADirectory.into()) }
    };
    resolve().doing_to("opening the directory", dir)
}

fn copy_tree(from: &Path, to: &Path) -> Result<()> {
    let metadata = fs::symlink_metadata(from).doing_to("copying", from)?;
    let copied = if metadata.is_dir() {
        fs::create_dir(to).doing_to("copying", from)?;
        for entry in fs::read_dir(from).doing_to("copying", from)? {
            let entry = entry.doing_to("copying", from)?;
            copy_tree(&entry.path(), &to.join(entry.file_name()))?;
        }
        // Last, because a directory may be read-only and its times change with what is put into it.
        keep_times(&metadata, to).and_then(|()| fs::set_permissions(to, metadata.permissions()))
    } else if metadata.is_symlink() {
        fs::read_link(from).and_then(|target| symlink(&target, to))
    } else if metadata.is_file() {
        fs::copy(from, to).and_then(|_| keep_times(&metadata, to))
    } else {
        Err(io::Error::new(ErrorKind::Unsupported, "it is no file, directory or symbolic link"))
    };
    copied.doing_to("copying", from)
}

fn keep_times(metadata: &Metadata, to: &Path) -> io::Result<()> {
    let Ok(modified) = metadata.modified() else { return Ok(()) };
    let Ok(file) = File::open(to) else { return Ok(()) }; // A file that may not be read keeps its new time.
    file.set_times(FileTimes::new().set_modified(modified))
}

#[cfg(unix)]
fn symlink(target: &Path, link: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(target, link)
}

#[cfg(windows)]
fn symlink(target: &Path, link: &Path) -> io::Result<()> {
    std::os::windows::fs::symlink_file(target, link)
}
