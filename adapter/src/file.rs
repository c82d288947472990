//! Something opened in a file system: its state, and reading and writing it by position.

use core::cell::Cell;

use crate::bindings::wasi::filesystem::types::{
    Descriptor as Handle, DescriptorStat, DescriptorType, DirectoryEntryStream,
};
use crate::bindings::wasi::io::streams::{InputStream, OutputStream};
use crate::errno::{Errno, Result};
use crate::guest::Buffer;
use crate::intrinsics::has_filesystem;
use crate::memory::Memory;
use crate::raw::Directory;
use crate::types::{fdflags, filetype, rights};

pub struct File {
    /// Dropped before the handle that it comes from.
    stream: Cell<Stream>,
    pub handle: Handle,
    /// The offset of a file; of a directory, the cookie of the entry that its stream yields next.
    pub position: Cell<u64>,
    kind: Cell<Option<DescriptorType>>,
    access: Access,
    flags: Cell<u16>,
    /// As the host has preopened it, if it has.
    pub preopen: Option<&'static Directory>,
}

/// The access mode of a file.
#[derive(Clone, Copy)]
pub struct Access {
    pub read: bool,
    pub write: bool,
}

impl Access {
    pub const READ: Self = Self { read: true, write: false };

    /// The access mode that the rights in `path_open` ask for. A file cannot be opened for neither, so that means reading.
    pub fn asked_for(rights: u64) -> Self {
        let write = rights & rights::FD_WRITE != 0;
        Self { read: rights & rights::FD_READ != 0 || !write, write }
    }

    /// The rights of a terminal, by which C libraries know one: it has no offset.
    pub fn of_terminal(self) -> u64 {
        (if self.read { rights::FD_READ } else { 0 }) | (if self.write { rights::FD_WRITE } else { 0 })
    }

    /// The rights of a file that is no directory.
    pub fn rights(self) -> u64 {
        let without = |granted, right| if granted { 0 } else { right };
        let read = without(self.read, rights::FD_READ | rights::FD_READDIR);
        rights::ALL & !(read | without(self.write, rights::FD_WRITE))
    }
}

/// The stream that a descriptor keeps between calls.
#[derive(Default)]
enum Stream {
    #[default]
    None,
    /// Of a file whose flags say `APPEND`, or that is written in sequence.
    Append(OutputStream),
    /// Of a file that is read in sequence.
    Input(InputStream),
    /// Of a directory that is being read.
    Entries(DirectoryEntryStream),
}

/// The most bytes that go to the host in one call, which copies them.
const WRITE: usize = 1 << 20;
/// A read that comes back with less than this has met the end of the file, not a host's limit on one read.
const READ: usize = 1 << 16;

impl File {
    pub fn new(handle: Handle, kind: Option<DescriptorType>, access: Access, flags: u16) -> Self {
        Self {
            stream: Cell::new(Stream::None),
            handle,
            position: Cell::new(0),
            kind: Cell::new(kind),
            access,
            flags: Cell::new(flags),
            preopen: None,
        }
    }

    /// Without a file system of the host there is no file, and the packer removes the code that follows.
    #[inline(always)]
    fn exists(&self) {
        if !has_filesystem() {
            core::arch::wasm32::unreachable();
        }
    }

    /// The type, which never changes. The host is asked once, when it first matters.
    #[inline]
    pub fn kind(&self) -> Result<DescriptorType> {
        self.exists();
        match self.kind.get() {
            Some(kind) => Ok(kind),
            None => self.ask_kind(),
        }
    }

    #[cold]
    fn ask_kind(&self) -> Result<DescriptorType> {
        let kind = self.handle.get_type()?;
        self.kind.set(Some(kind));
        Ok(kind)
    }

    #[inline]
    pub fn is_directory(&self) -> Result<bool> {
        Ok(self.kind()? == DescriptorType::Directory)
    }

    /// Of a file that is no directory.
    pub fn rights(&self) -> u64 {
        self.access.rights()
    }

    #[inline]
    pub fn readable(&self) -> Result {
        self.exists();
        if self.access.read { Ok(()) } else { Err(Errno::BADF) }
    }

    #[inline]
    pub fn writable(&self) -> Result {
        self.exists();
        if self.access.write { Ok(()) } else { Err(Errno::BADF) }
    }

    /// A size is changed through what is open for writing; Linux has EINVAL for the rest.
    pub fn resizable(&self) -> Result {
        self.exists();
        if self.access.write { Ok(()) } else { Err(Errno::INVAL) }
    }

    pub fn flags(&self) -> u16 {
        self.flags.get()
    }

    /// `NONBLOCK` is kept and has no effect: files are always ready.
    pub fn set_flags(&self, flags: u16) {
        self.flags.set(flags);
    }

