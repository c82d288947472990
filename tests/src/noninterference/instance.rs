//! A program and its host in a store.

use std::ops::Range;

use anyhow::{Context, Result};
use wasi_adapt::{AdapterPages, Emit, ExitCodes, FileTree, Layer, Layout, World};
use wasi_adapt::{preview1, sdk};
use wasmtime::{Caller, Func, InstancePre, Linker, Memory, MemoryType, Module, Store, Val};

use super::calls::Call;
use super::host::{self, RandomHost, SharedMemory, wasm_result};
use super::program::{self, ProgramOptions};

/// The program, compiled and linked to the host.
pub struct Compiled {
    pre: InstancePre<RandomHost>,
    /// The initial number of the program's bytes, if it lies above others, and their initial value.
    own: Option<usize>,
    contents: u8,
}

/// The size of the adapter's stack, at the start of its memory. It holds no data between calls.
pub const STACK: usize = 10 << 10;

impl Compiled {
    /// Compiles the program merged with its adapter, in the isolated or guest layout.
    pub fn merged(
        program: ProgramOptions,
        layout: Layout,
        adapter_pages: AdapterPages,
        layer: Option<Layer>,
        files: Option<FileTree>,
        contents: u8,
    ) -> Result<Self> {
        let mut linker = wasi_adapt::Linker::new().emit(Emit::Module).layout(layout).adapter_pages(adapter_pages);
        linker = linker.embed(files);
        if let Some(layer) = layer {
            linker = linker.layer(layer);
        }
        let wasm = linker.link(program::text(program).as_bytes())?.wasm;
        let (_, wit) = wit_component::metadata::decode(&wasm)?;
        let engine = wasmtime::Engine::default();
        let module = wasm_result(Module::new(&engine, &wasm))?;
        let mut linker = Linker::new(&engine);
        host::define(&mut linker, &module, &wit.resolve)?;
        let own = (layout != Layout::Guest).then_some((program.pages as usize) << 16);
        Ok(Self { pre: wasm_result(linker.instantiate_pre(&module))?, own, contents })
    }

    /// Returns a new instance, with a host seeded by `seed`.
    pub fn instance(&self, seed: u64) -> Result<Instance> {
        let mut store = Store::new(self.pre.module().engine(), RandomHost::new(seed));
        let instance = wasm_result(self.pre.instantiate(&mut store))?;
        let memory = instance.get_memory(&mut store, "memory").context("there is a memory")?;
        let base = self.own.map_or(0, |own| memory.data_size(&store) - own);
        memory.data_mut(&mut store)[..base].fill(self.contents);
        let exports: Vec<String> = self.pre.module().exports().map(|export| export.name().into()).collect();
        let run = exports.iter().find(|name| name.ends_with("#run")).context("the program can be run")?;
        let run = instance.get_func(&mut store, run).context("the program can be run")?;
        Instance::new(store, instance, memory, run, base)
    }
}

/// A program and a separate adapter module.
pub struct Beside {
    engine: wasmtime::Engine,
    adapter: Module,
    program: Module,
    linker: Linker<RandomHost>,
}

impl Beside {
    pub fn new() -> Result<Self> {
        let engine = wasmtime::Engine::default();
        let wasm = sdk::drop_in(World::Command, ExitCodes::Exact)?;
        let (_, wit) = wit_component::metadata::decode(&wasm)?;
        let adapter = wasm_result(Module::new(&engine, &wasm))?;
        let program = program::text(ProgramOptions { beside: true, ..ProgramOptions::default() });
        let program = wasm_result(Module::new(&engine, wat::parse_str(program)?))?;
        let mut linker = Linker::new(&engine);
        host::define(&mut linker, &adapter, &wit.resolve)?;
        let realloc = |mut caller: Caller<'_, RandomHost>, _: u32, _: u32, _: u32, size: u32| {
            let heap = &mut caller.data_mut().heap;
            *heap += size;
            *heap - size
        };
        wasm_result(linker.func_wrap("__main_module__", "cabi_realloc", realloc))?;
        wasm_result(linker.func_wrap("__main_module__", "_start", || ()))?;
        Ok(Self { engine, adapter, program, linker })
    }

    /// Returns a new instance with `pages` pages, and a host seeded by `seed`.
    pub fn instance(&self, pages: u32, seed: u64) -> Result<Instance> {
        let mut linker = self.linker.clone();
        let mut store = Store::new(&self.engine, RandomHost::new(seed));
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
    store: Store<RandomHost>,
    memory: Memory,
    run: Func,
    base: usize,
}

impl Instance {
    fn new(
        mut store: Store<RandomHost>,
        adapter: wasmtime::Instance,
        memory: Memory,
        run: Func,
        base: usize,
    ) -> Result<Self> {
        let realloc = wasm_result(adapter.get_typed_func(&mut store, "cabi_import_realloc"))?;
        store.data_mut().room = Some(SharedMemory { memory, realloc });
        Ok(Self { store, memory, run, base })
    }

    /// Returns the program's memory.
    pub fn memory(&self) -> &[u8] {
        &self.memory.data(&self.store)[self.base..]
    }

    /// Returns the entire memory, including the adapter's.
    pub fn all_memory(&mut self) -> &mut [u8] {
        self.memory.data_mut(&mut self.store)
    }

    /// Overwrites the leftovers of earlier calls in the adapter's stack.
    pub fn clear_stack(&mut self, contents: u8) {
        self.all_memory()[..STACK].fill(contents);
    }

    /// Returns a hash of all calls of the host so far.
    pub fn asked(&self) -> u64 {
        self.store.data().asked
    }

    /// Returns a function that looks up the number of returned strings, and their bytes.
    pub fn strings(&self) -> impl Fn(&str) -> (u32, u32) {
        |function| self.store.data().strings.get(function).copied().unwrap_or_default()
    }

    /// Writes into the program's memory.
    pub fn write(&mut self, at: u32, bytes: &[u8]) {
        let at = self.base + at as usize;
        self.memory.data_mut(&mut self.store)[at..at + bytes.len()].copy_from_slice(bytes);
    }

    /// Writes the number and arguments of a call into the program's memory.
    pub fn describe(&mut self, call: &Call) {
        self.write(program::CALL, &call.describe());
    }

    /// Makes the call.
    pub fn make(&mut self) -> Result<u32> {
        let mut results = vec![Val::I32(0); self.run.ty(&self.store).results().len()];
        wasm_result(self.run.call(&mut self.store, &[], &mut results))?;
        let result = &self.memory()[program::RESULT as usize..][..4];
        Ok(u32::from_le_bytes(result.try_into().expect("four bytes")))
    }

    /// Returns the first byte of the program's memory that has changed outside of `places`.
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
