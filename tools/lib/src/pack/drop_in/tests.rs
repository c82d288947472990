//! Packs a small adapter written by hand, links it and runs the result.

use wasmparser::Operator;
use wit_component::ComponentEncoder;

use super::super::module::{Code, Module};
use super::super::world::worlds;
use super::{Target, drop_in_for, pack};
use crate::preview1::{self, Snapshot};
use crate::{ExitCodes, World};
use wasi_adapt_host::{Exit, Host, Invocation, Outcome};

/// A small adapter with the imports and exports of the real one. `extra` goes into the module, and `set_up` into the
/// set-up function.
fn raw(extra: &str, set_up: &str) -> Vec<u8> {
    let written = ["fd_write", "proc_exit", "fd_prestat_get", "sched_yield", "clock_time_get", "random_get"];
    let mut functions = String::new();
    for function in preview1::FUNCTIONS.iter().chain(preview1::EXTENSIONS) {
        if !written.contains(&function.name) {
            let params: String = function.params.iter().map(|ty| format!(" {ty}")).collect();
            let result = if function.results.is_empty() { "" } else { "(result i32) i32.const 52" };
            functions += &format!("(func (export \"{}\") (param{params}) {result})\n", function.name);
        }
    }
    let source = include_str!("tests/adapter.wat")
        .replace("VERSION", &version())
        .replace(";; FUNCTIONS", &functions)
        .replace(";; EXTRA", extra)
        .replace(";; SETUP", set_up);
    wat::parse_str(source).unwrap()
}

/// The version of WASI, with the `@`.
fn version() -> String {
    let (resolve, _) = worlds();
    let package = resolve.packages.iter().find(|(_, package)| package.name.name == "cli").unwrap().1;
    format!("@{}", package.name.version.as_ref().unwrap())
}

const REALLOC: &str = r#"(global $next (mut i32) (i32.const 65536))
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
        (drop (memory.grow (i32.const 1)))
        (global.get $next)
        (global.set $next (i32.add (global.get $next) (i32.const 65536))))"#;

