//! Scattering and gathering: several buffers of the guest's become as few host calls as possible.
//!
//! Buffers next to each other that are small together go through scratch space in one call. A large one goes by
//! itself, without a copy.

use crate::answers::has_filesystem;
use crate::bindings::wasi::filesystem::types::filesystem_error_code;
use crate::bindings::wasi::io::error::Error;
use crate::bindings::wasi::io::streams::{InputStream, OutputStream, StreamError};
use crate::errno::{Errno, Result};
use crate::file::File;
use crate::guest::{Array, Buffer, Ptr};
use crate::state::state;
use crate::types::Iovec;

/// How many bytes are copied together at most.
const JOIN: usize = 8 << 10;
/// What `blocking-write-and-flush` takes at most.
const BLOCKING_WRITE: usize = 4 << 10;
/// How much goes to the host in one call, which copies it.
const WRITE: usize = 1 << 20;

/// The guest's list of buffers, each inside its memory.
#[derive(Clone, Copy)]
pub struct Buffers(Array<Iovec>);

impl Buffers {
    pub fn check(iovs: Ptr<Iovec>, len: u32) -> Result<Self> {
        let array = iovs.array(len)?;
        let mut total = 0u32;
        for iovec in array.iter() {
            iovec.buf.buffer(iovec.len)?;
            total = total.checked_add(iovec.len).ok_or(Errno::INVAL)?;
        }
        Ok(Self(array))
    }

    fn get(self, index: u32) -> Result<Buffer> {
        let iovec = self.0.get(index);
        iovec.buf.buffer(iovec.len)
    }

    /// The buffers from `first` on that go to the host in one call, and the index behind them.
    #[inline(always)] // for the last buffer, which most are
    fn run(self, first: u32) -> Result<(Run, u32)> {
        let only = self.get(first)?;
        let next = first + 1;
        if next == self.0.len() { Ok((Run::One(only), next)) } else { self.join(first, only) }
    }

    fn join(self, first: u32, mut only: Buffer) -> Result<(Run, u32)> {
        let mut bytes = only.len;
        let mut joined = false;
        let mut next = first + 1;
        while next < self.0.len() {
            let buffer = self.get(next)?;
            if buffer.len > 0 {
                if bytes == 0 {
                    only = buffer;
                } else if bytes + buffer.len > JOIN {
                    break;
                } else {
                    joined = true;
                }
                bytes += buffer.len;
            }
            next += 1;
        }
        let run = if joined { Run::Joined { buffers: self, first, next, bytes } } else { Run::One(only) };
        Ok((run, next))
    }
}

enum Run {
    One(Buffer),
    Joined { buffers: Buffers, first: u32, next: u32, bytes: usize },
}

impl Run {
    /// What the host reads or writes: the guest's buffer itself, or scratch space.
    fn buffer(&self) -> Result<Buffer> {
        match *self {
            Self::One(buffer) => Ok(buffer),
            Self::Joined { bytes, .. } => state().memory.scratch(bytes),
        }
    }

    /// Calls `copy` with each of the joined buffers and its place in `scratch`.
    fn each(&self, scratch: Buffer, copy: impl Fn(Buffer, Buffer)) -> Result {
        if let Self::Joined { buffers, first, next, .. } = *self {
            let mut place = 0;
            for index in first..next {
                let buffer = buffers.get(index)?;
                copy(buffer, scratch.part(place, buffer.len));
                place += buffer.len;
            }
        }
        Ok(())
    }
}

