//! Runs the examples of the libc-shim natively and as components, each with a suitable peer.

mod support;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream, UdpSocket};
use std::thread;

use support::peers::As::{Component, Native};
use support::peers::{Process, Program};
use support::{Ended, end_of, wasi_adapt};
use wasi_adapt_tests::port;

const HTTP_CLIENT: &str = "../../../libc-shim/examples/http_client";
const TCP_ECHO_SERVER: &str = "../../../libc-shim/examples/tcp_echo_server";
const UDP_RESOLVER: &str = "../../../libc-shim/examples/udp_resolver";

#[test]
fn http_client() {
    let page: String = (0..9999).map(|line| format!("line {line} of the page\r\n")).collect();
    for what in [Native, Component] {
        // Nobody else gets it, when the server is gone.
        let port = port::unused();
        let server = TcpListener::bind(("127.0.0.1", port)).expect("a free port");
        let get = |path: &'static str, answer: &str| {
            thread::scope(|scope| {
                scope.spawn(|| {
                    let (mut connection, _) = server.accept().expect("the client connects");
                    let mut request = BufReader::new(&connection).lines().map(|line| line.expect("text"));
                    assert_eq!(request.next(), Some(format!("GET {path} HTTP/1.0")));
                    assert!(request.by_ref().take_while(|line| !line.is_empty()).any(|line| line == "Host: localhost"));
                    connection.write_all(answer.as_bytes()).expect("the client reads");
                });
                end_of(&mut Program::new(HTTP_CLIENT, what).command(&["localhost", &port.to_string(), path]), "")
            })
        };
        let found = get("/page", &format!("HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n{page}"));
        assert_eq!(found, Ended { status: Some(0), stdout: page.clone(), stderr: String::new() }, "{what:?}");
        let missing = get("/other", "HTTP/1.0 404 Not Found\r\n\r\nnot here");
        assert_eq!((missing.status, missing.stdout.as_str()), (Some(1), "not here"), "{what:?}");
        let other = get("/", "220 some other service\r\n");
        assert_eq!(other.stderr, "localhost does not speak HTTP\n", "{what:?}");
        drop(server);
        let refused = end_of(&mut Program::new(HTTP_CLIENT, what).command(&["localhost", &port.to_string(), "/"]), "");
        assert!(refused.stderr.contains("localhost: Connection refused"), "{what:?}: {refused:?}");
    }
}

#[test]
fn a_refused_network_is_said_to_be_one_that_can_be_given() {
    let refused = end_of(wasi_adapt().arg("run").arg(Program::new(TCP_ECHO_SERVER, Component).path()), "");
    assert_ne!(refused.status, Some(0));
    for part in ["Permission denied", "warning: the program was refused the network", "`--inherit-network`"] {
        assert!(refused.stderr.contains(part), "`{part}` is missing from\n{}", refused.stderr);
    }
}

#[test]
fn no_preview1_host_runs_a_program_of_sockets() {
    let component = Program::new(TCP_ECHO_SERVER, Component);
    let module = component.module();
    let refused = end_of(wasi_adapt().arg("verify").arg(module), "");
    assert_eq!((refused.status, refused.stdout.as_str()), (Some(2), ""));
    for part in ["the module imports WASI 0.2 itself (", "wasi:sockets/tcp@", "no preview1 host can run it", "remedy: "]
    {
        assert!(refused.stderr.contains(part), "`{part}` is missing from\n{}", refused.stderr);
    }
}

/// Opens more connections than the server handles at once, in any order.
#[test]
fn tcp_echo_server() {
    for what in [Native, Component] {
        let server = Process::start(Program::new(TCP_ECHO_SERVER, what).command(&["70"]));
        let port = server.port();
        let connect = |_| TcpStream::connect(("127.0.0.1", port)).expect("the server listens");
        let mut clients: Vec<_> = (0..70).map(connect).collect();
        clients.rotate_left(7);
        for (number, client) in clients.iter_mut().enumerate() {
            client.write_all(format!("client {number}").as_bytes()).expect("the server reads");
            client.shutdown(Shutdown::Write).expect("a connection");
        }
        for (number, mut client) in clients.iter().enumerate() {
            let mut echo = String::new();
            client.read_to_string(&mut echo).expect("the server answers");
            assert_eq!(echo, format!("client {number}"), "{what:?}");
        }
        assert_eq!(server.text(), "done\n");
    }
}

/// Returns the records of a name server for `www.example.test`: an alias, and the addresses of that.
fn records() -> Vec<u8> {
    let record = |kind: u8, data: &[u8]| {
        // The name refers to offset 12, in the question; class IN, one hour.
        [&[0xc0, 12, 0, kind, 0, 1, 0, 0, 14, 16, 0, data.len() as u8], data].concat()
    };
    [record(5, b"\x05other\xc0\x10"), record(1, &[192, 0, 2, 1]), record(1, &[192, 0, 2, 255])].concat()
}

#[test]
fn udp_resolver() {
    for what in [Native, Component] {
        let server = UdpSocket::bind("127.0.0.1:0").expect("a free port");
        let port = server.local_addr().expect("it is bound").port();
        let ask = |name: &str, code: u8, count: u8, records: &[u8]| {
            thread::scope(|scope| {
                scope.spawn(|| {
                    let mut query = [0; 512];
                    let (len, client) = server.recv_from(&mut query).expect("a query");
                    let query = &query[..len];
                    assert_eq!(query[2..12], [1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
                    let header = [query[0], query[1], 0x81, 0x80 | code, 0, 1, 0, count, 0, 0, 0, 0];
                    let other = [&[!query[0]], &header[1..]].concat(); // the answer to some other query
                    for answer in [other, [&header, &query[12..], records].concat()] {
                        server.send_to(&answer, client).expect("the client is there");
                    }
                });
                end_of(&mut Program::new(UDP_RESOLVER, what).command(&["127.0.0.1", &port.to_string(), name]), "")
            })
        };
        let found = ask("www.example.test", 0, 3, &records());
        let stdout = "192.0.2.1\n192.0.2.255\n".into();
        assert_eq!(found, Ended { status: Some(0), stdout, stderr: String::new() }, "{what:?}");
        let unknown = ask("none.example.test", 3, 0, &[]);
        assert_eq!(unknown.stderr, "none.example.test: the server's answer is code 3\n", "{what:?}");
        let short = ask("www.example.test", 0, 3, &records()[..30]);
        assert_eq!((short.status, short.stdout.as_str()), (Some(1), ""), "{what:?}");
        let long = "a".repeat(64);
        let invalid = end_of(&mut Program::new(UDP_RESOLVER, what).command(&["127.0.0.1", "53", &long]), "");
        assert_eq!((invalid.status, invalid.stderr), (Some(2), format!("{long} is not a name\n")), "{what:?}");
    }
}
