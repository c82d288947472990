//! Programs whose allocator calls preview1 while the host waits for it, and so cannot be called.

use wasi_adapt::Layout;
use wasi_adapt::preview1::{FUNCTIONS, Function};
use wasi_adapt_host::{Host, Invocation};
use wasi_adapt_tests::golden;
use wasmtime::component::{Component, Linker, ResourceTable};
use wasmtime::{Engine, Store};
use wasmtime_wasi::{WasiCtx, WasiCtxBuilder, WasiCtxView, WasiView};
use wit_component::{StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

/// More than the adapter's buffer holds, so that it allocates while the host returns them.
const VARIABLES: usize = 4000;

/// Returns a call of a function, with an open descriptor and addresses as arguments.
fn call(function: &Function) -> String {
    let args = ["1"].into_iter().chain(std::iter::repeat("1024")).zip(function.params);
    format!("(call $tried {})", args.map(|(arg, ty)| format!("({ty}.const {arg})")).collect::<String>())
}

fn import(function: &Function, id: &str) -> String {
    let list = |types: &[_], word| types.iter().map(|ty| format!(" ({word} {ty})")).collect::<String>();
    format!(
        "(import \"wasi_snapshot_preview1\" \"{}\" (func ${id}{}{}))",
        function.name,
        list(function.params, "param"),
        list(function.results, "result")
    )
}

fn of(name: &str) -> &'static Function {
    FUNCTIONS.iter().find(|function| function.name == name).unwrap()
}

/// Returns a program whose allocator makes a call from its second use on, and which exits with its errno.
fn program(function: &Function) -> Vec<u8> {
    let (sizes, exit) = (import(of("environ_sizes_get"), "sizes"), import(of("proc_exit"), "exit"));
    let wat = format!(
        r#"(module
            {sizes} {exit} {tried}
            (memory (export "memory") 64)
            (global $next (mut i32) (i32.const 65536))
            (global $asked (mut i32) (i32.const 0))
            (global $errno (mut i32) (i32.const 101))
            (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
                (if (i32.eq (global.get $asked) (i32.const 1)) (then (global.set $errno {call})))
                (global.set $asked (i32.add (global.get $asked) (i32.const 1)))
                (global.get $next)
                (global.set $next (i32.add (global.get $next) (local.get 3))))
            (func (export "_start")
                (drop (call $sizes (i32.const 8) (i32.const 12)))
                (if (i32.ne (i32.load (i32.const 8)) (i32.const {VARIABLES})) (then unreachable))
                (call $exit (global.get $errno))))"#,
        tried = import(function, "tried"),
        call = call(function),
    );
    wat::parse_str(wat).unwrap()
}

/// Exit statuses are errnos; 101 would mean that the allocator was not called. Calls that reach no host work as usual,
/// and a merged adapter reaches only the parts of the host that its program can use.
#[test]
fn each_function_is_served_without_the_host() {
    let mut invocation = Invocation::default().capture("");
    invocation.env.extend((0..VARIABLES).map(|n| (format!("VARIABLE_{n}"), "v".repeat(40))));
    let host = Host::new().unwrap();
    let mut report = String::new();
    for function in FUNCTIONS.iter().filter(|function| function.name != "proc_exit") {
        let [guest, adapter] = [Layout::Guest, Layout::Adapter].map(|layout| {
            let linker = wasi_adapt::Linker::new().layout(layout);
            let component = linker.link(&program(function)).unwrap().wasm;
            host.run_component(&component, &invocation).unwrap().exit
        });
        report += &format!("{}: guest {guest}, adapter {adapter}\n", function.name);
    }
    golden::check("waiting.txt", &report);
}

/// A library whose allocator and `cabi_post` function read the clock and write. It returns "no" if time has advanced
/// meanwhile.
const LIBRARY: &str = r#"(module
    (import "wasi_snapshot_preview1" "clock_time_get" (func $clock (param i32 i64 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    ;; IMPORT
    (memory (export "memory") 2)
    (global $next (mut i32) (i32.const 65536))
    (data (i32.const 16) "yes") (data (i32.const 32) "no ")
    (func $now (result i64)
        (if (call $clock (i32.const 1) (i64.const 0) (i32.const 64)) (then (unreachable)))
        (i64.load (i32.const 64)))
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
        ;; PAUSE
        (i64.store (i32.const 72) (call $now))
        (i64.store (i32.const 80) (call $now))
        ;; RESUME
        (global.get $next)
        (global.set $next (i32.add (global.get $next) (local.get 3))))
    (func (export "cabi_post_still") (param i32)
        ;; FREE
        )
    (func (export "still") (param i32 i32) (result i32)
        (i32.store (i32.const 0) (select (i32.const 16) (i32.const 32)
            (i64.eq (i64.load (i32.const 72)) (i64.load (i32.const 80)))))
        (i32.store (i32.const 4) (i32.const 3))
        ;; Between calls, the host is there.
        (i64.store (i32.const 72) (call $now))
        (loop $again (br_if $again (i64.eq (i64.load (i32.const 72)) (call $now))))
        (if (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)) (then (unreachable)))
        (i32.const 0)))"#;

struct State {
    wasi: WasiCtx,
    table: ResourceTable,
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

/// Calls it three times.
fn calls(wat: &str, layout: Layout) -> wasmtime::Result<Vec<String>> {
    let mut wasm = wat::parse_str(wat).unwrap();
    let mut resolve = Resolve::default();
    let wit = "package test:still; world still { export still: func(word: string) -> string; }";
    let package = resolve.push_str("still.wit", wit).unwrap();
    let world = resolve.select_world(&[package], None).unwrap();
    embed_component_metadata(&mut wasm, &resolve, world, StringEncoding::UTF8, false).unwrap();
    let component = wasi_adapt::Linker::new().layout(layout).link(&wasm).unwrap().wasm;

    let engine = Engine::default();
    let mut linker = Linker::new(&engine);
    wasmtime_wasi::p2::add_to_linker_sync(&mut linker)?;
    let state = State { wasi: WasiCtxBuilder::new().build(), table: ResourceTable::new() };
    let mut store = Store::new(&engine, state);
    let instance = linker.instantiate(&mut store, &Component::new(&engine, component)?)?;
    let still = instance.get_typed_func::<(String,), (String,)>(&mut store, "still")?;
    (0..3).map(|_| Ok(still.call(&mut store, ("word".into(),))?.0)).collect()
}

/// The tool knows a merged program's allocator, and wraps it.
#[test]
fn a_merged_library_may_call_preview1_whenever_it_runs() {
    let refused = "(if (i32.ne (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)) (i32.const 58))
        (then (unreachable)))";
    let wat = LIBRARY.replace(";; FREE", &format!("(drop (call $now)) {refused}")).replace(";; PAUSE", refused);
    assert_eq!(calls(&wat, Layout::Guest).unwrap(), ["yes"; 3]);
}

/// With a separate adapter, the program itself must pause the clocks.
#[test]
fn a_library_may_stop_the_clocks_for_its_allocator() {
    assert!(calls(LIBRARY, Layout::Adapter).is_err(), "no adapter can know what the host calls");
    let import = r#"(import "wasi_snapshot_preview1" "adapter_monotonic_clock_set_paused" (func $pause (param i32)))"#;
    let wat = LIBRARY
        .replace(";; IMPORT", import)
        .replace(";; PAUSE", "(call $pause (i32.const 1))")
        .replace(";; RESUME", "(call $pause (i32.const 0))");
    for layout in [Layout::Adapter, Layout::Guest] {
        assert_eq!(calls(&wat, layout).unwrap(), ["yes"; 3], "{layout:?}");
    }
}
