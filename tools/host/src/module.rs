//! The preview1 host: `wasmtime_wasi::p1`, and `p0` for `wasi_unstable`.

use super::stdio::Captured;
use super::{Invocation, Outcome, context, ending, into_anyhow};
use anyhow::{Context, Result};
use wasi_adapt::with_exported_memory;
use wasmtime::{Engine, InstancePre, Linker, Module, Store, StoreLimits};
use wasmtime_wasi::p1::WasiP1Ctx;
use wasmtime_wasi::{p0, p1};

struct State {
    wasi: WasiP1Ctx,
    limits: StoreLimits,
}

pub fn run(engine: &Engine, wasm: &[u8], invocation: &Invocation) -> Result<Outcome> {
    // This host asks for an exported memory even in calls that pass no pointer; others do not.
    let wasm = with_exported_memory(wasm)?;
    let module = Module::new(engine, &wasm).map_err(into_anyhow).context("compiling the module")?;
    let mut linker = Linker::new(engine);
    p1::add_to_linker_sync(&mut linker, |state: &mut State| &mut state.wasi).map_err(into_anyhow)?;
    p0::add_to_linker_sync(&mut linker, |state: &mut State| &mut state.wasi).map_err(into_anyhow)?;
    let pre =
        linker.instantiate_pre(&module).map_err(into_anyhow).context("linking the module to the preview1 host")?;

    let captured = Captured::new(invocation)?;
    let wasi = context::of(invocation, captured.as_ref())?.build_p1();
    let mut store = Store::new(engine, State { wasi, limits: invocation.limits() });
    store.limiter(|state| &mut state.limits);
    let (exit, trap_chain) = ending(call(&pre, &mut store));
    drop(store); // A stream may still hold output.
    let (stdout, stderr) = captured.map(Captured::output).transpose()?.unwrap_or_default();
    Ok(Outcome { exit, stdout, stderr, trap_chain })
}

/// As `wasmtime run` does it: `_initialize`, then the function without a name, or else `_start`.
fn call(pre: &InstancePre<State>, mut store: &mut Store<State>) -> wasmtime::Result<i32> {
    let instance = pre.instantiate(&mut store)?;
    let mut has = |name: &str| instance.get_func(&mut store, name).is_some();
    let main = ["", "_start"].into_iter().find(|name| has(name));
    for entry in has("_initialize").then_some("_initialize").into_iter().chain(main) {
        instance.get_typed_func::<(), ()>(&mut store, entry)?.call(&mut store, ())?;
    }
    Ok(0)
}
