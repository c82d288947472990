//! The WASI 0.2 host: `wasmtime-wasi`.

use super::stdio::Captured;
use super::{Invocation, Outcome, context, ending, into_anyhow};
use anyhow::{Context, Result};
use wasmtime::component::{Component, InstancePre, Linker, ResourceTable};
use wasmtime::{Engine, Store, StoreLimits};
use wasmtime_wasi::p2::bindings::sync::CommandPre;
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};

struct State {
    wasi: WasiCtx,
    table: ResourceTable,
    limits: StoreLimits,
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

pub fn run(engine: &Engine, wasm: &[u8], invocation: &Invocation) -> Result<Outcome> {
    let component = Component::new(engine, wasm).map_err(into_anyhow).context("compiling the component")?;
    let mut linker = Linker::new(engine);
    wasmtime_wasi::p2::add_to_linker_sync(&mut linker).map_err(into_anyhow)?;
    let pre = linker
        .instantiate_pre(&component)
        .map_err(into_anyhow)
        .context("linking the component to the WASI 0.2 host")?;

    let captured = Captured::new(invocation)?;
    let mut table = ResourceTable::new();
    if let Some(max) = invocation.max_resources {
        table.set_max_capacity(max);
    }
    let wasi = context::of(invocation, captured.as_ref())?.build();
    let mut store = Store::new(engine, State { wasi, table, limits: invocation.limits() });
    store.limiter(|state| &mut state.limits);
    let (exit, trap_chain) = ending(call(pre, &mut store));
    drop(store); // A stream may still hold output.
    let (stdout, stderr) = captured.map(Captured::output).transpose()?.unwrap_or_default();
    Ok(Outcome { exit, stdout, stderr, trap_chain })
}

/// `wasi:cli/run`'s own error says nothing more than "failed", which hosts turn into exit status 1.
fn call(pre: InstancePre<State>, store: &mut Store<State>) -> wasmtime::Result<i32> {
    let Ok(command) = CommandPre::new(pre.clone()) else {
        pre.instantiate(store)?;
        return Ok(0);
    };
    let command = command.instantiate(&mut *store)?;
    let ended = command.wasi_cli_run().call_run(store)?;
    Ok(if ended.is_ok() { 0 } else { 1 })
}
