//! The WASI 0.2 host: `wasmtime-wasi`.

use crate::call::ComponentCall;
use crate::context::{Calls, Context};
use crate::error::source_of;
use crate::outcome::Returned;
use crate::{Error, Invocation, Outcome, Result, Side};
use std::mem;
use wasi_adapt::Trace;
use wasmtime::component::{Component, InstancePre, Linker, ResourceTable};
use wasmtime::{Engine, Store, StoreContextMut, StoreLimits};
use wasmtime_wasi::p2::bindings::sync::CommandPre;
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};

struct State {
    wasi: WasiCtx,
    table: ResourceTable,
    /// The calls that were traced.
    trace: Vec<String>,
    limits: StoreLimits,
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

const SIDE: Side = Side::Component;

pub fn run(engine: &Engine, wasm: &[u8], invocation: &Invocation) -> Result<Outcome> {
    let component =
        Component::new(engine, wasm).map_err(|error| Error::Compile { side: SIDE, source: source_of(error) })?;
    let link = |error| Error::Link { side: SIDE, source: source_of(error) };
    let mut linker = Linker::new(engine);
    wasmtime_wasi::p2::add_to_linker_sync(&mut linker).map_err(link)?;
    #[cfg(any(target_os = "linux", windows))]
    crate::locks::add_to_linker(&mut linker).map_err(link)?;
    if invocation.trace.is_some() {
        add_trace(&mut linker).map_err(link)?;
    }
    let pre = linker.instantiate_pre(&component).map_err(link)?;
    let calls: Vec<_> =
        invocation.calls.iter().map(|call| ComponentCall::of(call, &component, engine)).collect::<Result<_>>()?;

    let Context { mut wasi, watch } = Context::of(invocation)?;
    let mut table = ResourceTable::new();
    if let Some(max) = invocation.max_resources {
        table.set_max_capacity(max);
    }
    let (trace, limits) = (Vec::new(), invocation.limits());
    let mut store = Store::new(engine, State { wasi: wasi.build(), table, trace, limits });
    store.limiter(|state| &mut state.limits);
    let mut made = Calls::default();
    let ended = if calls.is_empty() {
        run_command(pre, &mut store, &mut made)
    } else {
        call(pre, &calls, &mut store, &mut made)
    };
    made.trace = mem::take(&mut store.data_mut().trace);
    drop(store);
    watch.outcome(ended, made)
}

/// Serves the reports of a component that is traced.
fn add_trace(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    linker.instance(Trace::INTERFACE)?.func_wrap(
        "report",
        |mut store: StoreContextMut<'_, State>, (call,): (String,)| {
            store.data_mut().trace.push(call);
            Ok(())
        },
    )
}

/// `wasi:cli/run`'s own error says nothing more than "failed", which hosts turn into exit status 1.
fn run_command(pre: InstancePre<State>, store: &mut Store<State>, made: &mut Calls) -> wasmtime::Result<i32> {
    let Ok(command) = CommandPre::new(pre.clone()) else {
        pre.instantiate(store)?;
        return Ok(0);
    };
    made.called = true;
    let command = command.instantiate(&mut *store)?;
    let ended = command.wasi_cli_run().call_run(store)?;
    Ok(if ended.is_ok() { 0 } else { 1 })
}

fn call(
    pre: InstancePre<State>,
    calls: &[ComponentCall],
    mut store: &mut Store<State>,
    made: &mut Calls,
) -> wasmtime::Result<i32> {
    let instance = pre.instantiate(&mut store)?;
    for call in calls {
        made.called = true;
        let mut results = call.results();
        let function = instance.get_func(&mut store, call.export).expect("the component exports it");
        function.call(&mut store, &call.parameters, &mut results)?;
        made.results.push(Returned::component(&results));
    }
    Ok(0)
}
