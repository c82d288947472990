//! Finished modules with sockets that are open when they start: they behave as native programs that inherit such sockets.

mod support;

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Barrier;
use std::thread;
use std::time::Duration;

use support::peers::As::{Component, Native};
use support::peers::{As, Process, compiler};
use support::{data, output_of, wasi_adapt, wasmtime, zig_cc};
use wasi_adapt_tests::guests::toolchain;
use wasi_adapt_tests::port;

/// Runs a native program with sockets as descriptors from 3 on, as `wasi-adapt link` takes them. As in wasmtime, listeners
/// do not block. As in a component, 4,096 connections can wait: with Python's 128, Linux resets some of a thousand.
const WITH_SOCKETS: &str = r#"
import fcntl, os, socket, sys
end = sys.argv.index("--")
copies = []
for option, place in zip(sys.argv[1:end:2], sys.argv[2:end:2]):
    protocol, host, port = place.split("=")[0].split(":")
    kind = socket.SOCK_STREAM if protocol == "tcp" else socket.SOCK_DGRAM
    opened = socket.socket(socket.AF_INET, kind)
    if option == "--listen":
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind((host, int(port)))
        if protocol == "tcp":
            opened.listen(4096)
            opened.setblocking(False)
    else:
        opened.connect((host, int(port)))
    copies.append(fcntl.fcntl(opened, fcntl.F_DUPFD, 100))
for number, copy in enumerate(copies, 3):
    os.dup2(copy, number)
    os.close(copy)
os.closerange(3 + len(copies), 100)
os.execv(sys.argv[end + 1], sys.argv[end + 1:])
"#;

/// A directory for what the tests build. It is kept, for debugging.
fn built() -> &'static Path {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR"));
    fs::create_dir_all(directory).expect("a directory");
    directory
}

/// Starts a program with sockets: natively, or as a component under stock wasmtime.
fn start(what: As, program: &Path, sockets: &[(&str, &str)]) -> Process {
    let options = sockets.iter().flat_map(|(option, socket)| [*option, *socket]);
    Process::start(match what {
        Native => {
            let mut python = Command::new("python3");
            python.args(["-c", WITH_SOCKETS]).args(options).arg("--").arg(program);
            let names = sockets.iter().map(|(_, socket)| socket.split_once('=').map_or("unknown", |(_, name)| name));
            python.env("LISTEN_FDS", sockets.len().to_string());
            python.env("LISTEN_FDNAMES", names.collect::<Vec<_>>().join(":"));
            python
        }
        Component => {
            let component = program.with_extension("component.wasm");
            output_of(wasi_adapt().arg("link").args(options).arg(program).arg("-o").arg(&component));
            let mut run = wasmtime();
            run.args(["run", "-Sinherit-network", "-Sallow-ip-name-lookup", "--dir=."]).arg(component);
            run
        }
    })
}

/// Connects as soon as a server listens.
fn connect(port: u16, server: &mut Process) -> TcpStream {
    while server.is_running() {
        if let Ok(stream) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)) {
            return stream;
        }
        thread::sleep(Duration::from_millis(20));
    }
    panic!("the server has ended: {:?}", server.line());
}

/// Returns the Go program, compiled for this machine or for preview1.
fn go(name: &str, what: As) -> PathBuf {
    let program = built().join(name).with_extension(if what == Native { "native" } else { "wasm" });
    let mut go = toolchain::go(&built().join("go")).expect("a compiler");
    if what == Native {
        go.env_remove("GOOS").env_remove("GOARCH").env("CGO_ENABLED", "0");
    }
    let source = data("sockets").join(name).with_extension("go");
    output_of(go.args(["build", "-trimpath", "-ldflags=-s", "-o"]).arg(&program).arg(source));
    program
}

