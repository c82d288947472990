//! Sockets that are open from the start, as the variable `WASI_LISTEN` says, or without it the linker: `tcp:ADDRESS:PORT`,
//! `udp:ADDRESS:PORT`, several with commas between them, each with `=NAME` behind it if it has a name.
//!
//! They have the numbers from 3 on, and the directories those behind. The host is asked for a socket when its number is
//! first used.
//!
//! # Safety
//! A component has one thread. Pointers that functions of preview1 get here are to places of ours.
#![allow(unsafe_code)]

use alloc::string::String;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};
use core::fmt::Write;
use core::net::{IpAddr, Ipv4Addr, SocketAddr};

use crate::address::Family;
use crate::c::Iovec;
use crate::errno::{Errno, Result};
use crate::table::{Reservation, Shared};
use crate::tcp::Tcp;
use crate::udp::Udp;
use crate::{preview1, runtime};

const VARIABLE: &[u8] = b"WASI_LISTEN=";
/// The first number behind the standard streams.
const FIRST: u32 = 3;
const BACKLOG: u64 = 4096;
const STDERR: u32 = 2;

#[link(wasm_import_module = "wasi_adapt:listen")]
unsafe extern "C" {
    /// Puts what the linker was given where there is room for it, and returns how long it is.
    fn listeners(to: *mut u8, len: usize) -> usize;
}

#[link(wasm_import_module = "wasi_snapshot_preview1")]
unsafe extern "C" {
    fn environ_sizes_get(count: *mut usize, bytes: *mut usize) -> i32;
    fn environ_get(pointers: *mut *mut u8, bytes: *mut u8) -> i32;
    fn fd_prestat_get(fd: u32, prestat: *mut [u32; 2]) -> i32;
}

struct Preopened {
    /// What nobody has used yet.
    sockets: RefCell<Vec<(i32, String)>>,
    /// The number of all.
    count: Cell<u32>,
}

// SAFETY: there is one thread.
unsafe impl Sync for Preopened {}

static PREOPENED: Preopened = Preopened { sockets: RefCell::new(Vec::new()), count: Cell::new(0) };

// SAFETY: the name is what a layer is initialised by.
#[unsafe(no_mangle)]
extern "C" fn _initialize() {
    if let Err(Errno(errno)) = reserve_all() {
        say(format_args!("wasi-adapt: there are no listeners (errno {errno})"));
    }
}

fn reserve_all() -> Result {
    let text = match variable()? {
        Some(text) => text,
        None => linked()?,
    };
    let text = core::str::from_utf8(&text).map_err(|_| Errno::INVAL)?;
    let mut sockets = Vec::new();
    for one in text.split(',').map(str::trim).filter(|one| !one.is_empty()) {
        let mut copy = String::new();
        copy.try_reserve(one.len()).map_err(|_| Errno::NOMEM)?;
        copy.push_str(one);
        runtime::push(&mut sockets, copy)?;
    }
    make_way(sockets.len() as u32)?;
    for socket in sockets {
        let number = preview1::reserve()? as i32;
        runtime::push(&mut PREOPENED.sockets.borrow_mut(), (number, socket))?;
        PREOPENED.count.set(PREOPENED.count.get() + 1);
    }
    Ok(())
}

/// Gives each directory a number that is higher by `count`.
fn make_way(count: u32) -> Result {
    let mut prestat = [0; 2];
    // SAFETY: see the head of this file.
    let is_preopened = |fd: &u32| unsafe { fd_prestat_get(*fd, &mut prestat) } == 0;
    let directories = if count == 0 { 0 } else { (FIRST..).take_while(is_preopened).count() as u32 };
    for fd in (FIRST..FIRST + directories).rev() {
        preview1::duplicate(fd, fd + count)?;
        preview1::close(fd)?;
    }
    Ok(())
}

fn variable() -> Result<Option<Vec<u8>>> {
    let (mut count, mut len) = (0, 0);
    // SAFETY: as above.
    Errno::check(unsafe { environ_sizes_get(&mut count, &mut len) })?;
    let mut bytes = runtime::zeros(len)?;
    let mut pointers = Vec::new();
    pointers.try_reserve_exact(count).map_err(|_| Errno::NOMEM)?;
    // SAFETY: as above; there is room for all of them.
    Errno::check(unsafe { environ_get(pointers.as_mut_ptr(), bytes.as_mut_ptr()) })?;
    let mut variables = bytes.split(|byte| *byte == 0);
    let Some(found) = variables.find_map(|variable| variable.strip_prefix(VARIABLE)) else { return Ok(None) };
    let mut value = runtime::zeros(found.len())?;
    value.copy_from_slice(found);
    Ok(Some(value))
}

