//! Locks that others see: components and native programs lock each other out, by those of the operating system. The ones of
//! an instance alone are in `posix.rs`.
#![cfg(target_os = "linux")]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::str::FromStr as _;
use std::thread;
use std::time::Duration;

use support::peers::{As, Process, Program};
use support::web::{Answer, Server};
use support::{Ended, end_of, locks, output_of, wasi_adapt};
use wac_graph::types::Package;
use wac_graph::{CompositionGraph, EncodeOptions};
use wasi_adapt::{Linker, Locks};
use wasi_adapt_host::{Call, Exit, Host, Invocation};

const KINDS: [&str; 3] = ["process", "description", "whole"];
const WAYS: [As; 2] = [As::Native, As::Component];

const LOCKS: &str = "wasi-adapt:locks/advisory@0.1.0";

/// The module of a program of tests/data.
fn module(folder: &str, name: &'static str) -> PathBuf {
    Program::of(folder, name, As::Component, |_| ()).module()
}

/// A program of tests/data/locks, in a directory. The component is linked with `locks`.
fn program(name: &'static str, what: As, locks: &str, directory: &Path, arguments: &[&str]) -> Command {
    with_options(name, what, &["--locks", locks, "--dir", "."], directory, arguments)
}

/// The same with any options for the component.
fn with_options(name: &'static str, what: As, options: &[&str], directory: &Path, arguments: &[&str]) -> Command {
    let mut command = match what {
        As::Native => Command::new(Program::of("locks", name, what, |_| ()).path()),
        As::Component => {
            let mut run = wasi_adapt();
            run.arg("run").args(options).arg(module("locks", name));
            run
        }
    };
    command.args(arguments).current_dir(directory);
    command
}

fn attempt(what: As, kind: &str, directory: &Path) -> String {
    output_of(&mut program("rivals", what, "host", directory, &["try", kind, "file"]))
}

/// Returns what an attempt says while another has a lock of the kind.
fn taken(kind: &str) -> String {
    let bytes = if kind == "whole" { "no bytes" } else { "5 bytes from 10" };
    format!("{bytes}, taken\n")
}

const FREE: &str = "no bytes, locked\n";

/// Holders in any form keep out others in any form, until they are killed.
#[test]
fn components_and_native_programs_lock_each_other_out() {
    for (holds, kind) in WAYS.iter().flat_map(|way| KINDS.map(|kind| (*way, kind))) {
        let directory = tempfile::tempdir().expect("a directory");
        let hold = program("rivals", holds, "host", directory.path(), &["hold", kind, "file"]);
        let holder = Process::start(hold);
        assert!(holder.says("locked"), "{holds:?} {kind}");
        for tries in WAYS {
            assert_eq!(attempt(tries, kind, directory.path()), taken(kind), "{holds:?} {tries:?}");
        }
        drop(holder);
        for tries in WAYS {
            assert_eq!(attempt(tries, kind, directory.path()), FREE, "{holds:?} {tries:?} {kind}");
        }
    }
}

/// The default: nobody outside sees the locks of a component.
#[test]
fn the_locks_of_an_instance_are_its_own() {
    for kind in KINDS {
        let directory = tempfile::tempdir().expect("a directory");
        let hold = program("rivals", As::Component, "instance", directory.path(), &["hold", kind, "file"]);
        let holder = Process::start(hold);
        assert!(holder.says("locked"), "{kind}");
        assert_eq!(attempt(As::Native, kind, directory.path()), FREE);
    }
}

/// Also in a host that goes on.
#[test]
fn a_trap_releases_locks() {
    let module = fs::read(module("locks", "rivals")).expect("it was compiled");
    let component = Linker::new().locks(Locks::Host).link(&module).expect("it is linked").wasm;
    let host = Host::new().expect("an engine");
    for kind in KINDS {
        let directory = tempfile::tempdir().expect("a directory");
        let invocation = Invocation::new(["rivals", "trap", kind, "file"]).dir(directory.path(), ".").capture("");
        let outcome = host.run_component(&component, &invocation).expect("it starts");
        assert!(matches!(outcome.exit, Exit::Trap(_)), "{}", outcome.exit);
        assert_eq!(String::from_utf8_lossy(&outcome.stdout), FREE);
        assert_eq!(attempt(As::Native, kind, directory.path()), FREE);
    }
}

const CALLS: &str = "../../guests/posix/locks";
const RANDOM_CALLS: &str = "../../guests/posix/locks_random";

