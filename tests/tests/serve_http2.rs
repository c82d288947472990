//! HTTP/2 of `wasi-adapt serve`, frame by frame: what RFC 9113 forbids is refused with the code that it names, and floods end
//! without taking memory. The cases are those of its sections; `curl` sends whole requests in `serve.rs`.
#![cfg(target_os = "linux")]

mod support;

use Reaction::{Alive, Closed, GoAway, Ok, Reset};
use support::frames::*;
use support::web::Server;
use wasi_adapt_tests::guests;

/// Codes of errors (RFC 9113, section 7).
const PROTOCOL_ERROR: u32 = 1;
const FLOW_CONTROL_ERROR: u32 = 3;
const STREAM_CLOSED: u32 = 5;
const FRAME_SIZE_ERROR: u32 = 6;
const COMPRESSION_ERROR: u32 = 9;
const ENHANCE_YOUR_CALM: u32 = 11;

/// The crate `h2` gives this code where RFC 9113 has a more exact one.
const INEXACT: u32 = PROTOCOL_ERROR;

/// The size of frames that nobody has to agree on.
const FRAME: usize = 16 << 10;

fn server() -> Server {
    Server::ours(&guests::http::ECHO.path(), &["--script-name", "/echo.cgi", "--quiet"])
}

fn headers(flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    frame(kind::HEADERS, flags, stream, payload)
}

/// A whole request, with more fields.
fn with(more: &[(&str, &str)]) -> Vec<u8> {
    headers(flag::END_STREAM | flag::END_HEADERS, 1, &request("GET", more))
}

/// A whole request, of these fields.
fn of(fields: &[(&str, &str)]) -> Vec<u8> {
    headers(flag::END_STREAM | flag::END_HEADERS, 1, &block(fields))
}

fn data(stream: u32, bytes: &[u8]) -> Vec<u8> {
    frame(kind::DATA, flag::END_STREAM, stream, bytes)
}

fn ping() -> Vec<u8> {
    frame(kind::PING, 0, 0, &[7; 8])
}

/// Sends what follows the preface, and unless that is a request to be answered, one behind it.
fn reaction(server: &Server, sent: &[u8], right: &[Reaction]) -> Reaction {
    let mut connection = Connection::open(server);
    let last = if right.contains(&Ok) { Vec::new() } else { get(LAST) };
    let _ = connection.send(&[sent, &last].concat()); // It may be refused before its end.
    connection.reaction()
}

