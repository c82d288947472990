//! The preview1 host: `wasmtime_wasi::p1`, and `p0` for `wasi_unstable`.

use crate::adapters::Adapters;
use crate::call::CoreCall;
use crate::context::{Calls, Context};
use crate::error::source_of;
use crate::outcome::Returned;
use crate::{Error, Invocation, Outcome, Result, Side, trace};
use std::mem;
use wasi_adapt::with_exported_memory;
use wasmtime::{Engine, Instance, InstancePre, Linker, Module, Store, StoreLimits};
use wasmtime_wasi::p1::WasiP1Ctx;
use wasmtime_wasi::{p0, p1};

pub struct State {
    wasi: WasiP1Ctx,
    /// The adapters' instances, once they are there.
    pub adapters: Vec<Instance>,
    /// The instance of the trace layer, once it is there.
    pub tracer: Option<Instance>,
    /// The calls that were traced.
    pub trace: Vec<String>,
    limits: StoreLimits,
}

const SIDE: Side = Side::Module;
const INITIALIZE: &str = "_initialize";

pub fn run(engine: &Engine, wasm: &[u8], invocation: &Invocation) -> Result<Outcome> {
    let invocation = &Invocation { dirs: invocation.dirs_of_module(), ..invocation.clone() };
    let module = compile(engine, wasm)?;
    let link = |error| Error::Link { side: SIDE, source: source_of(error) };
    let mut linker = Linker::new(engine);
    p1::add_to_linker_sync(&mut linker, |state: &mut State| &mut state.wasi).map_err(link)?;
    p0::add_to_linker_sync(&mut linker, |state: &mut State| &mut state.wasi).map_err(link)?;
    if let Some(trace) = &invocation.trace {
        trace::add_to_linker(trace, engine, wasm, &mut linker)?;
    }
    let adapters = Adapters::read(engine, &invocation.adapters, &module)?;
    adapters.add_to_linker(&mut linker).map_err(link)?;
    let Context { mut wasi, watch } = Context::of(invocation)?;
    let limits = invocation.limits();
    let state = State { wasi: wasi.build_p1(), adapters: Vec::new(), tracer: None, trace: Vec::new(), limits };
    let mut store = Store::new(engine, state);
    store.limiter(|state| &mut state.limits);
    check_imports(&module, &linker, &mut store)?;
    let pre = linker.instantiate_pre(&module).map_err(link)?;
    let calls: Vec<_> = invocation.calls.iter().map(|call| CoreCall::of(call, &module)).collect::<Result<_>>()?;

    // A library has functions to be called besides `_initialize`; without any, initialising it is everything.
    let library = module.exports().any(|export| export.ty().func().is_some() && export.name() != "_initialize");
    let mut made = Calls { called: !library, ..Calls::default() };
    let ended = call(&pre, &adapters, invocation.entry.as_deref(), &calls, &mut store, &mut made);
    made.trace = mem::take(&mut store.data_mut().trace);
    drop(store);
    watch.outcome(ended, made)
}

fn compile(engine: &Engine, wasm: &[u8]) -> Result<Module> {
    let compile = |source| Error::Compile { side: SIDE, source };
    // This host asks for an exported memory even in calls that pass no pointer; others do not.
    let wasm = with_exported_memory(wasm).map_err(|error| compile(error.into()))?;
    Module::new(engine, &wasm).map_err(|error| compile(source_of(error)))
}

/// All that is missing at once, and first what no preview1 host can have.
fn check_imports(module: &Module, linker: &Linker<State>, store: &mut Store<State>) -> Result<()> {
    let missing: Vec<_> =
        module.imports().filter(|import| linker.get_by_import(&mut *store, import).is_none()).collect();
    let mut interfaces: Vec<_> =
        missing.iter().map(|import| import.module()).filter(|name| name.starts_with("wasi:")).collect();
    interfaces.sort();
    interfaces.dedup();
    if !interfaces.is_empty() {
        return Err(Error::NeedsWasi02 { imports: interfaces.into_iter().map(str::to_owned).collect() });
    }
    if missing.is_empty() {
        return Ok(());
    }
    let imports = missing.iter().map(|import| format!("{}.{}", import.module(), import.name())).collect();
    Err(Error::Imports { side: SIDE, imports })
}

/// As `wasmtime run` does it: `_initialize`, then the calls, or else the entry, by default the function without a name or
/// `_start`.
fn call(
    pre: &InstancePre<State>,
    adapters: &Adapters,
    entry: Option<&str>,
    calls: &[CoreCall],
    mut store: &mut Store<State>,
    made: &mut Calls,
) -> wasmtime::Result<i32> {
    let instance = pre.instantiate(&mut store)?;
    adapters.instantiate(&instance, store)?;
    let mut has = |name: &str| instance.get_func(&mut store, name).is_some();
    let by_default = || ["", "_start"].into_iter().find(|name| calls.is_empty() && has(name));
    let main = entry.or_else(by_default);
    let initialize = (main != Some(INITIALIZE) && has(INITIALIZE)).then_some(INITIALIZE);
    made.called |= main.is_some();
    for entry in initialize.into_iter().chain(main) {
        instance.get_typed_func::<(), ()>(&mut store, entry)?.call(&mut store, ())?;
    }
    for call in calls {
        made.called = true;
        let mut results = call.results();
        let function = instance.get_func(&mut store, &call.name).expect("the module exports it");
        function.call(&mut store, &call.parameters, &mut results)?;
        made.results.push(Returned::core(&results));
    }
    Ok(0)
}
