//! The devices of `--dev`: a program finds in the component's `/dev` what it finds on Linux, which is the reference.

mod support;

use std::io::{Read as _, Write as _};
use std::process::{Command, Stdio};

use support::output_of;
use support::peers::{self, As};
use wasi_adapt::seal::{Capability, RandomKey, Seal};
use wasi_adapt::{FileTree, Layout, Linker};
use wasi_adapt_host::{Exit, Outcome};
use wasi_adapt_tests::guests::{Start, sealed};
use wasi_adapt_tests::run::{self, Observed};
use wasi_adapt_tests::terminal::pseudo_terminal;
use wasi_adapt_tests::{difference, golden};

/// Runs the guest as a native process.
fn on_linux() -> Observed {
    let guest = &sealed::DEVICES;
    let program = peers::built().join("devices");
    let mut compiler = peers::compiler(As::Native);
    compiler.args(["-std=gnu23", "-Os", "-Wall", "-Werror"]).arg(guest.source());
    output_of(compiler.arg("-o").arg(&program));
    let start = guest.start();
    run::observe(&start, |_| {
        let ended = support::end_of(&mut Command::new(&program), &start.stdin);
        let [stdout, stderr] = [ended.stdout, ended.stderr].map(String::into_bytes);
        let exit = ended.status.map_or_else(|| Exit::Trap("a signal".into()), Exit::Code);
        Ok::<_, anyhow::Error>(Outcome::new(exit, stdout, stderr))
    })
}

/// A tree with the devices, and something else in it.
fn tree() -> FileTree {
    let mut tree = FileTree::new();
    tree.file("/readme", "embedded").file("/dev/null", "no device").preopen("/").devices();
    tree
}

fn link(layout: Layout, tree: FileTree, seal: Seal) -> Vec<u8> {
    let linker = Linker::new().layout(layout).embed(tree).seal(seal);
    linker.link(&sealed::DEVICES.module()).expect("the guest is linked").wasm
}

fn run_linked(component: &[u8], start: &Start) -> Observed {
    run::observe(start, |invocation| run::host().run_component(component, invocation))
}

/// The files of the component can be changed or not, and the host's `/dev` is not seen.
#[test]
fn devices_are_those_of_linux() {
    let linux = on_linux();
    assert_eq!(linux.code(), 0);
    let mut writable = tree();
    writable.writable("/", 1 << 20);
    for tree in [tree(), writable] {
        for layout in [Layout::Isolated, Layout::Guest] {
            let start = Start { dirs: vec!["/dev".into()], ..sealed::DEVICES.start() };
            let component = run_linked(&link(layout, tree.clone(), Seal::new()), &start);
            assert_eq!(difference::between(&linux, &component), Vec::<String>::new(), "{layout}");
        }
    }
}

#[test]
fn random_devices_have_the_random_bytes_of_the_component() {
    let start = Start { args: vec!["prog".into(), "random".into()], dirs: Vec::new(), ..Start::default() };
    let run = |seal: Seal| run_linked(&link(Layout::Isolated, tree(), seal), &start).stdout;
    let keyed = |key| run(Seal::new().random(RandomKey([key; 32])));
    golden::check("sealed/random-device.txt", &keyed(1));
    assert_ne!(keyed(1), keyed(2));
    assert_ne!(run(Seal::new()), run(Seal::new()));
    let denied = run(Seal::new().deny(Capability::Random));
    assert!(denied.starts_with("open(\"/dev/urandom\", O_RDONLY): No such device or address\n"), "{denied}");
}

#[test]
fn the_terminal_is_that_of_the_streams() {
    let component = tempfile::NamedTempFile::new().expect("a file");
    for layout in [Layout::Isolated, Layout::Guest] {
        std::fs::write(component.path(), link(layout, tree(), Seal::new())).expect("a component");
        let (mut terminal, streams) = pseudo_terminal();
        terminal.write_all(b"somebody\nmore\n").expect("typed");
        let mut wasmtime = support::wasmtime();
        wasmtime.arg("run").arg(component.path()).arg("terminal");
        wasmtime.stdin(streams.try_clone().expect("the same terminal")).stderr(streams).stdout(Stdio::piped());
        let output = wasmtime.output().expect("it runs");
        drop(wasmtime);
        golden::check("sealed/terminal.txt", &String::from_utf8_lossy(&output.stdout));
        let mut shown = String::new();
        // It ends with an error, since the other side is gone.
        let _ = terminal.read_to_string(&mut shown);
        let written: Vec<_> = shown.lines().filter(|line| ["name?", "end"].contains(line)).collect();
        assert_eq!(written, ["name?", "end"], "{shown}");
    }
}
