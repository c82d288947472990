//! C programs that communicate over loopback: two components, or a component and a native program.

mod support;

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};

use support::peers::As::{Component, Native};
use support::peers::{As, Process, Program};
use support::{output_of, wasi_adapt};
use wasi_adapt_tests::golden;

/// Returns the output of the client and the server of a scenario in `pair.c`.
fn talk(scenario: &str, server: As, client: As) -> [String; 2] {
    let [server, client] = [server, client].map(|what| Program::new("pair", what));
    let server = Process::start(server.command(&["server", scenario]));
    let client = Process::start(client.command(&["client", scenario, &server.port().to_string()]));
    [client.text(), server.text()]
}

/// Each pairing behaves like two native programs.
macro_rules! scenarios {
    ($($scenario:ident)*) => {$(
        #[test]
        fn $scenario() {
            let expected = talk(stringify!($scenario), Native, Native);
            for (server, client) in [(Component, Component), (Component, Native), (Native, Component)] {
                let found = talk(stringify!($scenario), server, client);
                assert_eq!(found, expected, "server: {server:?}, client: {client:?}");
            }
        }
    )*};
}

scenarios!(row crowd bulk half_close slow refused unreachable);

/// A component that has not read everything does not reset a connection: its host first ends it in order.
#[test]
fn reset() {
    assert_eq!(talk("reset", Native, Component), talk("reset", Native, Native));
}

fn echo_server(connections: &str) -> Process {
    Process::start(Program::new("../../../libc-shim/examples/tcp_echo_server", Component).command(&[connections]))
}

#[test]
fn an_echo_server_serves_native_clients_at_once() {
    let server = echo_server("8");
    let port = server.port();
    let connect = |_| TcpStream::connect(("127.0.0.1", port)).expect("the server listens");
    let clients: Vec<_> = (0..8).map(connect).collect();
    for (number, mut client) in clients.iter().enumerate().rev() {
        client.write_all(format!("client {number}").as_bytes()).expect("the server reads");
    }
    for (number, mut client) in clients.iter().enumerate() {
        client.shutdown(Shutdown::Write).expect("a connection");
        let mut echo = String::new();
        client.read_to_string(&mut echo).expect("the server answers");
        assert_eq!(echo, format!("client {number}"));
    }
    assert_eq!(server.text(), "done\n");
}

#[test]
fn a_client_talks_by_stdio_to_a_server_that_is_a_component() {
    let client = Program::new("echo_client", Component);
    let server = echo_server("1");
    golden::check("sockets/echo_client.txt", &output_of(&mut client.command(&[&server.port().to_string()])));
    assert_eq!(server.text(), "done\n");
}

#[test]
fn datagrams_and_failures() {
    golden::check("sockets/datagrams.txt", &output_of(&mut Program::new("datagrams", Component).command(&[])));
}

#[test]
fn a_program_without_sockets_imports_none() {
    for (program, sockets) in [("../../guests/c/hello", false), ("datagrams", true)] {
        let report = output_of(wasi_adapt().arg("inspect").arg(Program::new(program, Component).path()));
        assert_eq!(report.contains("wasi:sockets"), sockets, "{program}\n{report}");
    }
}
