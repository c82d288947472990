//! The accounts of users and groups. There is one of each, the user that [`super::users`] knows, whose home is the variable
//! `HOME`.
//!
//! # Safety
//! The names and signatures are POSIX's. What the functions without `_r` return is overwritten by the next call; a component
//! has one thread.
#![allow(unsafe_code)]

use core::cell::{Cell, UnsafeCell};
use core::ffi::{CStr, c_char};
use core::ptr::{null, null_mut};

use crate::c;
use crate::errno::{Errno, Result};
use crate::one_thread::OneThread;

const NUMBER: u32 = 0;
const NAME: &CStr = c"root";

unsafe extern "C" {
    fn getenv(name: *const c_char) -> *const c_char;
}

/// `struct passwd`
#[repr(C)]
#[derive(Clone, Copy)]
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
#[derive(Clone, Copy)]
struct Group {
    name: *const c_char,
    password: *const c_char,
    number: u32,
    members: *const *const c_char,
}

/// A kind of accounts.
trait Account: Copy + 'static {
    /// The only one of it.
    fn only() -> Self;

    /// The text of it that may change later.
    fn variable(&mut self) -> Option<&mut *const c_char>;

    fn answer() -> &'static Answer<Self>;
}

/// The answer of functions without `_r`, and whether the only account has been told in turn.
struct Answer<T> {
    account: UnsafeCell<Option<T>>,
    told: Cell<bool>,
}

impl<T: Account> Answer<T> {
    const fn none() -> Self {
        Self { account: UnsafeCell::new(None), told: Cell::new(false) }
    }

    fn give(&self) -> *mut T {
        // SAFETY: nothing else runs, and the program does not use an earlier answer any more.
        unsafe { (*self.account.get()).insert(T::only()) }
    }

    fn next(&self) -> *mut T {
        if self.told.replace(true) { null_mut() } else { self.give() }
    }
}

static NO_MEMBERS: OneThread<[*const c_char; 1]> = OneThread([null()]);

impl Account for Passwd {
    fn only() -> Self {
        // SAFETY: the name is text.
        let home = unsafe { getenv(c"HOME".as_ptr()) };
        Self {
            name: NAME.as_ptr(),
            password: c"x".as_ptr(),
            user: NUMBER,
            group: NUMBER,
            real_name: NAME.as_ptr(),
            home: if home.is_null() { c"/".as_ptr() } else { home },
            shell: c"/bin/sh".as_ptr(),
        }
    }

    fn variable(&mut self) -> Option<&mut *const c_char> {
        Some(&mut self.home)
    }

    fn answer() -> &'static Answer<Self> {
        static ANSWER: OneThread<Answer<Passwd>> = OneThread(Answer::none());
        &ANSWER
    }
}

impl Account for Group {
    fn only() -> Self {
        Self { name: NAME.as_ptr(), password: c"x".as_ptr(), number: NUMBER, members: NO_MEMBERS.as_ptr() }
    }

    fn variable(&mut self) -> Option<&mut *const c_char> {
        None
    }

    fn answer() -> &'static Answer<Self> {
        static ANSWER: OneThread<Answer<Group>> = OneThread(Answer::none());
        &ANSWER
    }
}

/// Puts the account, if it is the one that is looked for, into memory of the caller, and its address into `result`.
fn copy<T: Account>(found: bool, to: *mut T, room: *mut u8, len: usize, result: *mut *mut T) -> Result {
    c::put(result, null_mut())?;
    if !found {
        return Ok(());
    }
    let mut account = T::only();
    if let Some(variable) = account.variable()
        && let Some(text) = c::text(variable.cast())
    {
        let text = text.to_bytes_with_nul();
        let room = c::slice_mut(room, len)?.get_mut(..text.len()).ok_or(Errno::RANGE)?;
        room.copy_from_slice(text);
        *variable = room.as_ptr().cast();
    }
    c::put(to, account)?;
    c::put(result, to)
}

/// Functions of one kind of accounts. Those with `_r` return their error: `ERANGE` if there is too little room.
macro_rules! accounts {
    ($type:ty: $by_number:ident $by_name:ident $by_number_r:ident $by_name_r:ident $next:ident $begin:ident $end:ident) => {
        /// The account of a number, or null.
        // SAFETY: see the head of this file.
        #[unsafe(no_mangle)]
        extern "C" fn $by_number(number: u32) -> *mut $type {
            if number == NUMBER { <$type>::answer().give() } else { null_mut() }
        }

        /// The account of a name, or null.
        // SAFETY: as above.
        #[unsafe(no_mangle)]
        extern "C" fn $by_name(name: *const u8) -> *mut $type {
            if c::text(name) == Some(NAME) { <$type>::answer().give() } else { null_mut() }
        }

        /// The same in memory of the caller's.
        // SAFETY: as above.
        #[unsafe(no_mangle)]
        extern "C" fn $by_number_r(
            number: u32,
            to: *mut $type,
            room: *mut u8,
            len: usize,
            result: *mut *mut $type,
        ) -> i32 {
            Errno::code(copy(number == NUMBER, to, room, len, result))
        }

        /// The same in memory of the caller's.
        // SAFETY: as above.
        #[unsafe(no_mangle)]
        extern "C" fn $by_name_r(
            name: *const u8,
            to: *mut $type,
            room: *mut u8,
            len: usize,
            result: *mut *mut $type,
        ) -> i32 {
            Errno::code(copy(c::text(name) == Some(NAME), to, room, len, result))
        }

        /// The next account, or null.
        // SAFETY: as above.
        #[unsafe(no_mangle)]
        extern "C" fn $next() -> *mut $type {
            <$type>::answer().next()
        }

        /// Begins again with the first account.
        // SAFETY: as above.
        #[unsafe(no_mangle)]
        extern "C" fn $begin() {
            <$type>::answer().told.set(false);
        }

        /// The same.
        // SAFETY: as above.
        #[unsafe(no_mangle)]
        extern "C" fn $end() {
            <$type>::answer().told.set(false);
        }
    };
}

// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/getpwuid.html> and its like
accounts!(Passwd: getpwuid getpwnam getpwuid_r getpwnam_r getpwent setpwent endpwent);
accounts!(Group: getgrgid getgrnam getgrgid_r getgrnam_r getgrent setgrent endgrent);

/// Tells the groups of a user: the one that is given. There are no other.
///
/// Returns -1 if there is no room for it, as on Linux without an `errno`.
///
/// Specification: <https://man7.org/linux/man-pages/man3/getgrouplist.3.html>
// SAFETY: as above.
#[unsafe(no_mangle)]
extern "C" fn getgrouplist(_user: *const u8, group: u32, groups: *mut u32, count: *mut i32) -> i32 {
    let room = c::get(count).unwrap_or(0);
    let told = if room > 0 { c::put(groups, group) } else { Err(Errno::RANGE) };
    match c::put(count, 1).and(told) {
        Ok(()) => 1,
        Err(_) => -1,
    }
}
