//! The libc-shim as a static library: sockets for C programs that are built for preview1.
//!
//! The object is the compiler's, except for what Rust cannot express:
//! - Functions of C are weak. So the C library's definition of one wins where a linker has found that first, and a program
//!   can define one itself.
//! - `cabi_realloc` is exported and weak: one of the program's replaces it.
//! - Imports from preview1 get the names that the static library defines.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use wasmparser::{Parser, Payload, SymbolFlags, TypeRef};

use super::archive::{Member, archive};
use super::merged::REALLOC;
use super::rewrite_symbols::{Symbol, rewrite_symbols};
use super::static_library;
use crate::preview1;

/// The libc-shim as the build script built it.
const OBJECT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/wasi_sockets.o"));

include!(concat!(env!("OUT_DIR"), "/headers.rs"));
include!(concat!(env!("OUT_DIR"), "/packages.rs"));

/// The headers that take precedence over those of a preview1 C library, by path.
pub const fn socket_headers() -> &'static [(&'static str, &'static str)] {
    HEADERS
}

/// The files by which pkg-config and CMake find the library, by path below `lib`.
pub fn socket_packages() -> impl Iterator<Item = (&'static str, String)> {
    PACKAGES.iter().map(|(path, text)| (*path, text.replace("@VERSION@", env!("CARGO_PKG_VERSION"))))
}

/// Returns the archive.
pub fn sockets_library() -> Result<Vec<u8>> {
    let imports = imports()?;
    let mut defined = BTreeSet::new();
    rewrite_symbols(OBJECT, |symbol| defined.extend(symbol.name.clone().filter(|_| is_defined(symbol))))?;
    let object = rewrite_symbols(OBJECT, |symbol| {
        let Some(name) = &symbol.name else { return };
        if !is_defined(symbol) {
            let import = imports.get(symbol.index as usize);
            if let Some((preview1::MODULE, function)) = import {
                symbol.name = Some(static_library::own_name(function));
            }
        } else if name == REALLOC {
            symbol.flags |= SymbolFlags::BINDING_WEAK | SymbolFlags::EXPORTED;
        } else if !name.starts_with("__imported_") && !name.contains('|') {
            symbol.flags |= SymbolFlags::BINDING_WEAK;
        }
    })?;
    ensure!(defined.contains(REALLOC), "the libc-shim does not define `{REALLOC}`");
    let symbols: Vec<String> = defined.into_iter().collect();
    archive(&Member { name: "wasi_sockets.o", object: &object, symbols: &symbols })
}

/// Returns whether the symbol is defined here and visible to others.
fn is_defined(symbol: &Symbol) -> bool {
    !symbol.flags.intersects(SymbolFlags::UNDEFINED | SymbolFlags::BINDING_LOCAL)
}

/// Lists the modules and names of the functions that the object imports.
fn imports() -> Result<Vec<(&'static str, &'static str)>> {
    let mut imports = Vec::new();
    for payload in Parser::new(0).parse_all(OBJECT) {
        let Payload::ImportSection(section) = payload? else { continue };
        for import in section.into_imports() {
            let import = import?;
            if matches!(import.ty, TypeRef::Func(_)) {
                imports.push((import.module, import.name));
            }
        }
    }
    Ok(imports)
}
