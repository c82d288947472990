//! The request's body, which the program reads from descriptor 0.
//!
//! Of a body without a `Content-Length` the length is known only at its end. CGI has no such bodies, so all of it is read
//! before the program starts.
//!
//! | function | WASI 0.2 calls |
//! |---|---|
//! | before the program starts | `incoming-request.consume`, `incoming-body.stream`, `input-stream.blocking-read` |
//! | `fd_read` | `input-stream.blocking-read` |

use core::cell::Cell;

use super::Refusal;
use super::tables::{Message, Number, Tables};
use crate::bindings::wasi::http::types::IncomingRequest;
use crate::bindings::wasi::io::poll::Pollable;
use crate::bindings::wasi::io::streams::InputStream;
use crate::decimal::parse;
use crate::errno::Result;
use crate::gather::Buffers;
use crate::guest::Buffer;
use crate::io::{Source, read_all, read_stream};
use crate::memory::Memory;

pub enum Input {
    /// The host has so many bytes.
    Stream(InputStream, u64),
    /// These are left.
    Read(Cell<Buffer>, u64),
}

impl Input {
    pub fn open(
        tables: Tables,
        memory: &Memory,
        request: &IncomingRequest,
        length: Option<&[u8]>,
    ) -> core::result::Result<Self, Refusal> {
        let nothing = || Self::Read(Cell::new(Buffer::EMPTY), 0);
        let Ok(body) = request.consume() else { return Ok(nothing()) };
        let Ok(stream) = body.stream() else { return Ok(nothing()) };
        core::mem::forget(body); // The stream must not outlive it, and lives as long as the program.
        if let Some(length) = length {
            let length = parse(length).ok_or(Refusal(400, Message::BadLength))?;
            return Ok(Self::Stream(stream, length));
        }
        let most = tables.number(Number::Body) as usize;
        // One byte more, to see that it is too large.
        let room = memory.scratch(most.saturating_add(1)).ok().ok_or(Refusal(413, Message::BodyTooLarge))?;
        let mut rest = room;
        loop {
            match read_stream(memory, &stream, rest) {
                Ok(0) => break,
                Ok(read) => rest = rest.from(read),
                Err(_) => return Err(Refusal(400, Message::BodyIncomplete)),
            }
            if rest.len() == 0 {
                return Err(Refusal(413, Message::BodyTooLarge));
            }
        }
        let length = room.len() - rest.len();
        if length == 0 {
            return Ok(nothing());
        }
        Ok(Self::Read(Cell::new(memory.keep_start(room, length)), length as u64))
    }

    /// The length of the body, or none if there is no body.
    pub fn length(&self) -> Option<u64> {
        match self {
            Self::Stream(_, length) => Some(*length),
            Self::Read(_, length) => Some(*length).filter(|length| *length > 0),
        }
    }

    pub fn read(&self, memory: &Memory, buffers: Buffers) -> Result<u32> {
        match self {
            Self::Stream(stream, _) => Source::Stream(stream).read(memory, buffers),
            Self::Read(rest, _) => read_all(buffers, false, |buffer| {
                let read = buffer.fill(rest.get().as_slice());
                rest.set(rest.get().from(read));
                Ok(read)
            }),
        }
    }

    /// Waits for more, unless it is there.
    pub fn subscribe(&self) -> Option<Pollable> {
        match self {
            Self::Stream(stream, _) => Some(stream.subscribe()),
            Self::Read(..) => None,
        }
    }
}
