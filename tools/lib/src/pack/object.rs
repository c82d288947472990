//! Encodes the live part of a module as a relocatable object for linkers.
//!
//! The format is that of the [tool conventions]: each function, global and block of data has a symbol, and each
//! reference to one in code is listed as a relocation, five bytes wide. So a linker takes the functions that are
//! reached and leaves the rest. Two kinds of imports stand for what only the linker knows:
//!
//! | import | becomes |
//! |---|---|
//! | the function `NAME` of `__main_module__` | the undefined symbol `NAME` |
//! | the global `NAME` of `GOT.func` or `GOT.mem` | the address of the function or the data `NAME`, as a constant |
//!
//! [tool conventions]: https://github.com/WebAssembly/tool-conventions/blob/main/Linking.md

mod code;
mod symbols;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, anyhow, bail, ensure};
use wasm_encoder::reencode::{self, Reencode};
use wasm_encoder::{
    ConstExpr, CustomSection, DataSection, Encode, EntityType, FunctionSection, GlobalSection, ImportSection,
    MemoryType, RawCustomSection, RefType, TableType, TypeSection,
};
use wasmparser::Validator;

use super::encode::{MAIN, renumber};
use super::module::{Code, Global, GlobalValue, Module};
use super::reach::{self, Live};
use code::Plain;
use symbols::Symbols;

/// The module of imported globals that hold addresses of functions.
pub const FUNCTION_ADDRESS: &str = "GOT.func";
/// The module of imported globals that hold addresses of data.
pub const DATA_ADDRESS: &str = "GOT.mem";

/// Information for linkers beside the module itself. The module's exports are the global symbols that it defines.
pub struct Linkage<'a> {
    /// Symbols that the linked module exports under their names.
    pub exported: &'a BTreeSet<String>,
    /// Symbols that may stay undefined; their address is then 0.
    pub weak: &'a [&'a str],
    /// Weak definitions, which others of the same name replace.
    pub replaceable: &'a BTreeSet<String>,
    /// Zero-initialised memory.
    pub zeros: Zeros<'a>,
    /// Custom sections, by name, that the linked module gets too.
    pub sections: &'a [(&'a str, Vec<u8>)],
}

/// A block of zero-initialised memory with a symbol of its own.
pub struct Zeros<'a> {
    pub name: &'a str,
    pub size: u32,
    /// The alignment, as a power of 2.
    pub align: u32,
}

/// Encodes the part of `module` that its exports reach.
pub fn encode(module: &Module<'_>, linkage: &Linkage<'_>) -> Result<Vec<u8>> {
    let live = reach::from_exports(module)?;
    ensure!(module.start.is_none() && live.tables.is_empty(), "an object with a start function or a table of its own");
    ensure!(module.data.is_empty(), "an object with data that is not zero at first");
    let indices = Indices::new(module, &live);
    let symbols = Symbols::new(module, linkage, &indices)?;

    let mut out = wasm_encoder::Module::new();
    out.section(&types(module, &live)?);
    out.section(&imports(module, linkage, &indices, symbols.has_table));
    out.section(&functions(module, &indices));
    out.section(&globals(module, &indices)?);
    let (code, relocations) = code::encode(module, &indices, &symbols)?;
    out.section(&code);
    let mut data = DataSection::new();
    data.active(0, &ConstExpr::i32_const(0), vec![0; linkage.zeros.size as usize]);
    out.section(&data);

    // LLVM's linkers require this order of the sections that they know.
    let mut custom = |name: &str, data: &[u8]| {
        out.section(&CustomSection { name: name.into(), data: data.into() });
    };
    for (name, data) in linkage.sections {
        custom(name, data);
    }
    custom("linking", &symbols.linking(&linkage.zeros));
    custom("reloc.CODE", &code::relocation_section(&relocations));
    if let Some(producers) = &module.producers {
        out.section(&RawCustomSection(&producers.raw_custom_section()));
    }
    if let Some(features) = module.features {
        out.section(&CustomSection { name: "target_features".into(), data: features.into() });
    }
    let bytes = out.finish();
    Validator::new().validate_all(&bytes).map_err(|error| anyhow!("the object is not valid: {error}"))?;
    Ok(bytes)
}

