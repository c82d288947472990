//! The exports of a merged module.

use std::collections::BTreeSet;
use std::mem;

use anyhow::Result;
use wasm_encoder::reencode::Reencode;
use wasm_encoder::{ExportKind, Function};
use wasmparser::ExternalKind;

use super::Merge;
use super::guest::error;
use crate::pack::{IMPORT_REALLOC, REALLOC, WAITING};

/// The exports of the merged module.
#[derive(Clone, Copy)]
pub enum Exports<'a> {
    /// Those that a component needs, with these of the program. In the guest layout all of the program's stay, since
    /// those for the canonical ABI have many names.
    OfComponent(&'a BTreeSet<&'a str>),
    /// Also everything that the program exports, for tests to call and compare.
    #[cfg(test)]
    All,
}

impl Exports<'_> {
    /// Returns whether an export of the program stays in the isolated layout.
    pub fn has(self, name: &str) -> bool {
        match self {
            Exports::OfComponent(of_wit) => of_wit.contains(name),
            #[cfg(test)]
            Exports::All => true,
        }
    }
}

impl Merge<'_, '_, '_> {
    /// Exports the functions that the host calls while it waits, each wrapped to tell the adapter so.
    pub fn awaited(&mut self) -> Result<()> {
        let Some(set_host) = self.set_host else { return Ok(()) };
        for (name, func) in mem::take(&mut self.awaited) {
            let mut index = self.guest.function_index(func).map_err(error)?;
            if let Some((ty, params)) = self.prescan.signature(func) {
                let mut function = Function::new([]);
                let mut code = function.instructions();
                code.i32_const(WAITING).call(set_host);
                for param in 0..params {
                    code.local_get(param);
                }
                code.call(index).i32_const(0).call(set_host).end();
                self.sections.functions.function(ty);
                self.sections.code.function(&function);
                index = self.part.imported_funcs() + self.sections.functions.len() - 1;
            }
            self.sections.exports.export(name, ExportKind::Func, index);
        }
        Ok(())
    }

    /// Exports what a component needs. Start functions become part of its `_initialize`, since a component cannot call
    /// imports when it is instantiated. Layers are initialised before the program.
    pub fn exports(&mut self) -> Result<()> {
        self.sections.exports.export("memory", ExportKind::Memory, self.guest.memory);
        self.part.export(&mut self.sections, |name| self.outer.contains(name))?;
        if let Some(realloc) = self.layers.realloc().filter(|_| !self.outer.contains(IMPORT_REALLOC)) {
            self.sections.exports.export(IMPORT_REALLOC, ExportKind::Func, realloc);
        }
        let programs: Vec<_> = [self.prescan.start, self.prescan.export("_initialize")].into_iter().flatten().collect();
        let mut calls = self.layers.initialisers();
        for func in &programs {
            calls.push(self.guest.function_index(*func).map_err(error)?);
        }
        let initialize = match calls[..] {
            [] => return Ok(()),
            [only] if programs.first().is_some_and(|func| self.prescan.is_plain(*func)) => only,
            _ => {
                let mut function = Function::new([]);
                for call in calls {
                    function.instructions().call(call);
                }
                function.instructions().end();
                self.function([], [], &function)
            }
        };
        self.sections.exports.export("_initialize", ExportKind::Func, initialize);
        Ok(())
    }
}

/// Returns whether the host calls a function to allocate or to free memory; it cannot be called itself meanwhile.
pub fn is_awaited(export: &wasmparser::Export<'_>) -> bool {
    const REALLOCS: [&str; 4] = [REALLOC, IMPORT_REALLOC, "cabi_export_realloc", "canonical_abi_realloc"];
    export.kind == ExternalKind::Func && (REALLOCS.contains(&export.name) || export.name.starts_with("cabi_post_"))
}
