//! Adapters beside a module: as in a component, each is an instance of its own that shares the program's memory. The
//! program needs its functions to be instantiated, and it needs the program's memory, so calls find it by themselves.

use crate::error::source_of;
use crate::module::State;
use crate::{Error, Result};
use std::collections::BTreeMap;
use wasi_adapt::preview1::Snapshot;
use wasmtime::{Engine, Extern, ExternType, Instance, Linker, Module, Store};

/// The adapters of an invocation. One of the WASI functions themselves is left out: the host has these, and
/// it is what the adapter is compared with.
pub struct Adapters(Vec<Adapter>);

struct Adapter {
    name: String,
    module: Module,
}

/// An adapter imports the program's memory from here.
const ENVIRONMENT: &str = "env";
/// And the program's functions from here.
const MAIN_MODULE: &str = "__main_module__";

impl Adapters {
    pub fn read(engine: &Engine, given: &BTreeMap<String, Vec<u8>>, program: &Module) -> Result<Adapters> {
        let beside =
            given.iter().filter(|(name, _)| !Snapshot::ALL.iter().any(|snapshot| snapshot.module() == name.as_str()));
        let read = |(name, wasm): (&String, &Vec<u8>)| {
            let error = |source| Error::Adapter { name: name.clone(), source };
            let module = Module::new(engine, wasm).map_err(|error_of_engine| error(source_of(error_of_engine)))?;
            let unserved: Vec<_> = module.imports().filter(|import| !is_of(program, import)).collect();
            if !unserved.is_empty() {
                let imports = unserved.iter().map(|it| format!("{:?}", format!("{}.{}", it.module(), it.name())));
                let imports = imports.collect::<Vec<_>>().join(", ");
                return Err(error(
                    format!("it imports more than the program's memory and functions: {imports}").into(),
                ));
            }
            Ok(Adapter { name: name.clone(), module })
        };
        beside.map(read).collect::<Result<_>>().map(Adapters)
    }

    /// Has every function that an adapter exports call that of its instance.
    pub fn add_to_linker(&self, linker: &mut Linker<State>) -> wasmtime::Result<()> {
        for (index, adapter) in self.0.iter().enumerate() {
            for export in adapter.module.exports() {
                let (ExternType::Func(ty), name) = (export.ty(), export.name().to_owned()) else { continue };
                linker.func_new(&adapter.name, &name.clone(), ty, move |mut caller, parameters, results| {
                    let instance = caller.data().adapters.get(index).copied();
                    let function = instance.and_then(|instance| instance.get_func(&mut caller, &name));
                    let early = || wasmtime::format_err!("an adapter's `{name}` is called before there is an adapter");
                    function.ok_or_else(early)?.call(&mut caller, parameters, results)
                })?;
            }
        }
        Ok(())
    }

    /// Instantiates them for a program that is.
    pub fn instantiate(&self, program: &Instance, mut store: &mut Store<State>) -> wasmtime::Result<()> {
        for adapter in &self.0 {
            let imports = adapter.module.imports().map(|import| program.get_export(&mut store, import.name()));
            let imports: Vec<Extern> = imports.map(|export| export.expect("it was looked for")).collect();
            let instance = Instance::new(&mut store, &adapter.module, &imports)?;
            store.data_mut().adapters.push(instance);
        }
        Ok(())
    }
}

/// Returns whether the program exports an adapter's import.
fn is_of(program: &Module, import: &wasmtime::ImportType<'_>) -> bool {
    matches!(
        (import.module(), import.ty(), program.get_export(import.name())),
        (ENVIRONMENT, ExternType::Memory(_), Some(ExternType::Memory(_)))
            | (MAIN_MODULE, ExternType::Func(_), Some(ExternType::Func(_)))
    )
}
