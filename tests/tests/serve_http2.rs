//! HTTP/2 of `wasi-adapt serve`, frame by frame: what RFC 9113 forbids is refused with the code that it names, and floods end
//! without taking memory. The cases are those of its sections; `curl` sends whole requests in `serve.rs`.
//!
//! | file | cases |
//! |---|---|
//! | `serve_http2.rs` | frames on their own |
//! | `serve_http2/streams.rs` | states of streams |
//! | `serve_http2/fields.rs` | fields of requests |
//! | `serve_http2/hpack.rs` | their compression (RFC 7541) |
//! | `serve_http2/windows.rs` | flow control |
//! | `serve_http2/floods.rs` | floods |
#![cfg(target_os = "linux")]

#[path = "serve_http2/fields.rs"]
mod fields;
#[path = "serve_http2/floods.rs"]
mod floods;
#[path = "serve_http2/hpack.rs"]
mod hpack;
#[path = "serve_http2/streams.rs"]
mod streams;
mod support;
#[path = "serve_http2/windows.rs"]
mod windows;

use Reaction::{Alive, Answered, BadRequest, Closed, GoAway, Ok, Reset};
use support::frames::*;
use support::web::Server;
use wasi_adapt_tests::guests;

/// Codes of errors (RFC 9113, section 7).
const NO_ERROR: u32 = 0;
const PROTOCOL_ERROR: u32 = 1;
const FLOW_CONTROL_ERROR: u32 = 3;
const STREAM_CLOSED: u32 = 5;
const FRAME_SIZE_ERROR: u32 = 6;
const CANCEL: u32 = 8;
const COMPRESSION_ERROR: u32 = 9;
const ENHANCE_YOUR_CALM: u32 = 11;

/// The crate `h2` gives this code where RFC 9113 has a more exact one.
const INEXACT: u32 = PROTOCOL_ERROR;

/// The size of frames that nobody has to agree on.
const FRAME: usize = 16 << 10;

/// Flags of a request without a body, in one frame.
const WHOLE: u8 = flag::END_STREAM | flag::END_HEADERS;

/// A case: its section and name, what is sent, and the reactions that are right.
type Case<'a> = (&'a str, Vec<u8>, &'a [Reaction]);

fn server() -> Server {
    Server::ours(&guests::http::ECHO.path(), &["--script-name", "/echo.cgi", "--quiet"])
}

/// Serves the program with cases.
fn cases(options: &[&str]) -> Server {
    let options = [&["--script-name", "/cases.cgi", "--quiet"], options].concat();
    Server::ours(&guests::http::CASES.path(), &options)
}

/// The head of a request for a case. A body of a length follows.
fn ask(stream: u32, case: &str, length: &str) -> Vec<u8> {
    let path = format!("/cases.cgi/{case}");
    let fields = [(":method", "POST"), (":scheme", "http"), (":path", &path), (":authority", "a")];
    let fields = [&fields[..], &[("content-length", length)]].concat();
    headers(flag::END_HEADERS, stream, &block(&fields))
}

fn headers(flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    frame(kind::HEADERS, flags, stream, payload)
}

fn continuation(flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    frame(kind::CONTINUATION, flags, stream, payload)
}

fn data(stream: u32, bytes: &[u8]) -> Vec<u8> {
    frame(kind::DATA, flag::END_STREAM, stream, bytes)
}

fn trailers(stream: u32, fields: &[(&str, &str)]) -> Vec<u8> {
    headers(WHOLE, stream, &block(fields))
}

/// A frame `PRIORITY`: a stream depends on another one.
fn priority(stream: u32, other: u32) -> Vec<u8> {
    frame(kind::PRIORITY, 0, stream, &[&other.to_be_bytes()[..], &[16]].concat())
}

fn ping() -> Vec<u8> {
    frame(kind::PING, 0, 0, &[7; 8])
}

fn reset(stream: u32) -> Vec<u8> {
    number(kind::RST_STREAM, stream, CANCEL)
}

fn window(stream: u32, increment: u32) -> Vec<u8> {
    number(kind::WINDOW_UPDATE, stream, increment)
}

/// Sends something, and unless an answer to it is right, a request behind it that is to be answered.
fn reaction(connection: &mut Connection, sent: &[u8], right: &[Reaction]) -> Reaction {
    let is_answered = right.iter().any(|reaction| matches!(reaction, Ok | BadRequest | Answered));
    let last = if is_answered { Vec::new() } else { get(LAST) };
    let _ = connection.send(&[sent, &last].concat()); // It may be refused before its end.
    loop {
        match connection.reaction() {
            Ok if !is_answered => {} // A request before what is wrong is answered.
            // An error of the connection is its end (section 5.4.1).
            GoAway(code) => {
                connection.wait_for_end();
                return GoAway(code);
            }
            found => return found,
        }
    }
}

