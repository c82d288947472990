//! `wasi-adapt serve`: the same answers as under stock wasmtime, limits, hostile input, changes of the file, an orderly end.

mod support;

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use support::web::{Answer, Server, requests};
use wasi_adapt::{Cgi, Linker, World};
use wasi_adapt_tests::guests;

/// Serves the program with cases, as a module.
fn cases(options: &[&str]) -> Server {
    let options: Vec<_> = ["--script-name", "/cases.cgi"].iter().chain(options).copied().collect();
    Server::ours(&guests::http::CASES.path(), &options)
}

fn echo(options: &[&str]) -> Server {
    let options: Vec<_> = ["--script-name", "/echo.cgi"].iter().chain(options).copied().collect();
    Server::ours(&guests::http::ECHO.path(), &options)
}

/// The beginning of a request with a body of so many bytes.
fn post(length: usize) -> String {
    format!("POST /echo.cgi HTTP/1.1\r\nHost: example.test\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n")
}

/// Begins a request with the body `hello`, and returns when the program waits for that.
fn begun(server: &Server) -> TcpStream {
    let mut stream = server.connect();
    let head = post(5).replace("\r\n\r\n", "\r\nExpect: 100-continue\r\n\r\n");
    stream.write_all(head.as_bytes()).expect("it is sent");
    let asked = b"HTTP/1.1 100 Continue\r\n\r\n";
    let mut answer = vec![0; asked.len()];
    stream.read_exact(&mut answer).expect("it is asked for the body");
    assert_eq!(answer, asked);
    stream
}

#[test]
fn answers_are_those_of_stock_wasmtime() {
    for (guest, name) in [(&guests::http::CASES, "cases"), (&guests::http::ECHO, "echo"), (&guests::http::GO, "go")] {
        let script = format!("/{name}.cgi");
        let linked = Linker::new().world(World::Http).cgi(Cgi::new().script_name(&script)).link(&guest.module());
        let directory = tempfile::tempdir().expect("a temporary directory");
        let component = directory.path().join("component.wasm");
        fs::write(&component, linked.expect("it is linked").wasm).expect("a file");
        let (stock, ours) = (Server::wasmtime(&component, &[]), Server::ours(&component, &[]));
        for (name, request) in requests(name) {
            assert_eq!(ours.answer(&request), stock.answer(&request), "{name}");
        }
    }
}

#[test]
fn requests_of_http_2_are_answered_and_logged() {
    let server = echo(&[]);
    let url = format!("http://127.0.0.1:{}/echo.cgi?a=1", server.port);
    let answer = support::output_of(Command::new("curl").args(["-s", "--http2-prior-knowledge", "-d", "hello", &url]));
    assert!(answer.ends_with("5 bytes\nhello\n"), "{answer}");
    assert!(server.says("\"POST /echo.cgi?a=1 HTTP/2.0\" 200 "));
}

#[test]
fn a_response_that_a_trap_cuts_off_is_no_whole_one() {
    let server = cases(&[]);
    for path in ["/cases.cgi/trap-in-chunks", "/cases.cgi/short"] {
        assert!(server.get(path).is_broken_off, "{path}");
    }
    assert_eq!(server.get("/cases.cgi/trap").status, 500);
    assert_eq!(server.get("/cases.cgi/plain").status, 200);
}

#[test]
fn a_body_beyond_the_limit_is_answered_by_413() {
    let server = echo(&["--max-body", "1000", "--body-limit", "500"]);
    assert_eq!(server.answer(format!("{}{:1000}", post(1000), "").as_bytes()).status, 200);
    assert_eq!(server.answer(post(1001).as_bytes()).status, 413);
    let chunked = |size: usize| {
        let head = "POST /echo.cgi HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n";
        server.answer(format!("{head}{size:x}\r\n{:size$}\r\n0\r\n\r\n", "").as_bytes()).status
    };
    assert_eq!([chunked(500), chunked(501), chunked(2000)], [200, 413, 413]);
}

#[test]
fn too_many_requests_are_answered_by_429_and_503() {
    for (option, status) in [("--max-client-requests", 429), ("--max-requests", 503)] {
        let server = echo(&[option, "1"]);
        let mut waiting = begun(&server);
        let refused = server.get("/echo.cgi");
        assert_eq!(refused.status, status);
        assert!(refused.headers.contains(&("retry-after".into(), "1".into())));
        waiting.write_all(b"hello").expect("it is sent");
        assert_eq!(Answer::read(waiting).status, 200);
        // The instance ends a moment after its response.
        let mut later = (0..500).map(|_| {
            std::thread::sleep(Duration::from_millis(10));
            server.get("/echo.cgi").status
        });
        assert_eq!(later.find(|later| *later != status), Some(200));
    }
}

