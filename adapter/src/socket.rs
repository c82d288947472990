//! The `sock_*` functions of preview1 itself. They serve sockets that the host has opened, and WASI 0.2 has no such
//! sockets: what is open is something else ([`Errno::NOTSOCK`]). Sockets that a program opens come from `libc-shim`.

use crate::entry::entry;
use crate::errno::Errno;
use crate::fd::get;
use crate::guest::Ptr;
use crate::types::{Fd, Iovec};

entry! {
    fn sock_accept(fd: Fd, _flags: u32, _result: Ptr<Fd>) {
        get(fd)?;
        Err(Errno::NOTSOCK)
    }

    fn sock_recv(fd: Fd, _iovs: Ptr<Iovec>, _len: u32, _flags: u32, _nread: Ptr<u32>, _result: Ptr<u16>) {
        get(fd)?;
        Err(Errno::NOTSOCK)
    }

    fn sock_send(fd: Fd, _iovs: Ptr<Iovec>, _len: u32, _flags: u32, _nwritten: Ptr<u32>) {
        get(fd)?;
        Err(Errno::NOTSOCK)
    }

    fn sock_shutdown(fd: Fd, _how: u32) {
        get(fd)?;
        Err(Errno::NOTSOCK)
    }
}