/// Asks a web server for one page on a connection, and returns the status and the page.
fn ask(mut stream: TcpStream, path: &str, body: &str) -> (String, String) {
    let len = body.len();
    write!(stream, "POST {path} HTTP/1.0\r\nHost: localhost\r\nContent-Length: {len}\r\n\r\n{body}")
        .expect("it is sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    let (head, page) = answer.split_once("\r\n\r\n").expect("a head");
    (head.lines().next().unwrap_or_default().into(), page.into())
}

#[test]
fn a_web_server_in_go_answers_a_thousand_requests_at_once() {
    const REQUESTS: usize = 1000;
    for what in [Native, Component] {
        let port = port::unused();
        let mut server = start(what, &go("web_server", what), &[("--listen", &format!("tcp:127.0.0.1:{port}"))]);
        drop(connect(port, &mut server));
        let connect = || TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("it listens");
        let all_are_connected = Barrier::new(REQUESTS);
        thread::scope(|scope| {
            for n in 0..REQUESTS {
                let (connect, all_are_connected) = (&connect, &all_are_connected);
                scope.spawn(move || {
                    let stream = connect();
                    all_are_connected.wait();
                    let body = "x".repeat(n * 37 % 20_000);
                    let answer = ask(stream, &format!("/echo?n={n}"), &body);
                    assert_eq!(answer, ("HTTP/1.0 200 OK".into(), format!("POST {n}: {body}")), "{what:?}");
                });
            }
        });
        ask(connect(), "/end", "");
        assert_eq!(server.text(), "", "{what:?}");
    }
}

/// Returns the C program, compiled for this machine or, by a stock compiler, for preview1.
fn c(name: &str, what: As) -> PathBuf {
    let program = built().join(name).with_extension(if what == Native { "native" } else { "wasm" });
    let mut zig = if what == Native { compiler(Native) } else { zig_cc() };
    zig.args(["-std=gnu23", "-Os", "-s", "-Wall", "-Wextra", "-Werror"]);
    output_of(zig.arg(data("sockets").join(name).with_extension("c")).arg("-o").arg(&program));
    program
}

/// Plays the peers of `preopened`, and returns its output.
fn talk(what: As) -> String {
    let peer = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let connection = format!("tcp:localhost:{}=peer", peer.local_addr().expect("it is bound").port());
    let (tcp, udp) = (port::unused(), port::unused());
    let sockets = [
        ("--listen", &*format!("tcp:127.0.0.1:{tcp}=web")),
        ("--listen", &*format!("udp:127.0.0.1:{udp}")),
        ("--connect", &*connection),
    ];
    let program = start(what, &c("preopened", what), &sockets);
    let (mut connection, _) = peer.accept().expect("it connects");
    let mut said = String::new();
    let mut until = |text: &str| {
        while !said.contains(text) {
            said += &String::from_utf8(program.line().unwrap_or_else(|| panic!("it ends with\n{said}"))).expect("text");
        }
    };
    until("accept before a peer");
    let mut client = TcpStream::connect((Ipv4Addr::LOCALHOST, tcp)).expect("it listens");
    client.write_all(b"0123456").expect("it is sent");
    until("peek");
    thread::sleep(Duration::from_millis(50));
    client.write_all(b"789").expect("it is sent");
    let mut answer = String::new();
    client.read_to_string(&mut answer).expect("an answer");
    assert_eq!(answer, "answer\n", "{what:?}");
    client.write_all(b"rest").expect("it is sent");
    until("receive the rest");
    client.shutdown(Shutdown::Write).expect("it is open");
    let datagrams = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    for text in ["datagram", "second"] {
        datagrams.send_to(text.as_bytes(), (Ipv4Addr::LOCALHOST, udp)).expect("it is sent");
    }
    let mut question = [0; 9];
    connection.read_exact(&mut question).expect("a question");
    assert_eq!(&question, b"question\n", "{what:?}");
    connection.write_all(b"reply").expect("it is sent");
    said + &program.text()
}

#[test]
fn sockets_behave_as_inherited_ones_do() {
    let [native, component] = [Native, Component].map(talk);
    assert_eq!(component, native);
    assert!(native.contains("LISTEN_FDS=3\nLISTEN_FDNAMES=web:unknown:peer\n"), "{native}");
    assert!(native.ends_with("open has the first number: 1\n"), "{native}");
}
