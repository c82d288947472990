//! Reachability: the items that a module's functions use, directly and indirectly.

use std::collections::BTreeSet;
use std::convert::Infallible;

use anyhow::{Result, anyhow};
use wasm_encoder::ElementSection;
use wasm_encoder::reencode::{Error, Reencode};
use wasmparser::{ExternalKind, Operator};

use super::module::{Code, GlobalValue, Module};

/// Indices of items; ordered, so that output is deterministic.
#[derive(Clone, Debug, Default)]
pub struct Live {
    pub types: BTreeSet<u32>,
    pub funcs: BTreeSet<u32>,
    pub tables: BTreeSet<u32>,
    pub memories: BTreeSet<u32>,
    pub globals: BTreeSet<u32>,
    pub data: BTreeSet<u32>,
}

/// Returns everything that the exports of `module` reach.
pub fn from_exports(module: &Module<'_>) -> Result<Live> {
    let mut reach = Reach::new(module);
    for export in &module.exports {
        match export.kind {
            ExternalKind::Func => reach.func(export.index),
            ExternalKind::Table => drop(reach.live.tables.insert(export.index)),
            ExternalKind::Memory => drop(reach.live.memories.insert(export.index)),
            ExternalKind::Global => drop(reach.live.globals.insert(export.index)),
            other => return Err(anyhow!("the export `{}` is of a kind not supported: {other:?}", export.name)),
        }
    }
    reach.finish()
}

/// Returns everything that one function reaches, including itself.
pub fn from_func(module: &Module<'_>, func: u32) -> Result<Live> {
    let mut reach = Reach::new(module);
    reach.func(func);
    reach.finish()
}

struct Reach<'m, 'a> {
    module: &'m Module<'a>,
    live: Live,
    /// Functions whose bodies have not been scanned yet.
    todo: Vec<u32>,
}

impl<'m, 'a> Reach<'m, 'a> {
    fn new(module: &'m Module<'a>) -> Self {
        Reach { module, live: Live::default(), todo: Vec::new() }
    }

    fn func(&mut self, index: u32) {
        if self.live.funcs.insert(index) {
            self.todo.push(index);
        }
    }

    fn finish(mut self) -> Result<Live> {
        while let Some(index) = self.todo.pop() {
            let func = &self.module.funcs[index as usize];
            self.live.types.insert(func.ty);
            if let Code::Body(body) = &func.code {
                self.walk(&body.ops)?;
            }
        }
        // Any function in a table may be called.
        let elements = if self.live.tables.is_empty() { &[] } else { &*self.module.elements };
        for element in elements {
            let parsed = self.parse_element(&mut ElementSection::new(), element.clone());
            parsed.map_err(|error| anyhow!("{error}"))?;
        }
        // A global's initial expression may refer to functions and earlier globals.
        let mut globals = BTreeSet::new();
        while let Some(&index) = self.live.globals.difference(&globals).next() {
            globals.insert(index);
            if let GlobalValue::Init(init) = &self.module.globals[index as usize].value {
                self.walk(init)?;
            }
        }
        if self.todo.is_empty() { Ok(self.live) } else { self.finish() }
    }

    fn walk(&mut self, ops: &[Operator<'a>]) -> Result<()> {
        for op in ops {
            self.instruction(op.clone()).map_err(|error| anyhow!("{error}"))?;
        }
        Ok(())
    }
}

/// Re-encoding an operator maps every index in it to itself, and notes it.
impl Reencode for Reach<'_, '_> {
    type Error = Infallible;

    fn type_index(&mut self, index: u32) -> Result<u32, Error> {
        self.live.types.insert(index);
        Ok(index)
    }

    fn function_index(&mut self, index: u32) -> Result<u32, Error> {
        self.func(index);
        Ok(index)
    }

    fn table_index(&mut self, index: u32) -> Result<u32, Error> {
        self.live.tables.insert(index);
        Ok(index)
    }

    fn data_index(&mut self, index: u32) -> Result<u32, Error> {
        self.live.data.insert(index);
        Ok(index)
    }

    fn memory_index(&mut self, index: u32) -> Result<u32, Error> {
        self.live.memories.insert(index);
        Ok(index)
    }

    fn global_index(&mut self, index: u32) -> Result<u32, Error> {
        self.live.globals.insert(index);
        Ok(index)
    }
}
