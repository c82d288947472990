//! The compiled component, and what an instance gets.

use super::{Limits, not_compiled};
use crate::context::preopen;
use crate::error::{Doing, source_of};
use crate::{Error, Invocation, Result, Side};
use std::thread;
use std::time::Duration;
use wasmtime::component::{Component, Linker, ResourceTable};
use wasmtime::{
    Cache, Config, Enabled, Engine, InstanceAllocationStrategy, PoolingAllocationConfig, Store, StoreLimits,
    StoreLimitsBuilder,
};
use wasmtime_wasi::{WasiCtx, WasiCtxBuilder, WasiCtxView, WasiView};
use wasmtime_wasi_http::p2::bindings::ProxyPre;
use wasmtime_wasi_http::{RequestOptions, WasiBody, WasiHttpCtx, WasiHttpCtxView, WasiHttpHooks, WasiHttpView};

/// The stack of an instance, and of the host's functions that it calls.
const WASM_STACK: usize = 2 << 20;
const STACK: usize = WASM_STACK + (1 << 20);
/// The most modules of a component, and the most of its memories.
const MODULES: u32 = 16;
const MEMORIES: u32 = 4;
/// The most bytes of each memory and each table that stay for the next instance.
const KEPT_OF_MEMORY: usize = 4 << 20;
const KEPT_OF_TABLE: usize = 64 << 10;
/// The time that an instance can compute before others get their turn.
const TURN: Duration = Duration::from_millis(10);

/// An engine, and what all instances get.
pub struct Engines {
    engine: Engine,
    invocation: Invocation,
    limits: Limits,
}

impl Engines {
    pub fn new(limits: Limits, invocation: Invocation) -> Result<Engines> {
        let mut config = Config::new();
        config.max_wasm_stack(WASM_STACK).async_stack_size(STACK);
        config.wasm_exceptions(true).wasm_function_references(true).wasm_gc(true);
        config.epoch_interruption(true);
        config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool(limits)));
        // Without a place for compiled code, it is compiled each time.
        config.cache(Cache::from_file(None).ok());
        let engine = Engine::new(&config).map_err(|error| Error::Engine(source_of(error)))?;
        let weak = engine.weak();
        let tick = move || {
            while let Some(engine) = weak.upgrade() {
                engine.increment_epoch();
                drop(engine);
                thread::sleep(TURN);
            }
        };
        thread::Builder::new().name("turns of instances".into()).spawn(tick).doing("starting a thread")?;
        let engines = Engines { engine, invocation, limits };
        engines.context()?; // A directory that is not there is an error now.
        Ok(engines)
    }

    pub fn compile(&self, component: &[u8]) -> Result<Program> {
        let component = Component::new(&self.engine, component).map_err(not_compiled)?;
        let link = |error| Error::Link { side: Side::Component, source: source_of(error) };
        let mut linker = Linker::new(&self.engine);
        wasmtime_wasi::p2::add_to_linker_async(&mut linker).map_err(link)?;
        wasmtime_wasi_http::p2::add_only_http_to_linker_async(&mut linker).map_err(link)?;
        #[cfg(any(target_os = "linux", windows))]
        crate::locks::add_to_linker_async(&mut linker).map_err(link)?;
        let handler = component.component_type().exports(&self.engine).any(|(name, _)| name.starts_with(HANDLER));
        if !handler {
            return Err(Error::NoHandler);
        }
        let pre = linker.instantiate_pre(&component).and_then(ProxyPre::new).map_err(link)?;
        Ok(Program { pre })
    }

    /// Returns the state of an instance to come.
    pub fn store(&self) -> Result<Store<State>> {
        let limits = StoreLimitsBuilder::new().memory_size(self.limits.memory).build();
        let state = State {
            wasi: self.context()?,
            http: WasiHttpCtx::new(),
            table: ResourceTable::new(),
            limits,
            hooks: Hooks,
        };
        let mut store = Store::new(&self.engine, state);
        store.limiter(|state| &mut state.limits);
        store.set_epoch_deadline(1);
        store.epoch_deadline_async_yield_and_update(1);
        Ok(store)
    }

    fn context(&self) -> Result<WasiCtx> {
        let mut wasi = WasiCtxBuilder::new();
        // Files are read where they are asked for: a hand-over to another thread costs more than most reads.
        wasi.allow_blocking_current_thread(true).inherit_stdout().inherit_stderr();
        wasi.args(&self.invocation.args).envs(&self.invocation.env);
        preopen(&mut wasi, &self.invocation)?;
        if self.invocation.inherit_network {
            wasi.inherit_network();
        }
        wasi.allow_ip_name_lookup(self.invocation.allow_ip_name_lookup);
        Ok(wasi.build())
    }
}

/// Room for the instances of as many requests as there may be at a time. What they have used is cleared and stays: giving pages
/// back, and getting them anew, would interrupt all processors for each request.
fn pool(limits: Limits) -> PoolingAllocationConfig {
    let requests = u32::try_from(limits.requests).unwrap_or(u32::MAX);
    let mut pool = PoolingAllocationConfig::default();
    pool.total_component_instances(requests)
        .total_core_instances(requests.saturating_mul(MODULES))
        .total_memories(requests.saturating_mul(MEMORIES))
        .total_tables(requests.saturating_mul(MODULES))
        .total_stacks(requests)
        .max_core_instances_per_component(MODULES)
        .max_memories_per_component(MEMORIES)
        .max_tables_per_component(MODULES)
        .table_elements(1 << 20)
        .max_core_instance_size(16 << 20)
        .max_component_instance_size(16 << 20)
        .max_memory_size(limits.memory)
        .table_keep_resident(KEPT_OF_TABLE)
        .pagemap_scan(Enabled::Auto);
    // Elsewhere the pages that were used are not known, and all of the memory would be cleared.
    if PoolingAllocationConfig::is_pagemap_scan_available() {
        pool.linear_memory_keep_resident(KEPT_OF_MEMORY);
    }
    pool
}

const HANDLER: &str = "wasi:http/incoming-handler@0.2";

/// A component that is ready to be instantiated.
pub struct Program {
    pub pre: ProxyPre<State>,
}

pub struct State {
    wasi: WasiCtx,
    http: WasiHttpCtx,
    table: ResourceTable,
    limits: StoreLimits,
    hooks: Hooks,
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl WasiHttpView for State {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { ctx: &mut self.http, table: &mut self.table, hooks: &mut self.hooks }
    }
}

/// Outgoing requests are refused.
struct Hooks;

type Ended = Box<dyn Future<Output = Result<(), wasmtime_wasi_http::Error>> + Send>;
type Answered = Result<(http::Response<WasiBody>, Ended), wasmtime_wasi_http::Error>;

impl WasiHttpHooks for Hooks {
    fn send_request(
        &mut self,
        _: http::Request<WasiBody>,
        _: Option<RequestOptions>,
        _: Ended,
    ) -> Box<dyn Future<Output = Answered> + Send> {
        Box::new(async { Err(wasmtime_wasi_http::Error::HttpRequestDenied) })
    }
}
