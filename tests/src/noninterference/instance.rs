//! A program and its host, in one store.

use std::ops::Range;

use anyhow::{Context, Result};
use wasi_adapt::{AdapterPages, Emit, ExitCodes, Layout, World};
use wasi_adapt::{preview1, sdk};
use wasmtime::{Caller, Func, InstancePre, Linker, Memory, MemoryType, Module, Store, Val};

use super::calls::Call;
use super::host::{self, Host, Room, wasm_result};
use super::program::{self, Program};

/// The program, compiled and linked to the host.
pub struct Engine {
    pre: InstancePre<Host>,
    /// How many bytes the adapter has below the program, and what is in them at first.
    base: usize,
    contents: u8,
}

/// The adapter's stack, which is where its memory begins. Between calls there is nothing in it.
pub const STACK: usize = 10 << 10;

impl Engine {
    /// The program and its adapter in one module, in a layout that has the adapter below the program or within.
    pub fn merged(program: Program, layout: Layout, adapter_pages: AdapterPages, contents: u8) -> Result<Self> {
        let linker = wasi_adapt::Linker::new().emit(Emit::Module).layout(layout).adapter_pages(adapter_pages);
        let wasm = linker.link(program::text(program).as_bytes())?.wasm;
        let (_, wit) = wit_component::metadata::decode(&wasm)?;
        let engine = wasmtime::Engine::default();
        let module = wasm_result(Module::new(&engine, &wasm))?;
        let mut linker = Linker::new(&engine);
        host::define(&mut linker, &module, &wit.resolve)?;
        let base = if layout == Layout::Guest { 0 } else { (adapter_pages.get() << 16) as usize };
        Ok(Self { pre: wasm_result(linker.instantiate_pre(&module))?, base, contents })
    }

    /// A fresh instance, whose host answers as the seed says.
    pub fn instance(&self, seed: u64) -> Result<Instance> {
        let mut store = Store::new(self.pre.module().engine(), Host::new(seed));
        let instance = wasm_result(self.pre.instantiate(&mut store))?;
        let memory = instance.get_memory(&mut store, "memory").context("there is a memory")?;
        memory.data_mut(&mut store)[..self.base].fill(self.contents);
        let exports: Vec<String> = self.pre.module().exports().map(|export| export.name().into()).collect();
        let run = exports.iter().find(|name| name.ends_with("#run")).context("the program can be run")?;
        let run = instance.get_func(&mut store, run).context("the program can be run")?;
        Instance::new(store, instance, memory, run, self.base)
    }
}

/// The program with the adapter in a module of its own beside it.
pub struct Beside {
    engine: wasmtime::Engine,
    adapter: Module,
    program: Module,
    linker: Linker<Host>,
}

impl Beside {
    pub fn new() -> Result<Self> {
        let engine = wasmtime::Engine::default();
        let wasm = sdk::drop_in(World::Command, ExitCodes::Exact)?;
        let (_, wit) = wit_component::metadata::decode(&wasm)?;
        let adapter = wasm_result(Module::new(&engine, &wasm))?;
        let program = program::text(Program { beside: true, ..Program::default() });
        let program = wasm_result(Module::new(&engine, wat::parse_str(program)?))?;
        let mut linker = Linker::new(&engine);
        host::define(&mut linker, &adapter, &wit.resolve)?;
        let realloc = |mut caller: Caller<'_, Host>, _: u32, _: u32, _: u32, size: u32| {
            let heap = &mut caller.data_mut().heap;
            *heap += size;
            *heap - size
        };
        wasm_result(linker.func_wrap("__main_module__", "cabi_realloc", realloc))?;
        wasm_result(linker.func_wrap("__main_module__", "_start", || ()))?;
        Ok(Self { engine, adapter, program, linker })
    }

    /// A fresh instance with so many pages, whose host answers as the seed says.
    pub fn instance(&self, pages: u32, seed: u64) -> Result<Instance> {
        let mut linker = self.linker.clone();
        let mut store = Store::new(&self.engine, Host::new(seed));
        let memory = wasm_result(Memory::new(&mut store, MemoryType::new(pages, None)))?;
        wasm_result(linker.define(&store, "env", "memory", memory))?;
        let adapter = wasm_result(linker.instantiate(&mut store, &self.adapter))?;
        wasm_result(linker.instance(&mut store, preview1::MODULE, adapter))?;
        let program = wasm_result(linker.instantiate(&mut store, &self.program))?;
        let run = program.get_func(&mut store, "_start").context("the program can be run")?;
        Instance::new(store, adapter, memory, run, 0)
    }
}

pub struct Instance {
    store: Store<Host>,
    memory: Memory,
    run: Func,
    base: usize,
}

impl Instance {
    fn new(
        mut store: Store<Host>,
        adapter: wasmtime::Instance,
        memory: Memory,
        run: Func,
        base: usize,
    ) -> Result<Self> {
        let realloc = wasm_result(adapter.get_typed_func(&mut store, "cabi_import_realloc"))?;
        store.data_mut().room = Some(Room { memory, realloc });
        Ok(Self { store, memory, run, base })
    }

    /// The program's memory.
    pub fn memory(&self) -> &[u8] {
        &self.memory.data(&self.store)[self.base..]
    }

    /// All of the memory, the adapter's included.
    pub fn all_memory(&mut self) -> &mut [u8] {
        self.memory.data_mut(&mut self.store)
    }

    /// Overwrites what earlier calls have left in the adapter's stack.
    pub fn clear_stack(&mut self, contents: u8) {
        self.all_memory()[..STACK].fill(contents);
    }

    /// All that the host was asked so far.
    pub fn asked(&self) -> u64 {
        self.store.data().asked
    }

    /// By function: how many strings were given, and their bytes.
    pub fn strings(&self) -> impl Fn(&str) -> (u32, u32) {
        |function| self.store.data().strings.get(function).copied().unwrap_or_default()
    }

    /// Writes into the program's memory.
    pub fn write(&mut self, at: u32, bytes: &[u8]) {
        let at = self.base + at as usize;
        self.memory.data_mut(&mut self.store)[at..at + bytes.len()].copy_from_slice(bytes);
    }

    /// Tells the program what to call.
    pub fn describe(&mut self, call: &Call) {
        self.write(program::CALL, &call.describe());
    }

    /// Makes the call that was described.
    pub fn make(&mut self) -> Result<u32> {
        let mut results = vec![Val::I32(0); self.run.ty(&self.store).results().len()];
        wasm_result(self.run.call(&mut self.store, &[], &mut results))?;
        let result = &self.memory()[program::RESULT as usize..][..4];
        Ok(u32::from_le_bytes(result.try_into().expect("four bytes")))
    }

    /// The first byte of the program's memory that has changed, but for the places of results.
    pub fn changed_beyond(&self, mut before: Vec<u8>, places: Vec<Range<u64>>) -> Option<usize> {
        let after = self.memory();
        let result = u64::from(program::RESULT);
        for place in places.into_iter().chain(std::iter::once(result..result + 4)) {
            let end = place.end.min(before.len() as u64) as usize;
            if let Some(before) = before.get_mut(place.start as usize..end) {
                before.copy_from_slice(&after[place.start as usize..end]);
            }
        }
        before.resize(after.len(), 0);
        if before == after { None } else { before.iter().zip(after).position(|(before, after)| before != after) }
    }
}