/// Checks cases, each with the section and the reactions that are right.
fn check(cases: &[(&str, Vec<u8>, &[Reaction])]) {
    let server = server();
    let wrong = cases.iter().filter_map(|(case, sent, right)| {
        let found = reaction(&server, sent, right);
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

#[test]
fn what_is_unknown_or_allowed_is_taken() {
    check(&[
        ("4.1 unknown type", frame(0x16, 0, 0, &[0; 8]), &[Alive]),
        ("4.1 unknown flags", frame(kind::PING, 0xfe, 0, &[0; 8]), &[Alive]),
        ("4.1 reserved bit", frame(kind::PING, 0, 1 << 31, &[0; 8]), &[Alive]),
        ("6.5.2 unknown setting", setting(0xff, 1), &[Alive]),
        ("6.3 priority of an idle stream", frame(kind::PRIORITY, 0, 1, &[0, 0, 0, 0, 16]), &[Alive]),
        ("5.1 a request", get(1), &[Ok]),
        ("6.1 padding alone", [post(1), frame(kind::DATA, flag::PADDED, 1, &[9; 10]), data(1, b"x")].concat(), &[Ok]),
        (
            "6.10 headers in parts",
            [
                headers(flag::END_STREAM, 1, &request("GET", &[])),
                frame(kind::CONTINUATION, flag::END_HEADERS, 1, &block(&[("x-a", "b")])),
            ]
            .concat(),
            &[Ok],
        ),
        (
            // RFC 9113 forbids it, and `h2` leaves it out. No program sees trailers.
            "8.1 a pseudo-header in trailers",
            [post(1), headers(flag::END_STREAM | flag::END_HEADERS, 1, &block(&[(":method", "GET")]))].concat(),
            &[Ok],
        ),
        ("8.2.2 trailers are accepted", with(&[("te", "trailers")]), &[Ok]),
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
        ("6.9 WINDOW_UPDATE", frame(kind::WINDOW_UPDATE, 0, 0, &[0; 3]), size),
    ]);
}

#[test]
fn frames_of_a_wrong_stream_are_refused() {
    let protocol = &[GoAway(PROTOCOL_ERROR)];
    let closed: &[_] = &[GoAway(STREAM_CLOSED), Reset(STREAM_CLOSED), GoAway(INEXACT), Reset(INEXACT)];
    check(&[
        ("6.1 DATA of none", data(0, b"x"), protocol),
        ("6.2 HEADERS of none", get(0), protocol),
        ("6.3 PRIORITY of none", frame(kind::PRIORITY, 0, 0, &[0, 0, 0, 0, 16]), protocol),
        ("6.4 RST_STREAM of none", number(kind::RST_STREAM, 0, 8), protocol),
        ("6.5 SETTINGS of one", frame(kind::SETTINGS, 0, 1, &[]), protocol),
        ("6.7 PING of one", frame(kind::PING, 0, 1, &[0; 8]), protocol),
        ("6.8 GOAWAY of one", frame(kind::GOAWAY, 0, 1, &[0; 8]), protocol),
        ("6.10 CONTINUATION of none", frame(kind::CONTINUATION, flag::END_HEADERS, 0, &[]), protocol),
        (
            "6.10 CONTINUATION of no HEADERS",
            frame(kind::CONTINUATION, flag::END_HEADERS, 1, &request("GET", &[])),
            protocol,
        ),
        ("5.1 DATA of an idle stream", data(1, b"x"), protocol),
        ("5.1 RST_STREAM of an idle stream", number(kind::RST_STREAM, 1, 8), protocol),
        ("5.1 WINDOW_UPDATE of an idle stream", number(kind::WINDOW_UPDATE, 1, 100), protocol),
        ("5.1.1 a stream of the server", get(2), protocol),
        (
            "5.1.1 a smaller number",
            [post(5), get(3)].concat(),
            &[GoAway(PROTOCOL_ERROR), GoAway(STREAM_CLOSED), Reset(STREAM_CLOSED)],
        ),
        ("5.1 DATA behind the end", [post(1), data(1, b"x"), data(1, b"x")].concat(), closed),
        ("5.1 HEADERS behind the end", [post(1), data(1, b"x"), post(1)].concat(), closed),
        ("6.6 PUSH_PROMISE", frame(kind::PUSH_PROMISE, flag::END_HEADERS, 1, &[0, 0, 0, 2]), protocol),
    ]);
}

#[test]
fn what_comes_between_parts_of_a_header_block_is_refused() {
    let begun = headers(flag::END_STREAM, 1, &request("GET", &[]));
    let protocol: &[_] = &[GoAway(PROTOCOL_ERROR)];
    let between = |other: Vec<u8>| [begun.clone(), other].concat();
    check(&[
        ("4.3 PRIORITY", between(frame(kind::PRIORITY, 0, 1, &[0, 0, 0, 0, 16])), protocol),
        ("4.3 HEADERS of another stream", between(get(3)), protocol),
        (
            "6.10 CONTINUATION of another stream",
            between(frame(kind::CONTINUATION, flag::END_HEADERS, 3, &[])),
            protocol,
        ),
        (
            "4.3 a block that is no HPACK",
            headers(flag::END_STREAM | flag::END_HEADERS, 1, &[0xff; 8]),
            &[GoAway(COMPRESSION_ERROR), GoAway(INEXACT)],
        ),
    ]);
}

#[test]
fn padding_priorities_and_settings_that_cannot_be_are_refused() {
    let protocol: &[_] = &[GoAway(PROTOCOL_ERROR)];
    let whole = flag::END_STREAM | flag::END_HEADERS;
    let too_far = |stream: u32| number(kind::WINDOW_UPDATE, stream, i32::MAX as u32);
    check(&[
        (
            "6.1 padding",
            [post(1), frame(kind::DATA, flag::PADDED | flag::END_STREAM, 1, &[5, 1, 2])].concat(),
            protocol,
        ),
        ("6.2 padding", headers(whole | flag::PADDED, 1, &[&[200][..], &request("GET", &[])].concat()), protocol),
        (
            "5.3.1 a stream that depends on itself",
            headers(whole | flag::PRIORITY, 1, &[&[0, 0, 0, 1, 16][..], &request("GET", &[])].concat()),
            &[Reset(PROTOCOL_ERROR), GoAway(PROTOCOL_ERROR), Ok], // RFC 9113 has no priorities any more.
        ),
        ("6.5.2 ENABLE_PUSH", setting(2, 2), protocol),
        ("6.5.2 INITIAL_WINDOW_SIZE", setting(4, 1 << 31), &[GoAway(FLOW_CONTROL_ERROR), GoAway(INEXACT)]),
        ("6.5.2 MAX_FRAME_SIZE, too small", setting(5, FRAME as u32 - 1), protocol),
        ("6.5.2 MAX_FRAME_SIZE, too large", setting(5, 1 << 24), protocol),
        ("6.9 an increment of zero", number(kind::WINDOW_UPDATE, 0, 0), protocol),
        (
            "6.9 an increment of zero of a stream",
            [post(1), number(kind::WINDOW_UPDATE, 1, 0)].concat(),
            &[Reset(PROTOCOL_ERROR), GoAway(PROTOCOL_ERROR)],
        ),
        ("6.9.1 a window that is too large", [too_far(0), too_far(0)].concat(), &[GoAway(FLOW_CONTROL_ERROR)]),
        (
            "6.9.1 a window of a stream that is too large",
            [post(1), too_far(1), too_far(1)].concat(),
            &[Reset(FLOW_CONTROL_ERROR), GoAway(FLOW_CONTROL_ERROR)],
        ),
    ]);
}

#[test]
fn malformed_requests_are_refused() {
    let refused: &[_] = &[Reset(PROTOCOL_ERROR), GoAway(PROTOCOL_ERROR)];
    let (method, scheme, path) = ((":method", "GET"), (":scheme", "http"), (":path", "/echo.cgi"));
    let authority = (":authority", "a");
    let post_of = |length: &str| headers(flag::END_HEADERS, 1, &request("POST", &[("content-length", length)]));
    check(&[
        ("8.2.1 capitals", with(&[("X-Test", "ok")]), refused),
        ("8.2.1 a line feed", with(&[("x-test", "a\nb")]), refused),
        ("8.2.2 connection", with(&[("connection", "keep-alive")]), refused),
        ("8.2.2 transfer-encoding", with(&[("transfer-encoding", "chunked")]), refused),
        ("8.2.2 te", with(&[("te", "trailers, deflate")]), refused),
        ("8.3 an unknown pseudo-header", with(&[(":test", "ok")]), refused),
        ("8.3 one of responses", with(&[(":status", "200")]), refused),
        ("8.3 one behind others", of(&[method, scheme, authority, ("x-a", "b"), path]), refused),
        ("8.3.1 no method", of(&[scheme, path, authority]), refused),
        ("8.3.1 no scheme", of(&[method, path, authority]), refused),
        ("8.3.1 no path", of(&[method, scheme, authority]), refused),
        ("8.3.1 an empty path", of(&[method, scheme, (":path", ""), authority]), refused),
        ("8.3.1 two methods", of(&[method, method, scheme, path, authority]), refused),
        ("8.3.1 two paths", of(&[method, scheme, path, path, authority]), refused),
        ("8.1.1 a body shorter than its length", [post_of("2"), data(1, b"x")].concat(), refused),
        ("8.1.1 a body longer than its length", [post_of("1"), data(1, b"xx")].concat(), refused),
        (
            "8.1 trailers that do not end",
            [post(1), headers(flag::END_HEADERS, 1, &block(&[("x-a", "b")]))].concat(),
            refused,
        ),
    ]);
}

/// More requests at a time than the server allows: those beyond are refused, others are answered.
#[test]
fn streams_beyond_the_limit_are_refused() {
    let server = server();
    let mut connection = Connection::open(&server);
    connection.send(&(0..101).flat_map(|index| post(2 * index + 1)).collect::<Vec<_>>()).expect("it is sent");
    let found = connection.reaction();
    assert!(matches!(found, Reset(7) | Reset(PROTOCOL_ERROR) | GoAway(PROTOCOL_ERROR)), "{found:?}");
}

/// Sends a flood until the server has had enough of it, or for as often as is said. Returns the last reaction.
fn flood(server: &Server, first: &[u8], times: usize, part: impl Fn(usize) -> Vec<u8>) -> Reaction {
    let mut connection = Connection::open(server);
    connection.send(first).expect("it is sent");
    let refused = (0..times).any(|index| connection.send(&part(index)).is_err());
    if !refused {
        let _ = connection.send(&get(LAST));
    }
    loop {
        match connection.reaction() {
            Reset(_) | Ok | Reaction::Answered => {}
            last => return last,
        }
    }
}

#[test]
fn floods_end_and_take_no_memory() {
    const SOME: u64 = 32 << 20;
    const MANY: usize = 20_000;
    let server = server();
    let indexed_bomb = {
        // An entry of 4 kB in the table of HPACK (62, the first that is not there from the start), named again and again.
        let entry = [&[0x40, 3][..], b"x-b", &[0x7f, 0x81, 0x1e], &[b'a'; 4000]].concat();
        [request("GET", &[]), entry, vec![0xbe; 8000]].concat()
    };
    type Part = Box<dyn Fn(usize) -> Vec<u8>>;
    let floods: [(&str, Vec<u8>, Part); 7] = [
        (
            "CONTINUATION",
            headers(flag::END_STREAM, 1, &request("GET", &[])),
            Box::new(|_| frame(kind::CONTINUATION, 0, 1, &block(&[("x-a", "0123456789")]))),
        ),
        (
            "empty CONTINUATION",
            headers(flag::END_STREAM, 1, &request("GET", &[])),
            Box::new(|_| frame(kind::CONTINUATION, 0, 1, &[])),
        ),
        (
            "rapid reset",
            Vec::new(),
            Box::new(|index| {
                let stream = 2 * index as u32 + 1;
                [post(stream), number(kind::RST_STREAM, stream, 8)].concat()
            }),
        ),
        ("SETTINGS", Vec::new(), Box::new(|_| frame(kind::SETTINGS, 0, 0, &[]))),
        ("PING", Vec::new(), Box::new(|_| ping())),
        ("empty DATA", post(1), Box::new(|_| frame(kind::DATA, 0, 1, &[]))),
        (
            "a bomb of headers",
            Vec::new(),
            Box::new(move |index| headers(flag::END_STREAM | flag::END_HEADERS, 2 * index as u32 + 1, &indexed_bomb)),
        ),
    ];
    assert_eq!(server.get("/echo.cgi").status, 200);
    for (name, first, part) in floods {
        let before = server.peak_memory();
        let times = if name == "a bomb of headers" { 200 } else { MANY };
        let last = flood(&server, &first, times, part);
        let grown = server.peak_memory() - before;
        assert!(matches!(last, Alive | GoAway(ENHANCE_YOUR_CALM)), "{name}: {last:?}");
        assert!(grown < SOME, "{name}: the server has taken {} MiB", grown >> 20);
        assert_eq!(server.get("/echo.cgi").status, 200, "{name}");
    }
}
