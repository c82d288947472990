//! Modules in several languages that need each other become one component, three deep: a program prints what a library
//! makes of a name, by the numbers of another library. All of them use preview1, too.

mod support;

use std::fs;
use std::process::Command;
use support::{end_of, installed, output_of, root, wasm_tools};
use wasi_adapt::compose::{Composed, Composer};
use wasi_adapt::inspect::inspect;
use wasi_adapt::{Linker, WitWorld};
use wasi_adapt_host::Exit;
use wasi_adapt_tests::guests::{Guest, chain};
use wasi_adapt_tests::run;

const PROGRAMS: [&Guest; 3] = [&chain::PROGRAM_C, &chain::PROGRAM_RUST, &chain::PROGRAM_ASSEMBLYSCRIPT];
const MIDDLES: [(&Guest, &str); 3] =
    [(&chain::MIDDLE_C, "C"), (&chain::MIDDLE_RUST, "Rust"), (&chain::MIDDLE_ASSEMBLYSCRIPT, "AssemblyScript")];
const LASTS: [&Guest; 3] = [&chain::LAST_C, &chain::LAST_RUST, &chain::LAST_ASSEMBLYSCRIPT];

/// A linker that embeds a world of the guests' WIT.
fn linker(world: &str) -> Linker {
    let wit = root().join("tests/guests/include/chain.wit");
    Linker::new().wit(WitWorld::from_path(wit, Some(world)).unwrap())
}

/// The component of a guest, which lacks nothing: each guest has an allocator.
fn component(guest: &Guest, world: &str) -> Vec<u8> {
    let linked = linker(world).link(&guest.module()).unwrap();
    assert_eq!(linked.warnings, [""; 0], "{}", guest.id);
    linked.wasm
}

fn composed(program: &Guest, middle: &Guest, last: &Guest) -> Composed {
    let middle = component(middle, "middle");
    let composer = Composer::new(linker("program")).plug("middle", middle).plug("last", component(last, "last"));
    composer.compose("program", &program.module()).unwrap()
}

#[test]
fn every_language_serves_every_other() {
    for program in PROGRAMS {
        for (middle, language) in MIDDLES {
            for last in LASTS {
                let names = [program.id, middle.id, last.id];
                let Composed { wasm, warnings, connections, .. } = composed(program, middle, last);
                assert!(warnings.is_empty() && connections.len() == 2, "{names:?}: {warnings:?} {connections:?}");
                let report = inspect(&wasm).unwrap();
                let foreign = report.imports.iter().find(|import| !import.name.starts_with("wasi:"));
                assert_eq!(foreign, None, "{names:?}");

                let observed =
                    run::observe(&program.start(), |invocation| run::host().run_component(&wasm, invocation));
                assert_eq!(observed.exit, Exit::Code(0), "{names:?}");
                assert_eq!(observed.stdout, format!("{language}: Ada=300\n"), "{names:?}");
                let mut lines: Vec<_> = observed.stderr.lines().collect();
                lines.sort();
                assert_eq!(lines, ["last", "middle"], "{names:?}");
            }
        }
    }
}

/// Other tools compose what `link` makes, and run what `link --plug` makes.
#[test]
fn stock_tools_take_the_parts_and_the_whole() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    let write = |name: &str, wasm: &[u8]| fs::write(path(name), wasm).unwrap();
    write("program.wasm", &component(&chain::PROGRAM_RUST, "program"));
    write("middle.wasm", &component(&chain::MIDDLE_ASSEMBLYSCRIPT, "middle"));
    write("last.wasm", &component(&chain::LAST_C, "last"));
    for (root, plug, output) in [("middle", "last", "both"), ("program", "both", "composed")] {
        let file = |name: &str| path(name).with_extension("wasm");
        let mut compose = wasm_tools();
        compose.arg("compose").arg(file(root)).arg("-d").arg(file(plug)).arg("-o").arg(file(output));
        output_of(&mut compose);
    }
    let wasm = composed(&chain::PROGRAM_RUST, &chain::MIDDLE_ASSEMBLYSCRIPT, &chain::LAST_C).wasm;
    write("whole.wasm", &wasm);

    let by_wasmtime = |file: &str| end_of(support::wasmtime().arg("run").arg(path(file)), "");
    let by_jco =
        |file: &str| end_of(Command::new(installed("node/node_modules/.bin/jco")).arg("run").arg(path(file)), "");
    for (file, ended) in [
        ("composed.wasm", by_wasmtime("composed.wasm")),
        ("whole.wasm", by_wasmtime("whole.wasm")),
        ("whole.wasm", by_jco("whole.wasm")),
    ] {
        assert_eq!(ended.status, Some(0), "{file}: {}", ended.stderr);
        assert_eq!(ended.stdout, "AssemblyScript: Ada=300\n", "{file}");
    }
}