#[test]
fn slow_clients_are_answered_by_408_and_slow_programs_by_503() {
    let mut server = echo(&["--timeout", "1"]);
    let mut slow = server.connect();
    slow.write_all(format!("{}ab", post(5)).as_bytes()).expect("it is sent");
    assert_eq!(Answer::read(slow).status, 408);
    // Of one that sends no whole head, the connection is closed.
    let mut slow = server.connect();
    slow.write_all(b"GET /echo.cgi HTTP/1.1\r\nHost: a\r\nX-A:").expect("it is sent");
    assert!(Answer::read(slow).is_broken_off);
    server.process().signal(libc::SIGTERM);
    let log = server.end();
    assert!(!log.contains("the program failed"), "{log}");
    let server = cases(&["--timeout", "1"]);
    assert_eq!(server.get("/cases.cgi/spin").status, 503);
    assert!(server.says("the program failed: the program takes too long"));
    assert_eq!(server.get("/cases.cgi/plain").status, 200);
}

#[test]
fn programs_that_compute_leave_others_their_turn() {
    let server = cases(&["--timeout", "5"]);
    let mut busy: Vec<_> = (0..4).map(|_| server.connect()).collect();
    for stream in &mut busy {
        stream.write_all(b"GET /cases.cgi/spin HTTP/1.1\r\nHost: a\r\n\r\n").expect("it is sent");
    }
    assert_eq!(server.get("/cases.cgi/plain").status, 200);
}

#[test]
fn memory_ends_at_its_limit() {
    let server = cases(&["--max-memory", "33554432"]);
    assert_eq!(server.get("/cases.cgi/memory").body, b"full\n");
}

/// Requests that two servers could understand differently are refused, and nothing of them is taken for another request.
#[test]
fn hostile_requests_are_refused() {
    let server = echo(&[]);
    let host = "Host: example.test\r\n";
    let hostile = [
        ("no host", "GET /echo.cgi HTTP/1.1\r\n\r\n".to_string()),
        ("no host beside that of the target", "GET http://example.test/echo.cgi HTTP/1.1\r\n\r\n".to_string()),
        ("an empty host", "GET /echo.cgi HTTP/1.1\r\nHost:\r\n\r\n".to_string()),
        ("two hosts", format!("GET /echo.cgi HTTP/1.1\r\n{host}Host: other.test\r\n\r\n")),
        ("a path in a host", "GET /echo.cgi HTTP/1.1\r\nHost: example.test/a\r\n\r\n".to_string()),
        ("a space in a host", "GET /echo.cgi HTTP/1.1\r\nHost: example.test a\r\n\r\n".to_string()),
        ("a user in a host", "GET /echo.cgi HTTP/1.1\r\nHost: me@example.test\r\n\r\n".to_string()),
        (
            "two lengths",
            format!("POST /echo.cgi HTTP/1.1\r\n{host}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!"),
        ),
        ("a signed length", format!("POST /echo.cgi HTTP/1.1\r\n{host}Content-Length: +5\r\n\r\nhello")),
        ("a list of lengths", format!("POST /echo.cgi HTTP/1.1\r\n{host}Content-Length: 5, 6\r\n\r\nhello!")),
        (
            "a coding before chunked",
            format!("POST /echo.cgi HTTP/1.1\r\n{host}Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n"),
        ),
        (
            "a bad chunk",
            format!("POST /echo.cgi HTTP/1.1\r\n{host}Transfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n"),
        ),
        (
            "a huge chunk",
            format!("POST /echo.cgi HTTP/1.1\r\n{host}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n"),
        ),
        ("a space before the colon", format!("GET /echo.cgi HTTP/1.1\r\n{host}X-A : 1\r\n\r\n")),
        ("a zero in a header", format!("GET /echo.cgi HTTP/1.1\r\n{host}X-A: \0\r\n\r\n")),
        ("many headers", format!("GET /echo.cgi HTTP/1.1\r\n{host}{}\r\n", "X-A: 1\r\n".repeat(10_000))),
        ("a long header", format!("GET /echo.cgi HTTP/1.1\r\n{host}X-A: {}\r\n\r\n", "a".repeat(1 << 20))),
        ("a long path", format!("GET /echo.cgi/{} HTTP/1.1\r\n{host}\r\n", "a".repeat(1 << 20))),
        ("no HTTP", "hello\r\n\r\n".to_string()),
        ("an unknown version", format!("GET /echo.cgi HTTP/9.9\r\n{host}\r\n")),
    ];
    for (name, request) in hostile {
        // Behind it comes one that must not be answered.
        let smuggled = format!("GET /echo.cgi/smuggled HTTP/1.1\r\n{host}Connection: close\r\n\r\n");
        let mut stream = server.connect();
        let _ = stream.write_all(format!("{request}{smuggled}").as_bytes());
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        let answer = String::from_utf8_lossy(&answer);
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{name}: {answer}");
        assert!(!answer.contains("smuggled"), "{name}: {answer}");
    }
    assert_eq!(server.get("/echo.cgi").status, 200);
}

