//! Files in memory: `mmap`. WebAssembly has one memory without pages, so a mapping is memory of the program's own, with a copy
//! of the file. Protection changes nothing, and what needs more is refused.
//!
//! # Safety
//! The functions are the C library's. A component has one thread, and a mapping is the program's until it takes it back.
#![allow(unsafe_code)]

use alloc::vec::Vec;
use core::cell::Cell;

use super::control;
use crate::c;
use crate::errno::{Errno, Result};
use crate::one_thread::OneThread;
use crate::preview1::{self, REGULAR_FILE};
use crate::runtime;

unsafe extern "C" {
    fn aligned_alloc(align: usize, size: usize) -> *mut u8;
    fn free(start: *mut u8);
    fn pread(fd: i32, start: *mut u8, len: usize, offset: i64) -> isize;
}

/// As `sysconf` tells it.
const PAGE: usize = 1 << 16;

const PROT_WRITE: i32 = 2;
const PROT_EXEC: i32 = 4;
const PROT_ALL: i32 = 7;

const MAP_SHARED: i32 = 1;
const MAP_PRIVATE: i32 = 2;
const MAP_TYPE: i32 = 0xf;
const MAP_FIXED: i32 = 0x10;
const MAP_ANON: i32 = 0x20;

const MAP_FAILED: usize = usize::MAX;

/// Memory that lies at some pages, of which each is free or not.
struct Mapping {
    start: usize,
    mapped: Vec<bool>,
}

static MAPPINGS: OneThread<Cell<Vec<Mapping>>> = OneThread(Cell::new(Vec::new()));

fn mappings<T>(work: impl FnOnce(&mut Vec<Mapping>) -> T) -> T {
    let mut mappings = MAPPINGS.take();
    let result = work(&mut mappings);
    MAPPINGS.set(mappings);
    result
}

/// Returns memory with the contents of a file, or with zeros, or `MAP_FAILED`.
///
/// Errors: `EINVAL`, `EBADF`, `EACCES` for what is no file or cannot be read, `ENOMEM`; `ENOTSUP` for a certain address and
/// code; `ENODEV` for changes of the file that others see, as Linux has it for files of FUSE that are not cached.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/mmap.html>
// SAFETY: the name and the signature are POSIX's.
#[unsafe(export_name = "wasi_sockets_mmap")]
extern "C" fn own_mmap(_: usize, len: usize, protection: i32, flags: i32, fd: i32, offset: i64) -> usize {
    map(len, protection, flags, fd, offset).unwrap_or_else(|errno| {
        c::set_errno(errno);
        MAP_FAILED
    })
}

// SAFETY: as above.
#[unsafe(no_mangle)]
extern "C" fn mmap(address: usize, len: usize, protection: i32, flags: i32, fd: i32, offset: i64) -> usize {
    own_mmap(address, len, protection, flags, fd, offset)
}

fn map(len: usize, protection: i32, flags: i32, fd: i32, offset: i64) -> Result<usize> {
    let of_file = flags & MAP_ANON == 0;
    let is_shared = flags & MAP_TYPE == MAP_SHARED;
    if len == 0
        || !(is_shared || flags & MAP_TYPE == MAP_PRIVATE)
        || offset < 0
        || !(offset as usize).is_multiple_of(PAGE)
    {
        return Err(Errno::INVAL);
    }
    if of_file {
        if preview1::stat(fd as u32)?.filetype != REGULAR_FILE {
            return Err(Errno::ACCES);
        }
        let access = control::access(fd)?;
        if !access.read || is_shared && protection & PROT_WRITE != 0 && !access.write {
            return Err(Errno::ACCES);
        }
    }
    if flags & MAP_FIXED != 0 || protection & PROT_EXEC != 0 {
        return Err(Errno::NOTSUP);
    }
    if of_file && is_shared && protection & PROT_WRITE != 0 {
        // A copy that is written back some time would not do. SQLite, for one, relies on it that all see changes at once.
        return Err(Errno::NODEV);
    }
    let pages = len.div_ceil(PAGE);
    let size = pages.checked_mul(PAGE).ok_or(Errno::NOMEM)?;
    let mut mapped = Vec::new();
    mapped.try_reserve_exact(pages).map_err(|_| Errno::NOMEM)?;
    mapped.resize(pages, true);
    // SAFETY: see the head of this file.
    let start = unsafe { aligned_alloc(PAGE, size) };
    if start.is_null() {
        return Err(Errno::NOMEM);
    }
    // SAFETY: it is as long.
    let memory = unsafe { core::slice::from_raw_parts_mut(start, size) };
    memory.fill(0);
    let mapping = Mapping { start: start as usize, mapped };
    let added = match if of_file { read(fd, &mut memory[..len], offset) } else { Ok(()) } {
        Ok(()) => mappings(|mappings| runtime::push(mappings, mapping)).map_err(|_| Errno::NOMEM),
        Err(errno) => Err(errno),
    };
    if added.is_err() {
        // SAFETY: nobody has it.
        unsafe { free(start) };
    }
    added.map(|()| start as usize)
}

