//! Rewrites the symbols of functions in an object made by a compiler. Everything else is copied.

use anyhow::{Result, ensure};
use wasm_encoder::{CustomSection, Encode, Module, RawSection, Section};
use wasmparser::{KnownCustom, Linking, LinkingSectionReader, Parser, Payload, SymbolFlags, SymbolInfo};

/// The symbol of a function.
#[derive(Clone)]
pub struct Symbol {
    pub flags: SymbolFlags,
    pub index: u32,
    /// None for an undefined symbol that takes its name from the import.
    pub name: Option<String>,
}

const SECTION: &str = "linking";
const SYMBOL_TABLE: u8 = 8;
const FUNCTION: u8 = 0;

/// Returns the object, with each function symbol passed through `change`.
pub fn rewrite_symbols(object: &[u8], mut change: impl FnMut(&mut Symbol)) -> Result<Vec<u8>> {
    let mut out = Module::HEADER.to_vec();
    let mut found = false;
    for payload in Parser::new(0).parse_all(object) {
        let payload = payload?;
        if let Payload::CustomSection(section) = &payload
            && let KnownCustom::Linking(linking) = section.as_known()
        {
            let data = table_changed(object, &linking, &mut change)?;
            CustomSection { name: SECTION.into(), data: data.into() }.append_to(&mut out);
            found = true;
        } else if let Some((id, range)) = payload.as_section() {
            RawSection { id, data: &object[range.start as usize..range.end as usize] }.append_to(&mut out);
        }
    }
    ensure!(found, "an object without a section `{SECTION}`");
    Ok(out)
}

/// Encodes the symbol table with changed function symbols.
fn table_changed(
    object: &[u8],
    linking: &LinkingSectionReader<'_>,
    change: &mut impl FnMut(&mut Symbol),
) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    linking.version().encode(&mut out);
    let mut parts = linking.subsections();
    let mut start = parts.original_position() as usize;
    while let Some(part) = parts.next() {
        let end = parts.original_position() as usize;
        match part? {
            Linking::SymbolTable(table) => {
                let mut symbols = Vec::new();
                table.count().encode(&mut symbols);
                let mut table = table.into_iter_with_offsets().peekable();
                while let Some(symbol) = table.next() {
                    let (start, symbol) = symbol?;
                    let next = table.peek().and_then(|next| next.as_ref().ok()).map(|(next, _)| *next as usize);
                    match symbol {
                        SymbolInfo::Func { flags, index, name } => {
                            let mut symbol = Symbol { flags, index, name: name.map(str::to_owned) };
                            change(&mut symbol);
                            symbol.encode(&mut symbols);
                        }
                        _ => symbols.extend_from_slice(&object[start as usize..next.unwrap_or(end)]),
                    }
                }
                out.push(SYMBOL_TABLE);
                symbols.encode(&mut out);
            }
            _ => out.extend_from_slice(&object[start..end]),
        }
        start = end;
    }
    Ok(out)
}

impl Encode for Symbol {
    fn encode(&self, out: &mut Vec<u8>) {
        out.push(FUNCTION);
        self.flags.bits().encode(out);
        self.index.encode(out);
        if let Some(name) = &self.name {
            name.encode(out);
        }
    }
}
