//! The libc-shim as a static library: sockets for C programs that are built for preview1.
//!
//! The object is as the compiler made it, but for one thing that Rust has no word for: `cabi_realloc` is exported, and
//! gives way to one of the program's own.

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

/// The archive.
pub fn sockets_library() -> Result<Vec<u8>> {
    let mut object = OBJECT.to_vec();
    let mut symbols = Vec::new();
    let mut has_realloc = false;
    for payload in Parser::new(0).parse_all(OBJECT) {
        let Payload::CustomSection(section) = payload? else { continue };
        let KnownCustom::Linking(linking) = section.as_known() else { continue };
        for subsection in linking {
            let Linking::SymbolTable(table) = subsection? else { continue };
            for symbol in table.into_iter_with_offsets() {
                let (offset, SymbolInfo::Func { flags, name: Some(name), .. }) = symbol? else { continue };
                if flags.intersects(SymbolFlags::UNDEFINED | SymbolFlags::BINDING_LOCAL) {
                    continue;
                }
                symbols.push(name.to_owned());
                if name != REALLOC {
                    continue;
                }
                has_realloc = true;
                let flags = flags | SymbolFlags::BINDING_WEAK | SymbolFlags::EXPORTED;
                // Behind a byte for the kind of symbol. Flags as small as these take one themselves.
                object[offset as usize + 1] =
                    u8::try_from(flags.bits()).ok().filter(u8::is_ascii).context("large flags")?;
            }
        }
    }
    ensure!(has_realloc, "the libc-shim does not define `{REALLOC}`");
    archive(&Member { name: "wasi_sockets.o", object: &object, symbols: &symbols })
}
