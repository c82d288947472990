//! Temporary files and directories: names with random letters that nothing has yet.

#![allow(unsafe_code)]

use core::cell::UnsafeCell;
use core::ffi::{c_char, c_void};
use core::ptr::null_mut;

use crate::c;
use crate::errno::{Errno, Result};
use crate::one_thread::OneThread;

unsafe extern "C" {
    /// `open` without a mode.
    fn __wasilibc_open_nomode(path: *const c_char, flags: i32) -> i32;
    fn mkdir(path: *const c_char, mode: u32) -> i32;
    fn access(path: *const c_char, mode: i32) -> i32;
    fn unlink(path: *const c_char) -> i32;
    fn close(fd: i32) -> i32;
    fn fdopen(fd: i32, mode: *const c_char) -> *mut c_void;
    fn getentropy(start: *mut u8, len: usize) -> i32;
}

const O_CREAT: i32 = 1 << 12;
const O_EXCL: i32 = 4 << 12;
const O_RDWR: i32 = 0x1400_0000;

/// The letters that are replaced, of which each template has so many before its suffix.
const MARK: u8 = b'X';
const MARKS: usize = 6;
/// The number of names to try.
const TRIES: usize = 100;
const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789__";

/// Makes a file that is read and written, and opens it.
///
/// Errors: `EINVAL` for a template without six `X` before the suffix, `EEXIST` if no name was free, those of `open`.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/mkstemp.html>,
/// <https://man7.org/linux/man-pages/man3/mkstemps.3.html>
pub fn mkostemps(template: *mut u8, suffix: i32, flags: i32) -> Result<i32> {
    make(template, suffix, |path| {
        // SAFETY: C declares it like this, and the path is text.
        unsafe { __wasilibc_open_nomode(path, flags | O_RDWR | O_CREAT | O_EXCL) }
    })
}

/// See [`mkostemps`].
pub fn mkstemps(template: *mut u8, suffix: i32) -> Result<i32> {
    mkostemps(template, suffix, 0)
}

/// See [`mkostemps`].
pub fn mkostemp(template: *mut u8, flags: i32) -> Result<i32> {
    mkostemps(template, 0, flags)
}

/// See [`mkostemps`].
pub fn mkstemp(template: *mut u8) -> Result<i32> {
    mkostemps(template, 0, 0)
}

/// Makes a directory, and returns the template with its name, or null.
///
/// Errors: as of [`mkostemps`], and those of `mkdir`.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/mkdtemp.html>
// SAFETY: the name and signature are POSIX's.
#[unsafe(no_mangle)]
extern "C" fn mkdtemp(template: *mut u8) -> *mut u8 {
    // SAFETY: C declares it like this, and the path is text.
    match make(template, 0, |path| unsafe { mkdir(path, 0o700) }) {
        Ok(_) => template,
        Err(errno) => {
            c::set_errno(errno);
            null_mut()
        }
    }
}

/// Makes a file in `/tmp` that has no name, and opens it as a stream. Null is an error.
///
/// Errors: as of [`mkostemps`].
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/tmpfile.html>
// SAFETY: as above.
#[unsafe(no_mangle)]
extern "C" fn tmpfile() -> *mut c_void {
    let mut path = *b"/tmp/tmpfile-XXXXXX\0";
    let Ok(fd) = mkstemp(path.as_mut_ptr()).map_err(c::set_errno) else { return null_mut() };
    // SAFETY: C declares them like this; both are text.
    unsafe {
        unlink(path.as_ptr().cast());
        let stream = fdopen(fd, c"w+".as_ptr());
        if stream.is_null() {
            close(fd);
        }
        stream
    }
}

/// Puts a name into the template that nothing has yet, or nothing at all. Another program can take it, so it is better to make
/// a file at once.
///
/// Errors: as of [`mkostemps`].
///
/// Specification: <https://man7.org/linux/man-pages/man3/mktemp.3.html>
// SAFETY: the name and signature are those of C.
#[unsafe(no_mangle)]
extern "C" fn mktemp(template: *mut u8) -> *mut u8 {
    let is_free = |path| {
        // SAFETY: C declares it like this, and the path is text.
        if unsafe { access(path, 0) } == 0 {
            c::set_errno(Errno::EXIST);
            return -1;
        }
        if c::errno() == Errno::NOENT { 0 } else { -1 }
    };
    if let Err(errno) = make(template, 0, is_free) {
        c::set_errno(errno);
        let _ = c::put(template, 0);
    }
    template
}

/// Returns a name in `/tmp` that nothing has yet, in `name` or in a place of its own. Null is an error.
///
/// Errors: as of [`mktemp`].
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/tmpnam.html>
// SAFETY: as above.
#[unsafe(no_mangle)]
extern "C" fn tmpnam(name: *mut u8) -> *mut u8 {
    static NAME: OneThread<UnsafeCell<[u8; 20]>> = OneThread(UnsafeCell::new([0; 20]));

    let name = if name.is_null() { NAME.get().cast() } else { name };
    // SAFETY: C promises room for 20 bytes.
    unsafe { name.cast::<[u8; 20]>().write(*b"/tmp/tmpnam_XXXXXX\0\0") };
    mktemp(name);
    // SAFETY: as above.
    if unsafe { name.read() } == 0 { null_mut() } else { name }
}

/// Puts random letters into a template until `make` does not say that there is something of this name.
fn make(template: *mut u8, suffix: i32, make: impl Fn(*const c_char) -> i32) -> Result<i32> {
    let len = c::text(template).ok_or(Errno::FAULT)?.count_bytes();
    let before = usize::try_from(suffix).ok().and_then(|suffix| len.checked_sub(suffix)?.checked_sub(MARKS));
    let marks = c::slice_mut(template.wrapping_add(before.ok_or(Errno::INVAL)?), MARKS)?;
    if marks.iter().any(|letter| *letter != MARK) {
        return Err(Errno::INVAL);
    }
    for _ in 0..TRIES {
        let mut random = [0; MARKS];
        // SAFETY: C declares it like this, and there is room.
        if unsafe { getentropy(random.as_mut_ptr(), MARKS) } != 0 {
            return Err(c::errno());
        }
        for (letter, random) in marks.iter_mut().zip(random) {
            *letter = LETTERS[usize::from(random) % LETTERS.len()];
        }
        match make(template.cast_const().cast()) {
            -1 if c::errno() == Errno::EXIST => {}
            -1 => {
                let errno = c::errno();
                marks.fill(MARK);
                return Err(errno);
            }
            made => return Ok(made),
        }
    }
    marks.fill(MARK);
    Err(Errno::EXIST)
}
