//! Finished modules that import functions of sockets which preview1 does not have, in the dialects of WasmEdge and WAMR: they
//! do as the same programs natively.

mod support;

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use support::peers::As::{Component, Native};
use support::peers::{As, Process, compiler};
use support::{data, output_of, wasi_adapt, wasmtime, zig_cc};
use wasi_adapt_tests::guests::toolchain;

/// A directory for what the tests build. It is kept, for debugging.
fn built(name: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("dialects");
    fs::create_dir_all(&directory).expect("a directory");
    directory.join(name)
}

/// Returns the command that runs a module under stock wasmtime, linked without any option.
fn linked(module: &Path) -> Command {
    let component = module.with_extension("component.wasm");
    output_of(wasi_adapt().arg("link").arg(module).arg("-o").arg(&component));
    let mut run = wasmtime();
    run.args(["run", "-Sinherit-network", "-Sallow-ip-name-lookup"]).arg(component);
    run
}

/// The dialects of the program in C, by their numbers there.
const DIALECTS: [&str; 4] = ["POSIX", "WASMEDGE_1", "WASMEDGE_2", "WAMR"];

/// Returns the program in C, compiled for a dialect into a file of this name.
fn c(dialect: &str, name: &str) -> PathBuf {
    let (compiler, extension) = if dialect == "POSIX" { (compiler(Native), "native") } else { (zig_cc(), "wasm") };
    let (mut zig, program) = (compiler, built(name).with_extension(extension));
    zig.args(["-std=gnu23", "-Os", "-s", "-Wall", "-Wextra", "-Werror"]).arg(format!("-DDIALECT={dialect}"));
    output_of(zig.arg(data("sockets/dialects.c")).arg("-o").arg(&program));
    program
}

fn conversation(dialect: &str) -> String {
    let program = c(dialect, dialect);
    Process::start(if dialect == "POSIX" { Command::new(program) } else { linked(&program) }).text()
}

#[test]
fn every_dialect_does_as_posix() {
    let [native, dialects @ ..] = DIALECTS.map(conversation);
    for (dialect, said) in DIALECTS[1..].iter().zip(dialects) {
        assert_eq!(said, native, "{dialect}");
    }
    assert!(native.contains("look up localhost: done\n  127.0.0.1 port 80\n"), "{native}");
}

#[test]
fn without_a_network_functions_fail() {
    let module = c("WASMEDGE_2", "denied");
    let component = module.with_extension("component.wasm");
    output_of(wasi_adapt().arg("link").arg(&module).arg("-o").arg(&component));
    let said = output_of(wasmtime().arg("run").arg(component));
    assert!(said.contains("open: Permission denied\n"), "{said}");
    assert!(said.contains("look up localhost: No such file or directory\n"), "{said}");
}

/// Returns a program of the package for WasmEdge, compiled for this machine or for preview1, ready to run.
fn wasmedge(name: &str, what: As) -> Command {
    let target = built("wasmedge");
    let mut cargo = match what {
        Native => Command::new(env!("CARGO")),
        Component => toolchain::cargo_wasip1("build", "release", &target).expect("a compiler"),
    };
    if what == Native {
        cargo.args(["build", "--release"]);
    }
    cargo.args(["--locked", "--bin", name, "--target-dir"]).arg(&target).current_dir(data("sockets/wasmedge"));
    output_of(&mut cargo);
    match what {
        Native => Command::new(target.join("release").join(name)),
        Component => linked(&target.join("wasm32-wasip1/release").join(name).with_extension("wasm")),
    }
}

/// Answers one request with a page.
fn serve_page(listener: &TcpListener) {
    let (mut stream, _) = listener.accept().expect("a connection");
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        let mut bytes = [0; 64];
        let len = stream.read(&mut bytes).expect("a request");
        request.extend_from_slice(&bytes[..len]);
    }
    assert_eq!(request, b"GET / HTTP/1.0\r\n\r\n");
    stream.write_all(b"HTTP/1.0 200 OK\r\n\r\nA page").expect("it reads");
}

/// The connections that are made to a server, by the number of bytes that it has to send back.
const CONNECTIONS: [usize; 3] = [0, 10, 1_000_000];

/// Returns the program in Go, compiled for this machine or for preview1, ready to run.
fn go(what: As) -> Command {
    let (source, extension) = if what == Native { ("native.go", "native") } else { ("wasmedge.go", "wasm") };
    let program = built("go-conversation").with_extension(extension);
    let mut go = toolchain::go(&built("go")).expect("a compiler");
    if what == Native {
        go.env_remove("GOOS").env_remove("GOARCH").env("CGO_ENABLED", "0");
    }
    go.args(["build", "-trimpath", "-ldflags=-s", "-o"]).arg(&program).current_dir(data("sockets/go"));
    output_of(go.args(["conversation.go", source]));
    if what == Native { Command::new(program) } else { linked(&program) }
}

/// Talks to a program: first it serves connections, which `talk` makes; then it asks for a page.
fn conversation_with(mut command: Command, talk: impl FnOnce(u16)) -> String {
    let web = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    command.arg(web.local_addr().expect("it is bound").port().to_string());
    let server = Process::start(command);
    talk(server.port());
    let serving = thread::spawn(move || serve_page(&web));
    let said = server.text();
    serving.join().expect("a page is served");
    said
}

fn connect(port: u16) -> TcpStream {
    TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("it listens")
}

/// Sends so many bytes, and receives them.
fn exchange(stream: &mut TcpStream, len: usize) {
    let sent: Vec<u8> = (0..len).map(|n| (n % 251) as u8).collect();
    let (mut writer, bytes) = (stream.try_clone().expect("another handle"), sent.clone());
    let writing = thread::spawn(move || {
        writer.write_all(&bytes).expect("it is sent");
        writer.shutdown(Shutdown::Write).expect("it is open");
    });
    let mut received = Vec::new();
    stream.read_to_end(&mut received).expect("an answer");
    writing.join().expect("everything is sent");
    assert!(received == sent, "{} bytes of {len} came back", received.len());
}

#[test]
fn a_crate_for_wasmedge_does_as_the_standard_library() {
    let [native, component] = [Native, Component].map(|what| {
        conversation_with(wasmedge("blocking", what), |port| {
            for len in CONNECTIONS {
                exchange(&mut connect(port), len);
            }
        })
    });
    assert_eq!(component, native);
    assert!(native.contains("1000000 bytes from 127.0.0.1\n"), "{native}");
    assert!(native.contains("A page\n"), "{native}");
}

#[test]
fn tokio_for_wasmedge_does_as_natively() {
    let [native, component] = [Native, Component].map(|what| {
        conversation_with(wasmedge("asynchronous", what), |port| {
            let mut streams = CONNECTIONS.map(|_| connect(port));
            for (stream, len) in streams.iter_mut().zip(CONNECTIONS).rev() {
                exchange(stream, len);
            }
        })
    });
    assert_eq!(component, native);
    assert!(native.contains("0, 10 and 1000000 bytes\n"), "{native}");
    assert!(native.contains("A page\n"), "{native}");
}

#[test]
fn package_net_on_sockets_of_wasmedge_does_as_natively() {
    let [native, component] = [Native, Component].map(|what| {
        conversation_with(go(what), |port| {
            let mut streams = CONNECTIONS.map(|_| connect(port));
            for (stream, len) in streams.iter_mut().zip(CONNECTIONS).rev() {
                exchange(stream, len);
            }
        })
    });
    assert_eq!(component, native);
    assert!(native.contains("1000010 bytes on 3 connections\n"), "{native}");
    assert!(native.ends_with("connecting to nobody fails: true\n"), "{native}");
}
