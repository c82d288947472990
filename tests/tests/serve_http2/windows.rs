//! Flow control: the server sends no more than it may, and takes no more than it allows.

use std::thread;
use std::time::Duration;

use super::*;

const INITIAL_WINDOW_SIZE: u16 = 4;
/// The first window of a stream, and that of a connection, unless a setting says otherwise.
const WINDOW: u32 = (1 << 16) - 1;
const LARGEST: u32 = i32::MAX as u32;

/// Asks for a few bytes, given the size of the first window of streams.
fn with_window(server: &Server, settings: &[u8]) -> Connection {
    let mut connection = Connection::sending(server, &[settings, &ask(1, "plain", "0"), &data(1, b"")].concat());
    connection.next(kind::HEADERS);
    connection
}

/// Sends something, and checks that the next bytes of the body are these, and that no more come before the answer to a ping.
fn expect(connection: &mut Connection, sent: &[u8], bytes: &str) {
    connection.send(sent).expect("it is sent");
    let mut body = Vec::new();
    while body.len() < bytes.len() {
        body.extend(connection.next(kind::DATA).payload);
    }
    connection.send(&ping()).expect("it is sent");
    loop {
        let frame = connection.receive().expect("the connection goes on");
        match frame.kind {
            kind::DATA => body.extend(frame.payload),
            kind::PING => break,
            _ => {}
        }
    }
    assert_eq!(String::from_utf8_lossy(&body), bytes);
}

#[test]
fn windows_that_cannot_be_are_refused() {
    let protocol: &[_] = &[GoAway(PROTOCOL_ERROR)];
    let flow: &[_] = &[GoAway(FLOW_CONTROL_ERROR)];
    check(&[
        ("6.9 an increment of zero", window(0, 0), protocol),
        (
            "6.9 an increment of zero of a stream",
            [post(1), window(1, 0)].concat(),
            &[Reset(PROTOCOL_ERROR), GoAway(PROTOCOL_ERROR)],
        ),
        ("6.9.1 a window that is too large", [window(0, LARGEST), window(0, LARGEST)].concat(), flow),
        (
            "6.9.1 a window of a stream that is too large",
            [post(1), window(1, LARGEST), window(1, LARGEST)].concat(),
            &[Reset(FLOW_CONTROL_ERROR), GoAway(FLOW_CONTROL_ERROR)],
        ),
        (
            "6.9.2 a window that is too large by a setting",
            [post(1), window(1, LARGEST - WINDOW), setting(INITIAL_WINDOW_SIZE, WINDOW + 1)].concat(),
            flow,
        ),
    ]);
}

#[test]
fn the_server_sends_no_more_than_a_window() {
    let server = cases(&[]);
    // 6.9.1
    let mut connection = with_window(&server, &setting(INITIAL_WINDOW_SIZE, 1));
    expect(&mut connection, &[], "h");
    expect(&mut connection, &window(1, 2), "el");
    expect(&mut connection, &window(1, LARGEST - 1), "lo\n");
    // 6.5.3: the last of two counts.
    let settings = [INITIAL_WINDOW_SIZE, INITIAL_WINDOW_SIZE].iter().zip([100_u32, 1]);
    let settings = settings.flat_map(|(name, value)| [&name.to_be_bytes()[..], &value.to_be_bytes()].concat());
    let settings = frame(kind::SETTINGS, 0, 0, &settings.collect::<Vec<_>>());
    expect(&mut with_window(&server, &settings), &[], "h");
}

#[test]
fn a_setting_changes_the_windows_of_open_streams() {
    let server = cases(&[]);
    let mut connection = with_window(&server, &setting(INITIAL_WINDOW_SIZE, 0));
    expect(&mut connection, &[], "");
    expect(&mut connection, &setting(INITIAL_WINDOW_SIZE, 3), "hel");
    // The window is two less than nothing.
    expect(&mut connection, &setting(INITIAL_WINDOW_SIZE, 1), "");
    expect(&mut connection, &window(1, 2), "");
    expect(&mut connection, &window(1, 1), "l");
}

#[test]
fn all_streams_share_the_window_of_the_connection() {
    let server = cases(&[]);
    let settings = setting(INITIAL_WINDOW_SIZE, LARGEST);
    let flood = |stream| [ask(stream, "flood", "0"), data(stream, b"")].concat();
    let mut connection = Connection::sending(&server, &[settings, flood(1), flood(3)].concat());
    let mut received = 0;
    while received < WINDOW as usize {
        received += connection.next(kind::DATA).payload.len();
    }
    assert_eq!(received, WINDOW as usize);
    expect(&mut connection, &[], "");
    expect(&mut connection, &window(0, 3), "\0\0\0");
}

/// A client that asks for as much as it can, and takes nothing: the programs wait.
#[test]
fn bodies_that_nobody_takes_use_little_memory() {
    const STREAMS: u32 = 100;
    const EACH: u64 = 512 << 10;
    let server = cases(&[]);
    assert_eq!(server.get("/cases.cgi/plain").status, 200);
    let before = server.peak_memory();
    let flood = |index: u32| [ask(2 * index + 1, "flood", "0"), data(2 * index + 1, b"")].concat();
    let settings = setting(INITIAL_WINDOW_SIZE, LARGEST);
    let mut connection = Connection::sending(&server, &[settings, (0..STREAMS).flat_map(flood).collect()].concat());
    (0..STREAMS).for_each(|_| drop(connection.next(kind::HEADERS)));
    thread::sleep(Duration::from_secs(1)); // All of it would have been sent by now.
    let each = (server.peak_memory() - before) / u64::from(STREAMS);
    assert!(each < EACH, "a response takes {} KiB", each >> 10);
}

/// A client that sends more than the program takes.
#[test]
fn bytes_beyond_a_window_are_refused() {
    let server = cases(&["--timeout", "10"]);
    let mut connection = Connection::sending(&server, &ask(1, "spin", "9999999"));
    let _ = connection.send(&frame(kind::DATA, 0, 1, &[0; FRAME]).repeat(200)); // It may be refused before its end.
    let found = connection.reaction();
    assert!(matches!(found, Reset(FLOW_CONTROL_ERROR) | GoAway(FLOW_CONTROL_ERROR)), "{found:?}");
}
