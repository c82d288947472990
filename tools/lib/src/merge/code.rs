//! Validates the program's functions and copies them. Instructions that refer to no function and to no memory address are
//! copied byte for byte.
//!
//! The work is divided among all cores.

use std::collections::BTreeSet;
use std::mem;

use anyhow::{Context, Result, bail};
use rayon::prelude::*;
use wasm_encoder::reencode::Reencode;
use wasm_encoder::{Encode, InstructionSink, MemArg, MemArgTarget, ValType};
use wasmparser::{
    BinaryReader, FuncValidator, FuncValidatorAllocations, FunctionBody, Operator, OperatorsReader, ValidatorResources,
};

use super::grow;
use super::guest::{Guest, error};
use super::limits;
use super::look::{Look, Looking};
use crate::dwarf::{Recorder, Written};
use crate::program::PreScan;

/// The number of functions that one task copies.
const SHARE: usize = 512;

/// A function of the program.
pub struct Original<'p> {
    pub index: u32,
    pub body: FunctionBody<'p>,
    /// The offset of its encoded size, which precedes the body.
    pub start: u64,
}

/// Encoded functions of a code section, each preceded by its size.
#[derive(Default)]
pub struct Copied {
    pub count: u32,
    pub bytes: Vec<u8>,
    /// True if one of them grows the memory.
    pub grows: bool,
    /// The program's functions that are referred to by `ref.func`.
    pub references: BTreeSet<u32>,
    /// The program's functions in which more than operands have changed.
    pub reshaped: Vec<u32>,
    /// The offsets of the code, if they are asked for.
    pub recorder: Option<Recorder>,
}

/// Copies all functions, which must be valid. `record` is the offset of the code section's contents, if it is recorded
/// where the code goes.
pub fn copy(guest: &Guest, prescan: &PreScan, functions: &[Original<'_>], record: Option<u64>) -> Result<Vec<Copied>> {
    let copy = |functions| Copier::new(guest, prescan, record).copy(functions);
    let shares: Vec<_> = functions.par_chunks(SHARE).map(copy).collect();
    shares.into_iter().collect() // the first error, whoever was quicker
}

struct Copier<'g> {
    guest: Guest,
    prescan: &'g PreScan,
    allocations: FuncValidatorAllocations,
    copied: Copied,
    /// The body copied so far of the current function; its size must be known before it can be appended.
    body: Vec<u8>,
    /// Pairs of old and new offsets in the function, one wherever their difference changes.
    shifts: Vec<(u64, usize)>,
    /// True if more than operands have changed in the function.
    reshaped: bool,
}

type Validator<'g> = FuncValidator<&'g ValidatorResources>;

/// The first of the scratch locals that functions with bulk operations get: three, and one of 64 bits if there is a
/// memory with 64-bit addresses.
#[derive(Clone, Copy)]
struct Scratch(u32);

