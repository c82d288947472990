//! Programs with WIT of their own beside preview1: what the host returns to the adapter and what it returns to the program
//! lie in one memory, and each goes to whoever has asked.

use wasi_adapt::link::{self, Layout, LinkOptions};
use wasi_adapt_tests::fixture;
use wasi_adapt_tests::guests::{self, Guest};
use wasmtime::component::{Component, Linker, ResourceTable};
use wasmtime::{Engine, Result, Store};
use wasmtime_wasi::p2::pipe::MemoryOutputPipe;
use wasmtime_wasi::{DirPerms, FilePerms, WasiCtx, WasiCtxBuilder, WasiCtxView, WasiView};

struct State {
    wasi: WasiCtx,
    table: ResourceTable,
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

/// The interface `settings`, as a host has it.
fn add_settings(linker: &mut Linker<State>) -> Result<()> {
    let mut settings = linker.instance("test:plugin/settings")?;
    settings.func_wrap("get", |_, (name,): (String,)| Ok(((name == "colour").then(|| "dark green".to_owned()),)))?;
    settings.func_wrap("entries", |_, ()| {
        let entries: Vec<(String, u32)> = (0..20).map(|n| ("entry".repeat(n as usize), n * n)).collect();
        Ok((entries,))
    })
}

/// Links a guest in one layout and calls its `run`; gives what that returns, and what it has written to stdout.
fn run(guest: &Guest, layout: Layout, words: &[&str]) -> Result<(Result<String, String>, String)> {
    let component = link::link(&guest.module(), &LinkOptions { layout, ..LinkOptions::default() }).unwrap();
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
    wasi.preopened_dir(directory.path(), "/", DirPerms::all(), FilePerms::all())?;
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
    for layout in LAYOUTS {
        let (ran, stdout) = run(&guests::wit::BOTH, layout, &["first", "", "third word"]).unwrap();
        assert_eq!(ran.unwrap(), format!("first;;third word;{}", turn.repeat(3)), "{layout:?}");
        assert_eq!(stdout, "3 words\n", "{layout:?}");
        let (ran, _) = run(&guests::wit::BOTH, layout, &[]).unwrap();
        assert_eq!(ran, Err("no words".into()), "{layout:?}");
    }
}

#[test]
fn an_allocator_may_use_both() {
    for layout in LAYOUTS {
        let (ran, stdout) = run(&guests::wit::REENTRANT, layout, &["one", "two"]).unwrap();
        let expected = "2 words, 20 entries, first line hello, world, allocator called: yes";
        assert_eq!(ran.unwrap(), expected, "{layout:?}");
        assert_eq!(stdout, "hello\n", "{layout:?}");
    }
}

#[test]
fn a_program_with_wit_is_not_moved() {
    let options = LinkOptions { layout: Layout::Isolated, ..LinkOptions::default() };
    let error = link::link(&guests::wit::BOTH.module(), &options).unwrap_err().to_string();
    assert!(error.contains("has WIT of its own") && error.contains("--layout guest"), "{error}");
}
