//! Runs a preview1 module on a preview1 host, or as a component with different adapters.

use super::engine::{Engine, Prepared};
use crate::layer;
use crate::run::{self, Adapter, LAYOUTS};
use anyhow::Result;
use wasi_adapt::preview1::{self, Snapshot};
use wasi_preview1_component_adapter_provider::WASI_SNAPSHOT_PREVIEW1_COMMAND_ADAPTER as OFFICIAL;
use wit_component::ComponentEncoder;

/// `p1` is wasmtime-wasi's preview1, to which all others are compared. Then come our layouts, the default one first, and
/// at last that with a layer which passes all calls on.
pub const COLUMNS: [&str; 6] = ["p1", "official", "isolated", "guest", "adapter", "layer"];

/// Each column compared with the first, our default layout with the official adapter, and the layer with the layout that it is in.
pub const RATIOS: [(usize, usize); 6] = [(1, 0), (2, 0), (3, 0), (4, 0), (2, 1), (5, 2)];

/// The official adapter and our default layout, compared with the first column.
pub const CHARTED: [(usize, usize); 2] = [(1, 0), (2, 0)];

/// Makes the component with the official adapter, without this project.
pub fn official(module: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = ComponentEncoder::default();
    encoder.validate(true);
    encoder.module(module)?;
    encoder.adapter(preview1::MODULE, OFFICIAL)?;
    encoder.encode()
}

/// Makes the component with a layer that passes on what the module calls.
fn with_layer(module: &[u8]) -> Result<Vec<u8>> {
    let imports = wasi_adapt::inspect::inspect(module)?.imports;
    let functions = imports.iter().filter_map(|import| Snapshot::Preview1.function(&import.name));
    let layer = layer::passing(&functions.collect::<Vec<_>>(), false);
    Ok(wasi_adapt::Linker::new().layer(layer).link(module)?.wasm)
}

/// Prepares a module for each column.
pub fn prepare(engine: &Engine, module: &[u8]) -> Result<Vec<Prepared>> {
    let mut ways = vec![engine.preview1(module)?, engine.component(&official(module)?)?];
    for layout in LAYOUTS {
        ways.push(engine.component(&run::link(module, Adapter::OursIn(layout))?)?);
    }
    ways.push(engine.component(&with_layer(module)?)?);
    Ok(ways)
}