fn check(cases: &[Case]) {
    check_on(Connection::open, cases);
}

/// Checks cases, each on a connection.
fn check_on(open: impl Fn(&Server) -> Connection, cases: &[Case]) {
    let server = server();
    let wrong = cases.iter().filter_map(|(case, sent, right)| {
        let found = reaction(&mut open(&server), sent, right);
        (!right.contains(&found)).then(|| format!("{case}: {found:?} instead of {right:?}"))
    });
    let wrong: Vec<_> = wrong.collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(server.get("/echo.cgi").status, 200);
}

#[test]
fn a_wrong_preface_ends_the_connection() {
    let server = server();
    for sent in [&b"PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n"[..], b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nGET / HTTP/1.1\r\n\r\n"] {
        let mut connection = Connection::silent(&server);
        connection.send(sent).expect("it is sent");
        let found = connection.reaction();
        assert!(matches!(found, Closed | GoAway(PROTOCOL_ERROR | FRAME_SIZE_ERROR)), "{found:?}");
    }
}

/// Sections 3.4 and 6.5.3.
#[test]
fn settings_come_first_and_are_acknowledged() {
    let server = server();
    let mut connection = Connection::open(&server);
    let first = connection.receive().expect("a frame");
    assert_eq!((first.kind, first.flags, first.stream), (kind::SETTINGS, 0, 0));
    for _ in 0..2 {
        let answer = connection.next(kind::SETTINGS);
        assert_eq!((answer.flags, answer.stream, answer.payload.len()), (flag::ACK, 0, 0));
        connection.send(&setting(2, 0)).expect("it is sent");
    }
}

/// Section 6.7.
#[test]
fn pings_are_answered_but_not_answers() {
    let server = server();
    let mut connection = Connection::open(&server);
    let pings = [frame(kind::PING, flag::ACK, 0, &[1; 8]), frame(kind::PING, 0, 0, b"abcdefgh")].concat();
    connection.send(&pings).expect("it is sent");
    let answer = connection.next(kind::PING);
    assert_eq!((answer.flags, answer.stream, &answer.payload[..]), (flag::ACK, 0, &b"abcdefgh"[..]));
}

#[test]
fn what_is_unknown_or_allowed_is_taken() {
    let padded = |stream: u32| {
        let payload = [&[4][..], &request("GET", &[]), &[0; 4]].concat();
        headers(WHOLE | flag::PADDED, stream, &payload)
    };
    check(&[
        ("4.1 unknown type", frame(0x16, 0, 0, &[0; 8]), &[Alive]),
        ("4.1 unknown flags", frame(kind::PING, 0xfe, 0, &[0; 8]), &[Alive]),
        ("4.1 reserved bit", frame(kind::PING, 0, 1 << 31, &[0; 8]), &[Alive]),
        ("4.2 the largest size", [post(1), data(1, &[0; FRAME])].concat(), &[Ok]),
        ("5.1 a request", get(1), &[Ok]),
        ("6.1 padding alone", [post(1), frame(kind::DATA, flag::PADDED, 1, &[9; 10]), data(1, b"x")].concat(), &[Ok]),
        ("6.1 a body in parts", [post(1), frame(kind::DATA, 0, 1, b"a"), data(1, b"b")].concat(), &[Ok]),
        ("6.2 padding", padded(1), &[Ok]),
        (
            "6.2 a priority",
            headers(WHOLE | flag::PRIORITY, 1, &[&[0, 0, 0, 0, 255][..], &request("GET", &[])].concat()),
            &[Ok],
        ),
        ("6.3 priority of an idle stream", priority(1, 0), &[Alive]),
        ("6.3 priority above all others", priority(3, 1 << 31 | 1), &[Alive]),
        ("6.3 priority of a later stream", [priority(5, 0), get(1)].concat(), &[Ok]),
        ("6.4 a stream is reset", [post(1), reset(1)].concat(), &[Alive]),
        ("6.5 settings that nobody sent are acknowledged", frame(kind::SETTINGS, flag::ACK, 0, &[]), &[Alive]),
        ("6.5.2 unknown setting", setting(0xff, 1), &[Alive]),
        ("6.8 the client will send nothing more", [get(1), frame(kind::GOAWAY, 0, 0, &[0; 8])].concat(), &[Ok]),
        ("6.9 windows", [post(1), window(0, 1), window(1, 1), data(1, b"x")].concat(), &[Ok]),
        (
            "6.10 headers in parts",
            [
                headers(flag::END_STREAM, 1, &request("GET", &[])),
                continuation(0, 1, &[]),
                continuation(0, 1, &block(&[("x-a", "b")])),
                continuation(flag::END_HEADERS, 1, &block(&[("x-c", "d")])),
            ]
            .concat(),
            &[Ok],
        ),
        ("7 an unknown code", [post(1), number(kind::RST_STREAM, 1, 0xff)].concat(), &[Alive]),
    ]);
}

