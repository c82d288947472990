//! The libc-shim as a static library: sockets for C programs that are built for preview1.
//!
//! The object is as the compiler made it, but for what Rust has no word for: a function is weak under its C name if it has
//! one of the library's own too, so that it gives way to the C library's where a linker has taken that before; and
//! `cabi_realloc` is exported, and gives way to one of the program's.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use wasmparser::{KnownCustom, Linking, Parser, Payload, SymbolFlags, SymbolInfo};

use super::archive::{Member, archive};
use super::merged::REALLOC;

/// The libc-shim as the build script built it.
const OBJECT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/wasi_sockets.o"));

include!(concat!(env!("OUT_DIR"), "/headers.rs"));

/// The headers that lie over those of a preview1 C library, by their paths.
pub const fn socket_headers() -> &'static [(&'static str, &'static str)] {
    HEADERS
}

/// What the functions of the library's own have before their C names.
const OWN: &str = "wasi_sockets_";

/// The archive.
pub fn sockets_library() -> Result<Vec<u8>> {
    let mut object = OBJECT.to_vec();
    let symbols = functions()?;
    ensure!(symbols.contains_key(REALLOC), "the libc-shim does not define `{REALLOC}`");
    for (name, (offset, flags)) in &symbols {
        let flags = match *name {
            REALLOC => *flags | SymbolFlags::BINDING_WEAK | SymbolFlags::EXPORTED,
            _ if symbols.contains_key(format!("{OWN}{name}").as_str()) => *flags | SymbolFlags::BINDING_WEAK,
            _ => continue,
        };
        // Behind a byte for the kind of symbol. Flags as small as these take one themselves.
        object[offset + 1] = u8::try_from(flags.bits()).ok().filter(u8::is_ascii).context("large flags")?;
    }
    let symbols: Vec<String> = symbols.into_keys().map(str::to_owned).collect();
    archive(&Member { name: "wasi_sockets.o", object: &object, symbols: &symbols })
}

/// The functions that the object defines for others, and where their symbols are, with their flags.
fn functions() -> Result<BTreeMap<&'static str, (usize, SymbolFlags)>> {
    let mut functions = BTreeMap::new();
    for payload in Parser::new(0).parse_all(OBJECT) {
        let Payload::CustomSection(section) = payload? else { continue };
        let KnownCustom::Linking(linking) = section.as_known() else { continue };
        for subsection in linking {
            let Linking::SymbolTable(table) = subsection? else { continue };
            for symbol in table.into_iter_with_offsets() {
                let (offset, SymbolInfo::Func { flags, name: Some(name), .. }) = symbol? else { continue };
                if !flags.intersects(SymbolFlags::UNDEFINED | SymbolFlags::BINDING_LOCAL) {
                    functions.insert(name, (offset as usize, flags));
                }
            }
        }
    }
    Ok(functions)
}
