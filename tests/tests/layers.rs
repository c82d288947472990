//! The files that `sdk` writes for layers: what is made with them is a layer.

mod support;

use std::fs;
use std::path::Path;

use support::{output_of, root, wasi_adapt};
use wasi_adapt::preview1::FUNCTIONS;
use wasi_adapt::{Layer, Linker, sdk};
use wasi_adapt_host::{Exit, Host, Invocation};
use wasi_adapt_tests::guests::toolchain;

fn write_sdk(directory: &Path) {
    output_of(wasi_adapt().arg("sdk").arg(directory));
}

/// The crate replaces the clock of a program.
#[test]
fn the_crate_is_a_layer() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    write_sdk(directory.path());
    let package = directory.path().join("layer");
    let mut cargo = toolchain::cargo_wasip1("build", "release", directory.path()).expect("a compiler");
    output_of(cargo.current_dir(&package));
    let layer = fs::read(package.join("target/wasm32-wasip1/release/layer.wasm")).expect("the layer");
    let program = r#"(module
        (import "wasi_snapshot_preview1" "clock_time_get" (func $time (param i32 i64 i32) (result i32)))
        (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
        (memory (export "memory") 1)
        (func (export "_start")
            (drop (call $time (i32.const 0) (i64.const 0) (i32.const 8)))
            (if (i64.ne (i64.load (i32.const 8)) (i64.const 946684800000000000)) (then (call $exit (i32.const 1))))
            (call $exit (call $time (i32.const 0) (i64.const 0) (i32.const 65529)))))"#;
    let linked = Linker::new().layer(Layer::new("layer", layer)).link(program.as_bytes()).expect("a component");
    assert_eq!(linked.warnings, Vec::<String>::new());
    let outcome = Host::new().expect("a host").run_component(&linked.wasm, &Invocation::default().capture(""));
    // The last address has no room for a time, which is EFAULT.
    assert_eq!(outcome.expect("it runs").exit, Exit::Code(21));
}

#[test]
fn the_header_declares_every_function() {
    let (_, header) = sdk::layer_files().find(|(name, _)| name.ends_with(".h")).expect("the header");
    for function in FUNCTIONS {
        for prefix in ["next_", "layer_"] {
            assert!(header.contains(&format!(" {prefix}{}(", function.name)), "{prefix}{}", function.name);
        }
    }
    assert!(!header.contains("FUNCTIONS"), "{header}");
}

#[test]
fn the_book_shows_the_crates_code() {
    let chapter = fs::read_to_string(root().join("tools/book/src/layers.md")).expect("the chapter");
    let (_, code) = sdk::layer_files().find(|(name, _)| name.ends_with("lib.rs")).expect("the code");
    assert!(chapter.contains(code.trim_end()), "the chapter has other code than the crate");
}
