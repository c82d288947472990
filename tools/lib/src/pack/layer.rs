//! Layers of this project: settings are defined as the adapter's intrinsics are, and functions that it need not serve
//! are left out.

use anyhow::Result;
use wasm_encoder::{CustomSection, Section as _};
use wasmparser::{ExternalKind, MemoryType, Parser, Payload};

use super::intrinsics::{Intrinsic, define};
use super::module::{Code, Export, ImportName, Memory, Module};
use super::{demangle, encode, fold};
use crate::layer::NEXT;
use crate::preview1;

/// Returns a layer with the values of its settings. `export` gives each exported function its name in the layer, or leaves it
/// out.
pub fn layer(raw: &[u8], settings: &[(&str, i32)], export: impl Fn(&str) -> Option<&str>) -> Result<Vec<u8>> {
    let mut module = Module::parse(raw)?;
    demangle::names(&mut module);
    let settings: Vec<_> = settings.iter().map(|(name, value)| (*name, Intrinsic::Const(*value))).collect();
    let settings = define(&mut module, &settings)?;
    fold::fold(&mut module, &settings)?;
    module.exports.retain_mut(|exported| match export(&exported.name).map(Into::into) {
        Some(name) if exported.kind == ExternalKind::Func => {
            exported.name = name;
            true
        }
        _ => false,
    });
    let mut layer = encode::encode(&module)?;
    for payload in Parser::new(0).parse_all(raw) {
        match payload? {
            Payload::CustomSection(section) if section.name().starts_with("component-type") => {
                CustomSection::from(section).append_to(&mut layer);
            }
            _ => {}
        }
    }
    Ok(layer)
}

/// Makes a layer a module beside a program, whose memory it imports: that is what the functions one layer down, now those of a
/// preview1 host, find as `memory`. The layer's own is exported as `own`.
pub fn beside(layer: &[u8]) -> Result<Vec<u8>> {
    let mut module = Module::parse(layer)?;
    for func in &mut module.funcs {
        match &mut func.code {
            Code::Import(import) if import.module == NEXT => import.module = preview1::MODULE.into(),
            _ => {}
        }
    }
    let programs = module.memories.len() as u32;
    let ty = MemoryType { memory64: false, shared: false, initial: 0, maximum: None, page_size_log2: None };
    let import = Some(ImportName { module: "env".into(), name: "memory".into() });
    module.memories.push(Memory { ty, import });
    for (name, index) in [("memory", programs), ("own", 0)] {
        module.exports.push(Export { name: name.into(), kind: ExternalKind::Memory, index });
    }
    encode::encode(&module)
}