/// Reads a file as far as it goes.
fn read(fd: i32, memory: &mut [u8], offset: i64) -> Result {
    let mut done = 0;
    while done < memory.len() {
        let rest = &mut memory[done..];
        // SAFETY: see the head of this file.
        match unsafe { pread(fd, rest.as_mut_ptr(), rest.len(), offset + done as i64) } {
            ..0 => return Err(c::errno()),
            0 => break,
            read => done += read as usize,
        }
    }
    Ok(())
}

/// Does something for each mapped page of a range.
fn pages(start: usize, len: usize, mut work: impl FnMut(&mut bool)) -> Result {
    if !start.is_multiple_of(PAGE) {
        return Err(Errno::INVAL);
    }
    let end = start.checked_add(len.div_ceil(PAGE) * PAGE).ok_or(Errno::INVAL)?;
    mappings(|mappings| {
        for mapping in mappings.iter_mut() {
            let places = (mapping.start..).step_by(PAGE);
            let inside = places.zip(&mut mapping.mapped).filter(|(place, _)| (start..end).contains(place));
            inside.for_each(|(_, mapped)| work(mapped));
        }
    });
    Ok(())
}

/// Takes mapped memory back, as soon as all of a mapping is.
///
/// Errors: `EINVAL`.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/munmap.html>
pub fn munmap(start: usize, len: usize) -> Result<i32> {
    if len == 0 {
        return Err(Errno::INVAL);
    }
    pages(start, len, |mapped| *mapped = false)?;
    mappings(|mappings| {
        mappings.retain(|mapping| {
            let is_mapped = mapping.mapped.contains(&true);
            if !is_mapped {
                // SAFETY: it came from there, and is the program's no more.
                unsafe { free(mapping.start as *mut u8) };
            }
            is_mapped
        });
    });
    Ok(0)
}

/// Fails unless all of a range is mapped.
fn check(start: usize, len: usize) -> Result<i32> {
    let mut count = 0;
    pages(start, len, |mapped| count += usize::from(*mapped))?;
    if count < len.div_ceil(PAGE) { Err(Errno::NOMEM) } else { Ok(0) }
}

/// Would change the protection of memory, of which it has none.
///
/// Errors: `EINVAL`, `ENOMEM` for what is not mapped, `ENOTSUP` for code.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/mprotect.html>
pub fn mprotect(start: usize, len: usize, protection: i32) -> Result<i32> {
    if protection & !PROT_ALL != 0 {
        return Err(Errno::INVAL);
    }
    check(start, len)?;
    if protection & PROT_EXEC != 0 { Err(Errno::NOTSUP) } else { Ok(0) }
}

/// Would write changes to a file. No mapping has any.
///
/// Errors: `EINVAL`, `ENOMEM` for what is not mapped.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/msync.html>
pub fn msync(start: usize, len: usize, _flags: i32) -> Result<i32> {
    check(start, len)
}

/// Takes advice about memory, of which nothing comes.
///
/// Errors: as of [`msync`].
///
/// Specification: <https://man7.org/linux/man-pages/man2/madvise.2.html>
pub fn madvise(start: usize, len: usize, _advice: i32) -> Result<i32> {
    check(start, len)
}
