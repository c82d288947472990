//! Everything that a program has sent before it closes a socket, or ends, arrives, at whatever time the peer reads it;
//! and the program does not wait long for a peer that reads nothing.

mod support;

use std::io::Read as _;
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use support::peers::As::{Component, Native};
use support::peers::{As, Process, Program};

/// The ways in which the program ends.
const WAYS: [&str; 7] = ["close", "dup2", "disconnect", "return", "exit", "_exit", "a little"];

/// Starts a program that sends as much as it can; returns it with the number of bytes, and the peer's end of the
/// connection.
fn start(what: As, way: &str) -> (Process, u64, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("it is bound").port().to_string();
    let process = Process::start(Program::new("last_bytes", what).command(&[&port, way]));
    let (peer, _) = listener.accept().expect("the program connects");
    let line = String::from_utf8(process.line().expect("it says how much")).expect("text");
    let sent = line.trim().strip_prefix("sent ").and_then(|number| number.parse().ok());
    (process, sent.unwrap_or_else(|| panic!("{way}: `{line}`")), peer)
}

/// Returns the output that contains the elapsed time, if the program can still print.
fn said(way: &str) -> &'static str {
    if ["return", "exit", "_exit"].contains(&way) { "" } else { "at once 1\n" }
}

#[test]
fn a_peer_that_reads_later_gets_all() {
    for what in [Native, Component] {
        for way in WAYS {
            let (process, sent, mut peer) = start(what, way);
            thread::sleep(Duration::from_millis(700));
            let mut bytes = Vec::new();
            peer.read_to_end(&mut bytes).expect("the connection ends well");
            assert_eq!(bytes.len() as u64, sent, "{what:?}, {way}");
            assert_eq!(process.text(), said(way), "{what:?}, {way}");
        }
    }
}

#[test]
fn nobody_waits_for_a_peer_that_never_reads() {
    // In parallel, since some wait a while for the peer to read.
    thread::scope(|scope| {
        for way in WAYS {
            scope.spawn(move || {
                let (process, _, _peer) = start(Component, way);
                let before = Instant::now();
                assert_eq!(process.text(), said(way), "{way}");
                assert!(before.elapsed() < Duration::from_secs(30), "{way}");
            });
        }
    });
}
