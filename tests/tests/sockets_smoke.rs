//! C programs with sockets: compiled with the library and the headers of the sdk, made components, and run against each
//! other and against a native peer.

mod support;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use support::{data, output_of, wasi_adapt, zig_cc};
use wasi_adapt_tests::golden;

/// The component of a program, in `directory`.
fn component(directory: &Path, source: &Path) -> PathBuf {
    output_of(wasi_adapt().arg("sdk").arg(directory.join("sdk")));
    let [module, component] =
        ["wasm", "component.wasm"].map(|extension| directory.join("program").with_extension(extension));
    let mut zig = zig_cc();
    zig.args(["-std=gnu23", "-Os", "-s", "-Wall", "-Wextra", "-Werror", "-I"]).arg(directory.join("sdk/include"));
    zig.arg(source).arg(directory.join("sdk/lib/libwasi_sockets.a")).arg("-o").arg(&module);
    output_of(&mut zig);
    output_of(wasi_adapt().arg("link").arg(&module).arg("-o").arg(&component));
    component
}

fn run(component: &Path, arguments: &[&str]) -> Command {
    let mut command = wasi_adapt();
    command.args(["run", "--inherit-network", "--allow-ip-name-lookup"]).arg(component).arg("--").args(arguments);
    command
}

/// A server that is to serve so many connections. It says its port first.
struct Server {
    child: Child,
    stdout: BufReader<ChildStdout>,
    port: u16,
}

impl Server {
    fn start(component: &Path, connections: u32) -> Self {
        let mut command = run(component, &[&connections.to_string()]);
        let mut child = command.stdout(Stdio::piped()).spawn().expect("wasi-adapt starts");
        let mut stdout = BufReader::new(child.stdout.take().expect("it is piped"));
        let mut line = String::new();
        stdout.read_line(&mut line).expect("the server says its port");
        let port = line.trim().strip_prefix("port ").and_then(|port| port.parse().ok());
        Self { child, stdout, port: port.unwrap_or_else(|| panic!("no port in `{line}`")) }
    }

    fn connect(&self) -> TcpStream {
        TcpStream::connect(("127.0.0.1", self.port)).expect("the server listens")
    }

    /// Waits until it has served all, and expects that it ends well.
    fn end(mut self) {
        let mut rest = String::new();
        self.stdout.read_to_string(&mut rest).expect("the server writes text");
        assert_eq!(rest, "done\n");
        assert!(self.child.wait().expect("the server ends").success());
    }
}

#[test]
fn an_echo_server_serves_native_clients_at_once() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let component = component(directory.path(), &data("sockets/echo_server.c"));
    let server = Server::start(&component, 8);
    let clients: Vec<_> = (0..8).map(|_| server.connect()).collect();
    for (number, mut client) in clients.iter().enumerate().rev() {
        client.write_all(format!("client {number}").as_bytes()).expect("the server reads");
    }
    for (number, mut client) in clients.iter().enumerate() {
        client.shutdown(Shutdown::Write).expect("a connection");
        let mut echo = String::new();
        client.read_to_string(&mut echo).expect("the server answers");
        assert_eq!(echo, format!("client {number}"));
    }
    server.end();
}

#[test]
fn a_client_talks_by_stdio_to_a_server_that_is_a_component() {
    let directories = [(); 2].map(|()| tempfile::tempdir().expect("a temporary directory"));
    let server = Server::start(&component(directories[0].path(), &data("sockets/echo_server.c")), 1);
    let client = component(directories[1].path(), &data("sockets/echo_client.c"));
    golden::check("sockets/echo_client.txt", &output_of(&mut run(&client, &[&server.port.to_string()])));
    server.end();
}

#[test]
fn datagrams_and_failures() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let component = component(directory.path(), &data("sockets/datagrams.c"));
    golden::check("sockets/datagrams.txt", &output_of(&mut run(&component, &[])));
}

#[test]
fn a_program_without_sockets_imports_none() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    for (source, sockets) in [("tests/guests/c/hello.c", false), ("tests/data/sockets/datagrams.c", true)] {
        let component = component(directory.path(), &support::root().join(source));
        let report = output_of(wasi_adapt().arg("inspect").arg(&component));
        assert_eq!(report.contains("wasi:sockets"), sockets, "{source}\n{report}");
    }
}
