use super::*;
use crate::inspect::{MemoryOrigin, Provider, Role, inspect};
use crate::{LinkError, ProblemCode};
use wasi_adapt_host::{Exit, Host, Invocation};
use wasmparser::{Parser, Validator, WasmFeatures};
use wit_component::StringEncoding;
use wit_parser::Resolve;

mod about;
mod dialects;
mod edges;
mod host_layers;
mod layers;

/// Formats an error with its causes.
fn chain(error: LinkError) -> String {
    format!("{:#}", anyhow::Error::from(error))
}

/// Returns the codes of the problems for which a module was not linked.
#[track_caller]
fn codes(result: Result<Linked, LinkError>) -> Vec<ProblemCode> {
    match result {
        Err(LinkError::Problems(problems)) => problems.into_iter().map(|problem| problem.code).collect(),
        Err(error) => panic!("no list of problems: {}", chain(error)),
        Ok(_) => panic!("it was linked"),
    }
}

/// Uses most section kinds, so that damage reaches most of the parser.
const MODULE: &str = r#"(module
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (table 2 funcref)
    (memory (export "memory") 1 4)
    (global $g (mut i32) (i32.const 7))
    (elem (i32.const 0) $write)
    (data (i32.const 8) "text")
    (func (export "_start") (drop (call $write (i32.const 1) (i32.const 0) (i32.const 0) (i32.const 0))) (call $exit (global.get $g)))
    (@custom "note" "hello"))"#;

#[test]
fn the_same_input_gives_the_same_bytes() {
    let module = wat::parse_str(MODULE).unwrap();
    let link = || Linker::new().link(&module).unwrap().wasm;
    assert_eq!(link(), link());
}

#[test]
fn the_component_says_who_made_it() {
    let component = Linker::new().link(&wat::parse_str(MODULE).unwrap()).unwrap().wasm;
    let tools = inspect(&component).unwrap().tools;
    let own = tools.iter().find(|tool| tool.name == "wasi-adapt").unwrap();
    assert_eq!(own.version, env!("CARGO_PKG_VERSION"));
}

#[test]
fn an_emitted_module_needs_no_adapter() {
    let module = wat::parse_str(MODULE).unwrap();
    let linker = Linker::new().emit(Emit::Module);
    let emitted = linker.link(&module).unwrap().wasm;
    Validator::new().validate_all(&emitted).unwrap();
    let foreign: Vec<_> = inspect(&emitted).unwrap().imports;
    let foreign: Vec<_> =
        foreign.iter().map(|import| &import.module).filter(|name| !name.starts_with("wasi:")).collect();
    assert!(foreign.is_empty(), "it imports from {foreign:?}");

    let component = ComponentEncoder::default().validate(true).module(&emitted).unwrap().encode().unwrap();
    let invocation = Invocation::default().capture("");
    let outcome = Host::new().unwrap().run_component(&component, &invocation).unwrap();
    assert_eq!(outcome.exit, Exit::Code(7));

    let error = linker.layout(Layout::Adapter).link(&module).unwrap_err();
    assert!(error.to_string().contains("there is no one core module"), "{error}");
}

#[test]
fn what_is_left_out_is_said() {
    let module = wat::parse_str(
        r#"(module (memory (export "memory") 1) (func (export "_start")) (@custom "external_debug_info" "\05a.dwo") (@custom ".debug_info" "\01"))"#,
    )
    .unwrap();
    let warnings = |layout| Linker::new().layout(layout).link(&module).unwrap().warnings;
    let noted = Linker::new().link(&wat::parse_str(MODULE).unwrap()).unwrap().wasm;
    assert!(noted.windows(9).any(|bytes| bytes == b"notehello"), "what code has nothing to do with is kept");
    for layout in [Layout::Isolated, Layout::Guest] {
        let warnings = warnings(layout);
        let [reference, dwarf] = &warnings[..] else { panic!("two warnings: {warnings:?}") };
        assert!(
            reference.contains("the reference to its debugging information in `external_debug_info`"),
            "{reference}"
        );
        assert!(dwarf.contains("(DWARF) is left out: ") && dwarf.contains("--layout adapter"), "{dwarf}");
    }
    assert!(warnings(Layout::Adapter).is_empty());
}

