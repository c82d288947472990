//! Descriptors: standard streams, files and directories.

use core::cell::{Cell, OnceCell};

use crate::bindings::wasi::cli::{
    stderr::get_stderr, stdin::get_stdin, stdout::get_stdout, terminal_stderr::get_terminal_stderr,
    terminal_stdin::get_terminal_stdin, terminal_stdout::get_terminal_stdout,
};
use crate::bindings::wasi::io::streams::{InputStream, OutputStream};
use crate::errno::{Errno, Result};
use crate::file::File;
use crate::gather::Buffers;
use crate::intrinsics::{
    has_embedded_files, has_filesystem, has_stderr, has_stdin, has_stdout, has_terminals, has_writable_files,
    sealed_stdin,
};
use crate::sealed;
use crate::types::{filetype, rights};
use crate::vfs::{Embedded, Opened};

pub enum Descriptor {
    Input(Input),
    Output(Output),
    File(File),
    Embedded(Opened),
}

impl Descriptor {
    pub fn stdin() -> Self {
        Self::Input(Input { stream: OnceCell::new(), terminal: Cell::new(None), position: Cell::new(0) })
    }

    pub fn stdout() -> Self {
        Self::Output(Output { kind: OutputKind::Stdout, stream: OnceCell::new(), terminal: Cell::new(None) })
    }

    pub fn stderr() -> Self {
        Self::Output(Output { kind: OutputKind::Stderr, stream: OnceCell::new(), terminal: Cell::new(None) })
    }

    /// This as something in a file system of the host, directories included.
    pub fn as_file(&self) -> Option<&File> {
        match self {
            Self::File(file) if has_filesystem() => Some(file),
            _ => None,
        }
    }

    /// This as something of the embedded files, directories included.
    pub fn as_embedded(&self) -> Option<&Opened> {
        match self {
            Self::Embedded(opened) if has_embedded_files() => Some(opened),
            _ => None,
        }
    }

    /// This as a directory. Anything else is [`Errno::BADF`], as in preview1 hosts.
    pub fn directory(&self) -> Result<Directory<'_>> {
        let is_directory = match (self.as_file(), self.as_embedded()) {
            (Some(file), _) => file.is_directory()?,
            (None, Some(opened)) => opened.is_directory(),
            (None, None) => false,
        };
        if is_directory { Ok(Directory(self)) } else { Err(Errno::BADF) }
    }

    /// This as a standard stream or a file that is no directory; directories are [`Errno::BADF`], as in preview1 hosts.
    #[inline(always)]
    pub fn open(&self) -> Result<Open<'_>> {
        match self {
            Self::Input(input) => Ok(Open::Input(input)),
            Self::Output(output) => Ok(Open::Output(output)),
            Self::File(file) if !file.is_directory()? => Ok(Open::File(file)),
            Self::Embedded(opened) if has_embedded_files() && !opened.is_directory() => {
                Ok(Open::Embedded(Embedded(opened)))
            }
            _ => Err(Errno::BADF),
        }
    }
}

/// An open directory. One word, so that it is returned in a register.
#[derive(Clone, Copy)]
pub struct Directory<'a>(&'a Descriptor);

impl<'a> Directory<'a> {
    /// This as an embedded directory.
    #[inline(always)]
    pub fn as_embedded(self) -> Option<&'a Opened> {
        self.0.as_embedded()
    }

    /// This as a directory in which something may be writable.
    #[inline(always)]
    pub fn as_writable(self) -> Option<&'a Opened> {
        if has_writable_files() { self.as_embedded() } else { None }
    }

    /// This as a directory of the host. An embedded one is [`Errno::PERM`]: to change something in it is refused, as in a
    /// directory that a preview1 host may only read.
    #[inline(always)]
    pub fn of_host(self) -> Result<&'a File> {
        self.0.as_file().ok_or(Errno::PERM)
    }
}

/// A descriptor that can be read from or written to.
pub enum Open<'a> {
    Input(&'a Input),
    Output(&'a Output),
    File(&'a File),
    Embedded(Embedded<'a>),
}

/// Standard input.
pub struct Input {
    stream: OnceCell<InputStream>,
    terminal: Cell<Option<bool>>,
    /// The number of bytes that were read of what is sealed.
    position: Cell<u32>,
}

impl Input {
    pub const RIGHTS: u64 = rights::FD_READ;

    pub fn stream(&self) -> &InputStream {
        once(&self.stream, get_stdin)
    }

    /// Reads what a linker has put into the component in place of a stream of the host. If it has not, that is at its end.
    #[cold]
    pub fn read_sealed(&self, buffers: Buffers) -> Result<u32> {
        match sealed_stdin() {
            0 => Ok(0),
            place => {
                let position = self.position.get();
                let read = sealed::stdin(place).read(position.into(), buffers)?;
                self.position.set(position + read);
                Ok(read)
            }
        }
    }

    pub fn filetype(&self) -> u8 {
        stdio_filetype(&self.terminal, || has_stdin() && get_terminal_stdin().is_some())
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

    /// True if the host does not have the stream. What is written to it is lost.
    #[inline(always)]
    pub fn is_absent(&self) -> bool {
        let all = has_stdout() && has_stderr();
        !all && match self.kind {
            OutputKind::Stdout => !has_stdout(),
            OutputKind::Stderr => !has_stderr(),
        }
    }

    /// The stream, which must not be absent.
    pub fn stream(&self) -> &OutputStream {
        once(&self.stream, || match self.kind {
            OutputKind::Stdout if has_stdout() => get_stdout(),
            OutputKind::Stderr if has_stderr() => get_stderr(),
            _ => core::arch::wasm32::unreachable(),
        })
    }

    #[inline(always)]
    pub fn filetype(&self) -> u8 {
        stdio_filetype(&self.terminal, || match self.kind {
            OutputKind::Stdout => has_stdout() && get_terminal_stdout().is_some(),
            OutputKind::Stderr => has_stderr() && get_terminal_stderr().is_some(),
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
    let terminal = known.get().unwrap_or_else(|| has_terminals() && ask());
    known.set(Some(terminal));
    if terminal { filetype::CHARACTER_DEVICE } else { filetype::UNKNOWN }
}
