//! Runs programs on the hosts, in one engine with one configuration. They are compiled and linked beforehand.

mod hosts;
mod watched;

use anyhow::{Context, Result};
use std::any::Any;
use std::path::PathBuf;
use wasmtime::component::{Component, Linker as ComponentLinker};
use wasmtime::{InstancePre, Linker, Module, ProfilingStrategy, Store};
use wasmtime_wasi::p1::WasiP1Ctx;
use wasmtime_wasi::p2::bindings::sync::CommandPre;

use hosts::{Components, HostSetup, Preview1};
pub use watched::CallCounts;
use watched::Watched;

/// The arguments and directory of a program. Its stdin is empty, its stdout is discarded, and its stderr is shown if it
/// fails.
#[derive(Clone, Default)]
pub struct Launch {
    pub args: Vec<String>,
    pub env: Vec<(String, String)>,
    /// The directory that the program sees as `/`.
    pub dir: Option<PathBuf>,
    pub network: bool,
}

/// The results of a run.
pub struct RunResult {
    /// The size of its linear memories in bytes, including an adapter's.
    pub linear_memory: usize,
    /// The number of WebAssembly instructions executed, including an adapter's; 0 unless the engine counts.
    pub instructions: u64,
    /// The number of calls, counted likewise.
    pub calls: CallCounts,
    /// The instance, kept alive.
    _instance: Box<dyn Any>,
}

pub struct Engine(wasmtime::Engine);

/// A program, compiled and linked to its host.
pub enum Prepared {
    /// A preview1 module, linked to wasmtime-wasi.
    Preview1(InstancePre<Watched<WasiP1Ctx>>),
    /// A component, linked to WASI 0.2.
    Component(CommandPre<Watched<Components>>),
}

impl Engine {
    /// Makes an engine; with `perf_map`, it tells `perf` the names of functions.
    pub fn new(perf_map: bool) -> Result<Self> {
        let profiler = if perf_map { ProfilingStrategy::PerfMap } else { ProfilingStrategy::None };
        Ok(Self(anyhow(wasmtime::Engine::new(wasmtime::Config::new().profiler(profiler)))?))
    }

    /// Makes an engine that counts instructions and calls, which is slower.
    pub fn counting() -> Result<Self> {
        Ok(Self(anyhow(wasmtime::Engine::new(wasmtime::Config::new().consume_fuel(true)))?))
    }

    pub fn component(&self, bytes: &[u8]) -> Result<Prepared> {
        let mut linker = ComponentLinker::new(&self.0);
        anyhow(wasmtime_wasi::p2::add_to_linker_sync(&mut linker))?;
        let component = anyhow(Component::new(&self.0, bytes))?;
        Ok(Prepared::Component(anyhow(linker.instantiate_pre(&component).and_then(CommandPre::new))?))
    }

    pub fn preview1(&self, bytes: &[u8]) -> Result<Prepared> {
        let mut linker = Linker::new(&self.0);
        anyhow(wasmtime_wasi::p1::add_to_linker_sync(&mut linker, |it: &mut Watched<_>| &mut it.host))?;
        Ok(Prepared::Preview1(anyhow(linker.instantiate_pre(&anyhow(Module::new(&self.0, bytes))?))?))
    }
}

impl Prepared {
    /// Runs the program, from instantiation to its end.
    pub fn run(&self, start: &Launch) -> Result<RunResult> {
        match self {
            Prepared::Preview1(it) => ran::<Preview1>(start, it.module().engine(), |store| run_module(it, store)),
            Prepared::Component(it) => ran::<Components>(start, it.engine(), |mut store| {
                let command = it.instantiate(&mut store)?;
                let ended = command.wasi_cli_run().call_run(store)?;
                ended.map_err(|()| wasmtime::Error::msg("it ended with a failure"))
            }),
        }
    }
}

/// Measured programs do not call `proc_exit`.
fn run_module<T>(it: &InstancePre<T>, mut store: &mut Store<T>) -> wasmtime::Result<()> {
    let instance = it.instantiate(&mut store)?;
    instance.get_typed_func::<(), ()>(&mut store, "_start")?.call(store, ())
}

fn ran<H: HostSetup>(
    start: &Launch,
    engine: &wasmtime::Engine,
    run: impl FnOnce(&mut Store<Watched<H::Context>>) -> wasmtime::Result<()>,
) -> Result<RunResult> {
    let (context, stderr) = H::context(start)?;
    let mut store = Store::new(engine, Watched::new(context));
    store.limiter(|watched| &mut watched.memory);
    // Without counting, the engine has no fuel.
    if store.set_fuel(u64::MAX).is_ok() {
        store.call_hook(|mut store, call| {
            store.data_mut().calls.count(call);
            Ok(())
        });
    }
    let ended = run(&mut store);
    anyhow(ended).with_context(|| format!("the program says: {}", H::text(&stderr)))?;
    let instructions = u64::MAX - store.get_fuel().unwrap_or(u64::MAX);
    let Watched { memory, calls, .. } = store.data();
    Ok(RunResult { linear_memory: memory.bytes(), instructions, calls: *calls, _instance: Box::new(store) })
}

/// Converts the engine's error type, and keeps its chain of causes.
fn anyhow<T>(result: wasmtime::Result<T>) -> Result<T> {
    result.map_err(|error| anyhow::Error::from_boxed(error.into_boxed_dyn_error()))
}
