//! Sockets that are open from the start: those of the linker's lists, or of variables in the environment.
//!
//! They have the numbers from 3 on, listeners before connections, and the directories have those behind. The host is asked
//! for a socket when its number is first used.
//!
//! # Safety
//! A component has one thread. Pointers that functions of preview1 get here are to places of ours, or the caller's and
//! handed on.
#![allow(unsafe_code)]

mod environ;
mod report;
mod socket;

use alloc::vec::Vec;
use core::cell::RefCell;

use crate::caller;
use crate::errno::{Errno, Result};
use crate::one_thread::OneThread;
use crate::preview1::{self, next, own};
use crate::table::Reservation;
use report::say;
use socket::{Role, Socket};

/// The first number behind the standard streams.
const FIRST: u32 = 3;

/// Choices of the linker, which replaces the calls by constants.
mod settings {
    #[link(wasm_import_module = "wasi_adapt")]
    unsafe extern "C" {
        /// 1 if there can be listeners.
        pub safe fn listens() -> i32;
        /// 1 if there can be connections.
        pub safe fn connects() -> i32;
        /// 1 if the program can have directories.
        pub safe fn has_directories() -> i32;
    }
}

/// All of them, in the order of their numbers.
static SOCKETS: OneThread<RefCell<Vec<Socket>>> = OneThread(RefCell::new(Vec::new()));

// SAFETY: the name is the one by which a layer is initialised.
#[unsafe(no_mangle)]
extern "C" fn _initialize() {
    if let Err(Errno(errno)) = reserve_all() {
        say(format_args!("there are no sockets from the start (errno {errno})"));
    }
}

fn reserve_all() -> Result {
    let mut sockets = SOCKETS.borrow_mut();
    if settings::listens() != 0 {
        Role::Listener.all(&mut sockets)?;
    }
    if settings::connects() != 0 {
        Role::Connection.all(&mut sockets)?;
    }
    if settings::has_directories() != 0 && !sockets.is_empty() {
        make_way(sockets.len() as u32)?;
    }
    for _ in &*sockets {
        preview1::reserve()?;
    }
    Ok(())
}

/// Gives each directory a number that is higher by `count`.
fn make_way(count: u32) -> Result {
    let mut prestat = [0; 2];
    // SAFETY: see the head of this file.
    let is_preopened = |fd: &u32| unsafe { own::fd_prestat_get(*fd, &mut prestat) } == 0;
    let directories = (FIRST..).take_while(is_preopened).count() as u32;
    for fd in (FIRST..FIRST + directories).rev() {
        preview1::duplicate(fd, fd + count)?;
        preview1::close(fd)?;
    }
    Ok(())
}

/// Opens the socket with this number, if it is still to be opened. Without it the number is nobody's.
pub fn open(fd: i32) {
    let sockets = SOCKETS.borrow();
    let Some(socket) = index(fd).map(|index| &sockets[index]).filter(|socket| socket.is_waiting.take()) else { return };
    let filled = socket.open().and_then(|opened| Ok(Reservation::at(fd as u32)?.fill(opened, false)));
    if let Err(errno) = filled {
        report::failure(socket, fd, errno);
    }
}

/// Forgets the socket with this number, if it is still to be opened.
pub fn forget(fd: i32) -> bool {
    index(fd).is_some_and(|index| SOCKETS.borrow()[index].is_waiting.take())
}

/// The position of the socket that had this number at the start.
fn index(fd: i32) -> Option<usize> {
    let index = usize::try_from(fd).ok()?.checked_sub(FIRST as usize)?;
    (index < SOCKETS.borrow().len()).then_some(index)
}

/// Programs look for directories from the number 3 on until there is none. A socket is something else that is preopened.
// SAFETY: name and signature are those of wasi-libc, as of all functions of preview1 here.
#[unsafe(no_mangle)]
extern "C" fn __imported_wasi_snapshot_preview1_fd_prestat_get(fd: i32, result: *mut [u32; 2]) -> i32 {
    const NO_DIRECTORY: u32 = 1;
    // SAFETY: see the head of this file.
    match Errno::check(unsafe { next::fd_prestat_get(fd as u32, result) }) {
        Err(Errno::BADF) if index(fd).is_some() => Errno::code(caller::put(result, [NO_DIRECTORY, 0])),
        answer => Errno::code(answer),
    }
}
