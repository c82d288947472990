//! curl, built from source with the library of the sdk by its own configure and make: as a component it passes its own tests as a
//! native build of the same source does, but for the differences in a table. `make curl` runs this, and builds both.
#![cfg(target_os = "linux")]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::Command;

use serde::Deserialize;
use support::peers::{As, built};
use support::{end_of, installed, output_of, root, wasi_adapt, wasmtime};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    differs: Vec<Row>,
}

/// Tests in which component and native program differ.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    tests: Vec<u32>,
    /// The verdict on the component.
    component: String,
    because: String,
}

/// Writes the program that curl's tests take for curl.
fn component() -> PathBuf {
    let [component, compiled, program] = ["curl.wasm", "curl.cwasm", "curl"].map(|name| built().join(name));
    output_of(wasi_adapt().arg("link").arg(installed("curl/wasm/src/curl")).arg("-o").arg(&component));
    output_of(wasmtime().arg("compile").arg(&component).arg("-o").arg(&compiled));
    let [place, wasmtime] = ["curl", "python/wasmtime_cli/wasmtime"].map(installed);
    let options = "--allow-precompiled -S inherit-network,allow-ip-name-lookup,inherit-env";
    let script = format!(
        "#!/bin/sh\nexec '{}' run {options} --dir . --dir /dev --dir '{}' '{}' \"$@\"\n",
        wasmtime.display(),
        place.display(),
        compiled.display()
    );
    fs::write(&program, script).expect("a program");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("it can be executed");
    program
}

/// Runs those of curl's tests that run curl, and returns their verdicts by number.
fn verdicts(what: As) -> BTreeMap<u32, String> {
    let source = installed("curl/source/tests");
    let mut perl = Command::new("perl");
    perl.arg("-I").arg(&source).arg(source.join("runtests.pl")).args(["-a", "-n", "-am"]);
    if what == As::Component {
        // The native one talks to the servers, to see that they are there.
        perl.arg("-c").arg(component()).arg("-vc").arg(installed("curl/native/src/curl"));
    }
    perl.args(["1", "to", "9999", "!libtest", "!unittest"]);
    perl.current_dir(installed("curl/native/tests")).env("srcdir", &source).env("USER", "root");
    let ended = end_of(&mut perl, "");
    let line = |line: &str| {
        let (verdict, rest) = line.split_once(": ")?;
        let number = rest.split_whitespace().next()?.parse().ok()?;
        ["PASS", "FAIL"].contains(&verdict).then(|| (number, verdict.to_lowercase()))
    };
    let verdicts: BTreeMap<u32, String> = ended.stdout.lines().filter_map(line).collect();
    assert!(verdicts.len() > 1000, "{}\n{}", ended.stdout, ended.stderr);
    verdicts
}

#[test]
fn it_passes_its_own_tests_as_natively() {
    let table = fs::read_to_string(root().join("tests/curl/differences.toml")).expect("the table");
    let table: Table = toml::from_str(&table).unwrap_or_else(|error| panic!("tests/curl/differences.toml: {error}"));
    let [native, component] = [As::Native, As::Component].map(verdicts);
    // Of some that fail there is no line.
    let verdict = |verdicts: &BTreeMap<u32, String>, number| verdicts.get(number).map_or("fail".into(), String::clone);
    let mut wrong = Vec::new();
    for number in native.keys().chain(component.keys()).collect::<BTreeSet<_>>() {
        let (native, component) = (verdict(&native, number), verdict(&component, number));
        let row = table.differs.iter().find(|row| row.tests.contains(number));
        // A native program that fails, as one may on a busy machine, is no measure.
        if component != *row.map_or(&native, |row| &row.component) && (&*native, &*component) != ("fail", "pass") {
            let because = row.map_or("no row", |row| &*row.because);
            wrong.push(format!("test {number}: {native} natively, {component} as a component ({because})"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for (name, verdicts) in [("natively", &native), ("as a component", &component)] {
        println!("{name}: {} passed", verdicts.values().filter(|verdict| *verdict == "pass").count());
    }
}

/// A transfer through a component that is compiled by `run`, as a user would do it.
#[test]
fn it_fetches_a_page() {
    let directory = tempfile::tempdir().expect("a directory");
    fs::write(directory.path().join("page"), "text\n".repeat(50_000)).expect("a file");
    let server = support::peers::Process::start({
        let mut python = Command::new("python3");
        python.args(["-u", "-m", "http.server", "--bind", "127.0.0.1", "0"]).current_dir(directory.path());
        python
    });
    let url = format!("http://127.0.0.1:{}/page", server.port());
    let fetched = output_of(
        wasi_adapt().args(["run", "--inherit-network"]).arg(installed("curl/wasm/src/curl")).args(["-sS", &url]),
    );
    assert_eq!(fetched, "text\n".repeat(50_000));
}
