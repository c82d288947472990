//! Sockets that are open when a program starts.

mod common;

use common::{Ran, program, ran, run, text, wasi_adapt};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// A port that is free now.
fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

/// Connects as soon as somebody listens.
fn connect(port: u16, server: &mut Child) -> TcpStream {
    let end = Instant::now() + Duration::from_secs(60);
    loop {
        match TcpStream::connect((Ipv4Addr::LOCALHOST, port)) {
            Ok(stream) => return stream,
            Err(error) => assert!(Instant::now() < end, "{error}"),
        }
        if let Some(status) = server.try_wait().unwrap() {
            panic!("the server has ended: {status}");
        }
        sleep(Duration::from_millis(20));
    }
}

/// Has a server send back more than is under way at a time.
fn echo(server: &mut Command, port: u16) {
    let mut server = server.stderr(Stdio::piped()).spawn().unwrap();
    let mut stream = connect(port, &mut server);
    let sent: Vec<u8> = (0..1_000_000u32).map(|n| (n % 251) as u8).collect();
    let mut writer = stream.try_clone().unwrap();
    let bytes = sent.clone();
    let writing = std::thread::spawn(move || {
        writer.write_all(&bytes).unwrap();
        writer.shutdown(Shutdown::Write).unwrap();
    });
    let mut received = Vec::new();
    stream.read_to_end(&mut received).unwrap();
    writing.join().unwrap();
    let output = server.wait_with_output().unwrap();
    assert!(output.status.success(), "{}: {}", output.status, String::from_utf8_lossy(&output.stderr));
    assert!(received == sent, "{} bytes came back", received.len());
}

#[test]
fn a_module_serves_a_listener() {
    let port = free_port();
    let listen = format!("tcp:127.0.0.1:{port}");
    echo(&mut wasi_adapt(&["run", "--inherit-network", "--listen", &listen, &program("echo.wat")]), port);
}

#[test]
fn the_environment_takes_the_place_of_the_list_at_linking() {
    let dir = tempfile::tempdir().unwrap();
    let component = dir.path().join("echo.wasm");
    let linked = ran(&["link", "--listen", "tcp:127.0.0.1:1=web", &program("echo.wat"), "-o", text(&component)]);
    assert_eq!((linked.status, &*linked.stderr), (0, ""));
    let port = free_port();
    let variable = format!("WASI_LISTEN=tcp:localhost:{port}=web");
    echo(&mut wasi_adapt(&["run", "--inherit-network", "--env", &variable, text(&component)]), port);
}

/// Runs `echo.wat` with options, and returns its exit status and what it reports.
fn echo_with(options: &[&str]) -> (Option<i32>, String) {
    let echo = program("echo.wat");
    let ended = run(&mut wasi_adapt(&[&["run"], options, &[&*echo]].concat()), b"");
    (ended.status.code(), String::from_utf8(ended.stderr).unwrap())
}

#[test]
fn a_socket_that_cannot_be_opened_is_reported_when_it_is_used() {
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let used = format!("tcp:{}", taken.local_addr().unwrap());
    let nobody = format!("tcp:localhost:{}=database", free_port());
    let cases = [
        (vec!["--inherit-network", "--listen", &used], format!("listen on `{used}`"), "the address is in use"),
        (vec!["--inherit-network", "--connect", &nobody], format!("connect to `{nobody}`"), "nobody listens there"),
        (
            vec!["--inherit-network", "--listen", "udp:192.0.2.1:80"],
            "listen on `udp:192.0.2.1:80`".into(),
            "this machine has no such address",
        ),
        (
            vec!["--inherit-network", "--allow-ip-name-lookup", "--connect", "tcp:no.such.host.invalid:80"],
            "connect to `tcp:no.such.host.invalid:80`".into(),
            "no address is found for it",
        ),
        (
            vec!["--listen", "tcp:127.0.0.1:0"],
            "listen on `tcp:127.0.0.1:0`".into(),
            "the host does not allow it; a component gets the network by an option such as `-S inherit-network`",
        ),
    ];
    for (options, act, reason) in cases {
        let (status, reported) = echo_with(&options);
        let message = format!("wasi-adapt: cannot {act} for descriptor 3: {reason}\n");
        assert!(reported.starts_with(&message), "{options:?}: {reported}");
        assert_eq!(status, Some(8), "nobody has the descriptor: {options:?}");
    }
}

