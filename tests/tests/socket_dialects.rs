//! Finished modules that import functions of sockets which preview1 does not have, in the dialects of WasmEdge and WAMR: they
//! do as the same programs natively.

mod support;

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

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

fn conversation(dialect: &str) -> String {
    let native = dialect == "POSIX";
    let program = built(dialect).with_extension(if native { "native" } else { "wasm" });
    let mut zig = if native { compiler(Native) } else { zig_cc() };
    zig.args(["-std=gnu23", "-Os", "-s", "-Wall", "-Wextra", "-Werror"]).arg(format!("-DDIALECT={dialect}"));
    output_of(zig.arg(data("sockets/dialects.c")).arg("-o").arg(&program));
    Process::start(if native { Command::new(program) } else { linked(&program) }).text()
}

#[test]
fn every_dialect_does_as_posix() {
    let [native, dialects @ ..] = DIALECTS.map(conversation);
    for (dialect, said) in DIALECTS[1..].iter().zip(dialects) {
        assert_eq!(said, native, "{dialect}");
    }
    assert!(native.contains("look up localhost: done\n  127.0.0.1 port 80\n"), "{native}");
}

/// Starts the echo server of the crate `wasmedge_wasi_socket`.
fn echo_server(what: As, port: u16, connections: usize) -> Process {
    let package = data("sockets/wasmedge");
    let target = built("wasmedge");
    let mut command = match what {
        Native => {
            let mut cargo = Command::new(env!("CARGO"));
            cargo.args(["build", "--release", "--locked"]).current_dir(&package).arg("--target-dir").arg(&target);
            output_of(&mut cargo);
            Command::new(target.join("release/wasmedge"))
        }
        Component => {
            let mut cargo = toolchain::cargo_wasip1("build", &target).expect("a compiler");
            output_of(cargo.arg("--locked").current_dir(&package).arg("--target-dir").arg(&target));
            linked(&target.join("wasm32-wasip1/release/wasmedge.wasm"))
        }
    };
    command.args([port.to_string(), connections.to_string()]);
    Process::start(command)
}

#[test]
fn a_crate_for_wasmedge_serves_connections() {
    const CONNECTIONS: usize = 3;
    let said = [Native, Component].map(|what| {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr());
        let port = listener.expect("a free port").port();
        let mut server = echo_server(what, port, CONNECTIONS);
        for len in [0, 10, 1_000_000].into_iter().take(CONNECTIONS) {
            let mut stream = loop {
                match TcpStream::connect((Ipv4Addr::LOCALHOST, port)) {
                    Ok(stream) => break stream,
                    Err(error) => assert!(server.is_running(), "{what:?}: {error}, {:?}", server.line()),
                }
                thread::sleep(Duration::from_millis(20));
            };
            let sent: Vec<u8> = (0..len).map(|n: u32| (n % 251) as u8).collect();
            let (mut writer, bytes) = (stream.try_clone().expect("another handle"), sent.clone());
            let writing = thread::spawn(move || {
                writer.write_all(&bytes).expect("it is sent");
                writer.shutdown(Shutdown::Write).expect("it is open");
            });
            let mut received = Vec::new();
            stream.read_to_end(&mut received).expect("an answer");
            writing.join().expect("everything is sent");
            assert!(received == sent, "{what:?}: {} bytes of {len} came back", received.len());
        }
        server.text()
    });
    assert_eq!(said[1], said[0]);
    assert!(said[0].contains("1000000 bytes from 127.0.0.1\n"), "{}", said[0]);
}
