//! Rewrites expressions, which give the locations and values of variables.
//!
//! When the program moves up in memory, its pointers keep their values, and so does everything computed from its
//! variables, such as its stack pointer. Only accesses to memory need the base. So the base is added where an
//! expression reads memory, and to its result if that is a location in memory. Usually this only increases an operand:
//!
//! | before | after |
//! |---|---|
//! | `addr X` | `addr X+base` |
//! | `fbreg N` | `fbreg N+base` |
//! | `WASM_location local`, the address of something | `WASM_location local, plus_uconst base` |
//! | `WASM_location local, stack_value` | unchanged: it is not in memory |
//! | `addr X, stack_value` | unchanged: a pointer keeps its value |
//!
//! Indices of locals and globals do not change: the program keeps its own, and additional ones come after them.

use std::ops::Range;

use anyhow::Result;
use gimli::constants as dw;
use gimli::{DebugAddrBase, DebugAddrIndex, Encoding, EndianSlice, Expression, LittleEndian, Operation, SectionId};

use super::cursor::uleb;
use super::edit::{Edits, write};
use super::pool::Pool;
use super::units::Dwarf;
use super::{Lost, Moved};

type Op<'a> = Operation<EndianSlice<'a, LittleEndian>>;

/// The kind of an expression's result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// A location in memory, unless the expression says otherwise.
    Location,
    /// A number.
    Value,
    /// A location within an object, computed from the object's location on the stack.
    Member,
    /// The address of a function.
    Function,
}

/// The length before an expression, with the width of the field.
#[derive(Clone, Copy, Debug)]
pub enum Prefix {
    Fixed(usize),
    Leb(usize),
}

/// The expressions of a unit, in one section.
pub struct Expressions<'r, 'a> {
    pub section: &'r mut Edits<'a>,
    /// The position of the unit, relative to which expressions refer to types.
    pub unit: (SectionId, usize),
    pub dwarf: &'r Dwarf<'a>,
    pub moved: Moved<'r>,
    pub encoding: Encoding,
    pub addr_base: DebugAddrBase<usize>,
}

/// An item on an expression's stack.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Item {
    /// A number, possibly an address as the program uses it.
    Number,
    /// A location in the moved memory.
    Location,
}

/// An operation, and the changes to it.
struct Step<'a> {
    op: Op<'a>,
    at: Range<usize>,
    /// True if the base is added before it.
    before: bool,
    /// True if the base is added to its result.
    after: bool,
    /// The new address of code.
    address: Option<u32>,
}

