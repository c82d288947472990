//! Layers of this project: settings are defined as the adapter's intrinsics are, and what is not served is left out.

use anyhow::Result;
use wasmparser::ExternalKind;

use super::intrinsics::{Intrinsic, define};
use super::module::Module;
use super::{demangle, encode, fold};

/// Returns a layer with the values of its settings, and without the functions that are not wanted.
pub fn layer(raw: &[u8], settings: &[(&str, i32)], is_wanted: impl Fn(&str) -> bool) -> Result<Vec<u8>> {
    let mut module = Module::parse(raw)?;
    demangle::names(&mut module);
    let settings: Vec<_> = settings.iter().map(|(name, value)| (*name, Intrinsic::Const(*value))).collect();
    define(&mut module, &settings)?;
    fold::fold(&mut module)?;
    module.exports.retain(|export| export.kind == ExternalKind::Func && is_wanted(&export.name));
    encode::encode(&module)
}
