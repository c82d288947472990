//! Standard streams that are terminals or pipes: `run-guest` runs the guest with its own streams, in each way.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};
use wasi_adapt_tests::guests::Guest;
use wasi_adapt_tests::terminal::pseudo_terminal;

/// The ways in which `run-guest` runs a guest.
const WAYS: [&str; 3] = ["preview1", "isolated", "beside"];

fn run_guest(host: &str, guest: &Guest) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_run-guest"));
    command.arg(host).arg(guest.path());
    command
}

/// A terminal is a character device, under both hosts.
pub fn on_a_terminal(guest: &Guest) {
    let [preview1, component, beside] = WAYS.map(|host| {
        let (mut terminal, streams) = pseudo_terminal();
        let stream = || streams.try_clone().unwrap();
        let mut child = run_guest(host, guest).stdin(stream()).stdout(stream()).stderr(stream()).spawn().unwrap();
        let status = child.wait().unwrap();
        drop(streams);
        let mut output = Vec::new();
        let _ = terminal.read_to_end(&mut output); // It ends with an error, since the other side is gone.
        let output = String::from_utf8_lossy(&output).replace('\r', "");
        assert!(status.success(), "{host}: {output}");
        output
    });
    assert_eq!(preview1, component);
    assert_eq!(preview1, beside);
    assert_eq!(component.lines().count(), 3, "{component}");
    for line in component.lines() {
        assert!(line.contains("fdstat character") && line.ends_with("isatty 1"), "{line}");
    }
}

/// Writing to a pipe without a reader fails, and the program goes on and exits by itself.
pub fn into_a_broken_pipe(guest: &Guest) {
    let [preview1, component, beside] = WAYS.map(|host| {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output =
            run_guest(host, guest).stdin(Stdio::null()).stdout(writer).stderr(Stdio::piped()).output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    });
    assert_eq!(component, beside);
    assert_eq!((preview1.0, component.0), (Some(4), Some(4)));
    // wasmtime's preview1 host reports an I/O error; Linux and the other witnesses report EPIPE.
    assert_eq!(preview1.1.replace("IO", "PIPE"), component.1);
}

/// Waiting for stdin ends at the timeout, or when input arrives.
pub fn from_a_pipe(guest: &Guest) {
    let [preview1, component, beside] = WAYS.map(|host| {
        let mut child = run_guest(host, guest).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut input = child.stdin.take();
        let mut lines = Vec::new();
        for line in BufReader::new(child.stdout.take().unwrap()).lines() {
            let line = line.unwrap();
            match line.as_str() {
                "a line comes" => input.as_mut().unwrap().write_all(b"some input\n").unwrap(),
                "the end comes" => drop(input.take()),
                _ => {}
            }
            lines.push(line);
        }
        assert!(child.wait().unwrap().success(), "{host}: {lines:#?}");
        lines
    });
    assert_eq!(preview1, component);
    assert_eq!(preview1, beside);
}
