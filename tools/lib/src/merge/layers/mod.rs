//! Puts layers between the program and the adapter.
//!
//! Each layer has pages of its own below the program, the first layer the topmost. Its accesses to memory are moved up
//! to them, as the program's are (`tenant.rs`).
//!
//! Two globals hold the bounds of the memory that pointers are into. They are the program's, except while a layer calls
//! WASI for itself: then they are the layer's. The adapter takes them for the bounds of its guest, and a layer's accesses to
//! its caller's memory are checked against them (`helpers.rs`). So the program's calls need no code around them.

mod helpers;
mod tenant;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, bail};

use crate::names::quoted;
use crate::pack::Sections;
use crate::plan::{LayerImport, PlannedLayer, Target};
use crate::program::LayerFunc;
use tenant::Tenant;

/// The globals with the bounds of the memory that pointers are into: its address, and the number of pages up to its end. 0
/// pages mean that it ends with the memory.
#[derive(Clone, Copy)]
pub struct Caller {
    pub base: u32,
    pub end: u32,
}

/// All layers of a merged module.
#[derive(Default)]
pub struct Layers<'m> {
    tenants: Vec<Tenant<'m>>,
    funcs: u32,
}

/// Facts about layers that the rest of the module needs, once they are appended.
#[derive(Default)]
pub struct Appended {
    /// The number of types that were added.
    pub types: u32,
    /// The names of functions, by their new indices.
    pub names: BTreeMap<u32, String>,
    /// The functions that code refers to by `ref.func`.
    pub references: BTreeSet<u32>,
    pub losses: Vec<String>,
}

/// Returns the number of pages of all layers.
pub fn pages(layers: &[PlannedLayer]) -> u64 {
    layers.iter().map(|layer| u64::from(layer.pages)).sum()
}

/// Returns the adapter's functions that layers import.
pub fn adapter_functions(layers: &[PlannedLayer]) -> impl Iterator<Item = String> {
    layers.iter().flat_map(PlannedLayer::of_adapter).map(|function| function.name.into())
}

impl<'m> Layers<'m> {
    /// Places the layers in memory, from `base` up, and their functions from `first_func` on. `adapter` returns the index of
    /// one of the adapter's functions.
    pub fn new(
        layers: &'m [PlannedLayer],
        (memory, base): (u32, u32),
        first_func: u32,
        caller: Caller,
        adapter: impl Fn(&str) -> Result<u32>,
    ) -> Result<Layers<'m>> {
        let mut next_func = first_func;
        let mut top = base + (pages(layers) << 16) as u32;
        let mut tenants = Vec::new();
        for layer in layers {
            top -= layer.pages << 16;
            let tenant = Tenant::new(layer, (memory, top), next_func, caller);
            next_func += tenant.funcs();
            tenants.push(tenant);
        }
        // A layer may import an import of the layer below it.
        for at in (0..tenants.len()).rev() {
            let targets = layers[at].imports.iter().map(|import| match import {
                Some(LayerImport::Next { target: Target::Adapter(function), .. }) => adapter(function.name).map(Some),
                Some(LayerImport::Next { target: Target::Layer(func), .. }) => function(&tenants, *func).map(Some),
                Some(LayerImport::Read | LayerImport::Write) => Ok(None),
                None => bail!("nothing serves an import of the layer {}", quoted(&layers[at].name)),
            });
            tenants[at].targets = targets.collect::<Result<_>>()?;
        }
        Ok(Layers { tenants, funcs: next_func - first_func })
    }

    pub fn is_empty(&self) -> bool {
        self.tenants.is_empty()
    }

    /// Returns the number of functions that they add.
    pub fn funcs(&self) -> u32 {
        self.funcs
    }

    /// Returns the new index of a layer's function.
    pub fn function(&self, func: LayerFunc) -> Result<u32> {
        function(&self.tenants, func)
    }

    /// Returns the functions that initialise the layers, the lowest layer's first.
    pub fn initialisers(&self) -> Vec<u32> {
        self.tenants.iter().rev().flat_map(Tenant::initialisers).collect()
    }

    /// Returns the functions that are called after the program's entry, the uppermost layer's first.
    pub fn exits(&self) -> impl Iterator<Item = u32> {
        self.tenants.iter().filter_map(Tenant::exit)
    }

    /// Appends everything of the layers. `types` is the number of those that there are already.
    pub fn append(&mut self, out: &mut Sections, types: u32) -> Result<Appended> {
        let mut appended = Appended { types, ..Appended::default() };
        let counts_data = out.data_count.is_some() || self.tenants.iter().any(Tenant::refers_to_data);
        for tenant in &mut self.tenants {
            tenant.append(out, &mut appended)?;
        }
        if counts_data {
            out.data_count = Some(out.data.len());
        }
        appended.types -= types;
        Ok(appended)
    }
}

fn function(tenants: &[Tenant<'_>], LayerFunc { layer, func }: LayerFunc) -> Result<u32> {
    match tenants.get(layer).and_then(|tenant| tenant.function(func)) {
        Some(func) => Ok(func),
        None => bail!("there is no function {func} in the layer {layer}"),
    }
}
