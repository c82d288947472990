//! The preview1 host: `wasmtime_wasi::p1`, and `p0` for `wasi_unstable`.

use super::stdio::Captured;
use super::{Invocation, Outcome, context, ending, into_anyhow};
use anyhow::{Context, Result};
use wasi_adapt::with_exported_memory;
use wasmtime::{Engine, InstancePre, Linker, Module, Store};
use wasmtime_wasi::p1::WasiP1Ctx;
use wasmtime_wasi::{p0, p1};

pub fn run(engine: &Engine, wasm: &[u8], invocation: &Invocation) -> Result<Outcome> {
    // This host asks for an exported memory even in calls that pass no pointer; others do not.
    let wasm = with_exported_memory(wasm)?;
    let module = Module::new(engine, &wasm).map_err(into_anyhow).context("compiling the module")?;
    let mut linker = Linker::new(engine);
    p1::add_to_linker_sync(&mut linker, |wasi: &mut WasiP1Ctx| wasi).map_err(into_anyhow)?;
    p0::add_to_linker_sync(&mut linker, |wasi: &mut WasiP1Ctx| wasi).map_err(into_anyhow)?;
    let pre =
        linker.instantiate_pre(&module).map_err(into_anyhow).context("linking the module to the preview1 host")?;

    let captured = Captured::new(invocation)?;
    let mut store = Store::new(engine, context::of(invocation, captured.as_ref())?.build_p1());
    let (exit, trap_chain) = ending(call(&pre, &mut store, invocation.entry.as_deref()));
    drop(store); // A stream may still hold output.
    let (stdout, stderr) = captured.map(Captured::output).transpose()?.unwrap_or_default();
    Ok(Outcome { exit, stdout, stderr, trap_chain })
}

/// As `wasmtime run` does it: `_initialize`, then the entry, by default the function without a name, or else `_start`.
fn call(pre: &InstancePre<WasiP1Ctx>, mut store: &mut Store<WasiP1Ctx>, entry: Option<&str>) -> wasmtime::Result<i32> {
    const INITIALIZE: &str = "_initialize";
    let instance = pre.instantiate(&mut store)?;
    let mut has = |name: &str| instance.get_func(&mut store, name).is_some();
    let main = entry.or_else(|| ["", "_start"].into_iter().find(|name| has(name)));
    let initialize = (main != Some(INITIALIZE) && has(INITIALIZE)).then_some(INITIALIZE);
    for function in initialize.into_iter().chain(main) {
        instance.get_typed_func::<(), ()>(&mut store, function)?.call(&mut store, ())?;
    }
    Ok(0)
}
