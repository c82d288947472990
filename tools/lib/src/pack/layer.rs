//! Layers of this project: settings are defined as the adapter's intrinsics are, and functions that it need not serve
//! are left out.

use anyhow::Result;
use wasm_encoder::{CustomSection, Section as _};
use wasmparser::{ExternalKind, Parser, Payload};

use super::intrinsics::{Intrinsic, define};
use super::module::Module;
use super::{demangle, encode, fold};

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
