//! Counts calls and memory while a program runs.

use wasmtime::{CallHook, ResourceLimiter};
use wasmtime_wasi::{WasiCtxView, WasiView};

/// A store's data: the host's state, and counters.
pub struct Watched<C> {
    pub host: C,
    pub memory: MemorySize,
    pub calls: CallCounts,
}

/// The numbers of calls between the program, including an adapter, and its host.
#[derive(Clone, Copy, Default)]
pub struct CallCounts {
    /// The number of calls from the program to the host.
    pub to_host: u64,
    /// The number of calls from the host to the program, mostly to allocate.
    pub from_host: u64,
}

/// The total size of a store's memories.
#[derive(Default)]
pub struct MemorySize {
    bytes: usize,
}

impl<C> Watched<C> {
    pub fn new(host: C) -> Self {
        Self { host, memory: MemorySize::default(), calls: CallCounts::default() }
    }
}

impl<C: WasiView> WasiView for Watched<C> {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        self.host.ctx()
    }
}

impl CallCounts {
    pub fn count(&mut self, call: CallHook) {
        match call {
            CallHook::CallingHost => self.to_host += 1,
            CallHook::CallingWasm => self.from_host += 1,
            CallHook::ReturningFromHost | CallHook::ReturningFromWasm => {}
        }
    }
}

impl MemorySize {
    pub fn bytes(&self) -> usize {
        self.bytes
    }
}

/// Allows everything, and only counts.
impl ResourceLimiter for MemorySize {
    fn memory_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        self.bytes += desired - current;
        Ok(true)
    }

    fn table_growing(&mut self, _: usize, _: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        Ok(true)
    }
}
