//! Many requests, large ones, slow and broken ones: they are answered, and take no more memory than others. `wasi-adapt serve` and
//! stock wasmtime serve the same component.
#![cfg(target_os = "linux")]

mod support;

use std::env;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use support::web::{Answer, Server};
use tempfile::TempDir;
use wasi_adapt::{Cgi, Linker, World};
use wasi_adapt_tests::guests;

/// The requests at a time.
const CROWD: usize = 1000;
/// The size of a large body.
const LARGE: usize = 100 << 20;
/// Memory that our server, and stock wasmtime, may take for anything but the number or the size of requests. wasmtime takes 44 MiB
/// when many clients go away.
const SOME: [u64; 2] = [48 << 20, 64 << 20];
/// Memory that an open request may take: that of the program, of a stack of the host, of the connection.
const OPEN: u64 = 200 << 10;

/// The requests in a row: few of them, unless `make test-http` asks for more.
fn in_a_row() -> usize {
    env::var("HTTP_REQUESTS").map_or(2000, |count| count.parse().expect("a number"))
}

/// Serves the program with cases by both servers, one after the other. Each comes with the memory that it may take.
fn with_each(check: impl Fn(&Server, u64)) {
    raise_limit();
    let cgi = Cgi::new().script_name("/cases.cgi");
    let linked = Linker::new().world(World::Http).cgi(cgi).link(&guests::http::CASES.module()).expect("it is linked");
    let directory = TempDir::new().expect("a temporary directory");
    let component = directory.path().join("component.wasm");
    fs::write(&component, linked.wasm).expect("a file");
    let crowd = CROWD.to_string();
    check(&Server::ours(&component, &["--quiet", "--max-requests", &crowd]), SOME[0]);
    // Its limits of these are 1,000, and an instance of a component has several.
    let pools = ["-O", "pooling-total-core-instances=3000", "-O", "pooling-total-tables=3000"];
    check(&Server::wasmtime(&component, &pools), SOME[1]);
}

/// Lets this process, and those that it starts, have as many open files as there are connections.
fn raise_limit() {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: both calls get a valid structure.
    unsafe {
        assert_eq!(libc::getrlimit(libc::RLIMIT_NOFILE, &mut limit), 0);
        limit.rlim_cur = limit.rlim_max;
        assert_eq!(libc::setrlimit(libc::RLIMIT_NOFILE, &limit), 0);
    }
}

/// Sends the beginning of a request with a body of so many bytes.
fn post(server: &Server, length: usize) -> TcpStream {
    let mut stream = server.connect();
    let head =
        format!("POST /cases.cgi/count HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n");
    stream.write_all(head.as_bytes()).expect("it is sent");
    stream
}

/// Asks for a body of a hundred megabytes, and reads the first few bytes.
fn flood(server: &Server) -> TcpStream {
    let mut stream = server.connect();
    stream.write_all(b"GET /cases.cgi/flood HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").expect("it is sent");
    stream.read_exact(&mut [0; 1000]).expect("it begins");
    stream
}

/// Checks that something leaves the memory of each server as it is.
fn takes_no_memory(happens: impl Fn(&Server)) {
    with_each(|server, most| {
        assert_eq!(server.get("/cases.cgi/plain").status, 200);
        let before = server.peak_memory();
        happens(server);
        let grown = server.peak_memory() - before;
        eprintln!("the server has taken {} MiB more", grown >> 20);
        assert!(grown < most, "the server has taken {} MiB more", grown >> 20);
        assert_eq!(server.get("/cases.cgi/plain").status, 200);
    });
}

#[test]
fn a_thousand_requests_at_a_time_are_answered() {
    with_each(|server, _| {
        let mut streams: Vec<_> = (0..CROWD).map(|_| post(server, 6)).collect();
        streams.iter_mut().for_each(|stream| stream.write_all(b"hel").expect("it is sent"));
        streams.iter_mut().for_each(|stream| stream.write_all(b"lo\n").expect("it is sent"));
        for stream in streams {
            let answer = Answer::read(stream);
            assert_eq!((answer.status, &answer.body[..]), (200, &b"6 bytes\n"[..]), "{}", answer.to_text());
        }
    });
}

