//! Paths, links, directories, and the one that relative paths begin in. The C library finds every path by one function, which it has
//! in the same object as `chdir`. Here is another, which leaves an empty path empty: so it leads nowhere.
//!
//! # Safety
//! The signatures are the C library's, and callers promise text. A component has one thread.
#![allow(unsafe_code)]

use alloc::vec::Vec;
use core::cell::Cell;
use core::ffi::{CStr, c_void};
use core::ptr::{null, null_mut};

use super::control::{self, Stat};
use crate::c;
use crate::errno::{Errno, Result};
use crate::one_thread::OneThread;
use crate::runtime::{self, free, malloc};

mod libc {
    use super::{Stat, c_void};

    unsafe extern "C" {
        pub static mut __wasilibc_cwd: *const u8;
        pub fn __wasilibc_find_abspath(path: *const u8, prefix: *mut *const u8, relative: *mut *const u8) -> i32;
        pub fn fstatat(fd: i32, path: *const u8, result: *mut Stat, flags: i32) -> i32;
        pub fn readlinkat(fd: i32, path: *const u8, target: *mut u8, len: usize) -> isize;
        pub fn link(path: *const u8, new: *const u8) -> i32;
        pub fn linkat(fd: i32, path: *const u8, new_fd: i32, new: *const u8, flags: i32) -> i32;
        pub fn fdopendir(fd: i32) -> *mut c_void;
        pub fn realloc(block: *mut u8, size: usize) -> *mut u8;
    }
}

pub const AT_FDCWD: i32 = -2;
pub const AT_SYMLINK_NOFOLLOW: i32 = 1;
const AT_SYMLINK_FOLLOW: i32 = 2;

const PATH_MAX: usize = 4096;
/// As on Linux.
const MOST_LINKS: usize = 40;

/// Finds the open directory that a path is in, and puts the rest of the path into a buffer, which may become longer.
// SAFETY: see the head of this file.
#[unsafe(no_mangle)]
extern "C" fn __wasilibc_find_relpath_alloc(
    path: *const u8,
    prefix: *mut *const u8,
    buffer: *mut *mut u8,
    len: *mut usize,
    can_grow: i32,
) -> i32 {
    c::return_value(find(path, prefix, buffer, len, can_grow != 0))
}

fn find(path: *const u8, prefix: *mut *const u8, buffer: *mut *mut u8, len: *mut usize, can_grow: bool) -> Result<i32> {
    let path = c::text(path).ok_or(Errno::FAULT)?;
    let mut relative = null();
    let absolute = match path.to_bytes() {
        [b'/', ..] => None,
        _ if current() == b"/" => None,
        bytes => Some(text(&[current(), b"/", bytes])?),
    };
    let start = absolute.as_ref().map_or(path.as_ptr().cast(), Vec::as_ptr);
    // SAFETY: see the head of this file.
    let fd = unsafe { libc::__wasilibc_find_abspath(start, prefix, &mut relative) };
    if fd == -1 {
        return Err(c::errno());
    }
    // The C library has `.` for it, and an error of its own if this fails.
    let relative = if path.is_empty() { c"" } else { c::text(relative).ok_or(Errno::NOENT)? };
    let relative = relative.to_bytes_with_nul();
    if c::get(len)? < relative.len() {
        if !can_grow {
            return Err(Errno::RANGE);
        }
        // SAFETY: the buffer is from there, or null.
        let grown = unsafe { libc::realloc(c::get(buffer)?, relative.len()) };
        if grown.is_null() {
            return Err(Errno::NOMEM);
        }
        c::put(buffer, grown)?;
        c::put(len, relative.len())?;
    }
    c::slice_mut(c::get(buffer)?, relative.len())?.copy_from_slice(relative);
    Ok(fd)
}

/// Puts parts at the end of a path.
fn append(path: &mut Vec<u8>, parts: &[&[u8]]) -> Result {
    path.try_reserve(parts.iter().map(|part| part.len()).sum()).map_err(|_| Errno::NOMEM)?;
    parts.iter().for_each(|part| path.extend_from_slice(part));
    Ok(())
}

/// The parts together, and a zero.
fn text(parts: &[&[u8]]) -> Result<Vec<u8>> {
    let mut text = Vec::new();
    append(&mut text, parts)?;
    append(&mut text, &[b"\0"])?;
    Ok(text)
}

/// Tells the attributes of a file.
pub fn stat(fd: i32, path: *const u8, flags: i32) -> Result<Stat> {
    let mut stat = Stat::default();
    if path.is_null() {
        return Err(Errno::FAULT);
    }
    // SAFETY: see the head of this file.
    if unsafe { libc::fstatat(fd, path, &mut stat, flags) } == 0 { Ok(stat) } else { Err(c::errno()) }
}

/// The directory that relative paths begin in.
fn current<'a>() -> &'a [u8] {
    // SAFETY: see the head of this file. It changes only in `chdir`, here and in the C library.
    unsafe { CStr::from_ptr(libc::__wasilibc_cwd.cast()) }.to_bytes()
}

/// The path that [`chdir`] has set last. The next one frees it.
static SET: OneThread<Cell<*mut u8>> = OneThread(Cell::new(null_mut()));

