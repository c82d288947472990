//! The `path_*` functions.
//!
//! | function | WASI 0.2 calls, on the directory that the path starts from |
//! |---|---|
//! | `path_create_directory` | `descriptor.create-directory-at` |
//! | `path_filestat_get` | `descriptor.stat-at`, `descriptor.metadata-hash-at` |
//! | `path_filestat_set_times` | `descriptor.set-times-at` |
//! | `path_link` | `descriptor.link-at` |
//! | `path_open` | `descriptor.open-at` |
//! | `path_readlink` | `descriptor.readlink-at` |
//! | `path_remove_directory` | `descriptor.remove-directory-at` |
//! | `path_rename` | `descriptor.rename-at` |
//! | `path_symlink` | `descriptor.symlink-at` |
//! | `path_unlink_file` | `descriptor.unlink-file-at` |
//!
//! In a directory of the component (`vfs/`) they call nothing but `wall-clock.now`, and what would change something that is not
//! writable is refused (`PERM`).

use crate::bindings::wasi::filesystem::types::{DescriptorFlags, DescriptorType, OpenFlags, PathFlags};
use crate::descriptor::{Descriptor, Directory};
use crate::errno::{Errno, Result};
use crate::file::{Access, File};
use crate::filestat::{filestat, inode, new_times};
use crate::guest::Ptr;
use crate::intrinsics::has_embedded_files;
use crate::snapshot::FilestatOut;
use crate::state::State;
use crate::types::{Fd, Filestat, fdflags, flags, lookupflags, oflags, rights};
use crate::utf8;
use crate::vfs::{self, Opened, Opening};

/// The guest's path. The host takes no other than UTF-8 ([`Errno::ILSEQ`]).
fn path(start: Ptr<u8>, len: u32) -> Result<&'static [u8]> {
    let bytes = start.buffer(len)?.as_slice();
    if len > i32::MAX as u32 {
        return Err(Errno::NAMETOOLONG);
    }
    if utf8::is_valid(bytes) { Ok(bytes) } else { Err(Errno::ILSEQ) }
}

fn directory(state: &State, fd: Fd) -> Result<Directory<'_>> {
    state.get(fd)?.directory()
}

/// Two directories that are not of the host, of which something may be writable. Nothing passes between one and the host.
#[inline(always)]
fn both_writable<'a>(old: Directory<'a>, new: Directory<'a>) -> Result<Option<(&'a Opened, &'a Opened)>> {
    match (old.as_writable(), new.as_writable()) {
        (Some(old), Some(new)) => Ok(Some((old, new))),
        (None, None) => Ok(None),
        _ => Err(Errno::XDEV),
    }
}

fn path_flags(lookup: u32) -> Result<PathFlags> {
    let follow = flags(lookup, lookupflags::ALL)? & lookupflags::SYMLINK_FOLLOW != 0;
    Ok(if follow { PathFlags::SYMLINK_FOLLOW } else { PathFlags::empty() })
}

/// Makes a directory.
///
/// Errors: `BADF` for what is not a directory, `ILSEQ` for a path that is not UTF-8, `NAMETOOLONG`.
///
/// Specification: <https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#path_create_directory>
pub fn path_create_directory(state: &State, fd: Fd, start: Ptr<u8>, len: u32) -> Result {
    let (directory, path) = (directory(state, fd)?, path(start, len)?);
    if let Some(directory) = directory.as_writable() {
        return vfs::create_directory(&state.tree(), directory, path);
    }
    Ok(directory.of_host()?.handle.create_directory_at(path)?)
}

/// Tells the attributes of a file.
///
/// Errors: `BADF` for what is not a directory, `ILSEQ` for a path that is not UTF-8, `NAMETOOLONG`, `INVAL` for
/// undefined flags.
///
/// Specification: <https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#path_filestat_get>
pub fn path_filestat_get(
    state: &State,
    fd: Fd,
    lookup: u32,
    start: Ptr<u8>,
    len: u32,
    result: Ptr<Filestat>,
) -> Result {
    let lookup = path_flags(lookup)?;
    let (directory, path, result) = (directory(state, fd)?, path(start, len)?, FilestatOut::check(result)?);
    if let Some(directory) = directory.as_embedded() {
        let follow = lookup == PathFlags::SYMLINK_FOLLOW;
        return directory.filestat_at(&state.tree(), path, follow, result);
    }
    let handle = &directory.of_host()?.handle;
    let stat = filestat(&handle.stat_at(lookup, path)?);
    let hash = handle.metadata_hash_at(lookup, path)?;
    result.set(Filestat { ino: inode(&hash), ..stat });
    Ok(())
}