/// Begins as many requests as there may be at a time, and returns when each program waits for its body.
fn crowd(server: &Server) -> Vec<TcpStream> {
    let head = "POST /cases.cgi/count HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nConnection: close\r\nContent-Length: 6\r\n\r\n";
    let mut streams: Vec<_> = (0..CROWD).map(|_| server.connect()).collect();
    streams.iter_mut().for_each(|stream| stream.write_all(head.as_bytes()).expect("it is sent"));
    let asked = b"HTTP/1.1 100 Continue\r\n\r\n";
    for stream in &mut streams {
        let mut answer = vec![0; asked.len()];
        stream.read_exact(&mut answer).expect("it is asked for the body");
        assert_eq!(answer, asked);
    }
    streams
}

#[test]
fn a_thousand_open_requests_take_little_memory_each_time() {
    with_each(|server, _| {
        assert_eq!(server.get("/cases.cgi/plain").status, 200);
        let before = server.memory();
        let with_crowd = || {
            let mut streams = crowd(server);
            let memory = server.memory();
            streams.iter_mut().for_each(|stream| stream.write_all(b"hello\n").expect("it is sent"));
            streams.into_iter().for_each(|stream| assert_eq!(Answer::read(stream).body, b"6 bytes\n"));
            memory
        };
        let each = (with_crowd() - before) / CROWD as u64;
        eprintln!("an open request takes {} KiB", each >> 10);
        assert!(each < OPEN, "an open request takes {} KiB", each >> 10);
        // By now allocators have what they keep.
        let second = with_crowd();
        for _ in 0..2 {
            let more = with_crowd().saturating_sub(second);
            assert!(more < second / 8, "it has taken {} MiB more than {} MiB", more >> 20, second >> 20);
        }
    });
}

#[test]
fn many_requests_in_a_row_are_answered() {
    takes_no_memory(|server| {
        let (mut stream, began) = (server.connect(), Instant::now());
        for _ in 0..in_a_row() {
            stream.write_all(b"GET /cases.cgi/length HTTP/1.1\r\nHost: a\r\n\r\n").expect("it is sent");
            let (mut answer, mut part) = (Vec::new(), [0; 1000]);
            while !answer.ends_with(b"\r\n\r\nhello\n") {
                let read = stream.read(&mut part).expect("it is answered");
                assert!(read > 0, "the connection ends behind {}", String::from_utf8_lossy(&answer));
                answer.extend_from_slice(&part[..read]);
            }
            assert!(answer.starts_with(b"HTTP/1.1 200"));
        }
        eprintln!("{} requests have taken {:?}", in_a_row(), began.elapsed());
    });
}

#[test]
fn a_large_body_is_streamed() {
    takes_no_memory(|server| {
        let mut stream = post(server, LARGE);
        let block = vec![0; 1 << 20];
        (0..LARGE / block.len()).for_each(|_| stream.write_all(&block).expect("it is sent"));
        assert_eq!(Answer::read(stream).body, format!("{LARGE} bytes\n").as_bytes());
    });
}

#[test]
fn a_slow_reader_makes_the_program_wait() {
    takes_no_memory(|server| {
        let mut stream = flood(server);
        thread::sleep(Duration::from_secs(1)); // All of it would have been sent by now.
        let (mut rest, mut total) = (vec![0; 1 << 16], 0);
        loop {
            match stream.read(&mut rest).expect("it goes on") {
                0 => break,
                read => total += read,
            }
        }
        assert!(total > LARGE - 2000, "only {total} bytes came");
    });
}

#[test]
fn clients_that_go_away_leave_nothing_behind() {
    takes_no_memory(|server| {
        for _ in 0..100 {
            drop(flood(server));
            let mut stream = post(server, LARGE);
            stream.write_all(b"not all of it").expect("it is sent");
            stream.shutdown(Shutdown::Both).expect("it is connected");
        }
    });
}