/// A program that calls `exit` with 7 after it has written; linked with the drop-in.
fn component(world: World, exit_codes: ExitCodes, extra: &str) -> Vec<u8> {
    let main = wat::parse_str(format!(
        r#"(module
            (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "fd_prestat_get" (func $prestat (param i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
            (memory (export "memory") 1)
            (data (i32.const 16) "\20\00\00\00\06\00\00\00")
            (data (i32.const 32) "hello\0a")
            (func (export "_start")
                (drop (call $write (i32.const 1) (i32.const 16) (i32.const 1) (i32.const 64)))
                (if (i32.ne (i32.load (i32.const 64)) (i32.const 6)) (then unreachable))
                (drop (call $prestat (i32.const 3) (i32.const 128)))
                (call $exit (i32.const 7)))
            {extra})"#
    ))
    .unwrap();
    let adapter = pack(&raw("", ""), Snapshot::Preview1, Target::new(world, exit_codes)).unwrap();
    let mut encoder = ComponentEncoder::default();
    encoder.module(&main).unwrap().validate(true).adapter("wasi_snapshot_preview1", &adapter).unwrap();
    encoder.encode().unwrap()
}

fn run(component: &[u8]) -> Outcome {
    let invocation = Invocation::default().capture("");
    Host::new().unwrap().run_component(component, &invocation).unwrap()
}

fn imports(component: &[u8]) -> Vec<String> {
    let wit_component::DecodedWasm::Component(resolve, world) = wit_component::decode(component).unwrap() else {
        panic!("not a component");
    };
    let world = &resolve.worlds[world];
    let name = |key| resolve.name_world_key(key).replace(&version(), "");
    world.imports.keys().map(name).collect()
}

/// The real adapter, for each world and snapshot.
#[test]
fn the_real_adapter_packs() {
    for world in World::SDK {
        for (snapshot, exit_codes) in [
            (Snapshot::Preview1, ExitCodes::Exact),
            (Snapshot::Preview1, ExitCodes::Portable),
            (Snapshot::Unstable, ExitCodes::Exact),
        ] {
            let adapter = drop_in_for(snapshot, Target::new(world, exit_codes)).unwrap();
            let module = Module::parse(&adapter).unwrap();
            let mangled = module
                .funcs
                .iter()
                .filter_map(|func| func.name.as_ref())
                .find(|name| name.starts_with("_ZN") || name.starts_with("_R"));
            assert_eq!(mangled, None);
            let path = [".cargo", "/src/", env!("CARGO_MANIFEST_DIR")].iter().find(|part| holds(&adapter, part));
            assert_eq!(path, None, "a path of the build machine");
        }
    }
}

fn holds(bytes: &[u8], part: &str) -> bool {
    bytes.windows(part.len()).any(|window| window == part.as_bytes())
}

#[test]
fn a_linked_program_runs() {
    for extra in ["", REALLOC] {
        let outcome = run(&component(World::Command, ExitCodes::Exact, extra));
        assert_eq!((outcome.exit, &*outcome.stdout), (Exit::Code(7), &b"hello\n"[..]), "with `{extra}`");
    }
    let outcome = run(&component(World::Command, ExitCodes::Portable, ""));
    assert_eq!((outcome.exit, &*outcome.stdout), (Exit::Code(1), &b"hello\n"[..]));
}

#[test]
fn each_world_imports_what_it_may() {
    let text = |world, exit_codes| wasmprinter::print_bytes(component(world, exit_codes, "")).unwrap();
    let command = component(World::Command, ExitCodes::Exact, "");
    let files = ["wasi:cli/exit", "wasi:filesystem/types", "wasi:filesystem/preopens"];
    assert!(files.iter().all(|file| imports(&command).iter().any(|import| import == file)), "{:?}", imports(&command));
    let proxy = component(World::Proxy, ExitCodes::Exact, "");
    assert_eq!(imports(&proxy), ["wasi:io/error", "wasi:io/streams", "wasi:cli/stdout"]);

    assert!(text(World::Command, ExitCodes::Exact).contains("\"exit-with-code\""));
    assert!(!text(World::Command, ExitCodes::Portable).contains("\"exit-with-code\""));
    assert!(text(World::Command, ExitCodes::Portable).contains("wasi:cli/run"));
    assert!(!text(World::Reactor, ExitCodes::Exact).contains("wasi:cli/run"));
}

#[test]
fn packing_is_deterministic() {
    let pack = || pack(&raw("", ""), Snapshot::Preview1, Target::new(World::Reactor, ExitCodes::Exact)).unwrap();
    assert_eq!(pack(), pack());
}

#[test]
fn only_what_needs_the_state_sets_it_up() {
    let adapter = pack(&raw("", ""), Snapshot::Preview1, Target::new(World::Command, ExitCodes::Exact)).unwrap();
    let module = Module::parse(&adapter).unwrap();
    let sets_up = |name: &str| {
        let Code::Body(body) = &module.funcs[module.exported_func(name).unwrap() as usize].code else { panic!() };
        let call = body.ops.iter().find(|op| matches!(op, Operator::Call { .. }));
        call.is_some_and(
            |op| matches!(op, Operator::Call { function_index } if module.func_label(*function_index) == "adapter::enter"),
        )
    };
    assert!(sets_up("fd_write"));
    // The host asks for memory to put the bytes into.
    assert!(sets_up("random_get"));
    assert!(!sets_up("sched_yield"));
    assert!(!sets_up("clock_time_get"));
    assert!(!sets_up("cabi_import_realloc"));
    assert!(!sets_up(&format!("wasi:cli/run{}#run", version())));
}

#[test]
fn what_cannot_be_packed_is_named() {
    let error = |extra: &str, set_up: &str| {
        format!(
            "{:#}",
            pack(&raw(extra, set_up), Snapshot::Preview1, Target::new(World::Command, ExitCodes::Exact)).unwrap_err()
        )
    };
    let data = error(r#"(data (i32.const 1048576) "oh no\0a") (func $user (result i32) i32.const 1048578)"#, "");
    assert!(data.contains(r#"6 bytes, "oh no\n" at 1048576, which these may use: `user` (+2)"#), "{data}");
    let stack = error("", "(drop (global.get $__stack_pointer))");
    assert!(stack.contains("`setup` uses the stack before it provides it"), "{stack}");
    let frame = "(func $frame (global.set $__stack_pointer (i32.const 0)))";
    let stack = error(frame, "(call $frame)");
    assert!(stack.contains("`setup` calls `frame`, which uses the stack, before it provides the stack"), "{stack}");
    let unknown = error(r#"(import "wasi_adapt" "why" (func (result i32)))"#, "");
    assert!(unknown.contains("intrinsic `why` is not defined"), "{unknown}");
    let snapshot = r#"(import "wasi_adapt" "unstable" (func $ask (result i32))) (func $both (export "fd_dup") (drop (call $ask)))"#;
    let snapshot = error(snapshot, "");
    assert!(snapshot.contains("it imports `wasi_adapt` `unstable`, called by `both`"), "{snapshot}");
    let export = error(r#"(func (export "fd_dup"))"#, "");
    assert!(export.contains("it exports `fd_dup`"), "{export}");
    let import =
        error(r#"(import "wasi:http/types@0.2.0" "x" (func $x)) (func $user (export "fd_dup") (call $x))"#, "");
    assert!(import.contains("it imports `wasi:http/types@0.2.0` `x`, called by `user`"), "{import}");
    let table = error(r#"(table 1 funcref) (func $user (export "fd_dup") (call_indirect (i32.const 0)))"#, "");
    assert!(table.contains("it has a table, for the indirect calls in `user`"), "{table}");
}