/// Changes the times of a file.
///
/// Errors: `BADF` for what is not a directory, `ILSEQ` for a path that is not UTF-8, `NAMETOOLONG`, `INVAL` for
/// undefined or contradictory flags.
///
/// Specification: <https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#path_filestat_set_times>
pub fn path_filestat_set_times(
    state: &State,
    fd: Fd,
    lookup: u32,
    start: Ptr<u8>,
    len: u32,
    accessed: u64,
    modified: u64,
    which: u32,
) -> Result {
    let lookup = path_flags(lookup)?;
    let (accessed, modified) = new_times(accessed, modified, which)?;
    let (directory, path) = (directory(state, fd)?, path(start, len)?);
    if let Some(directory) = directory.as_writable() {
        let follow = lookup == PathFlags::SYMLINK_FOLLOW;
        return vfs::set_times(&state.tree(), directory, path, follow, accessed, modified);
    }
    Ok(directory.of_host()?.handle.set_times_at(lookup, path, accessed, modified)?)
}

/// Makes a hard link.
///
/// Errors: `BADF` for what is not a directory, `ILSEQ` for a path that is not UTF-8, `NAMETOOLONG`, `INVAL` for
/// undefined flags.
///
/// Specification: <https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#path_link>
pub fn path_link(
    state: &State,
    old_fd: Fd,
    lookup: u32,
    old_start: Ptr<u8>,
    old_len: u32,
    new_fd: Fd,
    new_start: Ptr<u8>,
    new_len: u32,
) -> Result {
    let lookup = path_flags(lookup)?;
    let (old, new) = (directory(state, old_fd)?, directory(state, new_fd)?);
    let (old_path, new_path) = (path(old_start, old_len)?, path(new_start, new_len)?);
    if let Some((old, new)) = both_writable(old, new)? {
        let follow = lookup == PathFlags::SYMLINK_FOLLOW;
        return vfs::link(&state.tree(), (old, old_path), (new, new_path), follow);
    }
    Ok(old.of_host()?.handle.link_at(lookup, old_path, &new.of_host()?.handle, new_path)?)
}

/// Opens a file or directory.
///
/// Errors: `BADF` for what is not a directory, `ILSEQ` for a path that is not UTF-8, `NAMETOOLONG`, but `NOTDIR`
/// below a file; `MFILE`; `INVAL` for undefined flags or rights.
///
/// Specification: <https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#path_open>
pub fn path_open(
    state: &State,
    fd: Fd,
    lookup: u32,
    start: Ptr<u8>,
    len: u32,
    open: u32,
    base: u64,
    inheriting: u64,
    mode: u32,
    result: Ptr<Fd>,
) -> Result {
    let lookup = path_flags(lookup)?;
    let open = flags(open, oflags::ALL)?;
    let base = flags(base, rights::ALL)?;
    flags(inheriting, rights::ALL)?;
    let mode = flags(mode, fdflags::ALL)? as u16;

    let directory = match state.get(fd)? {
        Descriptor::File(file) if !file.is_directory()? => return Err(Errno::NOTDIR),
        Descriptor::Embedded(file) if has_embedded_files() && !file.is_directory() => return Err(Errno::NOTDIR),
        descriptor => descriptor.directory()?,
    };
    let (path, result, fd) = (path(start, len)?, result.check()?, state.lowest_free_number()?);
    let access = Access::asked_for(base);
    let opened = if let Some(directory) = directory.as_embedded() {
        let follow = lookup == PathFlags::SYMLINK_FOLLOW;
        match directory.open_at(&state.tree(), path, follow, open, access, mode)? {
            Opening::New(opened) => Descriptor::Embedded(opened),
            Opening::Duplicate(number) => {
                result.set(state.duplicate(number.get(), 0)?);
                return Ok(());
            }
        }
    } else {
        let directory = &directory.of_host()?.handle;
        let handle = directory.open_at(lookup, path, open_flags(open), descriptor_flags(access, mode))?;
        // Any other type is asked for when it matters.
        let kind = (open & oflags::DIRECTORY != 0).then_some(DescriptorType::Directory);
        Descriptor::File(File::new(handle, kind, access, mode))
    };
    state.open(fd, opened);
    result.set(fd);
    Ok(())
}

