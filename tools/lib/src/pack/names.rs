//! Makes the name section readable, and the same wherever the adapter was built.

use super::module::{Code, Module};

/// Demangles the functions' names, shortens that of the crate and leaves out the compiler's hashes. Imports lose theirs, since they are named by
/// what they import.
pub fn tidy(module: &mut Module<'_>) {
    for func in &mut module.funcs {
        func.name = match (&func.code, &func.name) {
            (Code::Body(_), Some(name)) => {
                Some(format!("{:#}", rustc_demangle::demangle(name)).replace("wasi_adapt_adapter::", "adapter::"))
            }
            _ => None,
        };
    }
}
