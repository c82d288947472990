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
use crate::pack::{Base, GUEST_BASE, GUEST_END, IMPORT_REALLOC, Sections};
use crate::plan::{LayerImport, PlannedLayer, Target};
use crate::program::{LayerFunc, ProgramImport};
use tenant::Tenant;

/// The globals with the bounds of the memory that pointers are into: its address, and the number of pages up to its end. 0
/// pages mean that it ends with the memory.
#[derive(Clone, Copy)]
pub struct Caller {
    pub base: u32,
    pub end: u32,
}

/// The addresses of the adapter and of each layer.
pub struct Places {
    pub adapter: u32,
    layers: Vec<u32>,
}

impl Places {
    /// Places a layer whose pointers the host sees at the start of the memory, where they need not change; above it the
    /// adapter, and then the other layers, the last one first.
    pub fn of(layers: &[PlannedLayer], adapter_bytes: u32) -> Places {
        let bytes = |layer: &PlannedLayer| layer.pages << 16;
        let adapter = layers.iter().find(|layer| layer.has_host_imports()).map_or(0, bytes);
        let mut next = adapter + adapter_bytes;
        let place = |layer: &PlannedLayer| match layer.has_host_imports() {
            true => 0,
            false => {
                next += bytes(layer);
                next - bytes(layer)
            }
        };
        let mut places: Vec<_> = layers.iter().rev().map(place).collect();
        places.reverse();
        Places { adapter, layers: places }
    }
}

/// All layers of a merged module.
pub struct Layers<'m> {
    tenants: Vec<Tenant<'m>>,
}

/// Facts about layers that the rest of the module needs, once they are appended.
#[derive(Default)]
pub struct Appended {
    /// The next type.
    types: u32,
    /// The names of functions, by their new indices.
    pub names: BTreeMap<u32, String>,
    /// The functions that code refers to by `ref.func`.
    pub references: BTreeSet<u32>,
    pub losses: Vec<String>,
    /// The custom sections that describe their WIT.
    pub wit: Vec<u8>,
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
    /// Adds the layers to what the module has. Until they are resolved, the indices of their functions do not count imports.
    pub fn new(layers: &'m [PlannedLayer], places: &Places, memory: u32, base: &mut Base) -> Layers<'m> {
        let caller = Caller { base: base.globals, end: base.globals + 1 };
        if !layers.is_empty() {
            base.globals += 2;
            base.main_globals = [GUEST_BASE, GUEST_END].map(Into::into).into_iter().zip(caller.base..).collect();
        }
        let mut tenants = Vec::new();
        for (layer, place) in layers.iter().zip(&places.layers) {
            let tenant = Tenant::new(layer, (memory, *place), caller, base);
            tenants.push(tenant);
        }
        let layers = Layers { tenants };
        base.main_funcs.extend(layers.realloc().map(|realloc| (IMPORT_REALLOC.into(), realloc)));
        layers
    }

    /// Says what serves the imports of the layers. `adapter` returns the index of one of the adapter's functions.
    pub fn resolve(
        &mut self,
        imported: u32,
        host: &BTreeMap<(String, String), u32>,
        adapter: impl Fn(&str) -> Result<u32>,
    ) -> Result<()> {
        self.tenants.iter_mut().for_each(|tenant| tenant.imported = imported);
        // A layer may import an import of the layer below it.
        for at in (0..self.tenants.len()).rev() {
            let layer = self.tenants[at].layer;
            let imports = layer.program.imports.iter().filter(|import| import.func.is_some()).zip(&layer.imports);
            let target = |(import, server): (&ProgramImport, &Option<LayerImport>)| match server {
                Some(LayerImport::Next { target: Target::Adapter(function), .. }) => adapter(function.name).map(Some),
                Some(LayerImport::Next { target: Target::Layer(func), .. }) => self.function(*func).map(Some),
                Some(LayerImport::Host) => Ok(host.get(&(import.module.clone(), import.name.clone())).copied()),
                Some(LayerImport::Read | LayerImport::Write | LayerImport::Address) => Ok(None),
                None => bail!("nothing serves an import of the layer {}", quoted(&layer.name)),
            };
            let targets = imports.map(target).collect::<Result<_>>()?;
            self.tenants[at].targets = targets;
        }
        Ok(())
    }

    /// Returns the function by which the host allocates its results to a layer.
    pub fn realloc(&self) -> Option<u32> {
        self.tenants.iter().find_map(Tenant::realloc)
    }

    pub fn is_empty(&self) -> bool {
        self.tenants.is_empty()
    }

    /// Returns the new index of a layer's function.
    pub fn function(&self, func: LayerFunc) -> Result<u32> {
        let LayerFunc { layer, func } = func;
        match self.tenants.get(layer).and_then(|tenant| tenant.function(func)) {
            Some(func) => Ok(func),
            None => bail!("there is no function {func} in the layer {layer}"),
        }
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
        Ok(appended)
    }
}
