//! Reading and writing: the guest's buffers, and what is behind a descriptor.

use crate::bindings::wasi::filesystem::types::filesystem_error_code;
use crate::bindings::wasi::io::error::Error;
use crate::bindings::wasi::io::streams::{InputStream, OutputStream, StreamError};
use crate::errno::{Errno, Result};
use crate::file::File;
use crate::gather::{Buffers, Many};
use crate::guest::{Buffer, Ptr};
use crate::intrinsics::has_filesystem;
use crate::memory::Memory;
use crate::types::Iovec;

/// The most bytes that `blocking-write-and-flush` takes.
const BLOCKING_WRITE: usize = 4 << 10;
/// The most bytes that go to the host in one call, which copies them.
const WRITE: usize = 1 << 20;

/// The guest's list of buffers, each inside its memory.
#[inline(always)]
pub fn buffers(memory: &Memory, iovs: Ptr<Iovec>, len: u32) -> Result<Buffers> {
    Buffers::check(iovs, len, |bytes| memory.scratch(bytes))
}

/// The destination of the guest's bytes: a stream, or a file from an offset on.
pub enum Sink<'a> {
    Stream(&'a OutputStream),
    File(&'a File, u64),
}

impl Sink<'_> {
    /// Writes all of the buffers, or what can be written before an error.
    #[inline(always)]
    pub fn write(mut self, buffers: Buffers) -> Result<u32> {
        write_all(buffers, |bytes| self.put(bytes))
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

/// Writes all of the buffers by `put`, or what it takes before an error.
#[inline(always)]
pub fn write_all(buffers: Buffers, mut put: impl FnMut(&[u8]) -> Result<usize>) -> Result<u32> {
    match buffers {
        Buffers::One(buffer) => Ok(put(buffer.as_slice())? as u32),
        Buffers::Many(many) => write_many(many, put),
    }
}

#[inline(never)]
fn write_many(mut many: Many, mut put: impl FnMut(&[u8]) -> Result<usize>) -> Result<u32> {
    let mut done = 0;
    loop {
        let (bytes, result) = match many.next_run() {
            Ok(Some(run)) => {
                let bytes = run.gather();
                (bytes.len(), put(bytes.as_slice()))
            }
            Ok(None) => break,
            Err(errno) => (0, Err(errno)),
        };
        match result {
            Ok(written) => {
                done += written;
                if written < bytes {
                    break;
                }
            }
            Err(errno) if done == 0 => return Err(errno),
            Err(_) => break,
        }
    }
    Ok(done as u32)
}

/// The origin of the guest's bytes.
pub enum Source<'a> {
    Stream(&'a InputStream),
    File(&'a File, u64),
}

impl Source<'_> {
    /// Fills the buffers as far as the file reaches, or with what the stream has by now.
    #[inline(always)]
    pub fn read(mut self, memory: &Memory, buffers: Buffers) -> Result<u32> {
        // A stream that has given something might let the next read wait.
        let may_wait = matches!(self, Self::Stream(_));
        read_all(buffers, may_wait, |buffer| self.take(memory, buffer))
    }

    fn take(&mut self, memory: &Memory, buffer: Buffer) -> Result<usize> {
        match self {
            _ if buffer.len() == 0 => Ok(0),
            Self::Stream(stream) => read_stream(memory, stream, buffer),
            Self::File(file, offset) => {
                let read = file.read_at(memory, buffer, *offset)?;
                *offset += read as u64;
                Ok(read)
            }
        }
    }
}

/// Fills the buffers by `take`, as far as it has something. If it may wait, it is asked for bytes until it has given some.
#[inline(always)]
pub fn read_all(buffers: Buffers, may_wait: bool, mut take: impl FnMut(Buffer) -> Result<usize>) -> Result<u32> {
    match buffers {
        Buffers::One(buffer) => Ok(take(buffer)? as u32),
        Buffers::Many(many) => read_many(many, may_wait, take),
    }
}

#[inline(never)]
fn read_many(mut many: Many, may_wait: bool, mut take: impl FnMut(Buffer) -> Result<usize>) -> Result<u32> {
    let mut done = 0;
    loop {
        let (bytes, result) = match many.next_run() {
            Ok(Some(run)) => {
                let result = take(run.buffer());
                run.scatter(result.unwrap_or(0));
                (run.buffer().len(), result)
            }
            Ok(None) => break,
            Err(errno) => (0, Err(errno)),
        };
        match result {
            Ok(read) => {
                done += read;
                if read < bytes || (read > 0 && may_wait) {
                    break;
                }
            }
            Err(errno) if done == 0 => return Err(errno),
            Err(_) => break,
        }
    }
    Ok(done as u32)
}

/// Waits until the stream has something for `buffer`. At the stream's end that is nothing.
pub fn read_stream(memory: &Memory, stream: &InputStream, buffer: Buffer) -> Result<usize> {
    loop {
        memory.plan_bytes(buffer);
        match stream.blocking_read(buffer.len() as u64) {
            Ok(bytes) if bytes.is_empty() => {}
            Ok(bytes) => return Ok(buffer.len() - buffer.fill_from_host(&bytes).len()),
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

/// The errno of a stream's error. Only errors of file systems have codes; without a file system it is the most likely one.
fn stream_errno(error: &Error, likely: Errno) -> Errno {
    if has_filesystem() { filesystem_error_code(error).map_or(Errno::IO, Errno::from) } else { likely }
}
