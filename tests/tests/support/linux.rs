//! Linux as the reference: a guest is compiled natively and, with the SDK, for WASI. Output, exit status and files must be
//! the same, or be listed in `known-differences.toml`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use wasi_adapt::Layout;
use wasi_adapt_host::{Exit, Outcome};
use wasi_adapt_tests::guests::{Guest, Start};
use wasi_adapt_tests::run::{self, Adapter, Observed};
use wasi_adapt_tests::{difference, known};

use super::peers::{self, As};
use super::{end_of, output_of};

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

/// Runs a guest on both, and fails where they differ but need not.
pub fn compare(guest: &Guest) {
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