/// The locks of the host change nothing in a program that is alone with them.
#[test]
fn random_calls_give_the_same_with_locks_of_the_host() {
    let printed = WAYS.map(|what| {
        let directory = tempfile::tempdir().expect("a directory");
        output_of(&mut program(RANDOM_CALLS, what, "host", directory.path(), &["200000"]))
    });
    assert!(printed[0].lines().count() == 200 && printed[0] == printed[1]);
}

/// Nobody else can open them, so their locks are the same with any `--locks`. In the second row they are beside the host's.
#[test]
fn files_and_devices_in_the_component_are_locked_as_on_linux() {
    for (name, options, arguments) in [
        (CALLS, &["--writable", "."][..], &[][..]),
        (RANDOM_CALLS, &["--writable", "inner", "--dir", "."], &["100000"]),
        (RANDOM_CALLS, &["--writable", "/"], &["100000"]),
        (RANDOM_CALLS, &["--embed-writable", "."], &["100000"]),
        (RANDOM_CALLS, &["--embed", "."], &["100000", "reads"]),
        ("devices", &["--dev"], &[]),
    ] {
        let printed = |what, locks: &[&str]| {
            let directory = tempfile::tempdir().expect("a directory");
            fs::create_dir(directory.path().join("inner")).expect("a directory");
            for file in ["random-0", "random-1", "inner/random-2"] {
                fs::write(directory.path().join(file), "text").expect("a file");
            }
            let options = [options, locks].concat();
            output_of(&mut with_options(name, what, &options, directory.path(), arguments))
        };
        let expected = printed(As::Native, &[]);
        assert!(!expected.is_empty());
        for locks in [&[][..], &["--locks", "host"]] {
            assert_eq!(printed(As::Component, locks), expected, "{name} {options:?} {locks:?}");
        }
    }
}

/// Four components and as many native programs.
#[test]
fn turns_taken_by_many_keep_what_each_has_changed() {
    let command = |number: usize, directory: &Path, id: &str| {
        program("turns", WAYS[number % 2], "host", directory, &["file", id, "1000"])
    };
    locks::take_turns(8, command, Process::text);
}

#[test]
fn a_component_imports_locks_if_it_has_them() {
    let component = |folder, name, locks: &str| {
        let module = module(folder, name);
        let component = module.with_extension("locks.wasm");
        output_of(wasi_adapt().args(["link", "--locks", locks]).arg(&module).arg("-o").arg(&component));
        let report = wasi_adapt::inspect::inspect(&fs::read(component).expect("it was linked")).expect("a component");
        report.imports.iter().any(|import| import.name == LOCKS)
    };
    for (folder, name, locks, imports) in [
        ("locks", "rivals", "instance", false),
        ("locks", "rivals", "host", true),
        ("locks", "rivals", "composed", true),
        ("processes", "refused", "host", false),
    ] {
        assert_eq!(component(folder, name, locks), imports, "{name} {locks}");
    }
}

/// A stock host, for example.
#[test]
fn a_host_without_locks_says_so() {
    let module = module("locks", "rivals");
    let component = module.with_extension("imports.wasm");
    output_of(wasi_adapt().args(["link", "--locks", "host"]).arg(&module).arg("-o").arg(&component));
    let Ended { status, stderr, .. } = end_of(support::wasmtime().arg("run").arg(&component), "");
    assert_eq!(status, Some(1));
    assert!(stderr.contains(LOCKS), "{stderr}");
}

/// In a stock host, which has no locks: the component that has them is a part of the whole.
#[test]
fn another_component_can_have_the_locks() {
    for kind in KINDS {
        let directory = tempfile::tempdir().expect("a directory");
        let path = |name: &str| directory.path().join(name);
        fs::write(path("manager.wasm"), wasi_adapt_lock_manager::MODULE).expect("it is written");
        let mut link = wasi_adapt();
        link.args(["link", "--locks", "composed"])
            .arg(module("locks", "rivals"))
            .arg("--plug")
            .arg(path("manager.wasm"));
        output_of(link.arg("-o").arg(path("whole.wasm")));
        let mut run = support::wasmtime();
        run.arg("run").arg("--dir").arg(directory.path()).arg("--dir=.").arg(path("whole.wasm"));
        let said = output_of(run.args(["try", kind, "file"]).current_dir(directory.path()));
        assert_eq!(said, FREE);
    }
}

