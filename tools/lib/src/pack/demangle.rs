//! Demangles the name section, so that it is readable and does not depend on where the adapter was built.

use super::module::{Code, Module};

/// Demangles the names of functions, shortens the crate's name and removes the compiler's hashes. Imports lose their
/// names, since module and field name them.
pub fn names(module: &mut Module<'_>) {
    for func in &mut module.funcs {
        func.name = match (&func.code, &func.name) {
            (Code::Body(_), Some(name)) => {
                Some(format!("{:#}", rustc_demangle::demangle(name)).replace("wasi_adapt_adapter::", "adapter::"))
            }
            _ => None,
        };
    }
}
