//! Linux is the reference: each program of `guests/sockets` is compiled natively and, with the SDK, for WASI. Output,
//! exit status and files must be the same, or be listed in `known-differences.toml`.

mod support;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use support::peers::{self, As, Process, Program};
use support::{end_of, library, output_of, root};
use wasi_adapt::Layout;
use wasi_adapt::sdk;
use wasi_adapt_host::{Exit, Outcome};
use wasi_adapt_tests::guests::{self, Guest, Start};
use wasi_adapt_tests::run::{self, Adapter, Observed};
use wasi_adapt_tests::{difference, golden, known};

/// A program that takes longer waits for something that never comes.
const TIMEOUT: Duration = Duration::from_secs(120);

/// Compiles the same source by the same compiler, for either system.
fn compile(guest: &Guest, what: As) -> PathBuf {
    let mut compiler = peers::compiler(what);
    compiler.args(["-std=gnu23", "-Os", "-Wall", "-Werror"]).arg(guest.source());
    let program = peers::built().join(guest.id.replace('/', "-"));
    let program = match what {
        As::Native => program,
        As::Component => {
            compiler.arg(peers::library());
            program.with_extension("wasm")
        }
    };
    output_of(compiler.arg("-o").arg(&program));
    program
}

/// Runs a guest as a native process.
fn on_linux(guest: &Guest) -> Observed {
    let program = compile(guest, As::Native);
    run::observe(&guest.start(), |invocation| {
        let ended = end_of(Command::new(program).current_dir(&invocation.dirs[0].host), "");
        let exit = ended.status.map_or_else(|| Exit::Trap("a signal".into()), Exit::Code);
        let [stdout, stderr] = [ended.stdout, ended.stderr].map(String::into_bytes);
        Ok::<_, anyhow::Error>(Outcome::new(exit, stdout, stderr))
    })
}

/// The number of resources that is enough for most programs, and that leaks would soon exceed. Programs that need more
/// at a time declare it.
const RESOURCES: usize = 20;

/// Runs a guest as a component, in a host with network access and room for few resources.
fn on_wasi(guest: &Guest) -> Observed {
    let module = std::fs::read(compile(guest, As::Component)).expect("the compiler wrote the module");
    let component = run::link(&module, Adapter::Ours).unwrap_or_else(|error| panic!("{}: {error:#}", guest.id));
    let start = guest.start();
    let start = Start { resources: start.resources.or(Some(RESOURCES)), ..start };
    run::observe(&start, |invocation| {
        let invocation = invocation.clone().inherit_network(true).allow_ip_name_lookup(true);
        let (ended, end) = mpsc::channel();
        thread::spawn(move || drop(ended.send(run::host().run_component(&component, &invocation))));
        end.recv_timeout(TIMEOUT).unwrap_or_else(|_| panic!("{} does not come to an end", guest.id))
    })
}

fn compare(guest: &Guest) {
    // Name lookups read these files; the latter is from Debian's netbase.
    for file in ["/etc/hosts", "/etc/services"] {
        assert!(Path::new(file).exists(), "{file} is missing on this machine: install it");
    }
    let [linux, wasi] = thread::scope(|scope| {
        let linux = scope.spawn(|| on_linux(guest));
        let wasi = on_wasi(guest);
        [linux.join().expect("the program runs here"), wasi]
    });
    assert_eq!(linux.code(), 0, "{}: on Linux itself:\n{}", guest.id, linux.stdout);
    known::check(guest.id, Layout::Auto, &difference::between(&linux, &wasi));
}

macro_rules! test {
    ($class:ident, $name:ident, $guest:ident) => {
        #[test]
        fn $name() {
            compare(&guests::$class::$guest);
        }
    };
}

wasi_adapt_tests::for_each_sockets!(test);

/// No preview1 host has sockets of a program, so the reference is a golden file.
#[test]
fn poll_oneoff_of_preview1() {
    let program = Program::new("preview1_poll", As::Component);
    golden::check("sockets/preview1_poll.txt", &output_of(&mut program.command(&[])));
}

/// The program allocates all memory that it can get, and frees it in pieces: no call that lacks memory ends the
/// program.
#[test]
fn without_memory_there_is_an_errno() {
    let program = Program::with("out_of_memory", As::Component, |zig| {
        zig.arg("-Wl,--max-memory=25165824");
    });
    let text = output_of(&mut program.command(&[]));
    let works = |line: &str| line.ends_with(" works in the end");
    assert!(text.lines().count() > 20 && text.lines().all(works), "{text}");
}

#[test]
fn waiting_for_nothing_sleeps() {
    for arguments in [&[][..], &["select"]] {
        let mut process = Process::start(Program::new("sleeps", As::Component).command(arguments));
        assert!(process.says("now"));
        thread::sleep(Duration::from_millis(300));
        assert!(process.is_running(), "{:?}", process.line());
    }
}

#[test]
fn every_function_of_the_library_is_called_by_a_program() {
    let (_, names) = library::object(&sdk::sockets_library().expect("the library can be made"));
    let headers = ["sockets.h", "states.h"].map(|name| root().join("tests/guests/include").join(name));
    let sources = guests::sockets::ALL.iter().map(|guest| guest.source().into()).chain(headers);
    let text: String = sources.map(|source| std::fs::read_to_string(source).expect("a source")).collect();
    let calls: BTreeSet<&str> = text
        .match_indices('(')
        .map(|(at, _)| text[..at].rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default())
        .collect();
    // Functions of preview1 and the component model have no programs of their own, and neither do aliases.
    let of_c = names.iter().filter(|name| {
        !name.starts_with("__") && !name.starts_with("wasi_sockets_") && !name.contains('|') && *name != "cabi_realloc"
    });
    let untested: Vec<_> = of_c.filter(|name| !calls.contains(name.as_str())).collect();
    assert!(untested.is_empty(), "no program calls {untested:?}");
}
