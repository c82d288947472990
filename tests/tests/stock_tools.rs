//! The drop-in adapters in stock tools: `wasm-tools component new --adapt` and `jco new --adapt` make the components,
//! wasmtime and jco on Node run them.

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use support::{Ended, data, end_of, installed, output_of, wasi_adapt, wasm_tools, wasmtime, zig_cc};
use tempfile::TempDir;

/// A directory with the drop-ins, and with a test's output.
struct Bench(TempDir);

impl Bench {
    fn new() -> Bench {
        Bench::with(&[])
    }

    /// Makes the drop-ins with options of `wasi-adapt sdk`.
    fn with(options: &[&str]) -> Bench {
        let bench = Bench(tempfile::tempdir().expect("a temporary directory"));
        output_of(wasi_adapt().arg("sdk").arg(bench.path("sdk")).args(options));
        bench
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn drop_in(&self, world: &str) -> PathBuf {
        self.path("sdk/adapters").join(format!("wasi_snapshot_preview1.{world}.wasm"))
    }

    /// Makes a component by `wasm-tools component new` and returns its path.
    fn component(&self, module: &Path, world: &str) -> PathBuf {
        self.adapted(module, &self.drop_in(world))
    }

    /// The same with any adapter.
    fn adapted(&self, module: &Path, adapter: &Path) -> PathBuf {
        let component = self.path("component.wasm");
        let mut new = wasm_tools();
        new.args(["component", "new"]).arg(module).arg("--adapt").arg(adapter).arg("-o").arg(&component);
        output_of(&mut new);
        component
    }

    /// Makes a component whose world is a function `answer`, from a module that exports it.
    fn library(&self, world: &str) -> PathBuf {
        let (wit, module) = (self.path("answer.wit"), self.path("answer.wasm"));
        fs::write(&wit, "package test:answer;\nworld answer { export answer: func() -> u32; }\n").expect("a file");
        let mut embed = wasm_tools();
        embed.args(["component", "embed"]).arg(&wit).arg(data("answer.wat")).arg("-o").arg(&module);
        output_of(&mut embed);
        self.component(&module, world)
    }

    /// Compiles tests/data/reader.c by `zig cc`.
    fn reader(&self) -> PathBuf {
        self.compiled("reader")
    }

    /// Compiles a program of tests/data by `zig cc`.
    fn compiled(&self, name: &str) -> PathBuf {
        let module = self.path(name).with_extension("wasm");
        output_of(zig_cc().args(["-O2", "-s"]).arg(data(name).with_extension("c")).arg("-o").arg(&module));
        module
    }

    /// Runs `jco run` with this directory as the component's `/`. jco gives a component no directory, but a module that
    /// it imports first can do so, and finds jco's WASI implementation if it is in jco's output directory.
    fn jco_run(&self, component: &Path, args: &[&str]) -> Ended {
        let out = self.path("jco");
        fs::create_dir(&out).expect("a directory");
        let preopens = out.join("preopens.mjs");
        let code = format!(
            "import {{ _setPreopens }} from '@bytecodealliance/preview2-shim/filesystem';\n_setPreopens({{ '/': {:?} }});\n",
            self.0.path()
        );
        fs::write(&preopens, code).expect("a file");
        let mut run = jco();
        run.args(["run", "--jco-dir"]).arg(&out).arg("--jco-import").arg(&preopens).arg(component).args(args);
        end_of(&mut run, "")
    }

    fn wasmtime_run(&self, component: &Path, args: &[&str]) -> Ended {
        let mut run = wasmtime();
        run.args(["run", "--dir"]).arg(format!("{}::/", self.0.path().display())).arg(component).args(args);
        end_of(&mut run, "")
    }
}

fn jco() -> Command {
    Command::new(installed("node/node_modules/.bin/jco"))
}

fn ended(status: i32, stdout: &str) -> Ended {
    Ended { status: Some(status), stdout: stdout.into(), stderr: String::new() }
}

/// Returns the interfaces that a component imports.
fn imports(component: &Path) -> Vec<String> {
    let wit = output_of(wasm_tools().args(["component", "wit"]).arg(component));
    let names = wit.lines().filter_map(|line| line.strip_prefix("  import ")?.strip_suffix(';'));
    names.map(str::to_owned).collect()
}

#[test]
fn an_emitted_module_by_wasm_tools_in_wasmtime() {
    let bench = Bench::new();
    let (module, component) = (bench.path("merged.wasm"), bench.path("component.wasm"));
    output_of(wasi_adapt().arg("link").arg(bench.reader()).args(["--emit", "module", "-o"]).arg(&module));
    output_of(wasm_tools().args(["component", "new"]).arg(&module).arg("-o").arg(&component));
    fs::write(bench.path("text.txt"), "one\ntwo\n").expect("a file");
    let run = |program: &Path| {
        let dir = format!("{}::/", bench.0.path().display());
        end_of(wasmtime().args(["run", "--dir", &dir]).arg(program).arg("/text.txt"), "")
    };
    let (as_component, as_module) = (run(&component), run(&bench.path("reader.wasm")));
    assert_eq!((as_component.status, &as_component.stdout), (as_module.status, &as_module.stdout));
    assert!(as_component.stdout.contains("two"), "{}", as_component.stdout);
}

#[test]
fn hello_world_by_wasm_tools_in_wasmtime() {
    let bench = Bench::new();
    let component = bench.component(&data("hello.wat"), "command");
    assert_eq!(bench.wasmtime_run(&component, &[]), ended(3, "hello, world\n"));
}

#[test]
fn portable_drop_in_asks_for_nothing_new() {
    let bench = Bench::with(&["--exit-codes", "portable"]);
    let component = bench.component(&data("hello.wat"), "command");
    assert_eq!(bench.wasmtime_run(&component, &[]), ended(1, "hello, world\n"));
    let wit = output_of(wasm_tools().args(["component", "wit"]).arg(&component));
    assert!(!wit.contains("exit-with-code"), "{wit}");
}

#[test]
fn hello_world_by_wasm_tools_in_jco() {
    let bench = Bench::new();
    let component = bench.component(&data("hello.wat"), "command");
    assert_eq!(bench.jco_run(&component, &[]), ended(3, "hello, world\n"));
}

#[test]
fn hello_world_by_jco_in_jco() {
    let bench = Bench::new();
    let (module, component) = (bench.path("hello.wasm"), bench.path("component.wasm"));
    output_of(wasm_tools().arg("parse").arg(data("hello.wat")).arg("-o").arg(&module));
    // jco derives the adapter's name from the file name up to its last dot, so the name is given.
    let adapter = format!("wasi_snapshot_preview1={}", bench.drop_in("command").display());
    output_of(jco().arg("new").arg(&module).args(["--adapt", &adapter]).arg("-o").arg(&component));
    assert_eq!(bench.jco_run(&component, &[]), ended(3, "hello, world\n"));
}

#[test]
fn file_reader_by_wasm_tools_in_wasmtime_and_jco() {
    let bench = Bench::new();
    fs::write(bench.path("poem.txt"), "a line\nanother\n").expect("a file");
    let component = bench.component(&bench.reader(), "command");
    let found = ended(0, "a line\nanother\n[15 bytes]\n");
    assert_eq!(bench.wasmtime_run(&component, &["/poem.txt"]), found);
    assert_eq!(bench.jco_run(&component, &["/poem.txt"]), found);

    let missing = ended(7, "/nothing.txt: No such file or directory\n");
    assert_eq!(bench.wasmtime_run(&component, &["/nothing.txt"]), missing);
    fs::remove_dir_all(bench.path("jco")).expect("jco leaves its output");
    assert_eq!(bench.jco_run(&component, &["/nothing.txt"]), missing);
}

#[test]
fn library_with_the_reactor_and_proxy_drop_ins() {
    for world in ["reactor", "proxy"] {
        let bench = Bench::new();
        let component = bench.library(world);
        let mut run = wasmtime();
        run.args(["run", "--invoke", "answer()"]).arg(&component);
        assert_eq!(end_of(&mut run, ""), ended(0, "thinking\n42\n"), "{world}");
    }
}

#[test]
fn proxy_drop_in_imports_nothing_that_a_proxy_host_lacks() {
    let bench = Bench::new();
    for name in imports(&bench.library("proxy")) {
        let interface = name.split('@').next().expect("a name");
        let offered = ["wasi:io/", "wasi:clocks/", "wasi:random/", "wasi:cli/std"];
        assert!(offered.iter().any(|prefix| interface.starts_with(prefix)), "{name}");
    }
}

/// The makers of components of Python and Go call these; the official adapter has them, too, and the same comes of it.
#[test]
fn clocks_can_be_paused_and_all_state_forgotten() {
    let bench = Bench::new();
    fs::write(bench.path("text.txt"), "one\ntwo\n").expect("a file");
    let module = bench.compiled("forgets");
    let official = bench.path("wasi_snapshot_preview1.command.wasm");
    let bytes = wasi_preview1_component_adapter_provider::WASI_SNAPSHOT_PREVIEW1_COMMAND_ADAPTER;
    fs::write(&official, bytes).expect("a file");
    for (adapter, status) in [(bench.drop_in("command"), 7), (official, 1)] {
        let component = bench.adapted(&module, &adapter);
        let said = "slept 1, meanwhile 0 ns, then at least 30 ms: 1\nnumbers 4 4, read 3 \"one\"\n";
        assert_eq!(bench.wasmtime_run(&component, &["/text.txt"]), ended(status, said), "{}", adapter.display());
    }
}
