//! Adds a `cabi_realloc` to a module, the function of the canonical ABI by which the host allocates strings and lists.

use super::append::{Appended, append};
use super::memory::with_exported_memory;
use super::sections::Change;
use crate::plan::Allocator;
use anyhow::Result;
use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasm_encoder::{
    BlockType, ConstExpr, ExportKind, ExportSection, Function, GlobalSection, GlobalType, InstructionSink, SectionId,
    ValType,
};
use wasmparser::{ExternalKind, FuncType, Parser, Payload, TypeRef};

const NAME: &str = "cabi_realloc";

// The function's parameters, then its locals.
const OLD: u32 = 0;
const OLD_SIZE: u32 = 1;
const ALIGN: u32 = 2;
const SIZE: u32 = 3;
const NEW: u32 = 4;
const NEEDED: u32 = 5;

/// Returns the module with such a function, based on `allocator`. Losses are added to `losses`.
pub fn with_allocator(wasm: &[u8], allocator: Allocator, losses: &mut Vec<String>) -> Result<Vec<u8>> {
    let wasm = with_exported_memory(wasm, 0)?;
    let mut found = Found::of(&wasm)?;
    let mut body = Function::new([(2, ValType::I32)]);
    let mut code = body.instructions();
    // An allocation of size 0 needs no memory, only an aligned address.
    code.local_get(SIZE).i32_eqz().if_(BlockType::Empty).local_get(ALIGN).return_().end();
    match allocator {
        Allocator::Realloc(realloc) => {
            code.local_get(OLD).local_get(SIZE).call(realloc);
            some(&mut code);
        }
        Allocator::Malloc { malloc, free } => {
            code.local_get(SIZE).call(malloc);
            some(&mut code);
            copy(&mut code, found.memory);
            if let Some(free) = free {
                code.local_get(OLD_SIZE).if_(BlockType::Empty).local_get(OLD).call(free).end();
            }
        }
        Allocator::Memory => {
            let (next, left) = (found.global(), found.global());
            bump(&mut code, next, left, found.memory);
            copy(&mut code, found.memory);
        }
    }
    code.local_get(NEW).end();
    found.exports.export(NAME, ExportKind::Func, found.functions);
    let mut changes: Vec<Change> = vec![(SectionId::Export, Some(Box::new(found.exports)))];
    if allocator == Allocator::Memory {
        changes.push((SectionId::Global, Some(Box::new(found.globals))));
    }
    let appended = Appended { ty: FuncType::new([wasmparser::ValType::I32; 4], [wasmparser::ValType::I32]), body };
    append(&wasm, vec![appended], changes, losses)
}

/// Takes the new address from the stack; 0 traps, since the canonical ABI has no way to report failure.
fn some(code: &mut InstructionSink<'_>) {
    code.local_tee(NEW).i32_eqz().if_(BlockType::Empty).unreachable().end();
}

/// Copies the old contents, as far as they fit.
fn copy(code: &mut InstructionSink<'_>, memory: u32) {
    code.local_get(NEW).local_get(OLD);
    code.local_get(OLD_SIZE).local_get(SIZE).local_get(OLD_SIZE).local_get(SIZE).i32_lt_u().select();
    code.memory_copy(memory, memory);
}

/// Allocates from `next` on, where `left` bytes are free, or else from new pages of memory.
fn bump(code: &mut InstructionSink<'_>, next: u32, left: u32, memory: u32) {
    // NEW is the next aligned address, and NEEDED the number of bytes needed from `next` on.
    code.global_get(next).local_get(ALIGN).i32_add().i32_const(1).i32_sub();
    code.i32_const(0).local_get(ALIGN).i32_sub().i32_and().local_tee(NEW);
    code.global_get(next).i32_sub().local_get(SIZE).i32_add().local_tee(NEEDED);
    code.local_get(SIZE).i32_lt_u().if_(BlockType::Empty).unreachable().end();
    code.local_get(NEEDED).global_get(left).i32_gt_u().if_(BlockType::Empty);
    // The number of pages for SIZE bytes, at least one; NEEDED becomes their size.
    code.local_get(SIZE).i32_const(1).i32_sub().i32_const(16).i32_shr_u().i32_const(1).i32_add().local_tee(NEEDED);
    code.memory_grow(memory).local_tee(NEW).i32_const(-1).i32_eq().if_(BlockType::Empty).unreachable().end();
    code.local_get(NEW).i32_const(16).i32_shl().local_tee(NEW).global_set(next);
    code.local_get(NEEDED).i32_const(16).i32_shl().global_set(left);
    code.local_get(SIZE).local_set(NEEDED).end();
    code.global_get(next).local_get(NEEDED).i32_add().global_set(next);
    code.global_get(left).local_get(NEEDED).i32_sub().global_set(left);
}

/// The functions, globals, exports and exported memory of a module.
#[derive(Default)]
struct Found {
    functions: u32,
    imported_globals: u32,
    globals: GlobalSection,
    exports: ExportSection,
    memory: u32,
}

impl Found {
    fn of(wasm: &[u8]) -> Result<Found> {
        let mut found = Found::default();
        for payload in Parser::new(0).parse_all(wasm) {
            match payload? {
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        match import?.ty {
                            TypeRef::Func(_) | TypeRef::FuncExact(_) => found.functions += 1,
                            TypeRef::Global(_) => found.imported_globals += 1,
                            _ => {}
                        }
                    }
                }
                Payload::FunctionSection(section) => found.functions += section.count(),
                Payload::GlobalSection(section) => {
                    RoundtripReencoder.parse_global_section(&mut found.globals, section)?;
                }
                Payload::ExportSection(section) => {
                    for export in section {
                        let export = export?;
                        if export.kind == ExternalKind::Memory && export.name == "memory" {
                            found.memory = export.index;
                        }
                        RoundtripReencoder.parse_export(&mut found.exports, export)?;
                    }
                }
                _ => {}
            }
        }
        Ok(found)
    }

    /// Returns a new global for an address or a size.
    fn global(&mut self) -> u32 {
        self.globals
            .global(GlobalType { val_type: ValType::I32, mutable: true, shared: false }, &ConstExpr::i32_const(0));
        self.imported_globals + self.globals.len() - 1
    }
}
