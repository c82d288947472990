//! Functions of sockets that preview1 does not have, in the dialects of two hosts.
//!
//! Modules import all of them from `wasi_snapshot_preview1`, and some have one name with several meanings. The number of
//! parameters tells them apart, so here it is behind the name: the linker takes the functions that a program imports, and
//! leaves it out.
//!
//! # Safety
//! Pointers are the caller's, and are checked in [`crate::caller`].

mod options;
mod wamr;
mod wasmedge;

use crate::caller;
use crate::calls::imports::{put_received, receive_flags, sock_accept};
use crate::calls::socket;
use crate::errno::{Errno, Result};
use crate::table;

/// Exports functions that return an errno, each under its name and its number of parameters.
macro_rules! dialect {
    ($($export:literal => $name:ident($($argument:ident: $type:ty),*);)*) => {$(
        const _: () = {
            // SAFETY: no other function has such a name. The signature is that of the dialect.
            #[unsafe(export_name = $export)]
            extern "C" fn exported($($argument: $type),*) -> i32 {
                Errno::code($name($($argument),*))
            }
        };
    )*};
}
use dialect;

/// Functions that both dialects have.
mod common {
    #![allow(unsafe_code)]

    use super::{Errno, accept, close, listen};

    super::dialect! {
        "sock_accept/2" => accept(fd: i32, result: *mut u32);
        "sock_close/1" => close(fd: i32);
        "sock_listen/2" => listen(fd: i32, backlog: i32);
    }
}

fn accept(fd: i32, result: *mut u32) -> Result {
    sock_accept(&*table::socket(fd)?, 0, result)
}

fn close(fd: i32) -> Result {
    table::close(fd)
}

fn listen(fd: i32, backlog: i32) -> Result {
    socket::listen(fd, backlog).map(|_| ())
}

/// Makes a socket of C's `family` and `kind`.
fn open(family: i32, kind: i32, result: *mut u32) -> Result {
    caller::put(result, socket::socket(family, kind, 0)? as u32)
}
