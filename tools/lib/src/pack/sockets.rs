//! The libc-shim as a static library: sockets for C programs that are built for preview1.
//!
//! The object is as the compiler made it, but for what Rust has no word for:
//! - A function is weak under its C name if it has one of the library's own too, so that it gives way to the C library's
//!   where a linker has taken that before; and under its own, where a program defines the function itself.
//! - `cabi_realloc` is exported, and gives way to one of the program's.
//! - What it imports from preview1 has the names that the static library has for it.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use wasmparser::{Parser, Payload, SymbolFlags, TypeRef};

use super::archive::{Member, archive};
use super::merged::REALLOC;
use super::relabel::{Symbol, relabel};
use super::static_library;
use crate::preview1;

/// The libc-shim as the build script built it.
const OBJECT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/wasi_sockets.o"));

include!(concat!(env!("OUT_DIR"), "/headers.rs"));
include!(concat!(env!("OUT_DIR"), "/packages.rs"));

/// The headers that lie over those of a preview1 C library, by their paths.
pub const fn socket_headers() -> &'static [(&'static str, &'static str)] {
    HEADERS
}

/// What pkg-config and CMake find the library by: files below `lib`, by their paths.
pub fn socket_packages() -> impl Iterator<Item = (&'static str, String)> {
    PACKAGES.iter().map(|(path, text)| (*path, text.replace("@VERSION@", env!("CARGO_PKG_VERSION"))))
}

/// What the functions of the library's own have before their C names.
const OWN: &str = "wasi_sockets_";

/// The archive.
pub fn sockets_library() -> Result<Vec<u8>> {
    let imports = imports()?;
    let mut defined = BTreeSet::new();
    relabel(OBJECT, |symbol| defined.extend(symbol.name.clone().filter(|_| is_defined(symbol))))?;
    let object = relabel(OBJECT, |symbol| {
        let Some(name) = &symbol.name else { return };
        if !is_defined(symbol) {
            let import = imports.get(symbol.index as usize);
            if let Some((preview1::MODULE, function)) = import {
                symbol.name = Some(static_library::own_name(function));
            }
        } else if name == REALLOC {
            symbol.flags |= SymbolFlags::BINDING_WEAK | SymbolFlags::EXPORTED;
        } else if name.starts_with(OWN) || defined.contains(&format!("{OWN}{name}")) {
            symbol.flags |= SymbolFlags::BINDING_WEAK;
        }
    })?;
    ensure!(defined.contains(REALLOC), "the libc-shim does not define `{REALLOC}`");
    let symbols: Vec<String> = defined.into_iter().collect();
    archive(&Member { name: "wasi_sockets.o", object: &object, symbols: &symbols })
}

/// Whether others see it, and find it here.
fn is_defined(symbol: &Symbol) -> bool {
    !symbol.flags.intersects(SymbolFlags::UNDEFINED | SymbolFlags::BINDING_LOCAL)
}

/// The modules and names of the functions that the object imports.
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
