//! Terminals. A WASI host tells that a descriptor is one, and nothing else, so no attribute can be told or set: every
//! function that takes a descriptor fails as on Linux for one that is no terminal, which programs cope with.
//!
//! The C library declares these, if at all, and has none, so they need no other names and no header.
#![allow(unsafe_code)] // because a name could clash with another's, and the linker would say so

use crate::c;
use crate::errno::{Errno, Result};
use crate::table;

/// `struct termios`
#[repr(C)]
#[derive(Clone, Copy)]
struct Attributes {
    input: u32,
    output: u32,
    control: u32,
    local: u32,
    line: u8,
    characters: [u8; 32],
    speeds: [u32; 2],
}

/// The bits of a speed.
const CBAUD: u32 = 0o10017;

/// Would tell the attributes of a terminal.
///
/// Errors: `EBADF`, `ENOTTY`.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/tcgetattr.html>
fn tcgetattr(fd: i32, _to: *mut Attributes) -> Result<i32> {
    refuse(fd)
}

/// Would set them. See [`tcgetattr`].
fn tcsetattr(fd: i32, _when: i32, _from: *const Attributes) -> Result<i32> {
    refuse(fd)
}

/// Would wait for all output. See [`tcgetattr`].
fn tcdrain(fd: i32) -> Result<i32> {
    refuse(fd)
}

/// Would drop what is not yet read or written. See [`tcgetattr`].
fn tcflush(fd: i32, _queue: i32) -> Result<i32> {
    refuse(fd)
}

/// Would stop or start output or input. See [`tcgetattr`].
fn tcflow(fd: i32, _action: i32) -> Result<i32> {
    refuse(fd)
}

/// Would send zeros for some time. See [`tcgetattr`].
fn tcsendbreak(fd: i32, _duration: i32) -> Result<i32> {
    refuse(fd)
}

/// Would tell the session of a terminal. See [`tcgetattr`].
fn tcgetsid(fd: i32) -> Result<i32> {
    refuse(fd)
}

fn refuse(fd: i32) -> Result<i32> {
    table::check(fd).and(Err(Errno::NOTTY))
}

/// Reads the speed of output from attributes; that of input is the same.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/cfgetospeed.html>
fn cfgetospeed(from: *const Attributes) -> Result<i32> {
    Ok((c::get(from)?.control & CBAUD) as i32)
}

/// See [`cfgetospeed`].
fn cfgetispeed(from: *const Attributes) -> Result<i32> {
    cfgetospeed(from)
}

/// Puts the speed of output, which is that of input, into attributes.
///
/// Errors: `EINVAL`.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/cfsetospeed.html>
fn cfsetospeed(to: *mut Attributes, speed: u32) -> Result<i32> {
    if speed & !CBAUD != 0 {
        return Err(Errno::INVAL);
    }
    let attributes = c::get(to)?;
    c::put(to, Attributes { control: attributes.control & !CBAUD | speed, ..attributes }).map(|()| 0)
}

/// The same, but a speed of 0 is that of output. See [`cfsetospeed`].
fn cfsetispeed(to: *mut Attributes, speed: u32) -> Result<i32> {
    if speed == 0 { Ok(0) } else { cfsetospeed(to, speed) }
}

macro_rules! exports {
    ($(fn $name:ident($($argument:ident: $type:ty),*);)*) => {
        /// The functions as C calls them.
        mod exports {
            use super::{Attributes, c};

            $(
                #[unsafe(no_mangle)]
                extern "C" fn $name($($argument: $type),*) -> i32 {
                    c::return_value(super::$name($($argument),*))
                }
            )*
        }
    };
}

exports! {
    fn tcgetattr(fd: i32, to: *mut Attributes);
    fn tcsetattr(fd: i32, when: i32, from: *const Attributes);
    fn tcdrain(fd: i32);
    fn tcflush(fd: i32, queue: i32);
    fn tcflow(fd: i32, action: i32);
    fn tcsendbreak(fd: i32, duration: i32);
    fn tcgetsid(fd: i32);
    fn cfgetospeed(from: *const Attributes);
    fn cfgetispeed(from: *const Attributes);
    fn cfsetospeed(to: *mut Attributes, speed: u32);
    fn cfsetispeed(to: *mut Attributes, speed: u32);
}
