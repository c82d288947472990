//! CPython, built from source with the library of the sdk: sealed with its own library in one component, it passes its tests as a
//! native build of the same source does, but for the differences in a table. `make python` runs this, and builds both.
#![cfg(target_os = "linux")]

#[path = "python/verdicts.rs"]
mod verdicts;

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::thread;

use support::peers::{As, Process, built};
use support::{document, installed, output_of, root, wasi_adapt, wasmtime};
use verdicts::{Reasons, Verdicts};
use wasi_adapt_tests::golden;

/// The programs in Python.
fn programs() -> PathBuf {
    root().join("tests/python")
}

/// Links the module with Python's library and the programs.
fn link(component: &Path, options: &[&str]) {
    let wasm = installed("python-source/wasm");
    let platform = fs::read_to_string(wasm.join("pybuilddir.txt")).expect("the build writes it");
    let embed = |from: &Path, to: &str| format!("--embed={}::{to}", from.display());
    let mut link = wasi_adapt();
    link.arg("link").arg(wasm.join("python.wasm")).arg("-o").arg(component);
    link.arg(embed(&installed("python-source/source/Lib"), "/lib/python3.13"));
    link.arg(embed(&wasm.join(platform.trim()), "/lib/python3.13"));
    link.arg(embed(&programs(), "/programs"));
    output_of(link.arg("--env=PYTHONHOME=/").args(options));
}

/// Returns a component that needs no file of the host, compiled.
fn sealed() -> &'static Path {
    static SEALED: OnceLock<PathBuf> = OnceLock::new();
    SEALED.get_or_init(|| {
        let [component, compiled] = ["python.wasm", "python.cwasm"].map(|name| built().join(name));
        link(&component, &["--writable=/tmp=256M", "--dev", "--deny=filesystem"]);
        output_of(wasmtime().arg("compile").args(STACK).arg(&component).arg("-o").arg(&compiled));
        compiled
    })
}

/// CPython's own setting for WASI.
const STACK: [&str; 2] = ["-W", "max-wasm-stack=8388608"];

/// Returns the command `python`: the native one in a directory, the component with none.
fn interpreter(what: As, directory: &Path) -> Command {
    match what {
        As::Native => {
            let mut native = Command::new(installed("python-source/native/python"));
            native.current_dir(directory);
            native
        }
        As::Component => {
            let mut run = wasmtime();
            run.args(["run", "--allow-precompiled", "-S", "inherit-network,allow-ip-name-lookup"]).args(STACK);
            run.arg(sealed());
            run
        }
    }
}

/// Returns the command that runs one of the programs.
fn program(what: As, directory: &Path, name: &str, arguments: &[&str]) -> Command {
    let place = match what {
        As::Native => programs(),
        As::Component => PathBuf::from("/programs"),
    };
    let mut command = interpreter(what, directory);
    command.arg("-u").arg(place.join(name)).args(arguments);
    command
}

const WAYS: [As; 2] = [As::Native, As::Component];

#[test]
fn it_runs_from_one_file() {
    let directory = tempfile::tempdir().expect("a directory");
    let program = "import json, sys; print(json.dumps({'version': sys.version_info[:2]}))";
    for what in WAYS {
        assert_eq!(output_of(interpreter(what, directory.path()).args(["-c", program])), "{\"version\": [3, 13]}\n");
    }
}

#[test]
fn it_serves_files_to_curl() {
    let directory = tempfile::tempdir().expect("a directory");
    let serve = ["http.server", "--bind", "127.0.0.1", "--directory", "/lib/python3.13", "0"];
    let server = Process::start(program(As::Component, directory.path(), "in_turn.py", &serve));
    let port = server.port();
    for file in ["os.py", "pydoc_data/topics.py"] {
        let expected = fs::read_to_string(installed("python-source/source/Lib").join(file)).expect("a file");
        let url = format!("http://127.0.0.1:{port}/{file}");
        assert_eq!(output_of(Command::new("curl").args(["--silent", "--fail", &url])), expected);
    }
}

