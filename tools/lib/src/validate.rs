//! Validates WebAssembly on all cores: most of the work is in functions, which do not depend on each other.

use std::mem;

use anyhow::{Context, Result};
use rayon::prelude::*;
use wasmparser::types::Types;
use wasmparser::{
    FuncToValidate, FuncValidatorAllocations, FunctionBody, Parser, ValidPayload, Validator, ValidatorResources,
    WasmFeatures,
};

/// The number of functions that one task validates.
const SHARE: usize = 256;

/// Validates a module or a component, and returns its types.
pub fn everything(wasm: &[u8]) -> Result<Types> {
    with_features(wasm, WasmFeatures::all())
}

/// Validates with certain features of WebAssembly.
pub fn with_features(wasm: &[u8], features: WasmFeatures) -> Result<Types> {
    selected(wasm, features, |_| true)
}

/// Validates a module, except for the functions that are known to be valid, which are named by their position in the
/// code section.
pub fn except(wasm: &[u8], known: impl Fn(usize) -> bool) -> Result<Types> {
    selected(wasm, WasmFeatures::all(), |position| !known(position))
}

fn selected(wasm: &[u8], features: WasmFeatures, select: impl Fn(usize) -> bool) -> Result<Types> {
    let (mut functions, mut position) = (Vec::new(), 0);
    let types = structure(wasm, features, |function| {
        if select(position) {
            functions.push(function);
        }
        position += 1;
    })?;
    let validated = functions.into_par_iter().with_min_len(SHARE).map_init(FuncValidatorAllocations::default, validate);
    // The first error in the file, independent of timing.
    validated.find_first(Result::is_err).transpose()?;
    Ok(types)
}

type Function<'a> = (FuncToValidate<ValidatorResources>, FunctionBody<'a>);

fn structure<'a>(wasm: &'a [u8], features: WasmFeatures, mut function: impl FnMut(Function<'a>)) -> Result<Types> {
    let mut validator = Validator::new_with_features(features);
    let mut outermost = None;
    for payload in Parser::new(0).parse_all(wasm) {
        match validator.payload(&payload?)? {
            ValidPayload::Func(found, body) => function((found, body)),
            // The types of nested modules come first.
            ValidPayload::End(types) => outermost = Some(types),
            ValidPayload::Ok | ValidPayload::Parser(_) => {}
        }
    }
    outermost.context("it has no end")
}

fn validate(allocations: &mut FuncValidatorAllocations, (function, body): Function<'_>) -> wasmparser::Result<()> {
    let mut validator = function.into_validator(mem::take(allocations));
    validator.validate(&body)?;
    *allocations = validator.into_allocations();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns a module with `count` functions, some of them invalid.
    fn module(count: usize, invalid: &[usize]) -> Vec<u8> {
        let function = |n| if invalid.contains(&n) { "(func i32.add)" } else { "(func nop)" };
        wat::parse_str(format!("(module {})", (0..count).map(function).collect::<String>())).unwrap()
    }

    #[test]
    fn the_first_error_is_told_whoever_finds_another() {
        let of = |invalid: &[usize]| everything(&module(9 * SHARE, invalid)).err().map(|error| error.to_string());
        assert_eq!(of(&[]), None);
        let first = of(&[SHARE + 1]);
        assert!(first.is_some());
        assert_eq!(of(&[8 * SHARE, SHARE + 1, SHARE + 2, 3 * SHARE]), first);
        assert_ne!(of(&[8 * SHARE]), first);
    }

    #[test]
    fn what_is_known_is_left_out_and_nothing_else() {
        let module = module(4, &[2]);
        assert!(except(&module, |position| position == 2).is_ok());
        assert!(except(&module, |position| position != 2).is_err());
    }

    #[test]
    fn modules_within_components_are_validated() {
        let component = |body: &str| wat::parse_str(format!("(component (core module (func {body})))")).unwrap();
        assert!(everything(&component("nop")).is_ok());
        let error = everything(&component("i32.add")).err().unwrap().to_string();
        assert!(error.starts_with("type mismatch"), "{error}");
    }
}
