//! Devices, with the semantics of Linux.
//!
//! | device | reading | writing |
//! |---|---|---|
//! | `null` | its end | is lost |
//! | `zero` | zeros | is lost |
//! | `full` | zeros | `NOSPC` |
//! | `random`, `urandom` | random bytes, of the host or of the component | is lost |
//! | `tty` | of stdin | to stdout, or to stderr |
//!
//! All but `tty` are at offset 0 for ever. `tty` is a terminal, which has no offset: it can be opened as far as the host says that
//! these streams are terminals. What is not there, as random bytes that are denied, cannot be opened (`NXIO`).
//!
//! # Safety
//! A handle in a terminal's cell is the terminal's own.
#![allow(unsafe_code)]

use core::cell::Cell;

use crate::bindings::wasi::cli::{
    stderr::get_stderr, stdin::get_stdin, stdout::get_stdout, terminal_stderr::get_terminal_stderr,
    terminal_stdin::get_terminal_stdin, terminal_stdout::get_terminal_stdout,
};
use crate::bindings::wasi::io::streams::{InputStream, OutputStream};
use crate::calls::process;
use crate::errno::{Errno, Result};
use crate::file::Access;
use crate::gather::Buffers;
use crate::guest::Buffer;
use crate::intrinsics::{has_stderr, has_stdin, has_stdout, has_terminals};
use crate::io::{Sink, Source, read_all};
use crate::state::State;

/// The linker numbers them, too (`files/devices.rs`).
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Device {
    Null,
    Zero,
    Full,
    Random,
    Terminal,
}

impl Device {
    pub fn of(number: u32) -> Self {
        match number {
            0 => Self::Null,
            1 => Self::Zero,
            2 => Self::Full,
            3 => Self::Random,
            _ => Self::Terminal,
        }
    }

    /// Checks that it is there.
    pub fn open(self, access: Access) -> Result {
        let is_there = match self {
            Self::Null | Self::Zero | Self::Full => true,
            Self::Random => process::has_random_bytes(),
            Self::Terminal => (!access.read || reads_terminal()) && (!access.write || written_terminal().is_some()),
        };
        if is_there { Ok(()) } else { Err(Errno::NXIO) }
    }

    /// Fills the buffers, those of a terminal with what has been typed. `handle` is the terminal's cell.
    pub fn read(self, state: &State, handle: &Cell<u64>, buffers: Buffers) -> Result<u32> {
        match self {
            Self::Null => Ok(0),
            Self::Zero | Self::Full => read_all(buffers, false, |buffer| {
                zero(buffer);
                Ok(buffer.len())
            }),
            Self::Random => read_all(buffers, false, |buffer| {
                process::fill_with_random_bytes(state, buffer);
                Ok(buffer.len())
            }),
            Self::Terminal => terminal(handle, |stream| Source::Stream(stream).read(&state.memory, buffers)),
        }
    }

    pub fn write(self, buffers: Buffers) -> Result<u32> {
        match self {
            Self::Null | Self::Zero | Self::Random => buffers.length(),
            Self::Full => Err(Errno::NOSPC),
            Self::Terminal => Sink::Stream(&written_terminal().ok_or(Errno::IO)?).write(buffers),
        }
    }
}

fn zero(buffer: Buffer) {
    // SAFETY: a buffer is valid for writes.
    unsafe { buffer.start().write_bytes(0, buffer.len()) }
}

fn reads_terminal() -> bool {
    has_terminals() && has_stdin() && get_terminal_stdin().is_some()
}

/// The stream that what is written to a terminal goes to.
fn written_terminal() -> Option<OutputStream> {
    if !has_terminals() {
        return None;
    }
    if has_stdout() && get_terminal_stdout().is_some() {
        return Some(get_stdout());
    }
    (has_stderr() && get_terminal_stderr().is_some()).then(get_stderr)
}

/// Lends the stream that a terminal is read from, which its cell keeps.
pub fn terminal<T>(handle: &Cell<u64>, lend: impl FnOnce(&InputStream) -> T) -> T {
    if !has_stdin() {
        core::arch::wasm32::unreachable();
    }
    let stream = match handle.take() {
        0 => get_stdin(),
        // SAFETY: see the head of this file.
        handle => unsafe { InputStream::from_handle(handle as u32) },
    };
    let result = lend(&stream);
    handle.set(stream.take_handle().into());
    result
}

/// Drops that stream.
pub fn close_terminal(handle: &Cell<u64>) {
    match handle.take() {
        0 => {}
        // SAFETY: see the head of this file.
        handle => drop(unsafe { InputStream::from_handle(handle as u32) }),
    }
}
