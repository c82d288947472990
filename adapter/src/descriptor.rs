//! Descriptors: standard streams, files and directories.

use core::cell::{Cell, OnceCell};

use crate::bindings::wasi::cli::{
    stderr::get_stderr, stdin::get_stdin, stdout::get_stdout, terminal_stderr::get_terminal_stderr,
    terminal_stdin::get_terminal_stdin, terminal_stdout::get_terminal_stdout,
};
use crate::bindings::wasi::io::streams::{InputStream, OutputStream};
use crate::errno::{Errno, Result};
use crate::file::File;
use crate::intrinsics::{has_cli, has_filesystem};
use crate::types::{filetype, rights};

pub enum Descriptor {
    Input(Input),
    Output(Output),
    File(File),
}

impl Descriptor {
    pub fn stdin() -> Self {
        Self::Input(Input { stream: OnceCell::new(), terminal: Cell::new(None) })
    }

    pub fn stdout() -> Self {
        Self::Output(Output { kind: OutputKind::Stdout, stream: OnceCell::new(), terminal: Cell::new(None) })
    }

    pub fn stderr() -> Self {
        Self::Output(Output { kind: OutputKind::Stderr, stream: OnceCell::new(), terminal: Cell::new(None) })
    }

    /// This as something in a file system, directories included.
    pub fn as_file(&self) -> Option<&File> {
        match self {
            Self::File(file) if has_filesystem() => Some(file),
            _ => None,
        }
    }

    /// This as a directory. Anything else is [`Errno::BADF`], as in preview1 hosts.
    pub fn directory(&self) -> Result<&File> {
        match self.as_file() {
            Some(file) if file.is_directory()? => Ok(file),
            _ => Err(Errno::BADF),
        }
    }

    /// This as a standard stream or a file that is no directory; directories are [`Errno::BADF`], as in preview1 hosts.
    #[inline(always)]
    pub fn open(&self) -> Result<Open<'_>> {
        match self {
            Self::Input(input) => Ok(Open::Input(input)),
            Self::Output(output) => Ok(Open::Output(output)),
            Self::File(file) if !file.is_directory()? => Ok(Open::File(file)),
            _ => Err(Errno::BADF),
        }
    }
}

/// A descriptor that can be read from or written to.
pub enum Open<'a> {
    Input(&'a Input),
    Output(&'a Output),
    File(&'a File),
}

/// Standard input.
pub struct Input {
    stream: OnceCell<InputStream>,
    terminal: Cell<Option<bool>>,
}

impl Input {
    pub const RIGHTS: u64 = rights::FD_READ;

    pub fn stream(&self) -> &InputStream {
        once(&self.stream, get_stdin)
    }

    pub fn filetype(&self) -> u8 {
        stdio_filetype(&self.terminal, || get_terminal_stdin().is_some())
    }
}

/// Standard output or standard error.
pub struct Output {
    kind: OutputKind,
    stream: OnceCell<OutputStream>,
    terminal: Cell<Option<bool>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum OutputKind {
    Stdout,
    Stderr,
}

impl Output {
    pub const RIGHTS: u64 = rights::FD_WRITE;

    pub fn is_stdout(&self) -> bool {
        self.kind == OutputKind::Stdout
    }

    pub fn stream(&self) -> &OutputStream {
        once(&self.stream, || match self.kind {
            OutputKind::Stdout => get_stdout(),
            OutputKind::Stderr => get_stderr(),
        })
    }

    pub fn filetype(&self) -> u8 {
        stdio_filetype(&self.terminal, || match self.kind {
            OutputKind::Stdout => get_terminal_stdout().is_some(),
            OutputKind::Stderr => get_terminal_stderr().is_some(),
        })
    }
}

/// `OnceCell::get_or_init` without its panic for a `make` that comes back here, which none does.
fn once<T>(cell: &OnceCell<T>, make: impl FnOnce() -> T) -> &T {
    if cell.get().is_none() {
        let _ = cell.set(make());
    }
    cell.get().unwrap_or_else(|| core::arch::wasm32::unreachable())
}

/// WASI 0.2 tells terminals from the rest, and so do preview1 hosts: pipes and redirected files are unknown to both.
fn stdio_filetype(known: &Cell<Option<bool>>, ask: impl FnOnce() -> bool) -> u8 {
    let terminal = known.get().unwrap_or_else(|| has_cli() && ask());
    known.set(Some(terminal));
    if terminal { filetype::CHARACTER_DEVICE } else { filetype::UNKNOWN }
}