#[test]
fn frames_of_a_wrong_size_are_refused() {
    let size: &[_] = &[GoAway(FRAME_SIZE_ERROR), GoAway(INEXACT)];
    check(&[
        (
            "4.2 DATA",
            [post(1), data(1, &[0; FRAME + 1])].concat(),
            &[GoAway(FRAME_SIZE_ERROR), Reset(FRAME_SIZE_ERROR)],
        ),
        ("4.2 HEADERS", headers(flag::END_HEADERS, 1, &[0; FRAME + 1]), size),
        ("6.3 PRIORITY", frame(kind::PRIORITY, 0, 1, &[0; 4]), size),
        ("6.4 RST_STREAM", [post(1), frame(kind::RST_STREAM, 0, 1, &[0; 3])].concat(), size),
        ("6.5 SETTINGS", frame(kind::SETTINGS, 0, 0, &[0; 3]), size),
        ("6.5 SETTINGS acknowledged", frame(kind::SETTINGS, flag::ACK, 0, &[0; 6]), size),
        ("6.7 PING", frame(kind::PING, 0, 0, &[0; 6]), size),
        ("6.8 GOAWAY", frame(kind::GOAWAY, 0, 0, &[0; 7]), size),
        ("6.9 WINDOW_UPDATE", frame(kind::WINDOW_UPDATE, 0, 0, &[0; 3]), size),
    ]);
}

#[test]
fn what_comes_between_parts_of_a_header_block_is_refused() {
    let begun = headers(flag::END_STREAM, 1, &request("GET", &[]));
    let more = continuation(0, 1, &block(&[("x-a", "b")]));
    let protocol: &[_] = &[GoAway(PROTOCOL_ERROR)];
    let between = |other: Vec<u8>| [begun.clone(), other].concat();
    check(&[
        ("4.3 PRIORITY", between(priority(1, 0)), protocol),
        ("4.3 HEADERS of another stream", between(get(3)), protocol),
        ("5.5 an unknown type", between(frame(0x16, 0, 0, &[0; 8])), protocol),
        ("6.10 CONTINUATION of another stream", between(continuation(flag::END_HEADERS, 3, &[])), protocol),
        ("6.10 PING behind the second part", between([more, ping()].concat()), protocol),
    ]);
}

#[test]
fn padding_priorities_and_settings_that_cannot_be_are_refused() {
    let protocol: &[_] = &[GoAway(PROTOCOL_ERROR)];
    // RFC 9113 has no priorities any more.
    let priorities: &[_] = &[Reset(PROTOCOL_ERROR), GoAway(PROTOCOL_ERROR), Ok, Alive];
    check(&[
        (
            "6.1 padding",
            [post(1), frame(kind::DATA, flag::PADDED | flag::END_STREAM, 1, &[5, 1, 2])].concat(),
            protocol,
        ),
        ("6.2 padding", headers(WHOLE | flag::PADDED, 1, &[&[200][..], &request("GET", &[])].concat()), protocol),
        (
            "5.3.1 a stream that depends on itself",
            headers(WHOLE | flag::PRIORITY, 1, &[&[0, 0, 0, 1, 16][..], &request("GET", &[])].concat()),
            priorities,
        ),
        ("5.3.1 one that depends on itself later", [priority(1, 1), get(LAST)].concat(), priorities),
        ("6.5.2 ENABLE_PUSH", setting(2, 2), protocol),
        ("6.5.2 INITIAL_WINDOW_SIZE", setting(4, 1 << 31), &[GoAway(FLOW_CONTROL_ERROR), GoAway(INEXACT)]),
        ("6.5.2 MAX_FRAME_SIZE, too small", setting(5, FRAME as u32 - 1), protocol),
        ("6.5.2 MAX_FRAME_SIZE, too large", setting(5, 1 << 24), protocol),
    ]);
}

/// The request that has begun is answered, and the process ends well (section 6.8).
#[test]
fn at_the_end_the_client_is_told_which_requests_are_answered() {
    let mut server = server();
    let mut connection = Connection::open(&server);
    connection.send(&[post(1), ping()].concat()).expect("it is sent");
    connection.next(kind::PING);
    server.process().signal(libc::SIGTERM);
    assert_eq!(connection.reaction(), GoAway(NO_ERROR));
    // Requests that were under way when this came are behind an answer to it.
    let asked = connection.next(kind::PING).payload;
    connection.send(&[frame(kind::PING, flag::ACK, 0, &asked), data(1, b"hello")].concat()).expect("it is sent");
    assert!(connection.body(1).ends_with("5 bytes\nhello\n"));
    connection.wait_for_end();
    server.end();
}
