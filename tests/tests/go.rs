//! Go, whose runtime uses all memory above the program's for its heap: the tests of its standard library, with files of the host
//! and with files in memory, and a program that keeps the garbage collector busy.

mod support;

use std::path::Path;
use std::process::Command;
use std::{fs, io, thread};

use support::{copy, installed, output_of};
use wasi_adapt::compose::Composer;
use wasi_adapt::inspect::inspect;
use wasi_adapt::{FileTree, Layout, Linker};
use wasi_adapt_host::{Host, Invocation, Outcome};
use wasi_adapt_tests::guests::{self, Guest, Start};
use wasi_adapt_tests::run::{self, Adapter, Observed};
use wasi_adapt_tests::{difference, fixture};

/// The packages whose tests run by default. GO_PACKAGES overrides them, as `make test-go` does.
const PACKAGES: &str = "os io/fs path/filepath testing/fstest bufio";

/// Compiles the tests of a package of Go's standard library.
fn compile(package: &str) -> Vec<u8> {
    let root = installed("python/go");
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("go");
    let directory = tempfile::tempdir().expect("a temporary directory");
    let module = directory.path().join("package.test");
    let mut go = Command::new(root.join("bin/go"));
    go.args(["test", "-c", "-o"]).arg(&module).arg(package).current_dir(root.join("src"));
    go.env("GOROOT", &root).env("GOCACHE", &cache).env("GOPATH", cache.join("path"));
    go.envs([("GOOS", "wasip1"), ("GOARCH", "wasm"), ("GOENV", "off"), ("GOFLAGS", "")]);
    go.envs([("GOPROXY", "off"), ("GOTOOLCHAIN", "local"), ("GOWORK", "off")]);
    output_of(&mut go);
    fs::read(&module).expect("go has written it")
}

/// The parts of Go's sources that the tests of a package read, some of them in the directory above.
fn parts(package: &str) -> [String; 5] {
    let (first, _) = package.split_once('/').unwrap_or((package, ""));
    ["VERSION", "go.env", "lib/time", "src/unicode", &format!("src/{first}")].map(str::to_owned)
}

/// Files that they read, too, and that the PyPI package lacks.
const LACKING: [&str; 2] = ["CONTRIBUTING.md", "LICENSE"];
const LACKED: &str = "see https://go.dev\n";

/// Adds the files that the tests of a package expect in `/`: parts of Go's sources, and a directory for temporary
/// files.
fn add_go(root: &Path, package: &str) -> io::Result<()> {
    fs::create_dir(root.join("tmp"))?;
    let (from, go) = (installed("python/go"), root.join("go"));
    parts(package).iter().try_for_each(|part| copy(&from.join(part), &go.join(part)))?;
    LACKING.iter().try_for_each(|name| fs::write(go.join(name), LACKED))
}

/// The same files, in memory.
fn in_memory(package: &str) -> FileTree {
    let mut tree = FileTree::new();
    for part in parts(package) {
        tree.embed(installed("python/go").join(&part), &format!("/go/{part}"));
    }
    for name in LACKING {
        tree.file(&format!("/go/{name}"), LACKED);
    }
    tree.directory("/tmp").writable("/", 256 << 20);
    tree
}

/// Runs the tests of a package like Go's `go_wasip1_wasm_exec`, except that `/` contains only the files that they need.
/// Only the verdicts are compared: the other output contains times.
fn verdicts(package: &str, run: impl FnOnce(&Invocation) -> wasi_adapt_host::Result<Outcome>) -> Observed {
    let strings = |strings: &[&str]| strings.iter().map(|it| it.to_string()).collect();
    let start = Start {
        args: strings(&["package.test", "-test.short", "-test.v"]),
        env: strings(&["GOROOT=/go", "TMPDIR=/tmp", &format!("PWD=/go/src/{package}")]),
        dirs: strings(&["/", "/dev=/dev", "/proc=/proc"]),
        ..Start::default()
    };
    let mut observed = run::observe_in(|root| add_go(root, package), &start, run);
    println!("{package}, all that its tests print:\n{}", observed.stdout);
    // `--- PASS: TestName (0.00s)`, indented for a subtest.
    let verdict = |line: &str| {
        let (verdict, rest) = line.trim_start().strip_prefix("--- ")?.split_once(": ")?;
        Some(format!("{} = {verdict}\n", rest.split_once(" (")?.0))
    };
    let mut verdicts: Vec<_> = observed.stdout.lines().filter_map(verdict).collect();
    verdicts.sort(); // Tests that run in parallel end in any order.
    observed.stdout = verdicts.concat();
    observed
}

