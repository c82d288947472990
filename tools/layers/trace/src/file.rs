//! The file that a report is written to, in one of the program's directories. It has a number that no other file gets before
//! so many are open, so the program has the numbers that it had without a trace.

use crate::line::Line;
use crate::{names, own};

#[link(wasm_import_module = "wasi_adapt:trace")]
unsafe extern "C" {
    /// Copies the path, if there is room for it, and returns its length.
    fn file(to: *mut u8, room: usize) -> usize;
}

#[link(wasm_import_module = "wasi_snapshot_preview1")]
unsafe extern "C" {
    fn adapter_duplicate(fd: i32, least: i32, duplicate: *mut i32) -> i32;
    fn fd_close(fd: i32) -> i32;
    fn fd_prestat_dir_name(fd: i32, name: *mut u8, len: usize) -> i32;
    fn fd_prestat_get(fd: i32, prestat: *mut [usize; 2]) -> i32;
    fn path_open(
        fd: i32,
        lookup: i32,
        path: *const u8,
        len: usize,
        open: i32,
        base: i64,
        inheriting: i64,
        flags: i32,
        opened: *mut i32,
    ) -> i32;
}

/// The longest path of a file, and of a directory.
const PATH: usize = 1024;
const FIRST_PREOPENED: i32 = 3;
const FOLLOW: i32 = 1;
const CREATE_AND_TRUNCATE: i32 = 1 | 8;
const RIGHT_TO_WRITE: i64 = 1 << 6;
/// A program can have 1,088 descriptors, unless the adapter has few pages.
const NUMBER: i32 = 1000;
const STDERR: i32 = 2;
const ENOENT: i32 = 44;

/// Opens the file, or says why it cannot be opened.
pub fn open() -> Option<i32> {
    let mut path = [0; PATH];
    // SAFETY: there is so much room.
    let len = unsafe { file(path.as_mut_ptr(), path.len()) };
    let path = path.get(..len)?;
    let opened = match directory(path) {
        Some((directory, path)) => open_in(directory, path),
        None => Err(ENOENT),
    };
    opened.inspect_err(|errno| complain(path, *errno)).ok()
}

/// Returns the directory that is nearest to the file, and the path from there.
fn directory(path: &[u8]) -> Option<(i32, &[u8])> {
    let mut nearest: Option<(i32, &[u8])> = None;
    for fd in FIRST_PREOPENED.. {
        let (mut prestat, mut name) = ([0; 2], [0; PATH]);
        // SAFETY: the result is a variable of this function.
        if unsafe { fd_prestat_get(fd, &mut prestat) } != 0 {
            break;
        }
        let Some(name) = name.get_mut(..prestat[1]) else { continue };
        // SAFETY: the name has so many bytes.
        if unsafe { fd_prestat_dir_name(fd, name.as_mut_ptr(), name.len()) } != 0 {
            continue;
        }
        if let Some(rest) = below(path, name)
            && nearest.is_none_or(|(_, other)| rest.len() < other.len())
        {
            nearest = Some((fd, rest));
        }
    }
    nearest
}

/// Returns the path from a directory.
fn below<'p>(path: &'p [u8], directory: &[u8]) -> Option<&'p [u8]> {
    let directory = relative(directory);
    match directory.strip_suffix(b"/").unwrap_or(directory) {
        b"" | b"." => Some(relative(path)),
        name => relative(path).strip_prefix(name)?.strip_prefix(b"/"),
    }
}

/// Returns a path without what it has before the first name.
fn relative(mut path: &[u8]) -> &[u8] {
    while let Some(rest) = path.strip_prefix(b"/").or_else(|| path.strip_prefix(b"./")) {
        path = rest;
    }
    path
}

fn open_in(directory: i32, path: &[u8]) -> Result<i32, i32> {
    let (mut opened, mut moved) = (0, 0);
    // SAFETY: the path has so many bytes, and the results are variables of this function.
    unsafe {
        let (start, len) = (path.as_ptr(), path.len());
        match path_open(directory, FOLLOW, start, len, CREATE_AND_TRUNCATE, RIGHT_TO_WRITE, 0, 0, &mut opened) {
            0 => {}
            errno => return Err(errno),
        }
        if adapter_duplicate(opened, NUMBER, &mut moved) != 0 {
            return Ok(opened);
        }
        fd_close(opened);
    }
    Ok(moved)
}

fn complain(path: &[u8], errno: i32) {
    let mut line = Line::new();
    line.text("wasi-adapt: cannot write the trace to `");
    path.iter().for_each(|byte| line.escaped(*byte));
    line.text("`: ");
    names::errno(&mut line, errno);
    line.text("\n");
    own::write_to(STDERR, line.bytes());
}
