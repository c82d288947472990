//! Random modules with imports from preview1.

use super::random::Random;
use crate::noninterference::dialects;
use arbitrary::Unstructured;
use std::fmt::Write;
use wasi_adapt::preview1::{self, CoreType, Snapshot};
use wasm_smith::{Config, Module};

/// The number of random bytes that a module is made of.
const SIZE: usize = 3000;
/// The number of times that a program may enter a loop or a function.
const FUEL: u32 = 2000;

/// Returns a module with any features, damaged in one of three cases.
pub fn any(seed: u64) -> Vec<u8> {
    let mut random = Random(seed);
    let mut bytes = module(&mut random).to_bytes();
    if random.one_in(3) {
        random.damage(&mut bytes);
    }
    bytes
}

/// Returns the imports that a module may have: those of preview1, and occasionally those of other dialects, wrong or unserved
/// ones.
fn imports(random: &mut Random) -> String {
    let types = |types: &[CoreType]| types.iter().map(|ty| format!(" {ty}")).collect::<String>();
    let mut text = "(module".to_owned();
    let snapshots = if random.one_in(4) { &Snapshot::ALL[..] } else { &[Snapshot::Preview1] };
    for snapshot in snapshots {
        for function in snapshot.functions() {
            let (module, name) = (snapshot.module(), function.name);
            let params = if random.one_in(400) { " f64".into() } else { types(function.params) };
            let _ = write!(
                text,
                "(import \"{module}\" \"{name}\" (func (param{params}) (result{})))",
                types(function.results)
            );
        }
    }
    // A layer is linked for these, which takes longer.
    if random.one_in(32) {
        for dialect in &dialects::FUNCTIONS {
            let _ = write!(text, "(import \"{}\" \"{}\" (func {}))", preview1::MODULE, dialect.name(), dialect.ty());
        }
    }
    if random.one_in(8) {
        text += r#"(import "env" "f" (func)) (import "env" "memory" (memory 1)) (import "wasi_snapshot_preview1" "g" (func))"#;
    }
    text + ")"
}

fn module(random: &mut Random) -> Module {
    let mut on = |times| random.one_in(times);
    let config = Config {
        allow_start_export: on(2),
        custom_page_sizes_enabled: on(4),
        exceptions_enabled: on(2),
        export_everything: on(2),
        gc_enabled: on(2),
        generate_custom_sections: on(2),
        max_memories: if on(2) { 1 } else { 4 },
        max_tables: 3,
        memory64_enabled: on(4),
        min_funcs: 1,
        min_uleb_size: if on(4) { 5 } else { 1 },
        relaxed_simd_enabled: on(2),
        simd_enabled: on(2),
        tail_call_enabled: on(2),
        threads_enabled: on(4),
        wide_arithmetic_enabled: on(2),
        ..Config::default()
    };
    let available_imports = Some(wat::parse_str(imports(random)).expect("it is a module"));
    // Most modules have a memory and a function to begin with.
    let shape = match random.below(4) {
        0 => None,
        1 => Some(r#"(module (memory (export "memory") 1))"#),
        2 => Some(r#"(module (memory (export "memory") 1) (func (export "_start")))"#),
        _ => Some(r#"(module (memory (export "memory") 1 20) (func (export "_initialize")))"#),
    };
    let exports = shape.map(|text| wat::parse_str(text).expect("it is a module"));
    let config = Config { available_imports, exports, ..config };
    Module::new(config, &mut Unstructured::new(&random.bytes(SIZE))).expect("there is randomness enough")
}

/// Functions that return the same results when a program is run again, and do not wait.
const REPEATABLE: &str = r#"(module
    (import "wasi_snapshot_preview1" "args_sizes_get" (func (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "environ_sizes_get" (func (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_close" (func (param i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_write" (func (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func (param i32)))
    (import "wasi_snapshot_preview1" "sched_yield" (func (result i32))))"#;

/// Returns a program that terminates.
pub fn program(seed: u64) -> Vec<u8> {
    let mut random = Random(seed);
    let exports = r#"(module (memory (export "memory") 1 20) (func (export "_start")))"#;
    let config = Config {
        available_imports: Some(wat::parse_str(REPEATABLE).expect("it is a module")),
        canonicalize_nans: true,
        compact_imports_enabled: false,
        exports: Some(wat::parse_str(exports).expect("it is a module")),
        max_memories: 3,
        max_memory32_bytes: 20 << 16,
        max_memory64_bytes: 20 << 16,
        memory_max_size_required: true,
        max_tables: 2,
        relaxed_simd_enabled: false,
        threads_enabled: false,
        ..Config::default()
    };
    let module = Module::new(config, &mut Unstructured::new(&random.bytes(SIZE)));
    let mut module = module.expect("there is randomness enough");
    module.ensure_termination(FUEL).expect("its functions are valid");
    module.to_bytes()
}
