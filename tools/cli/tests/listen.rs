//! Sockets that are open when a program starts.

mod common;

use common::{program, ran, run, text, wasi_adapt};
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

#[test]
fn a_listener_that_cannot_be_is_complained_of_when_it_is_used() {
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let listen = format!("tcp:{}", taken.local_addr().unwrap());
    let server = run(&mut wasi_adapt(&["run", "--inherit-network", "--listen", &listen, &program("echo.wat")]), b"");
    assert_eq!(server.status.code(), Some(8), "nobody has the descriptor");
    let said = String::from_utf8(server.stderr).unwrap();
    assert_eq!(said, format!("wasi-adapt: descriptor 3 cannot be {listen}: the address is in use\n"));
    let refused = ran(&["run", "--listen", "tcp:127.0.0.1:0", &program("echo.wat")]);
    assert!(
        refused.stderr.starts_with("wasi-adapt: descriptor 3 cannot be tcp:127.0.0.1:0: the host does not allow it")
    );
    assert_eq!(ran(&["run", "--listen", "tcp:8080", &program("hello.wat")]).status, 2);
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
    let ran = ran(&["run", "--dir", &mapping, "--listen", "tcp:127.0.0.1:0", text(&module)]);
    assert_eq!((ran.status, &*ran.stderr), (8, ""), "there is no descriptor 5");
}
