//! Changes of names and attributes by path, as hosts make them: the directory around the last name is looked up, and then the
//! name is changed in it. All are cold, for programs that have nothing writable.

use super::memfs::{At, Inode};
use super::opened::Opened;
use super::{Tree, walk};
use crate::bindings::wasi::filesystem::types::NewTimestamp;
use crate::errno::{Errno, Result};
use crate::filestat::nanoseconds;
use crate::types::filetype;

/// The most bytes of a link's target.
const TARGET: usize = 4095;

/// The directory around what a path leads to, and the last name.
fn parent<'a>(tree: &Tree<'_>, directory: &Opened, path: &'a [u8]) -> Result<(At<Inode>, Option<&'a [u8]>)> {
    let (parent, name) = walk::parent(tree, directory.place(), path)?;
    if parent.has_numbers() { Err(Errno::PERM) } else { Ok((parent.inode()?, name)) }
}

#[cold]
pub fn create_directory(tree: &Tree<'_>, directory: &Opened, path: &[u8]) -> Result {
    let (directory, name) = parent(tree, directory, walk::without_slashes(path))?;
    tree.memfs()?.create(directory, name.ok_or(Errno::EXIST)?, filetype::DIRECTORY, &[], tree.now())?;
    Ok(())
}

#[cold]
pub fn symlink(tree: &Tree<'_>, target: &[u8], directory: &Opened, path: &[u8]) -> Result {
    if let [b'/', ..] = target {
        return Err(Errno::PERM);
    }
    let (directory, name) = parent(tree, directory, path)?;
    match target {
        [] => return Err(Errno::NOENT),
        _ if target.contains(&0) => return Err(Errno::INVAL),
        _ if target.len() > TARGET => return Err(Errno::NAMETOOLONG),
        _ => {}
    }
    tree.memfs()?.create(directory, name.ok_or(Errno::EXIST)?, filetype::SYMBOLIC_LINK, target, tree.now())?;
    Ok(())
}

#[cold]
pub fn link(tree: &Tree<'_>, old: (&Opened, &[u8]), new: (&Opened, &[u8]), follow: bool) -> Result {
    if follow {
        return Err(Errno::INVAL);
    }
    let (old_directory, old_name) = parent(tree, old.0, old.1)?;
    let (new_directory, new_name) = parent(tree, new.0, new.1)?;
    let memfs = tree.memfs()?;
    let inode = match old_name {
        Some(name) => memfs.find(old_directory, name)?.ok_or(Errno::NOENT)?.inode.get(),
        None => old_directory,
    };
    memfs.link(inode, new_directory, new_name.ok_or(Errno::EXIST)?, tree.now())
}

#[cold]
pub fn unlink(tree: &Tree<'_>, directory: &Opened, path: &[u8]) -> Result {
    let (directory, name) = parent(tree, directory, path)?;
    tree.memfs()?.unlink(directory, name.ok_or(Errno::ISDIR)?, tree.now())
}

#[cold]
pub fn remove_directory(tree: &Tree<'_>, directory: &Opened, path: &[u8]) -> Result {
    let (directory, name) = parent(tree, directory, path)?;
    tree.memfs()?.remove_directory(directory, name.ok_or(Errno::INVAL)?, tree.now())
}

/// A slash at the end of either path asks for a directory.
#[cold]
pub fn rename(tree: &Tree<'_>, old: (&Opened, &[u8]), new: (&Opened, &[u8])) -> Result {
    let slash = old.1.ends_with(b"/") || new.1.ends_with(b"/");
    let (old_directory, old_name) = parent(tree, old.0, walk::without_slashes(old.1))?;
    let (new_directory, new_name) = parent(tree, new.0, walk::without_slashes(new.1))?;
    let (old_name, new_name) = (old_name.ok_or(Errno::BUSY)?, new_name.ok_or(Errno::BUSY)?);
    tree.memfs()?.rename((old_directory, old_name), (new_directory, new_name), slash, tree.now())
}

#[cold]
pub fn set_times(
    tree: &Tree<'_>,
    directory: &Opened,
    path: &[u8],
    follow: bool,
    accessed: NewTimestamp,
    modified: NewTimestamp,
) -> Result {
    set(tree, walk::place(tree, directory.place(), path, follow)?.inode()?, accessed, modified);
    Ok(())
}

/// Sets the times of an inode.
pub fn set(tree: &Tree<'_>, inode: At<Inode>, accessed: NewTimestamp, modified: NewTimestamp) {
    let now = tree.now();
    let time = |time| match time {
        NewTimestamp::NoChange => None,
        NewTimestamp::Now => Some(now),
        NewTimestamp::Timestamp(time) => Some(nanoseconds(time).unwrap_or(u64::MAX)),
    };
    inode.set_times(time(accessed), time(modified), now);
}