/// Reads a symbolic link, as far as it fits.
///
/// Errors: `BADF` for what is not a directory, `ILSEQ` for a path that is not UTF-8, `NAMETOOLONG`.
///
/// Specification: <https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#path_readlink>
pub fn path_readlink(
    state: &State,
    fd: Fd,
    start: Ptr<u8>,
    len: u32,
    buf: Ptr<u8>,
    buf_len: u32,
    used: Ptr<u32>,
) -> Result {
    let directory = directory(state, fd)?;
    let (path, buffer, used) = (path(start, len)?, buf.buffer(buf_len)?, used.check()?);
    let filled = if let Some(directory) = directory.as_embedded() {
        directory.readlink_at(&state.tree(), path, buffer)?
    } else {
        state.memory.plan_scratch();
        buffer.fill(&directory.of_host()?.handle.readlink_at(path)?)
    };
    used.set(filled as u32);
    Ok(())
}

/// Removes an empty directory.
///
/// Errors: `BADF` for what is not a directory, `ILSEQ` for a path that is not UTF-8, `NAMETOOLONG`.
///
/// Specification: <https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#path_remove_directory>
pub fn path_remove_directory(state: &State, fd: Fd, start: Ptr<u8>, len: u32) -> Result {
    let (directory, path) = (directory(state, fd)?, path(start, len)?);
    if let Some(directory) = directory.as_writable() {
        return vfs::remove_directory(&state.tree(), directory, path);
    }
    Ok(directory.of_host()?.handle.remove_directory_at(path)?)
}

/// Renames a file or directory.
///
/// Errors: `BADF` for what is not a directory, `ILSEQ` for a path that is not UTF-8, `NAMETOOLONG`.
///
/// Specification: <https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#path_rename>
pub fn path_rename(
    state: &State,
    old_fd: Fd,
    old_start: Ptr<u8>,
    old_len: u32,
    new_fd: Fd,
    new_start: Ptr<u8>,
    new_len: u32,
) -> Result {
    let (old, new) = (directory(state, old_fd)?, directory(state, new_fd)?);
    let (old_path, new_path) = (path(old_start, old_len)?, path(new_start, new_len)?);
    if let Some((old, new)) = both_writable(old, new)? {
        return vfs::rename(&state.tree(), (old, old_path), (new, new_path));
    }
    Ok(old.of_host()?.handle.rename_at(old_path, &new.of_host()?.handle, new_path)?)
}

/// Makes a symbolic link.
///
/// Errors: `BADF` for what is not a directory, `ILSEQ` for a path that is not UTF-8, `NAMETOOLONG`.
///
/// Specification: <https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#path_symlink>
pub fn path_symlink(state: &State, target_start: Ptr<u8>, target_len: u32, fd: Fd, start: Ptr<u8>, len: u32) -> Result {
    let directory = directory(state, fd)?;
    let (target, path) = (path(target_start, target_len)?, path(start, len)?);
    if let Some(directory) = directory.as_writable() {
        return vfs::symlink(&state.tree(), target, directory, path);
    }
    Ok(directory.of_host()?.handle.symlink_at(target, path)?)
}

/// Removes a file.
///
/// Errors: `BADF` for what is not a directory, `ILSEQ` for a path that is not UTF-8, `NAMETOOLONG`.
///
/// Specification: <https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#path_unlink_file>
pub fn path_unlink_file(state: &State, fd: Fd, start: Ptr<u8>, len: u32) -> Result {
    let (directory, path) = (directory(state, fd)?, path(start, len)?);
    if let Some(directory) = directory.as_writable() {
        return vfs::unlink(&state.tree(), directory, path);
    }
    Ok(directory.of_host()?.handle.unlink_file_at(path)?)
}

fn open_flags(open: u64) -> OpenFlags {
    let mut result = OpenFlags::empty();
    result.set(OpenFlags::CREATE, open & oflags::CREAT != 0);
    result.set(OpenFlags::DIRECTORY, open & oflags::DIRECTORY != 0);
    result.set(OpenFlags::EXCLUSIVE, open & oflags::EXCL != 0);
    result.set(OpenFlags::TRUNCATE, open & oflags::TRUNC != 0);
    result
}

/// The host decides about synchronous writes. `APPEND` is the adapter's own: a file that is only read may have it, and
/// opening such a file must not require more than reading does.
fn descriptor_flags(access: Access, mode: u16) -> DescriptorFlags {
    let mut result = DescriptorFlags::empty();
    result.set(DescriptorFlags::READ, access.read);
    result.set(DescriptorFlags::WRITE, access.write);
    result.set(DescriptorFlags::FILE_INTEGRITY_SYNC, mode & fdflags::SYNC != 0);
    result.set(DescriptorFlags::DATA_INTEGRITY_SYNC, mode & fdflags::DSYNC != 0);
    result.set(DescriptorFlags::REQUESTED_WRITE_SYNC, mode & fdflags::RSYNC != 0);
    result
}