impl<'g> Copier<'g> {
    fn new(guest: &Guest, prescan: &'g PreScan, record: Option<u64>) -> Copier<'g> {
        let copied = Copied { recorder: record.map(Recorder::new), ..Copied::default() };
        let (allocations, body, shifts) = (FuncValidatorAllocations::default(), Vec::new(), Vec::new());
        Copier { guest: guest.clone(), prescan, allocations, copied, body, shifts, reshaped: false }
    }

    fn copy(mut self, functions: &[Original<'_>]) -> Result<Copied> {
        // Code grows by larger offsets, by about a fifth. Growing the buffer would leave its predecessors behind as holes.
        let size: usize = functions.iter().map(|function| function.body.as_bytes().len()).sum();
        self.copied.bytes.reserve(size + size / 4);
        for function in functions {
            self.function(function).with_context(|| format!("function {}", function.index))?;
        }
        Ok(self.copied)
    }

    fn function(&mut self, Original { index, body, start }: &Original<'_>) -> Result<()> {
        let mut validator = self.validator(*index)?;
        if !self.body(body, None, &mut validator)? {
            let locals = validator.len_locals();
            let scratch = self.scratch().iter().map(|(count, _)| u64::from(*count)).sum::<u64>();
            limits::check(u64::from(locals) + scratch, limits::LOCALS, || "the number of its locals".into())?;
            self.allocations = validator.into_allocations();
            validator = self.validator(*index)?;
            self.body(body, Some(Scratch(locals)), &mut validator)?;
        }
        self.allocations = validator.into_allocations();
        limits::check(self.body.len() as u64, limits::FUNCTION_SIZE, || "the size of its code".into())?;
        let Copied { count, bytes, recorder, reshaped, .. } = &mut self.copied;
        if self.reshaped {
            reshaped.push(*index);
        }
        *count += 1;
        let before = bytes.len();
        self.body.len().encode(bytes);
        let first = bytes.len();
        bytes.extend_from_slice(&self.body);
        if let Some(recorder) = recorder {
            self.shifts.iter_mut().for_each(|(_, new)| *new += first);
            let (start, end) = ((*start, before), (body.range().end, bytes.len()));
            recorder.function(Written { start, end, within: &self.shifts });
        }
        Ok(())
    }

    fn validator(&mut self, index: u32) -> Result<Validator<'g>> {
        let function = self.prescan.function(index).context("it has no type")?;
        Ok(function.into_validator(mem::take(&mut self.allocations)))
    }

    /// Copies a function's body. Returns false if it needs scratch locals and `scratch` is none.
    fn body(
        &mut self,
        body: &FunctionBody<'_>,
        scratch: Option<Scratch>,
        validator: &mut Validator<'_>,
    ) -> Result<bool> {
        self.body.clear();
        self.shifts.clear();
        self.reshaped = false;
        let bytes = body.as_bytes();
        let start = body.range().start;
        let mut reader = body.get_binary_reader();
        validator.read_locals(&mut reader)?;
        reader.set_features(*validator.features());
        let mut copied = 0;
        self.shifts.push((start, 0));
        if scratch.is_some() {
            copied = (reader.original_position() - start) as usize;
            self.locals(body)?;
            self.shifts.push((start + copied as u64, self.body.len()));
        }
        while !reader.eof() {
            let position = reader.original_position();
            let mut looking = Looking { guest: &self.guest, validator: validator.visitor(position) };
            let look = reader.visit_operator(&mut looking)??;
            if matches!(look, Look::Stays) {
                continue;
            }
            let (at, end) = ((position - start) as usize, (reader.original_position() - start) as usize);
            self.body.extend_from_slice(&bytes[copied..at]);
            if !self.change(look, &bytes[at..end], scratch)? {
                return Ok(false);
            }
            copied = end;
            if self.copied.recorder.is_some() {
                self.shifts.push((start + end as u64, self.body.len()));
            }
        }
        reader.finish_expression(&validator.visitor(reader.original_position()))?;
        self.body.extend_from_slice(&bytes[copied..]);
        Ok(true)
    }
}

/// Rewrites the instructions that change.
impl Copier<'_> {
    /// Appends the replacement of an instruction, encoded in `bytes`. Returns false if it needs scratch locals.
    fn change(&mut self, look: Look, bytes: &[u8], scratch: Option<Scratch>) -> Result<bool> {
        let Guest { memory, grow, base, .. } = self.guest;
        match look {
            Look::Access(offset) if offset > u64::from(u32::MAX - base) => {
                self.reshaped = true;
                self.trap();
                return Ok(true);
            }
            // The usual encoding: one byte of opcode, one of alignment, and the offset.
            Look::Access(offset) => {
                if let [op, align, ..] = *bytes
                    && op < FIRST_PREFIX
                    && align < FIRST_FLAG
                {
                    self.body.extend_from_slice(&[op, align]);
                    (offset + u64::from(base)).encode(&mut self.body);
                    return Ok(true);
                }
            }
            Look::Function(index) | Look::Reference(index) => {
                if matches!(look, Look::Reference(_)) {
                    self.copied.references.insert(index);
                }
                self.body.extend(bytes.first());
                self.guest.function_index(index).map_err(error)?.encode(&mut self.body);
                return Ok(true);
            }
            Look::Unknown(name) => bail!(
                "it is not known what the instruction `{}` needs when its operand moves; build the program without it",
                Look::in_text(name)
            ),
            Look::Whole | Look::Stays => {}
        }
        self.reshaped = true;
        match OperatorsReader::new(BinaryReader::new(bytes, 0)).read()? {
            Operator::MemorySize { .. } => {
                grow::pages(&mut self.code(), memory, base >> 16);
            }
            Operator::MemoryGrow { .. } => {
                self.code().call(grow);
                self.copied.grows = true;
            }
            op @ (Operator::MemoryFill { .. } | Operator::MemoryInit { .. } | Operator::MemoryCopy { .. }) => {
                let Some(scratch) = scratch else { return Ok(false) };
                self.bulk(&op, scratch)?;
            }
            op => self.guest.instruction(op).map_err(error)?.encode(&mut self.body),
        }
        Ok(true)
    }