/// A program cannot be one, so what is behind it is for nobody.
#[test]
fn a_tunnel_is_refused() {
    let server = echo(&[]);
    let answer =
        server.answer(b"CONNECT example.test:80 HTTP/1.1\r\nHost: example.test:80\r\n\r\nGET / HTTP/1.1\r\n\r\n");
    assert_eq!((answer.status, &answer.body[..]), (501, &b"501 Not Implemented\n"[..]));
}

/// Both are in the request that RFC 9112 allows and warns of: the length does not count.
#[test]
fn a_length_beside_chunks_does_not_count() {
    let server = echo(&[]);
    let request = "POST /echo.cgi HTTP/1.1\r\nHost: example.test\r\nConnection: close\r\nContent-Length: 3\r\n\
        Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
    let answer = server.answer(request.as_bytes());
    assert!(answer.status == 400 || answer.to_text().contains("5 bytes\nhello"), "{}", answer.to_text());
}

#[test]
fn a_changed_file_is_served_anew() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let file: PathBuf = directory.path().join("program.wat");
    let program = |text: &str| {
        let size = text.len();
        format!(
            r#"(module
                (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
                (memory (export "memory") 1)
                (data (i32.const 16) "{}") (data (i32.const 0) "\10\00\00\00\{size:02x}\00\00\00")
                (func (export "_start")
                    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))"#,
            text.replace('\n', "\\n")
        )
    };
    let write = |text: &str| fs::write(&file, program(text)).expect("a file");
    write("Status: 200\n\nfirst");
    let server = Server::ours(&file, &["--reload"]);
    assert_eq!(server.get("/").body, b"first");
    fs::write(&file, "(module (this is nothing").expect("a file");
    assert!(server.says("has changed, and is still served as it was"));
    assert_eq!(server.get("/").body, b"first");
    write("Status: 200\n\nsecond");
    assert!(server.says("has changed, and is served anew"));
    assert_eq!(server.get("/").body, b"second");
}

/// The request that has begun is answered, and the process ends well.
#[test]
fn requests_that_have_begun_are_answered_at_the_end() {
    let mut server = echo(&["--quiet"]);
    let mut waiting = begun(&server);
    server.process().signal(libc::SIGTERM);
    while TcpStream::connect(("127.0.0.1", server.port)).is_ok() {
        std::thread::sleep(Duration::from_millis(10)); // until it takes no more connections
    }
    waiting.write_all(b"hello").expect("it is sent");
    let answer = Answer::read(waiting);
    assert!(answer.to_text().ends_with("5 bytes\nhello\n"), "{}", answer.to_text());
    server.end();
}

#[test]
fn an_address_in_use_is_named() {
    let server = cases(&[]);
    let address = format!("127.0.0.1:{}", server.port);
    let ended =
        support::end_of(support::wasi_adapt().args(["serve", "--addr", &address]).arg(guests::http::CASES.path()), "");
    assert_eq!(ended.status, Some(1));
    assert!(ended.stderr.contains(&format!("listening on {address}")), "{}", ended.stderr);
}

#[test]
fn a_component_without_a_handler_is_refused() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let file = directory.path().join("component.wat");
    fs::write(&file, "(component)").expect("a file");
    let ended = support::end_of(support::wasi_adapt().arg("serve").arg(&file), "");
    assert_eq!(ended.status, Some(1));
    assert!(ended.stderr.contains("does not handle HTTP requests"), "{}", ended.stderr);
}