#[test]
fn it_fetches_from_a_server() {
    let directory = tempfile::tempdir().expect("a directory");
    fs::write(directory.path().join("file"), "text\n".repeat(100_000)).expect("a file");
    let mut server = interpreter(As::Native, directory.path());
    server.args(["-u", "-m", "http.server", "--bind", "127.0.0.1", "0"]);
    let server = Process::start(server);
    let url = format!("http://127.0.0.1:{}/file", server.port());
    let program = "import sys, urllib.request; print(urllib.request.urlopen(sys.argv[1]).read().decode(), end='')";
    let fetched = output_of(interpreter(As::Component, directory.path()).args(["-c", program, &url]));
    assert_eq!(fetched, "text\n".repeat(100_000));
}

#[test]
fn asyncio_serves_a_hundred_clients_at_once() {
    let directory = tempfile::tempdir().expect("a directory");
    for (serves, asks) in [(As::Component, As::Native), (As::Native, As::Component), (As::Component, As::Component)] {
        let server = Process::start(program(serves, directory.path(), "echo.py", &["serve"]));
        let port = server.port().to_string();
        let mut clients = program(asks, directory.path(), "echo.py", &["ask", &port, "100"]);
        assert_eq!(output_of(&mut clients), "100 are right\n", "{serves:?} {asks:?}");
    }
}

/// Its locks are the host's, which stock wasmtime does not have.
#[test]
fn two_components_and_a_native_program_write_one_database() {
    let directory = tempfile::tempdir().expect("a directory");
    let component = built().join("python.locks.wasm");
    link(&component, &["--locks=host"]);
    let share = |what: As, arguments: &[&str]| match what {
        As::Native => program(what, directory.path(), "share.py", arguments),
        As::Component => {
            let mut run = wasi_adapt();
            run.args(["run", "--dir", "."]).arg(&component).arg("/programs/share.py").args(arguments);
            run.current_dir(directory.path());
            run
        }
    };
    // Compiles the component, too, so that all begin at once.
    assert_eq!(output_of(&mut share(As::Component, &["file"])), "ok\n\n");
    let writers = [("a", As::Component), ("b", As::Native), ("c", As::Component)];
    let writers = writers.map(|(name, what)| Process::start(share(what, &["file", name, "200"])));
    assert_eq!(writers.map(Process::text), ["", "", ""]);
    for what in WAYS {
        assert_eq!(output_of(&mut share(what, &["file"])), "ok\n('a', 200) ('b', 200) ('c', 200)\n");
    }
}

/// The modules of CPython's tests about what WASI lacks.
const MODULES: [&str; 16] = [
    "test_asyncio.test_sock_lowlevel",
    "test_fcntl",
    "test_ftplib",
    "test_httplib",
    "test_mmap",
    "test_os",
    "test_posix",
    "test_select",
    "test_selectors",
    "test_smtplib",
    "test_socket",
    "test_socketserver",
    "test_sqlite3",
    "test_tempfile",
    "test_urllib2_localnet",
    "test_xmlrpc",
];

/// Each test ends as it does natively, or the golden file says otherwise. A test that fails has a reason in `reasons.toml`.
#[test]
fn its_own_tests_end_as_they_should() {
    let directory = tempfile::tempdir().expect("a directory");
    let reasons = Reasons::new();
    let mut table = "| module | native | | | component | | |\n|---|---|---|---|---|---|---|\n".to_owned();
    table += "| | passed | skipped | failed | passed | skipped | failed |\n";
    for module in MODULES {
        let arguments: Vec<_> = [module].into_iter().chain(reasons.left_out()).collect();
        let run = &|what| Verdicts::read(&output_of(&mut program(what, directory.path(), "run_tests.py", &arguments)));
        let [native, component] = thread::scope(|scope| {
            let runs = WAYS.map(|what| scope.spawn(move || run(what)));
            runs.map(|run| run.join().expect("it ends"))
        });
        golden::check(&format!("python/{module}.txt"), &native.differences(&component));
        reasons.check(&native, &component);
        table += &format!("| `{module}` | {} | {} |\n", native.counts(), component.counts());
    }
    reasons.check_use();
    document::check_shown("cpython.md", "tests/golden/python", &format!("\n{table}\n{}", reasons.table()));
}