/// Where the guest's bytes go: to a stream, or to a file from an offset on.
pub enum Sink<'a> {
    Stream(&'a OutputStream),
    File(&'a File, u64),
}

impl Sink<'_> {
    /// Writes all of the buffers, or what can be written before an error.
    pub fn write(mut self, buffers: Buffers) -> Result<u32> {
        let mut done = 0;
        let mut first = 0;
        while first < buffers.0.len() {
            let (run, next) = buffers.run(first)?;
            let bytes = run.buffer()?;
            run.each(bytes, |guest, scratch| {
                scratch.fill(guest.as_slice());
            })?;
            match self.put(bytes.as_slice()) {
                Ok(written) => {
                    done += written;
                    if written < bytes.len {
                        break;
                    }
                }
                Err(errno) if done == 0 => return Err(errno),
                Err(_) => break,
            }
            first = next;
        }
        Ok(done as u32)
    }

    fn put(&mut self, bytes: &[u8]) -> Result<usize> {
        match self {
            _ if bytes.is_empty() => Ok(0),
            Self::Stream(stream) => write_stream(stream, bytes),
            Self::File(file, offset) => {
                let written = file.write_at(bytes, *offset)?;
                *offset += written as u64;
                Ok(written)
            }
        }
    }
}

/// Where the guest's bytes come from.
pub enum Source<'a> {
    Stream(&'a InputStream),
    File(&'a File, u64),
}

impl Source<'_> {
    /// Fills the buffers as far as the file reaches, or with what the stream has by now.
    pub fn read(mut self, buffers: Buffers) -> Result<u32> {
        let mut done = 0;
        let mut first = 0;
        while first < buffers.0.len() {
            let (run, next) = buffers.run(first)?;
            let buffer = run.buffer()?;
            let read = match self.take(buffer) {
                Ok(read) => read,
                Err(errno) if done == 0 => return Err(errno),
                Err(_) => break,
            };
            run.each(buffer.part(0, read), |guest, scratch| {
                guest.fill(scratch.as_slice());
            })?;
            done += read;
            // A stream that has given something might let the next read wait.
            if read < buffer.len || (read > 0 && matches!(self, Self::Stream(_))) {
                break;
            }
            first = next;
        }
        Ok(done as u32)
    }

    fn take(&mut self, buffer: Buffer) -> Result<usize> {
        match self {
            _ if buffer.len == 0 => Ok(0),
            Self::Stream(stream) => read_stream(stream, buffer),
            Self::File(file, offset) => {
                let read = file.read_at(buffer, *offset)?;
                *offset += read as u64;
                Ok(read)
            }
        }
    }
}

/// Waits until the stream has something for `buffer`. At the stream's end that is nothing.
fn read_stream(stream: &InputStream, buffer: Buffer) -> Result<usize> {
    loop {
        state().memory.plan_bytes(buffer);
        match stream.blocking_read(buffer.len as u64) {
            Ok(bytes) if bytes.is_empty() => {}
            Ok(bytes) => return Ok(buffer.fill_from_host(&bytes)),
            Err(StreamError::Closed) => return Ok(0),
            Err(StreamError::LastOperationFailed(error)) => return Err(stream_errno(&error, Errno::IO)),
        }
    }
}

/// Waits until all of `bytes` are written and flushed, as a write to a blocking descriptor does.
pub fn write_stream(stream: &OutputStream, bytes: &[u8]) -> Result<usize> {
    let result =
        if bytes.len() <= BLOCKING_WRITE { stream.blocking_write_and_flush(bytes) } else { write_large(stream, bytes) };
    match result {
        Ok(()) => Ok(bytes.len()),
        Err(StreamError::Closed) => Err(Errno::PIPE),
        Err(StreamError::LastOperationFailed(error)) => Err(stream_errno(&error, Errno::PIPE)),
    }
}

fn write_large(stream: &OutputStream, mut bytes: &[u8]) -> core::result::Result<(), StreamError> {
    while !bytes.is_empty() {
        let permitted = stream.check_write()?;
        if permitted == 0 {
            stream.subscribe().block();
            continue;
        }
        let (part, rest) = bytes.split_at(bytes.len().min(permitted.min(WRITE as u64) as usize));
        stream.write(part)?;
        bytes = rest;
    }
    stream.blocking_flush()
}

/// What went wrong with a stream, as far as the host says: only errors of file systems have codes. Where there is no file
/// system to ask, it is what is most likely.
fn stream_errno(error: &Error, likely: Errno) -> Errno {
    if has_filesystem() { filesystem_error_code(error).map_or(Errno::IO, Errno::from) } else { likely }
}