#[test]
fn texts_that_are_no_sockets_are_named() {
    let cases = [
        ("--listen", "8080", "it has to begin with `tcp:` or `udp:`"),
        ("--listen", "tcp:8080", "`8080` is not an address with a port, such as"),
        ("--listen", "tcp:example.com:80", "`example.com:80` is not an address with a port, such as"),
        ("--listen", "tcp:127.0.0.1:65536", "`127.0.0.1:65536` is not an address with a port, such as"),
        ("--listen", "tcp:127.0.0.1:80=a:b", "`a:b` cannot be a name"),
        ("--connect", "udp:example.com", "`example.com` is not a host with a port, such as"),
        ("--connect", "tcp:a,b:1", "`a,b:1` is not a host with a port, such as"),
        ("--connect", "tcp:::1:80", "`::1:80` is not a host with a port, such as"),
    ];
    for (option, socket, reason) in cases {
        let (status, reported) = echo_with(&[option, socket]);
        assert_eq!(status, Some(2), "{socket}");
        assert!(reported.contains(&format!("'{socket}' for '{option} <SOCKET[=NAME]>': {reason}")), "{reported}");
    }
    let variable = ["--listen", "tcp:127.0.0.1:1", "--env", "WASI_LISTEN=tcp:80,udp:[::1]:0,x\u{1b}:y:1"];
    let dir = tempfile::tempdir().unwrap();
    let component = dir.path().join("echo.wasm");
    ran(&["link", variable[0], variable[1], &program("echo.wat"), "-o", text(&component)]);
    let ended = ran(&["run", variable[2], variable[3], text(&component)]);
    let malformed =
        |text| format!("wasi-adapt: WASI_LISTEN has `{text}`, which is not `tcp:ADDRESS:PORT` or `udp:ADDRESS:PORT`\n");
    let unusable = "wasi-adapt: cannot listen on `tcp:80` for descriptor 3: that is no socket\n";
    assert_eq!(ended.stderr, malformed("tcp:80") + &malformed("x\\u{1b}:y:1") + unusable);
    assert_eq!(ended.status, 8);
}

/// Returns the interfaces that a component of `echo.wat` imports.
fn imports(options: &[&str]) -> String {
    let dir = tempfile::tempdir().unwrap();
    let component = dir.path().join("echo.wasm");
    ran(&[&["link"], options, &[&*program("echo.wat"), "-o", text(&component)]].concat());
    ran(&["inspect", text(&component)]).stdout
}

#[test]
fn a_component_imports_what_its_sockets_need() {
    let listening = imports(&["--listen", "tcp:127.0.0.1:1"]);
    assert!(listening.contains("wasi:sockets/tcp@") && listening.contains("wasi:sockets/udp@"), "{listening}");
    assert!(!listening.contains("ip-name-lookup") && !listening.contains("wasi:filesystem"), "{listening}");
    let connected = imports(&["--connect", "tcp:example.com:80"]);
    assert!(connected.contains("wasi:sockets/ip-name-lookup@"), "{connected}");
}

#[test]
fn a_listener_without_anybody_who_accepts_is_warned_of() {
    let linked = ran(&["run", "--listen", "tcp:127.0.0.1:0", &program("hello.wat")]);
    let warning = "warning: no connection is accepted, because it does not import `sock_accept`\n";
    assert!(linked.stderr.starts_with(warning), "{}", linked.stderr);
}

#[test]
fn directories_have_the_numbers_behind() {
    let dir = tempfile::tempdir().unwrap();
    let mapping = format!("{}::/", dir.path().display());
    let stat = r#"(module
        (import "wasi_snapshot_preview1" "fd_prestat_get" (func $prestat (param i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
        (memory (export "memory") 1)
        (func (export "_start")
          (if (call $prestat (i32.const 3) (i32.const 0)) (then (call $exit (i32.const 1))))
          (if (i32.eqz (i32.load (i32.const 0))) (then (call $exit (i32.const 2))))
          (if (call $prestat (i32.const 4) (i32.const 0)) (then (call $exit (i32.const 3))))
          (if (i32.load (i32.const 0)) (then (call $exit (i32.const 4))))
          (call $exit (call $prestat (i32.const 5) (i32.const 0)))))"#;
    let module = dir.path().join("stat.wat");
    std::fs::write(&module, stat).unwrap();
    let ran = ran(&["run", "--dir", &mapping, "--listen", "udp:127.0.0.1:0", text(&module)]);
    assert_eq!((ran.status, &*ran.stderr), (8, ""), "there is no descriptor 5");
}

#[test]
fn serve_has_no_sockets_that_are_open_from_the_start() {
    let Ran { status, stdout, stderr } = ran(&["serve", &program("hello.wat"), "--listen", "tcp:127.0.0.1:0"]);
    assert_eq!((status, &*stdout), (1, ""), "{stderr}");
    assert!(stderr.contains("each request has an instance of its own"), "{stderr}");
}
