//! The files with which a layer is begun. Their declarations are made from the table of preview1.

use std::fmt::Write as _;

use crate::preview1::{CoreType, FUNCTIONS, Function};

/// The header for C, up to its declarations.
const HEADER: &str = include_str!("layer/wasi_adapt_layer.h");
/// The place of the declarations in the header.
const PLACE: &str = "/* FUNCTIONS */";

pub fn files() -> [(&'static str, String); 4] {
    let c: String = FUNCTIONS.iter().map(in_c).collect();
    let rust: String = FUNCTIONS.iter().map(in_rust).collect();
    [
        ("include/wasi_adapt_layer.h", HEADER.replace(PLACE, c.trim_end())),
        ("layer/Cargo.toml", include_str!("layer/Cargo.toml.in").into()),
        ("layer/src/lib.rs", include_str!("layer/lib.rs").into()),
        ("layer/src/next.rs", include_str!("layer/next.rs").replace("    // FUNCTIONS\n", &rust)),
    ]
}

/// The function one layer down, the same for the layer itself, and the one that the layer may define.
fn in_c(function: &Function) -> String {
    let Function { name, .. } = function;
    let parameters = parameters(function, |name, ty| match ty {
        CoreType::I32 => format!("uint32_t {name}"),
        CoreType::I64 => format!("uint64_t {name}"),
    });
    let parameters = if parameters.is_empty() { "void" } else { &parameters };
    let result = if function.results.is_empty() { "void" } else { "uint32_t" };
    format!(
        "WASI_ADAPT_NEXT(\"{name}\") {result} next_{name}({parameters});\n\
         WASI_ADAPT_LAYER(\"{name}\") {result} layer_{name}({parameters});\n\n"
    )
}

fn in_rust(function: &Function) -> String {
    let Function { name, .. } = function;
    let parameters = parameters(function, |name, ty| match ty {
        CoreType::I32 => format!("{name}: u32"),
        CoreType::I64 => format!("{name}: u64"),
    });
    let result = if function.results.is_empty() { "" } else { " -> u32" };
    format!("    pub safe fn {name}({parameters}){result};\n")
}

fn parameters(function: &Function, show: impl Fn(&str, CoreType) -> String) -> String {
    let parameters = function.names.split_whitespace().zip(function.params);
    let mut text = String::new();
    for (name, ty) in parameters {
        let comma = if text.is_empty() { "" } else { ", " };
        let _ = write!(text, "{comma}{}", show(name, *ty));
    }
    text
}