    pub fn appends(&self) -> bool {
        self.flags.get() & fdflags::APPEND != 0
    }

    /// True for pipes and terminals: they are read and written in sequence, through a stream, and not by position.
    #[inline]
    pub fn is_sequential(&self) -> Result<bool> {
        Ok(self.kind()? == DescriptorType::CharacterDevice || !self.has_positions()?)
    }

    /// This file, if it has offsets, as some character devices have, else [`Errno::SPIPE`].
    pub fn positioned(&self) -> Result<&Self> {
        if self.has_positions()? { Ok(self) } else { Err(Errno::SPIPE) }
    }

    #[inline]
    fn has_positions(&self) -> Result<bool> {
        // Hosts that have no name for a FIFO call it unknown.
        Ok(!matches!(self.kind()?, DescriptorType::Fifo | DescriptorType::Socket | DescriptorType::Unknown))
    }

    /// Moves the offset. A stream that reads from the old one is dropped.
    pub fn seek(&self, position: u64) {
        if self.position.replace(position) != position
            && let Stream::Append(stream) = self.stream.take()
        {
            self.stream.set(Stream::Append(stream));
        }
    }

    pub fn stat(&self) -> Result<DescriptorStat> {
        Ok(self.handle.stat()?)
    }

    /// Fills `buffer` from `offset` on, as far as the file reaches.
    pub fn read_at(&self, memory: &Memory, buffer: Buffer, offset: u64) -> Result<usize> {
        let mut rest = buffer;
        while rest.len() > 0 {
            let done = buffer.len() - rest.len();
            memory.plan_bytes(rest);
            let (bytes, end) = match self.handle.read(rest.len() as u64, offset + done as u64) {
                Ok(result) => result,
                Err(_) if done > 0 => break,
                Err(code) => return Err(code.into()),
            };
            rest = rest.fill_from_host(&bytes);
            if end || bytes.len() < READ {
                break;
            }
        }
        Ok(buffer.len() - rest.len())
    }

    /// Writes all of `bytes` at `offset`, or what the host takes before an error.
    pub fn write_at(&self, bytes: &[u8], offset: u64) -> Result<usize> {
        let mut done = 0;
        while let Some(rest) = bytes.get(done..)
            && !rest.is_empty()
        {
            let part = rest.get(..WRITE).unwrap_or(rest);
            match self.handle.write(part, offset + done as u64) {
                Ok(0) => break,
                Ok(written) => done += written as usize,
                Err(_) if done > 0 => break,
                Err(code) => return Err(code.into()),
            }
        }
        Ok(done)
    }

    /// Lends the stream that reads this file from its offset on to `read`. A stream that failed is of no more use.
    pub fn input<T>(&self, read: impl FnOnce(&InputStream) -> Result<T>) -> Result<T> {
        let stream = match self.stream.take() {
            Stream::Input(stream) => stream,
            _ => self.handle.read_via_stream(self.position.get())?,
        };
        let result = read(&stream);
        if result.is_ok() {
            self.stream.set(Stream::Input(stream));
        }
        result
    }

    /// Lends the stream that appends to this file to `write`. A stream that failed is of no more use.
    pub fn append<T>(&self, write: impl FnOnce(&OutputStream) -> Result<T>) -> Result<T> {
        let (stream, other) = match self.stream.take() {
            Stream::Append(stream) => (stream, Stream::None),
            other => (self.handle.append_via_stream()?, other),
        };
        let result = write(&stream);
        match other {
            // It may have read ahead, so it stays; the one that writes has passed on everything.
            Stream::Input(_) => self.stream.set(other),
            _ if result.is_ok() => self.stream.set(Stream::Append(stream)),
            _ => {}
        }
        result
    }

    /// The stream of directory entries that was left by the last call, if any.
    pub fn take_entries(&self) -> Option<DirectoryEntryStream> {
        match self.stream.take() {
            Stream::Entries(entries) => Some(entries),
            _ => None,
        }
    }

    pub fn keep_entries(&self, entries: DirectoryEntryStream) {
        self.stream.set(Stream::Entries(entries));
    }
}

pub fn filetype_of(kind: DescriptorType) -> u8 {
    match kind {
        DescriptorType::BlockDevice => filetype::BLOCK_DEVICE,
        DescriptorType::CharacterDevice => filetype::CHARACTER_DEVICE,
        DescriptorType::Directory => filetype::DIRECTORY,
        DescriptorType::RegularFile => filetype::REGULAR_FILE,
        DescriptorType::SymbolicLink => filetype::SYMBOLIC_LINK,
        DescriptorType::Socket => filetype::SOCKET_STREAM,
        // Preview1 has no type for a pipe.
        DescriptorType::Fifo | DescriptorType::Unknown => filetype::UNKNOWN,
    }
}