impl<'a> Expressions<'_, 'a> {
    /// Rewrites the expression in `range`. If that is impossible it becomes empty, which means that the variable has no
    /// location, and is counted as lost.
    pub fn rewrite(
        &mut self,
        prefix: Prefix,
        range: Range<usize>,
        meaning: Meaning,
        pool: &mut Pool,
        lost: &mut Lost,
    ) -> Result<()> {
        let Some(mut steps) = self.parse(range.clone()) else { return self.lose(prefix, range, lost) };
        let finds_code = meaning == Meaning::Function;
        if finds_code {
            self.find_code(&mut steps, pool)?;
        }
        if self.moved.base == 0 || finds_code {
            return self.write(prefix, range, &steps);
        }
        if self.locate(&mut steps, meaning).is_none() {
            return self.lose(prefix, range, lost);
        }
        self.write(prefix, range, &steps)
    }

    fn parse(&self, range: Range<usize>) -> Option<Vec<Step<'a>>> {
        let expression = Expression(EndianSlice::new(self.section.bytes.get(range.clone())?, LittleEndian));
        let mut operations = expression.operations(self.encoding);
        let mut steps = Vec::new();
        let mut start = range.start;
        while let Some(op) = operations.next().ok()? {
            let end = range.start + operations.offset_from(&expression);
            steps.push(Step { op, at: start..end, before: false, after: false, address: None });
            start = end;
        }
        Some(steps)
    }

    /// Finds operations with addresses of code, and maps the addresses.
    fn find_code(&self, steps: &mut [Step<'_>], pool: &mut Pool) -> Result<()> {
        for step in steps {
            match step.op {
                Operation::Address { address } => step.address = self.moved.code.get(address),
                Operation::AddressIndex { index } => {
                    pool.code(self.dwarf, self.addr_base, index)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Determines where the base must be added; none if an operation is not understood.
    fn locate(&self, steps: &mut [Step<'_>], meaning: Meaning) -> Option<()> {
        let mut stack = if meaning == Meaning::Member { vec![Item::Location] } else { Vec::new() };
        let mut is_location = meaning == Meaning::Location;
        for index in 0..steps.len() {
            match steps[index].op {
                Operation::Deref { space: false, base_type, .. } if base_type.0 == 0 => {
                    if stack.pop()? == Item::Number {
                        add_before(steps, index);
                    }
                    stack.push(Item::Number);
                }
                Operation::Piece { .. } => {
                    if is_location && stack.last() == Some(&Item::Number) {
                        add_before(steps, index);
                    }
                    stack.clear();
                    is_location = meaning == Meaning::Location;
                }
                Operation::StackValue | Operation::ImplicitValue { .. } | Operation::Register { .. } => {
                    is_location = false
                }
                ref op => self.follow(op, &mut stack)?,
            }
        }
        if is_location && stack.last() == Some(&Item::Number) {
            let last = steps.last_mut()?;
            // The type operand would refer to an entry in the middle of the inserted operations.
            if matches!(last.op, Operation::Convert { .. } | Operation::Reinterpret { .. }) {
                return None;
            }
            last.after = true;
        }
        Some(())
    }

    /// Applies an operation to the stack.
    fn follow(&self, op: &Op<'_>, stack: &mut Vec<Item>) -> Option<()> {
        match *op {
            Operation::Nop
            | Operation::Uninitialized
            | Operation::Abs
            | Operation::Neg
            | Operation::Not
            | Operation::PlusConstant { .. }
            | Operation::Convert { .. }
            | Operation::Reinterpret { .. }
            | Operation::TLS => {}
            Operation::Drop => {
                stack.pop()?;
            }
            Operation::Pick { index } => stack.push(*stack.iter().rev().nth(index.into())?),
            Operation::Swap => {
                let len = stack.len();
                stack.swap(len.checked_sub(2)?, len - 1);
            }
            Operation::Rot => {
                let first = stack.len().checked_sub(3)?;
                stack[first..].rotate_right(1);
            }
            Operation::And
            | Operation::Div
            | Operation::Minus
            | Operation::Mod
            | Operation::Mul
            | Operation::Or
            | Operation::Plus
            | Operation::Shl
            | Operation::Shr
            | Operation::Shra
            | Operation::Xor
            | Operation::Eq
            | Operation::Ge
            | Operation::Gt
            | Operation::Le
            | Operation::Lt
            | Operation::Ne => {
                let (right, left) = (stack.pop()?, stack.pop()?);
                stack.push(if left == right { Item::Number } else { Item::Location });
            }
            Operation::Address { address } => stack.push(self.item(address, stack)),
            Operation::AddressIndex { index } => {
                let at = self.addr_base.0.checked_add(index.0.checked_mul(4)?)?;
                let address = self.dwarf.debug_addr.get_address(4, DebugAddrBase(at), DebugAddrIndex(0)).ok()?;
                stack.push(self.item(address, stack));
            }
            Operation::PushObjectAddress => stack.push(Item::Location),
            Operation::UnsignedConstant { .. }
            | Operation::SignedConstant { .. }
            | Operation::ConstantIndex { .. }
            | Operation::FrameOffset { .. }
            | Operation::CallFrameCFA
            | Operation::EntryValue { .. }
            | Operation::WasmLocal { .. }
            | Operation::WasmGlobal { .. }
            | Operation::WasmStack { .. } => stack.push(Item::Number),
            _ => return None,
        }
        Some(())
    }

    /// Addresses that stand for data dropped by a linker stay the same. An offset of 0 that is added to something is no
    /// such address.
    fn item(&self, address: u64, stack: &[Item]) -> Item {
        let is_offset = address == 0 && !stack.is_empty();
        if is_offset || self.moved.is_data(address) { Item::Number } else { Item::Location }
    }

    fn write(&mut self, prefix: Prefix, range: Range<usize>, steps: &[Step<'_>]) -> Result<()> {
        let mut len = 0;
        for step in steps {
            if let Operation::Convert { base_type } | Operation::Reinterpret { base_type } = step.op
                && base_type.0 != 0
            {
                let (section, unit) = self.unit;
                self.section.leb_reference(
                    step.at.start + 1..step.at.end,
                    section,
                    unit,
                    unit.saturating_add(base_type.0),
                );
            }
            let old = &self.section.bytes[step.at.clone()];
            let new = self.operation(step, old);
            len += new.len();
            if new != old {
                self.section.replace(step.at.clone(), &new);
            }
        }
        self.set_length(prefix, range, len)
    }

    fn operation(&self, step: &Step<'_>, old: &[u8]) -> Vec<u8> {
        let base = u64::from(self.moved.base);
        let plus = |value: u64| [vec![dw::DW_OP_plus_uconst.0], uleb(value)].concat();
        if let Some(address) = step.address {
            return [&old[..1], &address.to_le_bytes()].concat();
        }
        let mut new = if step.before { plus(base) } else { Vec::new() };
        match step.op {
            Operation::Address { address } if step.after => {
                new.push(old[0]);
                new.extend_from_slice(&(address as u32).wrapping_add(self.moved.base).to_le_bytes());
            }
            Operation::FrameOffset { offset } if step.after => {
                new.push(old[0]);
                wasm_encoder::Encode::encode(&(offset.wrapping_add(base as i64)), &mut new);
            }
            Operation::PlusConstant { value } if step.after => new.extend(plus(value.wrapping_add(base))),
            _ => {
                new.extend_from_slice(old);
                if step.after {
                    new.extend(plus(base));
                }
            }
        }
        new
    }

    fn set_length(&mut self, prefix: Prefix, range: Range<usize>, len: usize) -> Result<()> {
        if len == range.len() {
            return Ok(());
        }
        match prefix {
            Prefix::Fixed(width) => {
                let mut field = [0; 8];
                write(&mut field[..width], false, len as u64)?;
                self.section.replace(range.start - width..range.start, &field[..width]);
            }
            Prefix::Leb(width) => self.section.replace(range.start - width..range.start, &uleb(len as u64)),
        }
        Ok(())
    }

    fn lose(&mut self, prefix: Prefix, range: Range<usize>, lost: &mut Lost) -> Result<()> {
        if self.moved.base == 0 {
            return Ok(()); // Nothing has moved that it could be about.
        }
        lost.locations += 1;
        self.section.replace(range.clone(), &[]);
        self.set_length(prefix, range, 0)
    }
}

/// Adds the base to the top of the stack before a step.
fn add_before(steps: &mut [Step<'_>], index: usize) {
    match index.checked_sub(1).map(|previous| &steps[previous].op) {
        Some(Operation::Address { .. } | Operation::FrameOffset { .. } | Operation::PlusConstant { .. }) => {
            steps[index - 1].after = true;
        }
        _ => steps[index].before = true,
    }
}