/// Maps old indices to new ones.
struct Indices {
    types: BTreeMap<u32, u32>,
    funcs: BTreeMap<u32, u32>,
    /// Excludes globals that stand for addresses.
    globals: BTreeMap<u32, u32>,
}

impl Indices {
    fn new(module: &Module<'_>, live: &Live) -> Indices {
        let imported = |index: u32| matches!(module.funcs[index as usize].code, Code::Import(_));
        let globals = live.globals.iter().copied().filter(|index| address(&module.globals[*index as usize]).is_none());
        Indices {
            types: renumber(live.types.iter().copied(), (0, 0), |_| false),
            funcs: renumber(live.funcs.iter().copied(), (0, 0), imported),
            globals: renumber(globals, (0, 0), |_| false),
        }
    }

    /// Returns the old and new indices of the functions, in new order.
    fn funcs(&self) -> Vec<(u32, u32)> {
        let mut funcs: Vec<_> = self.funcs.iter().map(|(old, new)| (*old, *new)).collect();
        funcs.sort_by_key(|(_, new)| *new);
        funcs
    }
}

/// The symbol whose address a global stands for.
#[derive(Clone, Copy)]
enum Address<'m> {
    Function(&'m str),
    Data(&'m str),
}

fn address<'m>(global: &'m Global<'_>) -> Option<Address<'m>> {
    let GlobalValue::Import(import) = &global.value else { return None };
    match import.module.as_str() {
        FUNCTION_ADDRESS => Some(Address::Function(&import.name)),
        DATA_ADDRESS => Some(Address::Data(&import.name)),
        _ => None,
    }
}

fn types(module: &Module<'_>, live: &Live) -> Result<TypeSection> {
    let mut section = TypeSection::new();
    for index in &live.types {
        section.ty().func_type(&Plain.func_type(module.types[*index as usize].clone()).map_err(error)?);
    }
    Ok(section)
}

/// Imports the functions, and the program's memory and table under the names that linkers know.
fn imports(module: &Module<'_>, linkage: &Linkage<'_>, indices: &Indices, table: bool) -> ImportSection {
    let mut section = ImportSection::new();
    for (old, _) in indices.funcs() {
        let func = &module.funcs[old as usize];
        if let Code::Import(import) = &func.code {
            let module = if import.module == MAIN { "env" } else { &import.module };
            section.import(module, &import.name, EntityType::Function(indices.types[&func.ty]));
        }
    }
    let minimum = linkage.zeros.size.div_ceil(1 << 16).into();
    let memory = MemoryType { minimum, maximum: None, memory64: false, shared: false, page_size_log2: None };
    section.import("env", "__linear_memory", memory);
    if table {
        let ty = TableType { element_type: RefType::FUNCREF, table64: false, minimum: 0, maximum: None, shared: false };
        section.import("env", symbols::TABLE, ty);
    }
    section
}

fn functions(module: &Module<'_>, indices: &Indices) -> FunctionSection {
    let mut section = FunctionSection::new();
    for (old, _) in indices.funcs() {
        let func = &module.funcs[old as usize];
        if matches!(func.code, Code::Body(_)) {
            section.function(indices.types[&func.ty]);
        }
    }
    section
}

fn globals(module: &Module<'_>, indices: &Indices) -> Result<GlobalSection> {
    let mut section = GlobalSection::new();
    for old in indices.globals.keys() {
        let global = &module.globals[*old as usize];
        let GlobalValue::Init(init) = &global.value else { bail!("an object that imports a global") };
        let init = init.iter().map(|op| Plain.instruction(op.clone())).collect::<Result<Vec<_>, _>>().map_err(error)?;
        section.global(Plain.global_type(global.ty).map_err(error)?, &ConstExpr::extended(init));
    }
    Ok(section)
}

fn error<E: std::fmt::Display>(error: reencode::Error<E>) -> anyhow::Error {
    anyhow!("{error}")
}

/// Appends a subsection, as the conventions call it.
fn subsection(out: &mut Vec<u8>, number: u8, content: &[u8]) {
    out.push(number);
    content.encode(out);
}
