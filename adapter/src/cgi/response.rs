//! The program's output, from descriptor 1: a header block, and then the response's body.
//!
//! | event | WASI 0.2 calls |
//! |---|---|
//! | the header block is complete | those of `head.rs`, `outgoing-response.set-status-code`, `.body`, `outgoing-body.write`, `response-outparam.set` |
//! | more output | as of stdout |
//! | the program ends | `outgoing-body.finish`; a drop instead if the body is shorter than its `Content-Length` |
//! | an error | `get-stderr`, and the same as for a response |

use core::cell::Cell;

use super::tables::{List, Message, Number, Tables, flag};
use super::{Cgi, head};
use crate::bindings::wasi::cli::stderr::get_stderr;
use crate::bindings::wasi::http::types::{Fields, OutgoingBody, OutgoingResponse, ResponseOutparam};
use crate::bindings::wasi::io::poll::Pollable;
use crate::bindings::wasi::io::streams::OutputStream;
use crate::decimal::digits;
use crate::errno::{Errno, Result};
use crate::guest::Buffer;
use crate::io::write_stream;
use crate::memory::Memory;
use head::{Fault, Head, field};

/// The status that a response has already.
const OK: u16 = 200;

pub struct Response {
    stage: Cell<Stage>,
    out: Cell<Option<ResponseOutparam>>,
    /// Room for a header block that comes in parts, or for all output if it is sent at the end; and how much of it is used.
    room: Cell<Buffer>,
    used: Cell<usize>,
    body: Cell<Option<Body>>,
    /// True if the client wants no body.
    is_head: bool,
}

/// [`Stage::Head`] is first; each other stage is the last.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// The header block is not complete, or all output is kept for the end.
    Head,
    /// Output goes into the body.
    Body,
    /// Output goes nowhere: the response has no body.
    NoBody,
    /// An error was the answer. Output is refused.
    Failed,
}

struct Body {
    stream: OutputStream,
    body: OutgoingBody,
    /// The rest of its `Content-Length`.
    left: Option<u64>,
}

impl Response {
    pub fn new(is_head: bool) -> Self {
        Self {
            stage: Cell::new(Stage::Head),
            out: Cell::new(None),
            room: Cell::new(Buffer::EMPTY),
            used: Cell::new(0),
            body: Cell::new(None),
            is_head,
        }
    }

    /// Takes memory for what is collected.
    pub fn take_room(&self, memory: &Memory, tables: Tables) -> Result {
        self.room.set(memory.keep(tables.number(Number::Response) as usize)?);
        Ok(())
    }

    /// Has the response sent through `out`.
    pub fn begin(&self, out: ResponseOutparam) {
        self.out.set(Some(out));
    }

    /// The collected output.
    fn collected(&self) -> &'static [u8] {
        self.room.get().until(self.used.get()).as_slice()
    }

    /// Waits until more output is taken, unless it is now.
    pub fn subscribe(&self) -> Option<Pollable> {
        let body = self.body.take()?;
        let pollable = body.stream.subscribe();
        self.body.set(Some(body));
        Some(pollable)
    }
}

impl Cgi {
    /// Takes output of the program.
    pub fn write(&self, bytes: &[u8]) -> Result<usize> {
        let response = &self.response;
        match response.stage.get() {
            Stage::Head => self.collect(bytes),
            Stage::Body => response.send(bytes),
            Stage::NoBody => Ok(bytes.len()),
            Stage::Failed => Err(Errno::PIPE),
        }
    }

    fn collect(&self, bytes: &[u8]) -> Result<usize> {
        let response = &self.response;
        let before = response.used.get();
        let is_buffered = self.tables.has(flag::BUFFER);
        // Mostly the block comes at once, and is read where it is.
        if before == 0
            && !is_buffered
            && let Some(end) = head::end(bytes, 0)
            && end <= response.room.get().len()
        {
            let (block, rest) = bytes.split_at_checked(end).unwrap_or_default();
            self.start(block, None)?;
            self.write(rest)?;
            return Ok(bytes.len());
        }
        let taken = response.room.get().from(before).fill(bytes);
        response.used.set(before + taken);
        let collected = response.collected();
        match if is_buffered { None } else { head::end(collected, before) } {
            Some(end) => {
                self.start(collected.get(..end).unwrap_or_default(), None)?;
                self.write(bytes.get(end - before..).unwrap_or_default())?;
            }
            None if taken < bytes.len() => {
                let message = if is_buffered { Message::ResponseTooLarge } else { Message::HeadTooLong };
                self.fail(502, message, &[]);
                return Err(Errno::PIPE);
            }
            None => {}
        }
        Ok(bytes.len())
    }

    /// Sends a header block. `length` is that of the body, if it is known.
    fn start(&self, block: &[u8], length: Option<u64>) -> Result {
        let response = &self.response;
        let Some(out) = response.out.take() else { return Err(Errno::PIPE) };
        let fields = Fields::new();
        let Head { status, length: declared } = match head::read(self.tables, block, &fields) {
            Ok(head) => head,
            Err(Fault(message, line)) => {
                response.out.set(Some(out));
                self.fail(502, message, line);
                return Err(Errno::PIPE);
            }
        };
        if let (Some(length), None) = (length, declared) {
            append_length(self.tables, &fields, length);
        }
        let has_body = !response.is_head && status != 204 && status != 304;
        let body = send_head(out, status, fields);
        response.stage.set(if has_body { Stage::Body } else { Stage::NoBody });
        response.body.set(body.map(|(body, stream)| Body {
            stream,
            body,
            left: declared.or(length).filter(|_| has_body),
        }));
        Ok(())
    }

