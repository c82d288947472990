//! Programs that take locks at the same time, and what comes of it if these keep each other out.

use std::fs;
use std::io::Write as _;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use super::peers::{self, As, Process};
use super::web::Server;
use super::{data, output_of, wasi_adapt};

/// Starts programs `turns` by commands, each for its number, in a directory that has `file`, with its id, and waits for the text
/// of each. They change places of the file, and no change of any may be lost.
pub fn take_turns(
    programs: usize,
    command: impl Fn(usize, &Path, &str) -> Command,
    text_of: impl Fn(Process) -> String,
) {
    const PLACES: usize = 16;
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("file");
    fs::write(&file, [0; PLACES * 8 + 4]).expect("a file");
    let start = |number: usize| Process::start(command(number, directory.path(), &(number + 1).to_string()));
    let processes: Vec<_> = (0..programs).map(start).collect();
    let mut changes = [0; PLACES + 1];
    for process in processes {
        let text = text_of(process);
        let numbers: Vec<u32> = text.split_whitespace().map(|number| number.parse().expect(&text)).collect();
        assert_eq!(numbers.len(), changes.len(), "{text}");
        changes.iter_mut().zip(numbers).for_each(|(sum, number)| *sum += number);
    }
    let bytes = fs::read(file).expect("it is there");
    let numbers: Vec<u32> = bytes.chunks(4).map(|bytes| u32::from_le_bytes(bytes.try_into().expect("four"))).collect();
    let counts = numbers[..PLACES * 2].chunks(2).map(|place| place[1]);
    let found: Vec<u32> = [numbers[PLACES * 2]].into_iter().chain(counts).collect();
    assert_eq!(found, changes);
}

/// A component to be served, which counts requests in the file `count`. It has WIT of its own, so it is no CGI program.
pub fn counter() -> &'static Path {
    static COMPONENT: LazyLock<PathBuf> = LazyLock::new(|| {
        let bindings = Path::new(env!("HANDLER_BINDINGS"));
        let [module, component] = ["handler.wasm", "handler.component.wasm"].map(|name| peers::built().join(name));
        let mut compiler = peers::compiler(As::Component);
        compiler.args(["-std=gnu23", "-Os", "-s", "-Wall", "-Werror", "-mexec-model=reactor", "-I"]).arg(bindings);
        compiler
            .arg(data("locks/handler.c"))
            .args(["handler.c", "handler_component_type.o"].map(|it| bindings.join(it)));
        output_of(compiler.arg(peers::library()).arg("-o").arg(&module));
        output_of(wasi_adapt().args(["link", "--locks", "host"]).arg(module).arg("-o").arg(&component));
        component
    });
    &COMPONENT
}

/// Sends requests to count, all at once.
pub fn count(server: &Server, requests: usize) -> Vec<TcpStream> {
    let request = b"GET / HTTP/1.1\r\nHost: example.test\r\nConnection: close\r\n\r\n";
    let mut streams: Vec<_> = (0..requests).map(|_| server.connect()).collect();
    streams.iter_mut().for_each(|stream| stream.write_all(request).expect("it is sent"));
    streams
}