    fn bulk(&mut self, op: &Operator<'_>, Scratch(first): Scratch) -> Result<()> {
        let (address, second, third, wide) = (first, first + 1, first + 2, first + 3);
        let memory = self.guest.memory;
        match *op {
            Operator::MemoryFill { mem } => {
                self.code().local_set(third).local_set(second);
                self.move_address(address);
                self.code().local_get(second).local_get(third).memory_fill(mem);
            }
            Operator::MemoryInit { mem, data_index } => {
                self.code().local_set(third).local_set(second);
                self.move_address(address);
                self.code().local_get(second).local_get(third).memory_init(mem, data_index);
            }
            Operator::MemoryCopy { dst_mem, src_mem } => {
                let second = if self.guest.memories64.contains(&src_mem) { wide } else { second };
                self.code().local_set(third);
                if src_mem == memory {
                    self.move_address(address);
                }
                self.code().local_set(second);
                if dst_mem == memory {
                    self.move_address(address);
                }
                self.code().local_get(second).local_get(third).memory_copy(dst_mem, src_mem);
            }
            _ => bail!("{op:?} is no operator on a memory as a whole"),
        }
        Ok(())
    }

    /// Replaces the address on the stack by the moved one, or by another out-of-bounds address if it is out of bounds.
    fn move_address(&mut self, scratch: u32) {
        let base = self.guest.base;
        moved(self.code().local_tee(scratch), scratch, base);
    }

    /// Appends a trap like that of an out-of-bounds access, whatever the stack holds.
    fn trap(&mut self) {
        let target = MemArgTarget::Memory(self.guest.memory);
        let memarg = MemArg { offset: u32::MAX.into(), align: 0, target, ordering: None };
        self.code().i32_const(-1).i32_load8_u(memarg).unreachable();
    }

    /// Returns the scratch locals for bulk operations.
    fn scratch(&self) -> &'static [(u32, ValType)] {
        match self.guest.memories64.is_empty() {
            true => &[(3, ValType::I32)],
            false => &[(3, ValType::I32), (1, ValType::I64)],
        }
    }

    /// Appends the locals of a function, and scratch locals if they are needed.
    fn locals(&mut self, body: &FunctionBody<'_>) -> Result<()> {
        let mut locals = Vec::new();
        for group in body.get_locals_reader()? {
            let (count, ty) = group?;
            locals.push((count, self.guest.val_type(ty).map_err(error)?));
        }
        locals.extend(self.scratch());
        locals.len().encode(&mut self.body);
        for (count, ty) in locals {
            count.encode(&mut self.body);
            ty.encode(&mut self.body);
        }
        Ok(())
    }

    fn code(&mut self) -> InstructionSink<'_> {
        InstructionSink::new(&mut self.body)
    }
}

/// Moves the address on the stack, which the local also holds, up by `base`. One that would wrap around becomes another
/// out-of-bounds address.
pub fn moved(code: &mut InstructionSink<'_>, address: u32, base: u32) {
    code.i32_const(base as i32).i32_add().i32_const(-1);
    code.local_get(address).i32_const((u32::MAX - base) as i32).i32_le_u().select();
}

/// The first opcode that is only a prefix of an opcode.
const FIRST_PREFIX: u8 = 0xfb;
/// The first alignment byte with flags, after which more than the offset follows.
const FIRST_FLAG: u8 = 0x20;
