//! Runs a program and its merged version in step.

use wasmtime::{Config, Engine, Error, Extern, Func, Instance, Memory, Module, ResourceLimiter, Store, Trap, Val};

use super::super::{Exports, Options, merge_with};
use crate::pack::Target;
use crate::program::PreScan;
use crate::seal::SealedData;
use crate::{AdapterPages, ExitCodes, World};

/// Enough fuel for anything that terminates.
const FUEL: u64 = 500_000;
/// The number of bytes up to which memories are compared.
const COMPARED: usize = 1 << 20;

/// The two programs cannot be compared any further: they run too long, or exceed the engine's limits.
pub struct Incomparable;

/// The outcome of one call.
#[derive(Debug, PartialEq)]
enum CallOutcome {
    Values(Vec<String>),
    Trap(String),
}

/// The maximum size of a memory, in bytes.
#[derive(Clone, Copy)]
pub struct MemoryLimit(pub usize);

impl MemoryLimit {
    pub const ANY: MemoryLimit = MemoryLimit(usize::MAX);
    /// Random programs fill their memories, and could exhaust this machine's.
    pub const LITTLE: MemoryLimit = MemoryLimit(256 << 20);
}

impl ResourceLimiter for MemoryLimit {
    fn memory_growing(&mut self, _: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        if desired <= self.0 { Ok(true) } else { Err(Error::msg("the limit of a memory")) }
    }

    fn table_growing(&mut self, _: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        if desired <= 1 << 20 { Ok(true) } else { Err(Error::msg("the limit of a table")) }
    }
}

pub struct Instantiated {
    store: Store<MemoryLimit>,
    instance: Result<Instance, String>,
    /// The address at which the program's memory begins.
    base: usize,
}

pub fn engine() -> Engine {
    let mut config = Config::new();
    config.consume_fuel(true).wasm_multi_memory(true).wasm_tail_call(true).wasm_relaxed_simd(false);
    config.wasm_exceptions(true).wasm_gc(true).wasm_function_references(true);
    Engine::new(&config).expect("the engine starts")
}

impl Instantiated {
    fn new(engine: &Engine, wasm: &[u8], base: usize, room: MemoryLimit) -> Result<Instantiated, Incomparable> {
        let module = Module::new(engine, wasm).unwrap_or_else(|error| panic!("{error:?}"));
        let mut store = Store::new(engine, room);
        store.limiter(|room| room);
        store.set_fuel(FUEL).expect("fuel is consumed");
        let instance = Instance::new(&mut store, &module, &[]);
        let instance = match instance {
            Ok(instance) => Ok(instance),
            Err(error) => Err(trap(&error)?),
        };
        Ok(Instantiated { store, instance, base })
    }

    fn call(&mut self, name: &str, seed: u64) -> Result<Option<CallOutcome>, Incomparable> {
        let Ok(instance) = &self.instance else { return Ok(None) };
        let Some(func) = instance.get_func(&mut self.store, name) else { return Ok(None) };
        let ty = func.ty(&self.store);
        let params: Option<Vec<Val>> = (seed..).zip(ty.params()).map(|(seed, ty)| argument(&ty, seed)).collect();
        let Some(params) = params else { return Ok(None) };
        let mut results = vec![Val::I32(0); ty.results().len()];
        self.store.set_fuel(FUEL).expect("fuel is consumed");
        Ok(Some(match func.call(&mut self.store, &params, &mut results) {
            Ok(()) => CallOutcome::Values(results.iter().map(shown).collect()),
            Err(error) => CallOutcome::Trap(trap(&error)?),
        }))
    }

    /// Returns the program's part of each exported memory, and its globals.
    fn state(&mut self) -> Vec<(String, Vec<u8>, usize)> {
        let Ok(instance) = self.instance else { return Vec::new() };
        let exports: Vec<(String, Extern)> =
            instance.exports(&mut self.store).map(|export| (export.name().into(), export.into_extern())).collect();
        let mut state = Vec::new();
        for (name, item) in exports {
            match item {
                Extern::Memory(memory) if name == "memory" => {
                    let own = &memory.data(&self.store)[self.base..];
                    state.push((name, own[..own.len().min(COMPARED)].to_vec(), own.len()));
                }
                Extern::Global(global) => {
                    let value = shown(&global.get(&mut self.store));
                    state.push((name, value.into_bytes(), 0));
                }
                _ => {}
            }
        }
        state.sort();
        state
    }

