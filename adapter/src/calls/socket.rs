//! The `sock_*` functions of preview1 itself. They serve sockets that the host has opened, and WASI 0.2 has no such
//! sockets: what is open is something else ([`Errno::NOTSOCK`]). Sockets that a program opens come from `libc-shim`.

use crate::errno::{Errno, Result};
use crate::guest::Ptr;
use crate::state::State;
use crate::types::{Fd, Iovec};

/// Is refused: nothing that is open is a socket.
///
/// Errors: `BADF`, else `NOTSOCK`.
///
/// Specification: <https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#sock_accept>
pub fn sock_accept(state: &State, fd: Fd, _flags: u32, _result: Ptr<Fd>) -> Result {
    state.get(fd)?;
    Err(Errno::NOTSOCK)
}

/// Is refused: nothing that is open is a socket.
///
/// Errors: `BADF`, else `NOTSOCK`.
///
/// Specification: <https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#sock_recv>
pub fn sock_recv(
    state: &State,
    fd: Fd,
    _iovs: Ptr<Iovec>,
    _len: u32,
    _flags: u32,
    _nread: Ptr<u32>,
    _result: Ptr<u16>,
) -> Result {
    state.get(fd)?;
    Err(Errno::NOTSOCK)
}

/// Is refused: nothing that is open is a socket.
///
/// Errors: `BADF`, else `NOTSOCK`.
///
/// Specification: <https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#sock_send>
pub fn sock_send(state: &State, fd: Fd, _iovs: Ptr<Iovec>, _len: u32, _flags: u32, _nwritten: Ptr<u32>) -> Result {
    state.get(fd)?;
    Err(Errno::NOTSOCK)
}

/// Is refused: nothing that is open is a socket.
///
/// Errors: `BADF`, else `NOTSOCK`.
///
/// Specification: <https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#sock_shutdown>
pub fn sock_shutdown(state: &State, fd: Fd, _how: u32) -> Result {
    state.get(fd)?;
    Err(Errno::NOTSOCK)
}