/// Two components below which one has the locks, put together as `wac` does it.
#[test]
fn components_that_are_composed_lock_each_other_out() {
    let manager = Linker::new().link(wasi_adapt_lock_manager::MODULE).expect("it is linked").wasm;
    let rival = {
        let program = Program::of("locks", "library", As::Component, |compiler| {
            compiler.arg("-mexec-model=reactor");
        });
        let module = fs::read(program.module()).expect("it was compiled");
        let linker = Linker::new().locks(Locks::Host).export_functions(true);
        linker.link(&module).expect("it is linked").wasm
    };
    let mut graph = CompositionGraph::new();
    let mut register = |name: &str, wasm: Vec<u8>| {
        let package = Package::from_bytes(name, None, wasm, graph.types_mut()).expect("a component");
        graph.register_package(package).expect("names differ")
    };
    let (manager, rival) = (register("test:manager", manager), register("test:rival", rival));
    let manager = graph.instantiate(manager);
    let locks = graph.alias_instance_export(manager, LOCKS).expect("it exports them");
    for side in ["left", "right"] {
        let instance = graph.instantiate(rival);
        graph.set_instantiation_argument(instance, LOCKS, locks).expect("it imports them");
        for function in ["lock", "unlock"] {
            let export = graph.alias_instance_export(instance, function).expect("it exports it");
            graph.export(export, format!("{side}-{function}")).expect("names differ");
        }
    }
    let composed = graph.encode(EncodeOptions::default()).expect("it fits together");

    let directory = tempfile::tempdir().expect("a directory");
    for kind in 0..3 {
        let calls = ["left-lock", "right-lock", "left-unlock", "right-lock", "left-lock"];
        let mut invocation = Invocation::new(["rivals"]).dir(directory.path(), ".").capture("");
        invocation.calls = calls.map(|name| Call::from_str(&format!("{name}({kind})")).expect("a call")).into();
        let outcome = Host::new().expect("an engine").run_component(&composed, &invocation).expect("it starts");
        let results: Vec<_> = outcome.results.iter().map(ToString::to_string).collect();
        assert_eq!(results, ["1", "0", "1", "1", "0"], "{kind}");
    }
}

/// Serves the component that counts in a directory.
fn counter(directory: &Path, options: &[&str]) -> Server {
    let dir = format!("{}::/", directory.display());
    let options: Vec<_> = ["--quiet", "--dir", &dir].iter().chain(options).copied().collect();
    Server::ours(locks::counter(), &options)
}

/// Instances of a server and native programs count in one file, and no number is lost.
#[test]
fn instances_of_a_server_and_native_programs_lock_each_other_out() {
    const EACH: usize = 40;
    let directory = tempfile::tempdir().expect("a directory");
    let server = counter(directory.path(), &[]);
    let native = Program::of("locks", "counter", As::Native, |_| ());
    let start = |_| {
        let mut program = Command::new(native.path());
        program.current_dir(directory.path()).stdout(Stdio::piped()).spawn().expect("it starts")
    };
    let (requests, programs) = (locks::count(&server, EACH), (0..EACH).map(start).collect::<Vec<_>>());
    let answers = requests.into_iter().map(|request| Answer::read(request).body);
    let outputs = programs.into_iter().map(|program| program.wait_with_output().expect("it ends").stdout);
    let number = |text: Vec<u8>| {
        let text = String::from_utf8(text).expect("text");
        text.lines().last().and_then(|line| line.parse().ok()).unwrap_or_else(|| panic!("no number, but {text}"))
    };
    let mut counted: Vec<usize> = answers.chain(outputs).map(number).collect();
    counted.sort();
    assert!(counted.iter().copied().eq(1..=2 * EACH), "{counted:?}");
}

/// However many requests wait for a lock, others are answered, and so are those at the end of their time.
#[test]
fn requests_that_wait_for_a_lock_hold_up_no_others() {
    let directory = tempfile::tempdir().expect("a directory");
    let holder = Process::start(program("rivals", As::Native, "host", directory.path(), &["hold", "process", "count"]));
    assert!(holder.says("locked"));
    let server = counter(directory.path(), &["--timeout", "3"]);
    let waiting = locks::count(&server, 20);
    thread::sleep(Duration::from_millis(500));
    assert_eq!(server.get("/?runs").body, b"0\n");
    for request in waiting {
        assert_eq!(Answer::read(request).status, 503);
    }
    drop(holder);
    let [request] = <[_; 1]>::try_from(locks::count(&server, 1)).expect("one");
    assert_eq!(Answer::read(request).body, b"1\n");
}
