//! How large linear memories become.

use wasmtime::ResourceLimiter;
use wasmtime_wasi::{WasiCtxView, WasiView};

/// What a store keeps: what its host does, and how large the memories are.
pub struct Watched<C> {
    pub host: C,
    pub memory: Memory,
}

/// The memories of a store.
#[derive(Default)]
pub struct Memory {
    bytes: usize,
}

impl<C> Watched<C> {
    pub fn new(host: C) -> Self {
        Self { host, memory: Memory::default() }
    }
}

impl<C: WasiView> WasiView for Watched<C> {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        self.host.ctx()
    }
}

impl Memory {
    pub fn bytes(&self) -> usize {
        self.bytes
    }
}

/// Refuses nothing.
impl ResourceLimiter for Memory {
    fn memory_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        self.bytes += desired - current;
        Ok(true)
    }

    fn table_growing(&mut self, _: usize, _: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        Ok(true)
    }
}
