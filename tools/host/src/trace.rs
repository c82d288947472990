//! Records the calls of preview1. A component has the trace layer in it, and gives its reports to the host. For a module
//! the same layer stands between it and the host, as a module beside it.

use crate::error::source_of;
use crate::module::State;
use crate::{Error, Result, Side};
use std::sync::Arc;
use wasi_adapt::Trace;
use wasi_adapt::preview1::Snapshot;
use wasmtime::{Caller, Engine, Extern, ExternType, Instance, Linker, Memory, Module};

/// preview1's error for a pointer outside of the memory.
const EFAULT: i32 = 21;

/// The function that never returns.
const EXIT: &str = "proc_exit";

/// The layer beside a module, and the host's functions for it.
struct Tracer {
    module: Module,
    host: Linker<State>,
}

/// Has the functions of preview1 in a linker traced that a module imports and the trace names.
pub fn add_to_linker(trace: &Trace, engine: &Engine, wasm: &[u8], linker: &mut Linker<State>) -> Result<()> {
    let compile = |source| Error::Compile { side: Side::Module, source };
    let Some(layer) = trace.beside(wasm).map_err(|error| compile(error.into()))? else { return Ok(()) };
    let module = Module::new(engine, layer).map_err(|error| compile(source_of(error)))?;
    wrap(module, linker).map_err(|error| Error::Link { side: Side::Module, source: source_of(error) })
}

fn wrap(module: Module, linker: &mut Linker<State>) -> wasmtime::Result<()> {
    let mut host = linker.clone();
    host.func_wrap("wasi_adapt:guest", "read", read)?;
    host.func_wrap(Trace::INTERFACE, "report", report)?;
    let tracer = Arc::new(Tracer { module, host });
    linker.allow_shadowing(true);
    for export in tracer.module.exports() {
        let ExternType::Func(ty) = export.ty() else { continue };
        for snapshot in Snapshot::ALL {
            let (tracer, name) = (Arc::clone(&tracer), export.name().to_owned());
            linker.func_new(snapshot.module(), export.name(), ty.clone(), move |mut caller, parameters, results| {
                let layer = tracer.instance(&mut caller)?;
                let function = layer.get_func(&mut caller, &name).expect("the layer exports it");
                function.call(&mut caller, parameters, results).inspect_err(|_| {
                    // The layer has no chance to report a call that traps.
                    if name != EXIT {
                        caller.data_mut().trace.push(format!("{name}(...) = ?"));
                    }
                })
            })?;
        }
    }
    linker.allow_shadowing(false);
    Ok(())
}

impl Tracer {
    /// Returns the layer's instance, which is made at the first call: it needs the memory of the caller.
    fn instance(&self, caller: &mut Caller<'_, State>) -> wasmtime::Result<Instance> {
        if let Some(instance) = caller.data().tracer {
            return Ok(instance);
        }
        let mut imports = Vec::new();
        for import in self.module.imports() {
            let found = match import.ty() {
                ExternType::Memory(_) => caller.get_export(import.name()),
                _ => self.host.get_by_import(&mut *caller, &import),
            };
            let missing = || wasmtime::format_err!("nothing serves the trace's import `{}`", import.name());
            imports.push(found.ok_or_else(missing)?);
        }
        let instance = Instance::new(&mut *caller, &self.module, &imports)?;
        caller.data_mut().tracer = Some(instance);
        Ok(instance)
    }
}

/// Copies from the module's memory to the layer's.
fn read(mut caller: Caller<'_, State>, to: u32, from: u32, len: u32) -> wasmtime::Result<i32> {
    let (programs, own) = (memory(&mut caller, "memory")?, memory(&mut caller, "own")?);
    let bytes = part(programs.data(&caller), from, len).map(<[u8]>::to_vec);
    let copied = bytes.and_then(|bytes| own.write(&mut caller, to as usize, &bytes).ok());
    Ok(if copied.is_some() { 0 } else { EFAULT })
}

/// Records a call.
fn report(mut caller: Caller<'_, State>, address: u32, len: u32) -> wasmtime::Result<()> {
    let own = memory(&mut caller, "own")?;
    let call = part(own.data(&caller), address, len).map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    caller.data_mut().trace.extend(call);
    Ok(())
}

fn memory(caller: &mut Caller<'_, State>, name: &str) -> wasmtime::Result<Memory> {
    let found = caller.get_export(name).and_then(Extern::into_memory);
    found.ok_or_else(|| wasmtime::format_err!("the trace has no memory `{name}`"))
}

fn part(bytes: &[u8], from: u32, len: u32) -> Option<&[u8]> {
    bytes.get(from as usize..)?.get(..len as usize)
}
