//! The accounts of users and groups: `getpwuid`, `getpwnam`, `getgrgid`, `getgrnam`. There is one of each, the user that
//! [`super::users`] knows, whose home is the variable `HOME`.
//!
//! # Safety
//! The names and signatures are POSIX's. What they return is overwritten by the next call; a component has one thread.
#![allow(unsafe_code)]

use core::cell::UnsafeCell;
use core::ffi::{CStr, c_char};
use core::ptr::{null, null_mut};

use crate::c;

const NUMBER: u32 = 0;
const NAME: &CStr = c"root";

unsafe extern "C" {
    fn getenv(name: *const c_char) -> *const c_char;
}

/// `struct passwd`
#[repr(C)]
struct Passwd {
    name: *const c_char,
    password: *const c_char,
    user: u32,
    group: u32,
    real_name: *const c_char,
    home: *const c_char,
    shell: *const c_char,
}

/// `struct group`
#[repr(C)]
struct Group {
    name: *const c_char,
    password: *const c_char,
    number: u32,
    members: *const *const c_char,
}

struct Answers {
    passwd: UnsafeCell<Passwd>,
    group: UnsafeCell<Group>,
    no_members: [*const c_char; 1],
}

// SAFETY: there is one thread.
unsafe impl Sync for Answers {}

static ANSWERS: Answers = Answers {
    passwd: UnsafeCell::new(Passwd {
        name: NAME.as_ptr(),
        password: c"x".as_ptr(),
        user: NUMBER,
        group: NUMBER,
        real_name: NAME.as_ptr(),
        home: null(),
        shell: c"/bin/sh".as_ptr(),
    }),
    group: UnsafeCell::new(Group { name: NAME.as_ptr(), password: c"x".as_ptr(), number: NUMBER, members: null() }),
    no_members: [null()],
};

fn user() -> *mut Passwd {
    let answer = ANSWERS.passwd.get();
    // SAFETY: the variable is text; nothing else runs.
    unsafe {
        let home = getenv(c"HOME".as_ptr());
        (*answer).home = if home.is_null() { c"/".as_ptr() } else { home };
    }
    answer
}

fn group() -> *mut Group {
    let answer = ANSWERS.group.get();
    // SAFETY: nothing else runs.
    unsafe { (*answer).members = ANSWERS.no_members.as_ptr() };
    answer
}

/// The user of a number, or null.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/getpwuid.html>
// SAFETY: see the head of this file.
#[unsafe(no_mangle)]
extern "C" fn getpwuid(number: u32) -> *mut Passwd {
    if number == NUMBER { user() } else { null_mut() }
}

/// The user of a name, or null.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/getpwnam.html>
// SAFETY: as above.
#[unsafe(no_mangle)]
extern "C" fn getpwnam(name: *const u8) -> *mut Passwd {
    if c::text(name) == Some(NAME) { user() } else { null_mut() }
}

/// The group of a number, or null.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/getgrgid.html>
// SAFETY: as above.
#[unsafe(no_mangle)]
extern "C" fn getgrgid(number: u32) -> *mut Group {
    if number == NUMBER { group() } else { null_mut() }
}

/// The group of a name, or null.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/getgrnam.html>
// SAFETY: as above.
#[unsafe(no_mangle)]
extern "C" fn getgrnam(name: *const u8) -> *mut Group {
    if c::text(name) == Some(NAME) { group() } else { null_mut() }
}
