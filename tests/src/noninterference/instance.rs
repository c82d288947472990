//! A program and its host in a store.

use std::ops::Range;

use anyhow::{Context, Result};
use wasi_adapt::{Emit, ExitCodes, Layout, World};
use wasi_adapt::{preview1, sdk};
use wasmtime::{Caller, Func, InstancePre, Linker, Memory, MemoryType, Module, Store, Val};

use super::calls::Call;
use super::host::{self, RandomHost, SharedMemory, wasm_result};
use super::program::{self, ProgramOptions};

/// The program, compiled and linked to the host.
pub struct Compiled {
    pre: InstancePre<RandomHost>,
    /// The initial number of the program's bytes, if it lies above others.
    own: Option<usize>,
    below: Contents,
}

/// The size of the adapter's stack, at the start of its memory.
pub const STACK: usize = 10 << 10;

/// The memory below a program.
#[derive(Clone, Debug, Default)]
pub struct Contents {
    /// The initial value of the bytes that mean nothing, and the value of those in the stack before each call.
    pub value: u8,
    /// The size of the stack at the start of the memory. It holds no data between calls.
    pub stack: usize,
    /// The places of the bytes that mean nothing, or none if that is all.
    pub free: Option<[Range<usize>; 2]>,
    /// The number of variables that it adds to the environment, and their bytes.
    pub variables: (u32, u32),
}

impl Contents {
    /// Fills what means nothing.
    fn fill(&self, memory: &mut [u8]) {
        match &self.free {
            Some(free) => free.iter().for_each(|place| memory[place.clone()].fill(self.value)),
            None => memory.fill(self.value),
        }
    }
}

impl Compiled {
    /// Compiles the program merged with its adapter, in the isolated or guest layout.
    pub fn merged(
        program: ProgramOptions,
        layout: Layout,
        linker: wasi_adapt::Linker,
        below: Contents,
    ) -> Result<Self> {
        let linker = linker.emit(Emit::Module).layout(layout);
        let wasm = linker.link(program::text(program).as_bytes())?.wasm;
        let (_, wit) = wit_component::metadata::decode(&wasm)?;
        let engine = wasmtime::Engine::default();
        let module = wasm_result(Module::new(&engine, &wasm))?;
        let mut linker = Linker::new(&engine);
        host::define(&mut linker, &module, &wit.resolve)?;
        let own = (layout != Layout::Guest).then_some((program.pages as usize) << 16);
        Ok(Self { pre: wasm_result(linker.instantiate_pre(&module))?, own, below })
    }

    /// Returns a new instance, with a host seeded by `seed`.
    pub fn instance(&self, seed: u64) -> Result<Instance> {
        let mut store = Store::new(self.pre.module().engine(), RandomHost::new(seed));
        let instance = wasm_result(self.pre.instantiate(&mut store))?;
        let memory = instance.get_memory(&mut store, "memory").context("there is a memory")?;
        let base = self.own.map_or(0, |own| memory.data_size(&store) - own);
        self.below.fill(&mut memory.data_mut(&mut store)[..base]);
        let exports: Vec<String> = self.pre.module().exports().map(|export| export.name().into()).collect();
        let run = exports.iter().find(|name| name.ends_with("#run")).context("the program can be run")?;
        let run = instance.get_func(&mut store, run).context("the program can be run")?;
        let instance = Instance::new(store, instance, memory, run, base)?;
        Ok(Instance { variables: self.below.variables, ..instance })
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
    /// The number of variables that the environment has beside the host's, and their bytes.
    variables: (u32, u32),
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
        Ok(Self { store, memory, run, base, variables: (0, 0) })
    }

    /// Returns the program's memory.
    pub fn memory(&self) -> &[u8] {
        &self.memory.data(&self.store)[self.base..]
    }

    /// Returns the entire memory, including the adapter's.
    pub fn all_memory(&mut self) -> &mut [u8] {
        self.memory.data_mut(&mut self.store)
    }

    /// Overwrites the leftovers of earlier calls in the stack.
    pub fn clear_stack(&mut self, compiled: &Compiled) {
        let Contents { value, stack, .. } = compiled.below;
        self.all_memory()[..stack].fill(value);
    }

    /// Returns a hash of all calls of the host so far.
    pub fn asked(&self) -> u64 {
        self.store.data().asked
    }

    /// Returns a function that looks up the number of returned strings, and their bytes.
    pub fn strings(&self) -> impl Fn(&str) -> (u32, u32) {
        |function| {
            let (count, bytes) = self.store.data().strings.get(function).copied().unwrap_or_default();
            let (more, bytes_of_more) = if function == "environ_get" { self.variables } else { (0, 0) };
            (count + more, bytes + bytes_of_more)
        }
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