#[test]
fn all_problems_are_the_error() {
    let module = wat::parse_str(r#"(module (import "env" "f" (func)) (memory (export "memory") i64 1))"#).unwrap();
    assert_eq!(codes(Linker::new().link(&module)), [ProblemCode::Memory64, ProblemCode::UnknownModule]);
}

#[test]
fn what_cannot_be_an_adapter_is_said_to_be_none() {
    let module = wat::parse_str(r#"(module (import "env" "f" (func)) (memory (export "memory") 1))"#).unwrap();
    let problem = |adapter: &str| {
        let linker = Linker::new().adapter("env", wat::parse_str(adapter).unwrap());
        chain(linker.link(&module).unwrap_err())
    };
    for (adapter, expected) in [
        ("(component)", "reading the adapter `env`: it is a component; an adapter is a core module"),
        (r#"(module (func (export "f")) (memory 1) (data (i32.const 0) "x"))"#, "`env` has data, which"),
        (r#"(module (func (export "f")) (start 0))"#, "`env` has a start function, which"),
        (
            r#"(module (import "wasi_snapshot_preview1" "fd_close" (func (param i32) (result i32))) (func (export "f")))"#,
            "(`wasi_snapshot_preview1`) and the module does not use: `fd_close`",
        ),
        (r#"(module (func (export "g")))"#, "does not export what is imported from there: `f`"),
    ] {
        let found = problem(adapter);
        assert!(found.contains(expected), "{found}");
    }
}

/// A module with its own WIT keeps its imports and exports, in any spelling.
#[test]
fn the_modules_own_wit_stays() {
    let wit = "package test:plug; interface log { line: func(number: u32); }
        world plug { import log; import tick: func(); export greet: func() -> u32; export log; }";
    let module = r#"(module
        (import "test:plug/log" "line" (func (param i32)))
        (import "$root" "tick" (func))
        (import "wasi_snapshot_preview1" "sched_yield" (func (result i32)))
        (memory (export "memory") 1)
        (func (export "greet") (result i32) (i32.const 1))
        (func (export "test:plug/log#line") (param i32))
        (func (export "helper")))"#;
    let mut wasm = wat::parse_str(module).unwrap();
    let mut resolve = Resolve::default();
    let package = resolve.push_str("plug.wit", wit).unwrap();
    let world = resolve.select_world(&[package], Some("plug")).unwrap();
    wit_component::embed_component_metadata(&mut wasm, &resolve, world, StringEncoding::UTF8, false).unwrap();

    let report = inspect(&wasm).unwrap();
    let served: Vec<_> = report.imports.iter().map(|import| import.served_by).collect();
    assert_eq!(served, [Provider::Host, Provider::Host, Provider::Adapter]);
    let wit: Vec<_> = report.exports.iter().filter(|export| export.role == Role::Wit).map(|e| &*e.name).collect();
    assert_eq!(wit, ["greet", "test:plug/log#line"]);
    assert_eq!(report.other_exports, ["helper"]);

    let component = inspect(&Linker::new().link(&wasm).unwrap().wasm).unwrap();
    let imports: Vec<_> = component.imports.iter().map(|import| &*import.name).collect();
    let exports: Vec<_> = component.exports.iter().map(|export| &*export.name).collect();
    assert_eq!((imports, exports), (vec!["test:plug/log", "tick"], vec!["greet", "test:plug/log"]));
}

/// A module may import a different 0.2 version of WASI than its adapter.
#[test]
fn versions_of_wasi_become_one() {
    let wit = "package test:old; world old { import wasi:random/random@0.2.3; import wasi:cli/stdout@0.2.0; }";
    let random = "package wasi:random@0.2.3; interface random { get-random-u64: func() -> u64; }";
    let io = "package wasi:io@0.2.0; interface streams { resource output-stream; }";
    let cli = "package wasi:cli@0.2.0; interface stdout {
        use wasi:io/streams@0.2.0.{output-stream}; get-stdout: func() -> output-stream; }";
    let module = r#"(module
        (import "wasi:random/random@0.2.3" "get-random-u64" (func $random (result i64)))
        (import "wasi:cli/stdout@0.2.0" "get-stdout" (func $stdout (result i32)))
        (import "wasi_snapshot_preview1" "random_get" (func $get (param i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
        (memory (export "memory") 1) (data (i32.const 8) "\10\00\00\00\03\00\00\00abc")
        (func (export "_start")
            (if (i64.eq (call $random) (call $random)) (then (unreachable)))
            (drop (call $stdout))
            (if (call $get (i32.const 64) (i32.const 8)) (then (unreachable)))
            (if (call $write (i32.const 1) (i32.const 8) (i32.const 1) (i32.const 0)) (then (unreachable)))))"#;
    let mut wasm = wat::parse_str(module).unwrap();
    let mut resolve = Resolve::default();
    for (name, text) in [("random.wit", random), ("io.wit", io), ("cli.wit", cli)] {
        resolve.push_str(name, text).unwrap();
    }
    let package = resolve.push_str("old.wit", wit).unwrap();
    let world = resolve.select_world(&[package], None).unwrap();
    wit_component::embed_component_metadata(&mut wasm, &resolve, world, StringEncoding::UTF8, false).unwrap();
    for layout in [Layout::Guest, Layout::Adapter] {
        let component = Linker::new().layout(layout).link(&wasm).unwrap().wasm;
        let invocation = Invocation::default().capture("");
        let outcome = Host::new().unwrap().run_component(&component, &invocation).unwrap();
        assert_eq!((outcome.exit, &outcome.stdout[..]), (Exit::Code(0), &b"abc"[..]), "{layout:?}");
        let imports = inspect(&component).unwrap().imports;
        let of_random = imports.iter().filter(|import| import.name.starts_with("wasi:random/random@"));
        assert_eq!(of_random.count(), 1, "{layout:?}: {imports:?}");
    }
}

/// wit-component renames one of two equal imports, so it must get the module itself instead of a skeleton.
#[test]
fn a_module_may_import_the_same_function_twice() {
    let wit = "package test:twice; interface log { line: func(number: u32); } world twice { import log; }";
    let module = r#"(module
        (import "test:twice/log" "line" (func $first (param i32)))
        (import "test:twice/log" "line" (func $second (param i32)))
        (import "wasi_snapshot_preview1" "sched_yield" (func (result i32)))
        (memory (export "memory") 1)
        (func (export "_start") (call $first (i32.const 1)) (call $second (i32.const 2))))"#;
    let mut wasm = wat::parse_str(module).unwrap();
    let mut resolve = Resolve::default();
    let package = resolve.push_str("twice.wit", wit).unwrap();
    let world = resolve.select_world(&[package], None).unwrap();
    wit_component::embed_component_metadata(&mut wasm, &resolve, world, StringEncoding::UTF8, false).unwrap();
    let component = Linker::new().link(&wasm).unwrap().wasm;
    Validator::new_with_features(WasmFeatures::all()).validate_all(&component).unwrap();
    assert!(inspect(&component).unwrap().imports.iter().any(|import| import.name == "test:twice/log"));
}

/// Nobody could provide a memory to a component's module, so an imported memory becomes its own.
#[test]
fn an_imported_memory_becomes_its_own() {
    let wat = r#"(module (import "env" "memory" (memory 1 2))
        (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
        (memory $other 1) (data (i32.const 8) "\10\00\00\00\03\00\00\00abc")
        (func (export "_start")
            (drop (call $write (i32.const 1) (i32.const 8) (i32.const 1) (i32.const 0)))
            (if (i32.ne (memory.grow (i32.const 1)) (i32.const 1)) (then (unreachable)))
            (if (i32.ne (memory.grow $other (i32.const 1)) (i32.const 1)) (then (unreachable)))))"#;
    let module = wat::parse_str(wat).unwrap();
    assert_eq!(inspect(&module).unwrap().imports[0].served_by, Provider::Component);
    let component = Linker::new().link(&module).unwrap().wasm;
    let invocation = Invocation::default().capture("");
    let outcome = Host::new().unwrap().run_component(&component, &invocation).unwrap();
    assert_eq!((outcome.exit, &outcome.stdout[..]), (Exit::Code(0), &b"abc"[..]));
    assert_eq!(codes(Linker::new().layout(Layout::Adapter).link(&module)), [ProblemCode::UnfitLayout]);
}

#[test]
fn a_world_needs_what_it_exports() {
    let module = wat::parse_str(r#"(module (memory (export "memory") 1))"#).unwrap();
    let world = |world| Linker::new().world(world).link(&module);
    assert_eq!(codes(world(World::Command)), [ProblemCode::NoEntryPoint]);
    for made in [world(World::Reactor), world(World::Proxy)] {
        assert_eq!(inspect(&made.unwrap().wasm).unwrap().exports, []);
    }
}

#[test]
fn an_adapter_of_the_user_serves_its_module() {
    let wat = r#"(module (import "env" "f" (func (param i32) (result i32)))
        (memory (export "memory") 1) (func (export "_start") (drop (call 0 (i32.const 1)))))"#;
    let adapter = r#"(module (func (export "f") (param i32) (result i32) (local.get 0)))"#;
    let linker = Linker::new().adapter("env", wat::parse_str(adapter).unwrap());
    linker.link(wat.as_bytes()).unwrap();

    let other = wat.replace("(param i32) (result i32)", "(param i32)").replace("(drop (call 0 (i32.const 1)))", "");
    let error = linker.link(&wat::parse_str(&other).unwrap()).unwrap_err();
    assert!(error.to_string().contains("the adapter has it as (i32) -> i32"), "{error}");
}

/// Returns the minimum and maximum of the exported memory after the change, or none if nothing was changed.
fn changed(wat: &str, room: u64) -> Option<(u64, Option<u64>)> {
    let before = wat::parse_str(wat).unwrap();
    let after = prepare::with_exported_memory(&before, room).unwrap();
    Validator::new_with_features(WasmFeatures::all()).validate_all(&after).unwrap();
    let memory = inspect(&after).unwrap().memory.unwrap();
    assert_eq!(memory.origin, MemoryOrigin::Exported, "{wat}");
    (before != *after).then_some((memory.minimum, memory.maximum))
}

#[test]
fn a_memory_is_added_where_there_is_none() {
    for (wat, minimum) in [
        ("(module)", 1),
        (r#"(module (func (export "_start")))"#, 1),
        (r#"(module (@custom "a" "b") (func) (global i32 (i32.const 1)) (@custom "c" "d"))"#, 1),
        (r#"(module (tag) (start 0) (func) (table 1 funcref) (elem (i32.const 0) 0))"#, 1),
        (r#"(module (memory 3) (data (i32.const 0) "x"))"#, 3),
        (r#"(module (memory (export "mem") 3) (data (i32.const 0) "x") (export "f" (func 0)) (func))"#, 3),
    ] {
        assert_eq!(changed(wat, 0), Some((minimum, None)), "{wat}");
    }
    assert_eq!(changed(MODULE, 0), None, "nothing to do, nothing done");
}

#[test]
fn a_maximum_leaves_room_for_the_adapter() {
    let wat = |limits: &str| format!(r#"(module (memory 7 7) (memory (export "memory") {limits}) (func))"#);
    for (limits, room, expected) in [
        ("2 2", 16, Some((2, Some(18)))),
        ("2 65530", 16, Some((2, Some(65536)))),
        ("2 65536", 16, None),
        ("2", 16, None),
        ("2 2", 0, None),
    ] {
        assert_eq!(changed(&wat(limits), room), expected, "{limits}");
    }
}

/// A program in a memory that cannot grow runs.
#[test]
fn a_full_memory_is_no_obstacle() {
    let module = wat::parse_str(MODULE.replace("1 4", "1 1")).unwrap();
    let component = Linker::new().link(&module).unwrap().wasm;
    let outcome = Host::new().unwrap().run_component(&component, &Invocation::default()).unwrap();
    assert_eq!(outcome.exit, Exit::Code(7));
}

/// A module's code may call WASI at any time, and each function runs once, in the order of a preview1 host.
#[test]
fn a_start_function_may_call_wasi() {
    // `write` prints the digit at its address.
    let wat = r#"(module
        (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
        (memory (export "memory") 1)
        (data (i32.const 0) "\10\00\00\00\01\00\00\00")
        (func $write (param i32)
            (i32.store8 (i32.const 16) (local.get 0))
            (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))))
        (func $one (call $write (i32.const 49)))
        (func $two INITIALIZE (call $write (i32.const 50)))
        (func $three (export "_start") (call $write (i32.const 51)))
        (start $one))"#;
    for (initialize, expected) in [("", "13"), (r#"(export "_initialize")"#, "123")] {
        let module = wat::parse_str(wat.replace("INITIALIZE", initialize)).unwrap();
        let component = Linker::new().link(&module).unwrap().wasm;
        let invocation = Invocation::default().capture("");
        let host = Host::new().unwrap();
        for outcome in [host.run_module(&module, &invocation), host.run_component(&component, &invocation)] {
            let outcome = outcome.unwrap();
            assert_eq!((outcome.exit, String::from_utf8(outcome.stdout).unwrap().as_str()), (Exit::Code(0), expected));
        }
    }
}

/// A component runs the functions that `wasmtime run` runs of the module, once, in any layout: 1 is printed by the
/// start function, 2 by `_initialize`, 3 by `_start`, 4 by the function without a name.
#[test]
fn what_engines_run_is_what_a_component_runs() {
    let parts = [
        "(start $one)",
        r#"(export "_initialize" (func $two))"#,
        r#"(export "_start" (func $three))"#,
        r#"(export "" (func $four))"#,
    ];
    let digits: String = ["one", "two", "three", "four"]
        .into_iter()
        .zip(49..)
        .map(|(name, digit)| format!("(func ${name} (call $write (i32.const {digit})))"))
        .collect();
    let host = Host::new().unwrap();
    for chosen in 1..16 {
        let chosen = |part: usize| chosen >> part & 1 == 1;
        let wat: String = parts.iter().enumerate().filter(|(part, _)| chosen(*part)).map(|(_, text)| *text).collect();
        let wat = format!(
            r#"(module
            (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
            (memory (export "memory") 1)
            (data (i32.const 0) "\10\00\00\00\01\00\00\00")
            (func $write (param i32)
                (i32.store8 (i32.const 16) (local.get 0))
                (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))))
            {digits} {wat})"#
        );
        let expected: String =
            [(0, '1'), (1, '2')].iter().filter(|(part, _)| chosen(*part)).map(|(_, digit)| *digit).collect();
        let main = if chosen(3) {
            "4"
        } else if chosen(2) {
            "3"
        } else {
            ""
        };
        let module = wat::parse_str(wat).unwrap();
        assert_eq!(inspect(&module).unwrap().world, Some(World::Command));
        let invocation = Invocation::default().capture("");
        let as_component = |layout| {
            let component = Linker::new().layout(layout).link(&module).unwrap().wasm;
            host.run_component(&component, &invocation)
        };
        let layouts = [Layout::Isolated, Layout::Guest, Layout::Adapter].map(as_component);
        for outcome in layouts.into_iter().chain([host.run_module(&module, &invocation)]) {
            let outcome = outcome.unwrap();
            assert_eq!(
                (outcome.exit, String::from_utf8(outcome.stdout).unwrap()),
                (Exit::Code(0), format!("{expected}{main}"))
            );
        }
    }
}

/// Any faulty input gives an error and not a panic.
#[test]
fn damaged_input_is_an_error() {
    let module = wat::parse_str(MODULE).unwrap();
    let linker = Linker::new();
    for length in 0..module.len() {
        let _ = linker.link(&module[..length]); // A cut between sections may leave a module.
    }
    let component = linker.link(&module).unwrap().wasm;
    for length in (8..component.len()).step_by(97) {
        assert!(linker.link(&component[..length]).is_err(), "component cut to {length} bytes");
    }
    for position in 0..module.len() {
        for flip in [0x01, 0x40, 0x80, 0xff] {
            let mut damaged = module.clone();
            damaged[position] ^= flip;
            let _ = linker.link(&damaged); // Some damage is harmless.
        }
    }
}

/// A user's adapter for preview1 does not know the descriptors that the built-in one for `wasi_unstable` has open.
#[test]
fn an_adapter_for_preview1_does_not_go_with_the_own_one_for_its_predecessor() {
    let wat =
        r#"(module (import "wasi_unstable" "fd_close" (func (param i32) (result i32))) (memory (export "memory") 1))"#;
    let module = wat::parse_str(wat).unwrap();
    let close =
        wat::parse_str(r#"(module (func (export "fd_close") (param i32) (result i32) (i32.const 0)))"#).unwrap();
    let given = |names: &[&str]| {
        names.iter().fold(Linker::new(), |linker, &name| linker.adapter(name, close.clone())).link(&module)
    };
    assert_eq!(codes(given(&["wasi_snapshot_preview1"])), [ProblemCode::TwoSnapshots]);
    for served in [given(&["wasi_snapshot_preview1", "wasi_unstable"]), given(&["wasi_unstable"])] {
        assert_eq!(inspect(&served.unwrap().wasm).unwrap().imports, [], "the adapter given serves it");
    }
}

/// Exports wrapped as by a linker if the C library does not call its constructors itself: a call to allocate would run
/// them, and the destructors.
#[test]
fn what_gives_memory_does_nothing_else() {
    let module = wat::parse_str(
        r#"(module
        (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
        (memory (export "memory") 1)
        (global $next (mut i32) (i32.const 1024))
        (data (i32.const 0) "\10\00\00\00\01\00\00\00")
        (func $write (param i32)
            (i32.store8 (i32.const 16) (local.get 0))
            (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))))
        (func $constructors (call $write (i32.const 49)))
        (func $destructors (call $write (i32.const 51)))
        (func $realloc (param i32 i32 i32 i32) (result i32)
            (global.set $next (i32.and (i32.add (global.get $next) (i32.const 7)) (i32.const -8)))
            (global.get $next)
            (global.set $next (i32.add (global.get $next) (local.get 3))))
        (func $main (call $write (i32.const 50)))
        (func (export "_start") (call $constructors) (call $main) (call $destructors))
        (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
            (call $constructors)
            (call $realloc (local.get 0) (local.get 1) (local.get 2) (local.get 3))
            (call $destructors)))"#,
    )
    .unwrap();
    for layout in [Layout::Guest, Layout::Adapter] {
        let component = Linker::new().layout(layout).link(&module).unwrap().wasm;
        let invocation = Invocation::default().capture("");
        let outcome = Host::new().unwrap().run_component(&component, &invocation).unwrap();
        assert_eq!((outcome.exit, String::from_utf8(outcome.stdout).unwrap().as_str()), (Exit::Code(0), "123"));
    }
}