#[test]
fn the_standard_library_passes_its_tests_as_under_the_preview1_host() {
    for package in std::env::var("GO_PACKAGES").unwrap_or(PACKAGES.into()).split_whitespace() {
        let module = compile(package);
        let preview1 = verdicts(package, |invocation| run::host().run_module(&module, invocation));
        assert_eq!(preview1.code(), 0, "{package}: under the preview1 host, too, not all pass");
        assert!(preview1.stdout.contains("PASS"), "{package} has no tests here");
        let check = |linker: Linker, has_root| {
            let linked = linker.link(&module).unwrap_or_else(|error| panic!("{package}: {error:#}"));
            let component = verdicts(package, |invocation| {
                let mut invocation = invocation.clone();
                invocation.dirs.retain(|dir| dir.guest != "/" || has_root);
                run::host().run_component(&linked.wasm, &invocation)
            });
            let found = difference::between(&preview1, &component);
            assert!(found.is_empty(), "{package}: preview1 host -> component:\n  {}", found.join("\n  "));
        };
        check(Linker::new(), true);
        check(Linker::new().embed(in_memory(package)), false);
    }
}

/// Each kind of mount: a directory of the host, one that is embedded, one in memory with what is embedded there at first, and
/// that of another component.
#[test]
fn each_kind_of_directory_is_a_file_system_to_go() {
    let guest = &guests::go::TEST_FS;
    let start = guest.start();
    let embedded = fixture::tree(run::mapped(&start));
    let mut writable = embedded.clone();
    writable.writable("/", 1 << 20);
    let run = |tree| run::with_own_files(guest, &start, Layout::Isolated, tree);
    let both = "/sub is what it should be\n/made is what it should be\n";
    let one = "/sub is what it should be\nmkdir /made: Operation not permitted\n";
    let observed = [run::as_component(guest, &start), run(embedded), run(writable), with_external_files(guest, &start)];
    for (observed, stdout) in observed.iter().zip([both, one, both, both]) {
        assert_eq!((observed.code(), observed.stdout.as_str()), (0, stdout));
    }
}

/// Runs a guest with the files of another component in place of the host's.
fn with_external_files(guest: &Guest, start: &Start) -> Observed {
    let composer = Composer::new(Linker::new()).plug("files", wasi_adapt_external_files::MODULE);
    let composed = composer.compose("program", &guest.module()).unwrap_or_else(|error| panic!("{error}"));
    let imports = inspect(&composed.wasm).expect("a component").imports;
    let files = imports.iter().find(|import| import.name.starts_with("wasi:filesystem"));
    assert_eq!(files, None);
    run::observe(start, |invocation| run::host().run_component(&composed.wasm, invocation))
}

#[test]
fn collecting_garbage_twenty_times_harms_nothing() {
    let guest = &guests::go::GARBAGE;
    let start = guest.start();
    let preview1 = run::on_preview1(guest, &start);
    assert_eq!(preview1.code(), 0);
    let component = run::link(&guest.module(), Adapter::Ours).expect("it links");
    // Avoids compiling it twice.
    let cache = tempfile::tempdir().expect("a temporary directory");
    let host = Host::with_cache(cache.path()).expect("the engine starts");
    let run_ten_times = || {
        for _ in 0..10 {
            let observed = run::observe(&start, |invocation| host.run_component(&component, invocation));
            let found = difference::between(&preview1, &observed);
            assert!(found.is_empty(), "preview1 host -> component:\n  {}", found.join("\n  "));
        }
    };
    thread::scope(|scope| [scope.spawn(run_ten_times), scope.spawn(run_ten_times)].map(drop));
}
