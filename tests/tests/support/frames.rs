//! HTTP/2 as its frames: what a client sends is written out, also where no client sends it.

use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use super::web::Server;

/// A server that takes nothing for so long reads no more.
const PATIENCE: Duration = Duration::from_secs(5);

/// The first bytes of a client.
pub const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Types of frames (RFC 9113, section 6).
pub mod kind {
    pub const DATA: u8 = 0;
    pub const HEADERS: u8 = 1;
    pub const PRIORITY: u8 = 2;
    pub const RST_STREAM: u8 = 3;
    pub const SETTINGS: u8 = 4;
    pub const PUSH_PROMISE: u8 = 5;
    pub const PING: u8 = 6;
    pub const GOAWAY: u8 = 7;
    pub const WINDOW_UPDATE: u8 = 8;
    pub const CONTINUATION: u8 = 9;
}

/// Flags of frames; two types give one bit two meanings.
pub mod flag {
    pub const END_STREAM: u8 = 1;
    pub const ACK: u8 = 1;
    pub const END_HEADERS: u8 = 4;
    pub const PADDED: u8 = 8;
    pub const PRIORITY: u8 = 0x20;
}

/// A frame as bytes.
pub fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).expect("it is small").to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// A frame `SETTINGS` with one setting.
pub fn setting(name: u16, value: u32) -> Vec<u8> {
    frame(kind::SETTINGS, 0, 0, &[&name.to_be_bytes()[..], &value.to_be_bytes()].concat())
}

/// A frame whose payload is one number.
pub fn number(kind: u8, stream: u32, number: u32) -> Vec<u8> {
    frame(kind, 0, stream, &number.to_be_bytes())
}

/// A header block: names and values as they are, without indices.
pub fn block(fields: &[(&str, &str)]) -> Vec<u8> {
    let text = |text: &str| [&[u8::try_from(text.len()).expect("it is short")], text.as_bytes()].concat();
    fields.iter().flat_map(|(name, value)| [vec![0], text(name), text(value)].concat()).collect()
}

/// The header block of a request, and more headers behind it.
pub fn request(method: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let fields = [(":method", method), (":scheme", "http"), (":path", "/echo.cgi"), (":authority", "a")];
    block(&[&fields, more].concat())
}

/// A request without a body.
pub fn get(stream: u32) -> Vec<u8> {
    frame(kind::HEADERS, flag::END_STREAM | flag::END_HEADERS, stream, &request("GET", &[]))
}

/// The head of a request whose body follows.
pub fn post(stream: u32) -> Vec<u8> {
    frame(kind::HEADERS, flag::END_HEADERS, stream, &request("POST", &[]))
}

/// A stream whose answer shows that what was sent before is done with.
pub const LAST: u32 = 999;

/// A reaction of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reaction {
    /// It answers a request with the status 200, 400, or another one.
    Ok,
    BadRequest,
    Answered,
    /// It answers the request of the stream [`LAST`].
    Alive,
    /// It ends a stream, or the connection, for a reason (RFC 9113, section 7).
    Reset(u32),
    GoAway(u32),
    /// It closes the connection.
    Closed,
}

/// A frame that a server sends.
#[derive(Debug)]
pub struct Frame {
    pub kind: u8,
    pub flags: u8,
    pub stream: u32,
    pub payload: Vec<u8>,
}

/// A connection of HTTP/2.
pub struct Connection(TcpStream);

impl Connection {
    /// Connects and sends the preface.
    pub fn open(server: &Server) -> Connection {
        let mut connection = Connection::silent(server);
        connection.send(PREFACE).expect("it is sent");
        connection.send(&frame(kind::SETTINGS, 0, 0, &[])).expect("it is sent");
        connection
    }

    /// Connects, and sends something behind the preface.
    pub fn sending(server: &Server, sent: &[u8]) -> Connection {
        let mut connection = Connection::open(server);
        connection.send(sent).expect("it is sent");
        connection
    }

    /// Connects and sends nothing.
    pub fn silent(server: &Server) -> Connection {
        let stream = server.connect();
        stream.set_write_timeout(Some(PATIENCE)).expect("a timeout");
        Connection(stream)
    }

    /// Sends bytes. A server that has closed the connection, or reads no more, takes none.
    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all(bytes)
    }

    /// Returns the next reaction to what was sent.
    pub fn reaction(&mut self) -> Reaction {
        loop {
            let Some(Frame { kind, stream, payload, .. }) = self.receive() else { return Reaction::Closed };
            let code = |at: usize| {
                payload.get(at..at + 4).map_or(0, |code| u32::from_be_bytes(code.try_into().expect("four")))
            };
            match kind {
                kind::HEADERS if stream == LAST => return Reaction::Alive,
                // The table of HPACK has `:status: 200` at 8, and `:status: 400` at 12.
                kind::HEADERS if payload.first() == Some(&0x88) => return Reaction::Ok,
                kind::HEADERS if payload.first() == Some(&0x8c) => return Reaction::BadRequest,
                kind::HEADERS => return Reaction::Answered,
                kind::RST_STREAM => return Reaction::Reset(code(0)),
                kind::GOAWAY => return Reaction::GoAway(code(4)),
                _ => {}
            }
        }
    }

    /// Returns the next frame of a type.
    pub fn next(&mut self, kind: u8) -> Frame {
        loop {
            let frame = self.receive().expect("the connection goes on");
            if frame.kind == kind {
                return frame;
            }
        }
    }

    /// Returns the rest of the body of a response.
    pub fn body(&mut self, stream: u32) -> String {
        let mut body = Vec::new();
        loop {
            let frame = self.next(kind::DATA);
            if frame.stream == stream {
                body.extend(frame.payload);
                if frame.flags & flag::END_STREAM != 0 {
                    return String::from_utf8(body).expect("it is text");
                }
            }
        }
    }

    /// Receives a frame, or nothing if the connection ends.
    pub fn receive(&mut self) -> Option<Frame> {
        let mut head = [0; 9];
        self.read(&mut head)?;
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let stream = u32::from_be_bytes([head[5], head[6], head[7], head[8]]);
        let mut payload = vec![0; length as usize];
        self.read(&mut payload)?;
        Some(Frame { kind: head[3], flags: head[4], stream, payload })
    }

    /// Waits until the server ends the connection.
    pub fn wait_for_end(&mut self) {
        while self.receive().is_some() {}
    }

    fn read(&mut self, bytes: &mut [u8]) -> Option<()> {
        let read = self.0.read_exact(bytes);
        let waited =
            read.as_ref().is_err_and(|error| matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut));
        assert!(!waited, "the server neither answers nor ends the connection");
        read.ok()
    }
}