fn linked() -> Result<Vec<u8>> {
    // SAFETY: there is room for nothing.
    let len = unsafe { listeners(core::ptr::null_mut(), 0) };
    let mut text = runtime::zeros(len)?;
    // SAFETY: there is room for as much.
    unsafe { listeners(text.as_mut_ptr(), len) };
    Ok(text)
}

/// Whether a number is that of a socket which was open from the start.
pub fn has(fd: i32) -> bool {
    (FIRST..FIRST + PREOPENED.count.get()).contains(&(fd as u32))
}

/// Opens the socket with this number, if it is still to be opened. Without it the number is nobody's.
pub fn open(fd: i32) {
    let mut sockets = PREOPENED.sockets.borrow_mut();
    let Some(at) = sockets.iter().position(|(number, _)| *number == fd) else { return };
    let (_, text) = sockets.swap_remove(at);
    drop(sockets);
    let filled = socket(&text).and_then(|socket| Ok(Reservation::at(fd as u32)?.fill(socket, false)));
    if let Err(errno) = filled {
        complain(&text, fd, errno);
    }
}

/// Forgets the socket with this number, if it is still to be opened.
pub fn forget(fd: i32) -> bool {
    let mut sockets = PREOPENED.sockets.borrow_mut();
    let before = sockets.len();
    sockets.retain(|(number, _)| *number != fd);
    sockets.len() < before
}

fn socket(text: &str) -> Result<Shared> {
    let text = text.split_once('=').map_or(text, |(socket, _)| socket);
    let (protocol, address) = text.split_once(':').ok_or(Errno::INVAL)?;
    let address = match address.strip_prefix("localhost:") {
        Some(port) => SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port.parse().map_err(|_| Errno::INVAL)?),
        None => address.parse().map_err(|_| Errno::INVAL)?,
    };
    let family = if address.is_ipv4() { Family::V4 } else { Family::V6 };
    let socket = match protocol {
        "tcp" => Tcp::create(family, false)?,
        "udp" => Udp::create(family, false)?,
        _ => return Err(Errno::PROTONOSUPPORT),
    };
    socket.bind(address)?;
    if protocol == "tcp" {
        socket.listen(BACKLOG)?;
    }
    Ok(socket)
}

fn complain(text: &str, fd: i32, errno: Errno) {
    let why = match errno {
        Errno::ACCES => "the host does not allow it; a component gets the network by an option such as `-S inherit-network`",
        Errno::ADDRINUSE => "the address is in use",
        Errno::ADDRNOTAVAIL => "this machine has no such address",
        Errno::INVAL | Errno::PROTONOSUPPORT => "it is written as `tcp:ADDRESS:PORT` or `udp:ADDRESS:PORT`",
        Errno(errno) => return say(format_args!("wasi-adapt: descriptor {fd} cannot be {}: errno {errno}", text.escape_debug())),
    };
    say(format_args!("wasi-adapt: descriptor {fd} cannot be {}: {why}", text.escape_debug()));
}

/// Writes a line to the standard error.
fn say(line: core::fmt::Arguments<'_>) {
    struct Stderr;
    impl Write for Stderr {
        fn write_str(&mut self, text: &str) -> core::fmt::Result {
            let buffer = Iovec { start: text.as_ptr().cast_mut(), len: text.len() };
            // There is nowhere else to say it.
            let _ = preview1::write(STDERR, &[buffer]);
            Ok(())
        }
    }
    let _ = writeln!(Stderr, "{line}");
}

/// Programs look for directories from the number 3 on until there is none. A socket is something else that is preopened.
// SAFETY: the signature is that of preview1.
#[unsafe(export_name = "fd_prestat_get")]
extern "C" fn prestat(fd: i32, result: *mut [u32; 2]) -> i32 {
    const NO_DIRECTORY: u32 = 1;
    #[link(wasm_import_module = "wasi_adapt:next")]
    unsafe extern "C" {
        fn fd_prestat_get(fd: i32, result: *mut [u32; 2]) -> i32;
    }
    match has(fd) {
        true => Errno::code(crate::caller::put(result, [NO_DIRECTORY, 0])),
        // SAFETY: the pointer is the caller's, and handed on.
        false => unsafe { fd_prestat_get(fd, result) },
    }
}