    fn memory(&mut self) -> Option<Memory> {
        self.instance.as_ref().ok().copied()?.get_memory(&mut self.store, "memory")
    }

    fn functions(&mut self) -> Vec<String> {
        let Ok(instance) = self.instance else { return Vec::new() };
        let exports = instance.exports(&mut self.store);
        let functions: Vec<(String, Option<Func>)> =
            exports.map(|export| (export.name().into(), export.into_func())).collect();
        functions.into_iter().filter(|(_, func)| func.is_some()).map(|(name, _)| name).collect()
    }
}

/// Runs both and panics where they differ.
pub fn compare(engine: &Engine, wasm: &[u8], room: MemoryLimit) -> Result<(), Incomparable> {
    let pages = AdapterPages::default().get();
    let (target, sealed) = (Target::new(World::Reactor, ExitCodes::Exact), SealedData::default());
    let pages_below = Some(pages);
    let options = Options { target, pages_below, tables: &[], validate: true, sealed: &sealed, layers: &[] };
    let merged = PreScan::of(wasm)
        .and_then(|prescan| merge_with(wasm, &prescan, options, Exports::All))
        .unwrap_or_else(|error| panic!("the program cannot be merged: {error:#}"))
        .wasm;
    wasmparser::Validator::new_with_features(wasmparser::WasmFeatures::all())
        .validate_all(&merged)
        .unwrap_or_else(|error| panic!("the merged module is not valid: {error}"));
    let mut original = Instantiated::new(engine, wasm, 0, room)?;
    let mut moved = Instantiated::new(engine, &merged, (pages << 16) as usize, room)?;

    // In a component, `_initialize` runs the original start function.
    if moved.instance.is_ok()
        && let Some(CallOutcome::Trap(trap)) = moved.call("_initialize", 0)?
    {
        moved.instance = Err(trap);
    }
    assert_eq!(original.instance.as_ref().err(), moved.instance.as_ref().err(), "how the program starts");
    for (seed, name) in (1..).zip(original.functions()) {
        let (first, second) = (original.call(&name, seed)?, moved.call(&name, seed)?);
        assert_eq!(first, second, "what `{name}` gives");
        assert_eq!(original.state(), moved.state(), "what `{name}` leaves behind");
    }
    if let Some(memory) = moved.memory() {
        let below = &memory.data(&moved.store)[..(pages << 16) as usize];
        assert!(below.iter().all(|byte| *byte == 0), "the program has written below itself");
    }
    Ok(())
}

/// Returns the reason why a program ended. The depth of the stack and the time are the engine's decision, and not
/// compared.
fn trap(error: &Error) -> Result<String, Incomparable> {
    match error.downcast_ref::<Trap>() {
        Some(Trap::OutOfFuel | Trap::StackOverflow | Trap::AllocationTooLarge) => Err(Incomparable),
        Some(trap) => Ok(trap.to_string()),
        None if error.to_string().contains("limit") || error.to_string().contains("memory") => Err(Incomparable),
        None => Ok(error.root_cause().to_string()),
    }
}

fn argument(ty: &wasmtime::ValType, seed: u64) -> Option<Val> {
    let number = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    Some(match ty {
        // Both small and wild numbers, since either can be an address.
        wasmtime::ValType::I32 if seed.is_multiple_of(3) => Val::I32(number as i32),
        wasmtime::ValType::I32 => Val::I32((number % 70_000) as i32),
        wasmtime::ValType::I64 => Val::I64(number as i64),
        wasmtime::ValType::F32 => Val::F32((number as u32) >> 4),
        wasmtime::ValType::F64 => Val::F64(number >> 4),
        wasmtime::ValType::V128 => Val::V128(u128::from(number).into()),
        wasmtime::ValType::Ref(ty) if ty.is_nullable() => Val::null_ref(ty.heap_type()),
        wasmtime::ValType::Ref(_) => return None,
    })
}

/// Returns a value as text; of a reference only whether it is null.
fn shown(value: &Val) -> String {
    match value {
        Val::I32(value) => format!("i32 {value}"),
        Val::I64(value) => format!("i64 {value}"),
        Val::F32(bits) => format!("f32 {bits:08x}"),
        Val::F64(bits) => format!("f64 {bits:016x}"),
        Val::V128(value) => format!("v128 {:032x}", value.as_u128()),
        other => format!("reference, null: {}", matches!(other.ref_(), Some(reference) if reference.is_null())),
    }
}
