//! The symbol table.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use wasm_encoder::{DataSymbolDefinition, Encode, SymbolTable};

use super::{Address, Indices, Linkage, MAIN, Zeros, address, subsection};
use crate::pack::module::{Code, Module};

/// The table of the program's function pointers.
pub const TABLE: &str = "__indirect_function_table";

/// The version of the conventions.
const VERSION: u32 = 2;
const SEGMENT_INFO: u8 = 5;

/// The symbol table, and the symbol of each of the module's items, by old index.
pub struct Symbols {
    table: SymbolTable,
    count: u32,
    pub funcs: BTreeMap<u32, u32>,
    pub globals: BTreeMap<u32, u32>,
    /// The symbols of the globals that stand for addresses.
    pub addresses: BTreeMap<u32, u32>,
    pub has_table: bool,
}

impl Symbols {
    pub fn new(module: &Module<'_>, linkage: &Linkage<'_>, indices: &Indices) -> Result<Symbols> {
        let (funcs, globals, addresses) = Default::default();
        let mut symbols = Symbols { table: SymbolTable::new(), count: 0, funcs, globals, addresses, has_table: false };
        for (old, new) in indices.funcs() {
            symbols.func(module, linkage, old, new);
        }
        for (old, new) in &indices.globals {
            let name = module.globals[*old as usize].name.as_deref().unwrap_or("global");
            symbols.table.global(SymbolTable::WASM_SYM_BINDING_LOCAL, *new, Some(name));
            let symbol = symbols.added();
            symbols.globals.insert(*old, symbol);
        }
        symbols.addresses(module, linkage)?;
        Ok(symbols)
    }

    /// Returns the index of the symbol added last.
    fn added(&mut self) -> u32 {
        self.count += 1;
        self.count - 1
    }

    /// Adds a function: local unless exported. Imported functions get a name that no other symbol has by accident.
    fn func(&mut self, module: &Module<'_>, linkage: &Linkage<'_>, old: u32, new: u32) {
        let label = module.func_label(old);
        let mut exports =
            module.exports.iter().filter(|export| export.index == old).map(|export| &export.name).peekable();
        let names: Vec<(u32, Option<&str>)> = match &module.funcs[old as usize].code {
            Code::Import(import) if import.module == MAIN => {
                let weak = linkage.weak.contains(&import.name.as_str());
                let binding = if weak { SymbolTable::WASM_SYM_BINDING_WEAK } else { 0 };
                vec![(SymbolTable::WASM_SYM_UNDEFINED | binding, None)]
            }
            Code::Import(_) => {
                vec![(SymbolTable::WASM_SYM_UNDEFINED | SymbolTable::WASM_SYM_EXPLICIT_NAME, Some(&label))]
            }
            Code::Body(_) if exports.peek().is_none() => vec![(SymbolTable::WASM_SYM_BINDING_LOCAL, Some(&label))],
            Code::Body(_) => exports
                .map(|name| {
                    let flags = match linkage.exported.contains(name) {
                        true => SymbolTable::WASM_SYM_EXPORTED | SymbolTable::WASM_SYM_NO_STRIP,
                        false => SymbolTable::WASM_SYM_VISIBILITY_HIDDEN,
                    };
                    let weak = linkage.replaceable.contains(name);
                    let binding = if weak { SymbolTable::WASM_SYM_BINDING_WEAK } else { 0 };
                    (flags | binding, Some(name.as_str()))
                })
                .collect(),
        };
        for (flags, name) in names {
            self.table.function(flags, new, name);
            let symbol = self.added();
            self.funcs.insert(old, symbol);
        }
    }

    /// Adds the symbols for globals that stand for addresses, and the symbols that these need.
    fn addresses(&mut self, module: &Module<'_>, linkage: &Linkage<'_>) -> Result<()> {
        let Zeros { name: zeros, size, .. } = linkage.zeros;
        self.table.data(
            SymbolTable::WASM_SYM_BINDING_LOCAL,
            zeros,
            Some(DataSymbolDefinition { index: 0, offset: 0, size }),
        );
        let data = self.added();
        for (global, address) in
            (0..).zip(&module.globals).filter_map(|(index, global)| Some((index, address(global)?)))
        {
            let symbol = match address {
                Address::Data(name) => {
                    ensure!(name == zeros, "there is no data `{name}` that could have an address");
                    data
                }
                Address::Function(name) => {
                    let is_it = |func: &u32| match &module.funcs[*func as usize].code {
                        Code::Import(import) => import.module == MAIN && import.name == name,
                        Code::Body(_) => false,
                    };
                    let func = self.funcs.keys().copied().find(is_it);
                    self.has_table = true;
                    self.funcs[&func.with_context(|| format!("`{name}` is asked for its address, but never called"))?]
                }
            };
            self.addresses.insert(global, symbol);
        }
        if self.has_table {
            self.table.table(SymbolTable::WASM_SYM_UNDEFINED | SymbolTable::WASM_SYM_NO_STRIP, 0, None);
            self.added();
        }
        Ok(())
    }

    /// Encodes the section `linking`. The name of the data segment tells the linker that it is zero, and need not be
    /// copied.
    pub fn linking(&self, zeros: &Zeros<'_>) -> Vec<u8> {
        let mut segments = Vec::new();
        let (segment_count, flags) = (1_u32, 0_u32);
        segment_count.encode(&mut segments);
        format!(".bss.{}", zeros.name).encode(&mut segments);
        zeros.align.encode(&mut segments);
        flags.encode(&mut segments);
        let mut out = Vec::new();
        VERSION.encode(&mut out);
        subsection(&mut out, SEGMENT_INFO, &segments);
        self.table.encode(&mut out);
        out
    }
}
