//! Linux is the oracle: each program of `guests/sockets` is compiled for this machine and, with the SDK, for WASI. What
//! the two print, how they end and what files they leave must be the same, or stand in `known-differences.toml`.

mod support;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{OnceLock, mpsc};
use std::thread;
use std::time::Duration;

use support::peers::{As, Process, Program};
use support::{ZIG_CACHE, end_of, installed, library, output_of, root, wasi_adapt, zig_cc};
use wasi_adapt::host::{Exit, Invocation, Network, Outcome};
use wasi_adapt::link::Layout;
use wasi_adapt::pack;
use wasi_adapt_tests::guests::{self, Guest};
use wasi_adapt_tests::run::{self, Adapter, Observed};
use wasi_adapt_tests::{difference, golden, known};

/// A program that takes longer waits for something that does not come.
const PATIENCE: Duration = Duration::from_secs(120);

/// Where the programs and the SDK are built; they are left there, for a look at one that fails.
fn built() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("sockets");
        std::fs::create_dir_all(&dir).expect("a directory for the programs");
        dir
    })
}

/// Adds what a program that uses sockets is compiled with: the SDK's headers and its library.
fn with_sdk(command: &mut Command) {
    static SDK: OnceLock<PathBuf> = OnceLock::new();
    let sdk = SDK.get_or_init(|| {
        let dir = built().join("sdk");
        output_of(wasi_adapt().arg("sdk").arg(&dir));
        dir
    });
    command.arg("-I").arg(sdk.join("include")).arg(sdk.join("lib/libwasi_sockets.a"));
}

/// The same source by the same compiler, whatever it is compiled for.
fn compile(mut compiler: Command, guest: &Guest, extension: &str) -> PathBuf {
    let program = built().join(guest.id.replace('/', "-")).with_extension(extension);
    compiler.args(["-std=gnu23", "-Os", "-Wall", "-Werror", "-I"]).arg(root().join("tests/guests/include"));
    compiler.arg(guest.path()).arg("-o").arg(&program);
    if extension == "wasm" {
        with_sdk(&mut compiler);
    }
    output_of(&mut compiler);
    program
}

/// As a process of this machine. Its C library is musl, from which wasi-libc comes.
fn on_linux(guest: &Guest) -> Observed {
    let mut zig = Command::new(installed("python/ziglang/zig"));
    zig.args(["cc", "-target", "native-linux-musl"]).envs(ZIG_CACHE);
    let program = compile(zig, guest, "linux");
    run::observe(&guest.start(), |invocation| {
        let ended = end_of(Command::new(program).current_dir(&invocation.dirs[0].host), "");
        let exit = ended.status.map_or_else(|| Exit::Trap("a signal".into()), Exit::Code);
        let [stdout, stderr] = [ended.stdout, ended.stderr].map(String::into_bytes);
        Ok(Outcome { exit, stdout, stderr, trap_chain: Vec::new() })
    })
}

/// As a component, in a host that gives it the network.
fn on_wasi(guest: &Guest) -> Observed {
    let module = std::fs::read(compile(zig_cc(), guest, "wasm")).expect("the compiler wrote the module");
    let component = run::link(&module, Adapter::Ours).unwrap_or_else(|error| panic!("{}: {error:#}", guest.id));
    run::observe(&guest.start(), |invocation| {
        let network = Network { inherit: true, name_lookup: true };
        let invocation = Invocation { network, ..invocation.clone() };
        let (ended, end) = mpsc::channel();
        thread::spawn(move || ended.send(run::host().run_component(&component, &invocation)));
        end.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("{} does not come to an end", guest.id))
    })
}

fn compare(guest: &Guest) {
    // The lookups of both read these; the latter is netbase's, on Debian.
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

/// No preview1 host has sockets of a program, so this is compared with a golden file.
#[test]
fn poll_oneoff_of_preview1() {
    let program = Program::new("preview1_poll", As::Component);
    golden::check("sockets/preview1_poll.txt", &output_of(&mut program.command(&[])));
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
    let (_, names) = library::object(&pack::sockets_library().expect("the library can be made"));
    let header = root().join("tests/guests/include/sockets.h");
    let sources = guests::sockets::ALL.iter().map(|guest| PathBuf::from(guest.path())).chain([header]);
    let text: String = sources.map(|source| std::fs::read_to_string(source).expect("a source")).collect();
    let calls: BTreeSet<&str> = text
        .match_indices('(')
        .map(|(at, _)| text[..at].rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default())
        .collect();
    // Those of preview1 and of the component model have no programs of their own, second names neither.
    let of_c = names.iter().filter(|name| {
        !name.starts_with("__") && !name.starts_with("wasi_sockets_") && !name.contains('|') && *name != "cabi_realloc"
    });
    let untested: Vec<_> = of_c.filter(|name| !calls.contains(name.as_str())).collect();
    assert!(untested.is_empty(), "no program calls {untested:?}");
}
