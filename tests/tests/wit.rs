//! Programs with their own WIT beside preview1: the host's results for the adapter and for the program are in one
//! memory, and each is allocated by the right one.

mod support;

use std::path::Path;

use support::library;
use wasi_adapt::{Layout, World};
use wasi_adapt_tests::fixture;
use wasi_adapt_tests::guests::{self, Guest};
use wasmtime::component::{Component, Linker, ResourceTable};
use wasmtime::{Engine, Result, Store};
use wasmtime_wasi::p2::pipe::MemoryOutputPipe;
use wasmtime_wasi::{FsPerms, WasiCtx, WasiCtxBuilder, WasiCtxView, WasiView};

struct State {
    wasi: WasiCtx,
    table: ResourceTable,
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

/// Adds the interface `settings` of a host.
fn add_settings(linker: &mut Linker<State>) -> Result<()> {
    let mut settings = linker.instance("test:plugin/settings")?;
    settings.func_wrap("get", |_, (name,): (String,)| Ok(((name == "colour").then(|| "dark green".to_owned()),)))?;
    settings.func_wrap("entries", |_, ()| {
        let entries: Vec<(String, u32)> = (0..20).map(|n| ("entry".repeat(n as usize), n * n)).collect();
        Ok((entries,))
    })
}

/// Returns the component of a guest in a layout.
fn laid_out(guest: &Guest, layout: Layout) -> Vec<u8> {
    wasi_adapt::Linker::new().layout(layout).link(&guest.module()).unwrap().wasm
}

/// Returns the component of a guest that zig has linked with the static library.
fn with_library(guest: &Guest) -> Vec<u8> {
    let bindings = Path::new(env!("WIT_BINDINGS"));
    let mut zig = support::zig_cc();
    library::add_guest(&mut zig, guest);
    zig.arg("-mexec-model=reactor").arg("-I").arg(bindings);
    zig.args(["plugin.c", "plugin_component_type.o"].map(|file| bindings.join(file)));
    library::component(&library::linked(zig, Some(World::Reactor)))
}

/// Calls the `run` of a guest's component; returns its result, and its stdout.
fn run(guest: &Guest, component: &[u8], words: &[&str]) -> Result<(Result<String, String>, String)> {
    let engine = Engine::default();
    let component = Component::new(&engine, component)?;
    let mut linker = Linker::new(&engine);
    wasmtime_wasi::p2::add_to_linker_sync(&mut linker)?;
    add_settings(&mut linker)?;

    let directory = tempfile::tempdir()?;
    fixture::make(directory.path())?;
    let (start, stdout) = (guest.start(), MemoryOutputPipe::new(1 << 20));
    let mut wasi = WasiCtxBuilder::new();
    wasi.args(&start.args).stdout(stdout.clone());
    for variable in &start.env {
        let (name, value) = variable.split_once('=').unwrap();
        wasi.env(name, value);
    }
    wasi.preopened_dir(directory.path(), "/", FsPerms::ReadWrite)?;
    let mut store = Store::new(&engine, State { wasi: wasi.build(), table: ResourceTable::new() });
    let instance = linker.instantiate(&mut store, &component)?;
    type Ran = (Result<String, String>,);
    let run = instance.get_typed_func::<(Vec<String>,), Ran>(&mut store, "run")?;
    let words = words.iter().map(|word| word.to_string()).collect();
    let (ran,) = run.call(&mut store, (words,))?;
    drop(store);
    Ok((ran, String::from_utf8(stdout.contents().into()).unwrap()))
}

const LAYOUTS: [Layout; 3] = [Layout::Auto, Layout::Guest, Layout::Adapter];

#[test]
fn both_get_what_is_theirs() {
    let entries: String = (0..20).map(|n| format!("{}={};", "entry".repeat(n), n * n)).collect();
    let turn = format!("dark green;hello, world;{entries}15;good morning;none;");
    let guest = &guests::wit::BOTH;
    let laid_out = LAYOUTS.map(|layout| (format!("{layout:?}"), laid_out(guest, layout)));
    for (way, component) in laid_out.into_iter().chain([("static library".into(), with_library(guest))]) {
        let (ran, stdout) = run(guest, &component, &["first", "", "third word"]).unwrap();
        assert_eq!(ran.unwrap(), format!("first;;third word;{}", turn.repeat(3)), "{way}");
        assert_eq!(stdout, "3 words\n", "{way}");
        let (ran, _) = run(guest, &component, &[]).unwrap();
        assert_eq!(ran, Err("no words".into()), "{way}");
    }
}

#[test]
fn an_allocator_may_use_both() {
    for layout in LAYOUTS {
        let guest = &guests::wit::REENTRANT;
        let (ran, stdout) = run(guest, &laid_out(guest, layout), &["one", "two"]).unwrap();
        let expected = "2 words, 20 entries, first line hello, world, allocator called: yes";
        assert_eq!(ran.unwrap(), expected, "{layout:?}");
        assert_eq!(stdout, "hello\n", "{layout:?}");
    }
}

#[test]
fn a_program_with_wit_is_not_moved() {
    let linker = wasi_adapt::Linker::new().layout(Layout::Isolated);
    let error = linker.link(&guests::wit::BOTH.module()).unwrap_err().to_string();
    assert!(error.contains("has WIT of its own") && error.contains("--layout guest"), "{error}");
}
