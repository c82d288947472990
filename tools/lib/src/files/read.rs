//! Reads files and directories of this machine.

use super::{FileTree, GIVE_A_NAME, Kind, MOST};
use crate::names::quoted;
use std::collections::BTreeMap;
use std::fs::{self, FileType};
use std::io;
use std::path::{Path, PathBuf};

const NO_FILE: &str = "embed a directory without it; the program cannot have it";
const READABLE: &str = "see that it is there and can be read, or embed a directory without it";
const TOO_LARGE: &str = "embed less, and give the program the rest when it runs, with the host's `--dir`";

/// Adds what is at `host`. A link there is followed.
pub fn read(tree: &mut FileTree, host: &Path, guest: &str) {
    let metadata = match fs::metadata(host) {
        Ok(metadata) => metadata,
        Err(error) => return unreadable(tree, host, &error),
    };
    let Some(names) = tree.names(guest) else { return };
    if metadata.is_dir() {
        if let Some(node) = tree.directories(&names, guest) {
            tree.mount(node, guest.starts_with('/'), &names);
            directory(tree, host, node);
        }
        return;
    }
    let Some((name, parents)) = names.split_last() else {
        return tree.problem(format!("{} is a file, and {} is none", shown(host), quoted(guest)), GIVE_A_NAME);
    };
    let Some(parent) = tree.directories(parents, guest) else { return };
    if !tree.mounts.iter().any(|(mount, _)| is_within(tree, parent, *mount)) {
        tree.mount(parent, guest.starts_with('/'), parents);
    }
    if metadata.is_file() {
        file(tree, host, parent, name);
    } else {
        special(tree, host, metadata.file_type());
    }
}

fn is_within(tree: &FileTree, mut node: usize, directory: usize) -> bool {
    while node != directory {
        if node == 0 {
            return false;
        }
        node = tree.nodes[node].parent;
    }
    true
}

/// Adds all that is in a directory.
fn directory(tree: &mut FileTree, host: &Path, root: usize) {
    let mut todo = vec![(host.to_path_buf(), root)];
    while let Some((host, node)) = todo.pop() {
        match entries(&host) {
            Ok(entries) => {
                for (name, path, ty) in entries {
                    entry(tree, (root, node), &name, path, ty, &mut todo);
                }
            }
            Err(error) => unreadable(tree, &host, &error),
        }
    }
}

/// The entries of a directory, sorted: the order of problems, too, is always the same.
fn entries(host: &Path) -> io::Result<Vec<(std::ffi::OsString, PathBuf, FileType)>> {
    let entry = |entry: io::Result<fs::DirEntry>| {
        let entry = entry?;
        Ok((entry.file_name(), entry.path(), entry.file_type()?))
    };
    let mut entries = fs::read_dir(host)?.map(entry).collect::<io::Result<Vec<_>>>()?;
    entries.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(entries)
}

fn entry(
    tree: &mut FileTree,
    (root, parent): (usize, usize),
    name: &std::ffi::OsStr,
    host: PathBuf,
    ty: FileType,
    todo: &mut Vec<(PathBuf, usize)>,
) {
    let Some(name) = name.to_str() else {
        let message = format!("the name of {} is not UTF-8, and no program could open it", shown(&host));
        return tree.problem(message, "rename it, or embed a directory without it");
    };
    let path = host.to_string_lossy().into_owned();
    if ty.is_dir() {
        if let Some(node) = tree.add(parent, name, Kind::Directory(BTreeMap::new()), &path) {
            todo.push((host, node));
        }
    } else if ty.is_symlink() {
        let target = match fs::read_link(&host) {
            Ok(target) => target,
            Err(error) => return unreadable(tree, &host, &error),
        };
        match target.into_os_string().into_string() {
            Ok(target) => drop(tree.add(parent, name, Kind::Link { target, read: Some((host, root)) }, &path)),
            Err(_) => {
                let message = format!("{} is a link to a name that is not UTF-8", shown(&host));
                tree.problem(message, "rename what it leads to, or embed a directory without it");
            }
        }
    } else if ty.is_file() {
        file(tree, &host, parent, name);
    } else {
        special(tree, &host, ty);
    }
}

fn file(tree: &mut FileTree, host: &Path, parent: usize, name: &str) {
    let read = || {
        let size = fs::metadata(host)?.len();
        if size > MOST { Ok(Err(size)) } else { fs::read(host).map(Ok) }
    };
    match read() {
        Ok(Ok(contents)) => {
            let before = tree.bytes;
            let contents = if before > MOST { [].into() } else { tree.content(&contents) };
            if before <= MOST && tree.bytes > MOST {
                let message =
                    format!("the files that are embedded have more than {MOST} bytes, and engines take no more");
                tree.problem(message, TOO_LARGE);
            }
            tree.add(parent, name, Kind::File(contents), &host.to_string_lossy());
        }
        Ok(Err(size)) => {
            let message = format!("{} has {size} bytes, and engines take {MOST} in all", shown(host));
            tree.problem(message, TOO_LARGE);
        }
        Err(error) => unreadable(tree, host, &error),
    }
}

fn special(tree: &mut FileTree, host: &Path, ty: FileType) {
    tree.problem(format!("{} is {}", shown(host), kind(ty)), NO_FILE);
}

#[cfg(unix)]
fn kind(ty: FileType) -> &'static str {
    use std::os::unix::fs::FileTypeExt;
    if ty.is_socket() {
        "a socket"
    } else if ty.is_fifo() {
        "a pipe"
    } else if ty.is_block_device() || ty.is_char_device() {
        "a device"
    } else {
        OTHER
    }
}

#[cfg(not(unix))]
fn kind(_: FileType) -> &'static str {
    OTHER
}

const OTHER: &str = "neither a file nor a directory nor a link";

fn unreadable(tree: &mut FileTree, host: &Path, error: &io::Error) {
    tree.problem(format!("{} cannot be read: {error}", shown(host)), READABLE);
}

pub fn shown(host: &Path) -> String {
    quoted(&host.to_string_lossy())
}
