//! States of streams: frames that do not belong to them are refused.

use super::*;

#[test]
fn frames_of_a_wrong_stream_are_refused() {
    let protocol = &[GoAway(PROTOCOL_ERROR)];
    check(&[
        ("6.1 DATA of none", data(0, b"x"), protocol),
        ("6.2 HEADERS of none", get(0), protocol),
        ("6.3 PRIORITY of none", priority(0, 0), protocol),
        ("6.4 RST_STREAM of none", reset(0), protocol),
        ("6.5 SETTINGS of one", frame(kind::SETTINGS, 0, 1, &[]), protocol),
        ("6.7 PING of one", frame(kind::PING, 0, 1, &[0; 8]), protocol),
        ("6.8 GOAWAY of one", frame(kind::GOAWAY, 0, 1, &[0; 8]), protocol),
        ("6.10 CONTINUATION of none", continuation(flag::END_HEADERS, 0, &[]), protocol),
        ("6.10 CONTINUATION of no HEADERS", continuation(flag::END_HEADERS, 1, &request("GET", &[])), protocol),
        ("6.10 CONTINUATION behind DATA", [post(1), data(1, b"x"), continuation(4, 1, &[])].concat(), protocol),
        (
            "6.10 CONTINUATION behind the last part",
            [headers(1, 1, &request("GET", &[])), continuation(4, 1, &[]), continuation(4, 1, &[])].concat(),
            protocol,
        ),
        ("5.1 DATA of an idle stream", data(1, b"x"), protocol),
        ("5.1 RST_STREAM of an idle stream", reset(1), protocol),
        ("5.1 WINDOW_UPDATE of an idle stream", window(1, 100), protocol),
        ("5.1.1 a stream of the server", get(2), protocol),
        (
            "5.1.1 a smaller number",
            [post(5), get(3)].concat(),
            &[GoAway(PROTOCOL_ERROR), GoAway(STREAM_CLOSED), Reset(STREAM_CLOSED)],
        ),
        ("6.6 PUSH_PROMISE", frame(kind::PUSH_PROMISE, flag::END_HEADERS, 1, &[0, 0, 0, 2]), protocol),
    ]);
}

/// Frames for a stream whose client has ended it.
fn late() -> [Case<'static>; 6] {
    const CLOSED: &[Reaction] = &[GoAway(STREAM_CLOSED), Reset(STREAM_CLOSED), GoAway(INEXACT), Reset(INEXACT)];
    [
        ("5.1 DATA", data(1, b"x"), CLOSED),
        ("5.1 HEADERS", get(1), CLOSED),
        ("5.1 trailers", trailers(1, &[("x-a", "b")]), CLOSED),
        ("5.1 CONTINUATION", continuation(flag::END_HEADERS, 1, &[]), CLOSED),
        ("5.1 WINDOW_UPDATE", window(1, 1), &[Alive]),
        ("5.1 PRIORITY", priority(1, 0), &[Alive]),
    ]
}

#[test]
fn frames_behind_the_end_of_a_request_are_refused() {
    check_on(|server| Connection::sending(server, &get(1)), &late());
    check_on(|server| Connection::sending(server, &[post(1), data(1, b"x")].concat()), &late());
}

#[test]
fn frames_of_a_stream_that_is_reset_are_refused() {
    check_on(|server| Connection::sending(server, &[post(1), reset(1)].concat()), &late());
}

#[test]
fn frames_behind_both_ends_are_refused() {
    let answered = |server: &Server| {
        let mut connection = Connection::sending(server, &get(1));
        connection.body(1);
        connection
    };
    check_on(answered, &late());
    check_on(answered, &[("5.1 RST_STREAM", reset(1), &[Alive])]);
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

/// A program that answers without its input: the client is told to send no more of it (section 8.1).
#[test]
fn a_body_that_nobody_reads_is_stopped() {
    let server = cases(&[]);
    let mut connection = Connection::open(&server);
    connection.send(&ask(1, "plain", "5")).expect("it is sent");
    assert_eq!(connection.body(1), "hello\n");
    assert_eq!(connection.reaction(), Reset(NO_ERROR));
}

#[test]
fn a_body_that_does_not_come_is_answered_by_408() {
    let server = cases(&["--timeout", "1"]);
    let mut connection = Connection::sending(&server, &ask(1, "count", "5"));
    assert_eq!(connection.body(1), "408 Request Timeout\n");
}
