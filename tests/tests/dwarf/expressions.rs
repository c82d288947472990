//! Evaluates expressions before and after, with the same locals, globals and memory: a location in memory must have
//! moved up, a value must be the same.

use gimli::{EndianSlice, Evaluation, EvaluationResult, LittleEndian, Location, Operation, Value};

use crate::code::{Dwarf, Moved};

type Slice<'a> = EndianSlice<'a, LittleEndian>;
type Expression<'c, 'a> = (&'c Dwarf<'a>, &'c gimli::Unit<Slice<'a>>, gimli::Expression<Slice<'a>>);

/// The value of the stack pointer, or of another frame base.
const FRAME: u64 = 0x0030_0000;
/// The address of the object whose member an expression locates.
const OBJECT: u64 = 0x0040_0000;

/// The last addresses stand for data that a linker has dropped.
const DROPPED: u64 = 0xffff_fff0;

/// The result of an expression.
#[derive(Debug, PartialEq)]
enum Found {
    Nothing,
    Place(u64),
    Value(u64),
    Other(String),
}

/// Compares two expressions, and returns whether their result is a location in memory.
pub fn compare(
    old: Expression<'_, '_>,
    new: Expression<'_, '_>,
    moved: &Moved,
    name: gimli::DwAt,
    what: &dyn Fn() -> String,
) -> bool {
    let is_member = name == gimli::DW_AT_data_member_location;
    let (function, is_dropped) = (function(&old, moved), is_dropped(&old));
    let object = OBJECT + if is_member { moved.base } else { 0 };
    let bytes = [old.2.0.slice(), new.2.0.slice()];
    let Some(old) = evaluate(old, 0, is_member.then_some(OBJECT)) else {
        assert_eq!(bytes[0], bytes[1], "what makes no sense stays as it is: {}", what());
        return false;
    };
    let new = evaluate(new, moved.base, is_member.then_some(object)).expect("it made sense before");
    assert_eq!(old.len(), new.len(), "{}", what());
    let mut is_place = false;
    for (old, new) in old.iter().zip(&new) {
        let expected = match *old {
            Found::Place(place) if is_member || !is_dropped && name == gimli::DW_AT_location => {
                is_place = true;
                Found::Place(place + moved.base)
            }
            Found::Value(value) if function == Some(value) => Found::Value(moved.get(value).expect("it is a function")),
            Found::Value(value) => Found::Value(value),
            Found::Place(place) => Found::Place(place),
            Found::Nothing => Found::Nothing,
            Found::Other(ref other) => Found::Other(other.clone()),
        };
        assert_eq!(*new, expected, "{}", what());
    }
    is_place
}

/// Returns whether an expression is about data that a linker has dropped.
fn is_dropped((dwarf, unit, expression): &Expression<'_, '_>) -> bool {
    let mut operations = expression.operations(unit.encoding()).enumerate();
    operations.any(|(index, operation)| match operation.expect("an operation") {
        Operation::Address { address } => address >= DROPPED || index == 0 && address == 0,
        Operation::AddressIndex { index } => dwarf.address(unit, index).expect("an address") >= DROPPED,
        _ => false,
    })
}

/// Returns the address of a function, if that is the only result of an expression. Data has larger addresses, behind a
/// stack of at least 64 KiB.
fn function((dwarf, unit, expression): &Expression<'_, '_>, moved: &Moved) -> Option<u64> {
    let operations: Vec<_> = expression.operations(unit.encoding()).map(|op| op.expect("an operation")).collect();
    let address = match operations[..] {
        [Operation::Address { address }, Operation::StackValue] => address,
        [Operation::AddressIndex { index }, Operation::StackValue] => dwarf.address(unit, index).expect("an address"),
        _ => return None,
    };
    (address < 0x1_0000 && moved.get(address).is_some()).then_some(address)
}

/// Evaluates an expression in a memory where the program's own begins at `base`, and returns its pieces. Some
/// expressions of LLVM add to nothing, and cannot be evaluated.
fn evaluate((dwarf, unit, expression): Expression<'_, '_>, base: u64, object: Option<u64>) -> Option<Vec<Found>> {
    // gimli treats locals and globals as locations; used as operands they must be numbers.
    let bytes = numbers(expression, unit.encoding());
    let mut evaluation: Evaluation<Slice<'_>> = Evaluation::new(Slice::new(&bytes, LittleEndian), unit.encoding());
    if let Some(object) = object {
        evaluation.set_initial_value(object);
        evaluation.set_object_address(object);
    }
    let mut result = match evaluation.evaluate() {
        Err(gimli::Error::NotEnoughStackItems) => return None,
        result => result.expect("an expression"),
    };
    loop {
        result = match result {
            EvaluationResult::Complete => break,
            EvaluationResult::RequiresFrameBase => evaluation.resume_with_frame_base(FRAME),
            EvaluationResult::RequiresRelocatedAddress(address) => evaluation.resume_with_relocated_address(address),
            EvaluationResult::RequiresIndexedAddress { index, .. } => {
                evaluation.resume_with_indexed_address(dwarf.address(unit, index).expect("an address"))
            }
            EvaluationResult::RequiresMemory { address, .. } => {
                evaluation.resume_with_memory(Value::Generic(memory(address, base)))
            }
            EvaluationResult::RequiresTls(offset) => evaluation.resume_with_tls(offset),
            other => panic!("an expression asks for {other:?}"),
        }
        .expect("an expression");
    }
    let pieces = evaluation.as_result().iter().map(|piece| match piece.location {
        Location::Empty => Found::Nothing,
        Location::Address { address } => Found::Place(address & 0xffff_ffff),
        Location::Value { value: Value::Generic(value) } => Found::Value(value & 0xffff_ffff),
        other => Found::Other(format!("{other:?}")),
    });
    Some(pieces.collect())
}

/// Returns the contents of the program's memory: a number derived from the address.
fn memory(address: u64, base: u64) -> u64 {
    let base = if address < DROPPED { base } else { 0 };
    let own = address.checked_sub(base).expect("no expression reads below the program's memory");
    (own.wrapping_mul(0x9e37_79b1) ^ own >> 7) & 0x00ff_fff0 | 0x0010_0000
}

/// Returns the expression with a number in place of each local and global.
fn numbers(expression: gimli::Expression<Slice<'_>>, encoding: gimli::Encoding) -> Vec<u8> {
    let (mut operations, mut bytes, mut start) = (expression.operations(encoding), Vec::new(), 0);
    while let Some(operation) = operations.next().expect("an operation") {
        let end = operations.offset_from(&expression);
        let number = match operation {
            Operation::WasmLocal { index } => Some(0x0010_0000 + index),
            Operation::WasmGlobal { index } => Some(0x0011_0000 + (index & 0xfff)),
            Operation::WasmStack { index } => Some(0x0012_0000 + index),
            _ => None,
        };
        match number {
            Some(number) => {
                bytes.push(gimli::DW_OP_const4u.0);
                bytes.extend_from_slice(&number.to_le_bytes());
            }
            None => bytes.extend_from_slice(&expression.0.slice()[start..end]),
        }
        start = end;
    }
    bytes
}