/// Relative paths begin in a directory from now on.
///
/// Errors: `ENOTDIR`, `ENOMEM`, those of looking the directory up.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/chdir.html>
pub fn chdir(path: *const u8) -> Result<i32> {
    if !stat(AT_FDCWD, path, 0)?.is_directory() {
        return Err(Errno::NOTDIR);
    }
    let new = physical(c::text(path).ok_or(Errno::FAULT)?.to_bytes())?;
    // SAFETY: the block is as long as what is put there; the old one is nobody else's, and neither is used any more.
    unsafe {
        let block = malloc(new.len());
        if block.is_null() {
            return Err(Errno::NOMEM);
        }
        block.copy_from_nonoverlapping(new.as_ptr(), new.len());
        let old = SET.replace(block);
        if core::ptr::eq(old, libc::__wasilibc_cwd) {
            free(old);
        }
        libc::__wasilibc_cwd = block;
    }
    Ok(0)
}

/// The absolute path of a directory, as text, without links.
fn physical(path: &[u8]) -> Result<Vec<u8>> {
    // Each part has a slash before it. So the root is nothing, until the end.
    let mut done: Vec<u8> = Vec::new();
    if !path.starts_with(b"/") && current() != b"/" {
        append(&mut done, &[current()])?;
    }
    let (mut rest, mut links) = (Vec::new(), 0);
    append(&mut rest, &[path])?;
    while !rest.is_empty() {
        let end = rest.iter().position(|byte| *byte == b'/').unwrap_or(rest.len());
        let (part, after) = (&rest[..end], rest.get(end + 1..).unwrap_or_default());
        let mut next = Vec::new();
        let len = done.len();
        match part {
            b"" | b"." => {}
            b".." => done.truncate(done.iter().rposition(|byte| *byte == b'/').unwrap_or(0)),
            _ => {
                append(&mut done, &[b"/", part, b"\0"])?;
                // A directory above those that are open cannot be looked at.
                let target = read_link(AT_FDCWD, done.as_ptr()).unwrap_or_default();
                done.pop();
                if !target.is_empty() {
                    links += 1;
                    done.truncate(if target.starts_with(b"/") { 0 } else { len });
                    append(&mut next, &[&target, b"/"])?;
                }
            }
        }
        if links > MOST_LINKS {
            return Err(Errno::LOOP);
        }
        append(&mut next, &[after])?;
        rest = next;
    }
    text(&[if done.is_empty() { b"/" } else { &done }])
}

/// The target of a symbolic link; `EINVAL` if it is none.
fn read_link(fd: i32, path: *const u8) -> Result<Vec<u8>> {
    let mut target = runtime::zeros(PATH_MAX)?;
    // SAFETY: see the head of this file.
    let len = unsafe { libc::readlinkat(fd, path, target.as_mut_ptr(), target.len()) };
    target.truncate(usize::try_from(len).map_err(|_| c::errno())?);
    Ok(target)
}

/// Gives a file another name. Hosts of WASI refuse to follow links for that, so it is done here.
///
/// Errors: `EINVAL` for other flags than `AT_SYMLINK_FOLLOW`, `ELOOP`, `ENOMEM`, those of looking both paths up, and of making
/// the name.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/link.html>
// SAFETY: see the head of this file. The name is the library's own.
#[unsafe(export_name = "wasi_sockets_linkat")]
extern "C" fn linkat(fd: i32, path: *const u8, new_fd: i32, new: *const u8, flags: i32) -> i32 {
    let make = |fd, path: *const u8| {
        // SAFETY: see the head of this file. `linkat` of wasi-libc has one buffer for two paths.
        unsafe {
            if [fd, new_fd] == [AT_FDCWD; 2] { libc::link(path, new) } else { libc::linkat(fd, path, new_fd, new, 0) }
        }
    };
    match flags {
        0 => make(fd, path),
        AT_SYMLINK_FOLLOW => c::return_value(follow(fd, path).map(|(fd, path)| make(fd, path.as_ptr()))),
        _ => c::return_value(Err(Errno::INVAL)),
    }
}

/// Follows links to what is none.
fn follow(mut fd: i32, path: *const u8) -> Result<(i32, Vec<u8>)> {
    let mut found = text(&[c::text(path).ok_or(Errno::FAULT)?.to_bytes()])?;
    for _ in 0..=MOST_LINKS {
        let target = match read_link(fd, found.as_ptr()) {
            Err(Errno::INVAL) => return Ok((fd, found)),
            target => target?,
        };
        let directory = found.iter().rposition(|byte| *byte == b'/').map_or(0, |slash| slash + 1);
        found = match &target[..] {
            [b'/', ..] => {
                fd = AT_FDCWD;
                text(&[&target])?
            }
            _ => text(&[&found[..directory], &target])?,
        };
    }
    Err(Errno::LOOP)
}

/// Opens a directory that is open as a stream.
///
/// Errors: `EBADF`, `ENOTDIR`, `ENOMEM`.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/fdopendir.html>
// SAFETY: see the head of this file. The name is the library's own.
#[unsafe(export_name = "wasi_sockets_fdopendir")]
extern "C" fn fdopendir(fd: i32) -> *mut c_void {
    let mut stat = Stat::default();
    match control::fstat(fd, &mut stat) {
        // SAFETY: see the head of this file.
        Ok(_) if stat.is_directory() => return unsafe { libc::fdopendir(fd) },
        Ok(_) => c::set_errno(Errno::NOTDIR),
        Err(errno) => c::set_errno(errno),
    }
    null_mut()
}
