//! Encodes code, with relocations for the linker.

use anyhow::{Context, Result};
use wasm_encoder::reencode::{Error, Reencode};
use wasm_encoder::{CodeSection, Encode, Function};
use wasmparser::Operator;

use super::symbols::Symbols;
use super::{Address, Indices, address, error};
use crate::pack::module::{Body, Code, Module};

/// The index of the code section, behind types, imports, functions and globals.
const SECTION: u32 = 4;

/// The kind of a relocation, by its number in the conventions.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum RelocationKind {
    FunctionIndex = 0,
    FunctionAddress = 1,
    DataAddress = 4,
    GlobalIndex = 7,
}

/// A position in the code section, and the symbol that belongs there.
pub struct Relocation {
    kind: RelocationKind,
    offset: usize,
    symbol: u32,
}

/// An instruction that names a symbol.
struct SymbolReference {
    opcode: u8,
    kind: RelocationKind,
    symbol: u32,
    /// The index that stands there until linking.
    index: u32,
}

/// Encodes the section, and lists its relocations.
pub fn encode(module: &Module<'_>, indices: &Indices, symbols: &Symbols) -> Result<(CodeSection, Vec<Relocation>)> {
    let (mut section, mut relocations) = (CodeSection::new(), Vec::new());
    for (old, _) in indices.funcs() {
        let Code::Body(body) = &module.funcs[old as usize].code else { continue };
        let (function, mut places) =
            function(module, body, indices, symbols).with_context(|| format!("in `{}`", module.func_label(old)))?;
        let start = section.byte_len() + leb_len(function.byte_len());
        places.iter_mut().for_each(|place| place.offset += start);
        relocations.append(&mut places);
        section.function(&function);
    }
    // The section begins with the number of functions.
    relocations.iter_mut().for_each(|place| place.offset += leb_len(section.len() as usize));
    Ok((section, relocations))
}

fn function(
    module: &Module<'_>,
    body: &Body<'_>,
    indices: &Indices,
    symbols: &Symbols,
) -> Result<(Function, Vec<Relocation>)> {
    let locals = body.locals.iter().map(|(count, ty)| Ok((*count, Plain.val_type(*ty)?)));
    let mut function = Function::new(locals.collect::<Result<Vec<_>, _>>().map_err(error)?);
    let mut relocations = Vec::new();
    for op in &body.ops {
        match reference(module, op, indices, symbols) {
            Some(SymbolReference { opcode, kind, symbol, index }) => {
                function.raw([opcode]);
                relocations.push(Relocation { kind, offset: function.byte_len(), symbol });
                function.raw(padded(index));
            }
            None => drop(function.instruction(&Plain.instruction(op.clone()).map_err(error)?)),
        }
    }
    Ok((function, relocations))
}

fn reference(module: &Module<'_>, op: &Operator<'_>, indices: &Indices, symbols: &Symbols) -> Option<SymbolReference> {
    const CALL: u8 = 0x10;
    const GLOBAL_GET: u8 = 0x23;
    const GLOBAL_SET: u8 = 0x24;
    const I32_CONST: u8 = 0x41;
    let (opcode, global) = match op {
        Operator::Call { function_index: func } => {
            let (symbol, index) = (symbols.funcs[func], indices.funcs[func]);
            return Some(SymbolReference { opcode: CALL, kind: RelocationKind::FunctionIndex, symbol, index });
        }
        Operator::GlobalGet { global_index } => (GLOBAL_GET, global_index),
        Operator::GlobalSet { global_index } => (GLOBAL_SET, global_index),
        _ => return None,
    };
    let kind = match address(&module.globals[*global as usize]) {
        None => {
            let (symbol, index) = (symbols.globals[global], indices.globals[global]);
            return Some(SymbolReference { opcode, kind: RelocationKind::GlobalIndex, symbol, index });
        }
        Some(Address::Function(_)) => RelocationKind::FunctionAddress,
        Some(Address::Data(_)) => RelocationKind::DataAddress,
    };
    Some(SymbolReference { opcode: I32_CONST, kind, symbol: symbols.addresses[global], index: 0 })
}

/// Encodes the section `reloc.CODE`.
pub fn relocation_section(relocations: &[Relocation]) -> Vec<u8> {
    let mut out = Vec::new();
    SECTION.encode(&mut out);
    relocations.len().encode(&mut out);
    for Relocation { kind, offset, symbol } in relocations {
        out.push(*kind as u8);
        offset.encode(&mut out);
        symbol.encode(&mut out);
        if *kind == RelocationKind::DataAddress {
            // The addend.
            0_i32.encode(&mut out);
        }
    }
    out
}

/// Encodes a number in exactly five bytes of LEB128. Numbers this small look the same signed and unsigned.
fn padded(number: u32) -> [u8; 5] {
    let part = |shift: u32| (number >> shift) as u8 & 0x7f;
    [part(0) | 0x80, part(7) | 0x80, part(14) | 0x80, part(21) | 0x80, part(28)]
}

fn leb_len(number: usize) -> usize {
    let mut bytes = Vec::new();
    number.encode(&mut bytes);
    bytes.len()
}

/// Re-encodes operators that refer to no symbol. Any other reference is an error.
pub struct Plain;

impl Reencode for Plain {
    type Error = &'static str;

    fn type_index(&mut self, _: u32) -> Result<u32, Error<Self::Error>> {
        Err(Error::UserError("a type by its index is not supported in an object"))
    }

    fn function_index(&mut self, _: u32) -> Result<u32, Error<Self::Error>> {
        Err(Error::UserError("a function can only be called in an object"))
    }

    fn global_index(&mut self, _: u32) -> Result<u32, Error<Self::Error>> {
        Err(Error::UserError("a global can only be read and written in an object"))
    }

    fn table_index(&mut self, _: u32) -> Result<u32, Error<Self::Error>> {
        Err(Error::UserError("a table is not supported in an object"))
    }

    fn data_index(&mut self, _: u32) -> Result<u32, Error<Self::Error>> {
        Err(Error::UserError("data that is copied at run time is not supported in an object"))
    }
}