    /// Ends the response when the program ends.
    pub fn end(&self, status: u32) {
        let response = &self.response;
        if response.stage.get() == Stage::Head {
            self.end_head(status);
        }
        let Some(Body { stream, body, left }) = response.body.take() else { return };
        drop(stream);
        if left.is_some_and(|left| left > 0) {
            // Without an end, the host breaks the connection off.
            report(self.tables, Message::BodyTooShort, &[]);
            drop(body);
        } else {
            let _ = OutgoingBody::finish(body, None);
        }
    }

    /// Sends output that was kept for the end, or says that there is no response.
    fn end_head(&self, status: u32) {
        let response = &self.response;
        let output = response.collected();
        if let Some(end) = Some(()).filter(|()| self.tables.has(flag::BUFFER)).and_then(|()| head::end(output, 0)) {
            let (block, body) = output.split_at_checked(end).unwrap_or_default();
            if self.start(block, Some(body.len() as u64)).is_ok() && response.stage.get() == Stage::Body {
                let _ = response.send(body);
            }
            return;
        }
        let code = if status == 0 { 502 } else { 500 };
        if !output.is_empty() {
            self.fail(code, Message::HeadIncomplete, output);
        } else if status == 0 {
            self.fail(code, Message::NoOutput, &[]);
        } else {
            self.fail(code, Message::Failed, digits(&mut [0; 20], status.into()));
        }
    }

    /// Answers with an error, of which stderr gets the reason and the text that is at fault.
    fn fail(&self, status: u16, message: Message, at_fault: &[u8]) {
        self.response.stage.set(Stage::Failed);
        if let Some(out) = self.response.out.take() {
            refuse(self.tables, out, status, message, at_fault);
        }
    }
}

impl Response {
    /// Writes to the body. What is beyond its `Content-Length` is left out.
    fn send(&self, bytes: &[u8]) -> Result<usize> {
        let Some(mut body) = self.body.take() else { return Err(Errno::PIPE) };
        let wanted = body.left.map_or(bytes.len(), |left| bytes.len().min(usize::try_from(left).unwrap_or(usize::MAX)));
        let part = bytes.get(..wanted).unwrap_or_default();
        let written = if part.is_empty() { Ok(0) } else { write_stream(&body.stream, part) };
        if let (Ok(written), Some(left)) = (written, &mut body.left) {
            *left -= written as u64;
        }
        self.body.set(Some(body));
        written.map(|_| bytes.len())
    }
}

/// Answers a request with an error, and says the reason to the client and on stderr.
pub fn refuse(tables: Tables, out: ResponseOutparam, status: u16, message: Message, at_fault: &[u8]) {
    report(tables, message, at_fault);
    let text = tables.message(message);
    let fields = Fields::new();
    let names = tables.list(List::Fields);
    let _ = fields.append(names.nth(field::CONTENT_TYPE), tables.message(Message::MediaType));
    append_length(tables, &fields, text.len() as u64);
    if let Some((body, stream)) = send_head(out, status, fields) {
        let _ = write_stream(&stream, text);
        drop(stream);
        let _ = OutgoingBody::finish(body, None);
    }
}

/// Sends status and headers.
fn send_head(out: ResponseOutparam, status: u16, fields: Fields) -> Option<(OutgoingBody, OutputStream)> {
    let response = OutgoingResponse::new(fields);
    if status != OK {
        let _ = response.set_status_code(status);
    }
    let body = response.body().ok()?;
    let stream = body.write().ok()?;
    ResponseOutparam::set(out, Ok(response));
    Some((body, stream))
}

fn append_length(tables: Tables, fields: &Fields, length: u64) {
    let name = tables.list(List::Fields).nth(field::CONTENT_LENGTH);
    let _ = fields.append(name, digits(&mut [0; 20], length));
}

/// Writes a line to stderr: a message, and the first line of the text that is at fault.
fn report(tables: Tables, message: Message, at_fault: &[u8]) {
    let stderr = get_stderr();
    let _ = write_stream(&stderr, tables.message(Message::Prefix));
    let _ = write_stream(&stderr, tables.message(message));
    let mut line = [0; 80];
    let (first, _) = at_fault.split_at(at_fault.iter().position(|byte| *byte == b'\n').unwrap_or(at_fault.len()));
    let printable = first.iter().map(|byte| if matches!(byte, b' '..=b'~') { *byte } else { b'?' });
    let separator = [b':', b' '].into_iter().filter(|_| !at_fault.is_empty());
    let mut used = 0;
    for (place, byte) in line.iter_mut().zip(separator.chain(printable.take(70)).chain([b'\n'])) {
        *place = byte;
        used += 1;
    }
    let _ = write_stream(&stderr, line.get(..used).unwrap_or_default());
}
