//! The semantics of single operators, as far as the folding pass needs them.

use wasmparser::Operator;

/// Returns the depths that a branch may go to.
pub fn branch_targets(op: &Operator<'_>) -> Vec<u32> {
    match op {
        Operator::BrTable { targets } => targets.targets().filter_map(Result::ok).chain([targets.default()]).collect(),
        _ => branch_depth(&mut op.clone()).map(|depth| *depth).into_iter().collect(),
    }
}

/// Returns the depth of a branch that has just one.
pub fn branch_depth<'o>(op: &'o mut Operator<'_>) -> Option<&'o mut u32> {
    match op {
        Operator::Br { relative_depth }
        | Operator::BrIf { relative_depth }
        | Operator::BrOnNull { relative_depth }
        | Operator::BrOnNonNull { relative_depth }
        | Operator::BrOnCast { relative_depth, .. }
        | Operator::BrOnCastFail { relative_depth, .. } => Some(relative_depth),
        _ => None,
    }
}

/// Returns whether the operator is part of exceptions or stack switching, whose branches the pass does not follow.
pub fn is_unsupported(op: &Operator<'_>) -> bool {
    use Operator::*;
    matches!(
        op,
        Try { .. } | TryTable { .. } | Catch { .. } | CatchAll | Delegate { .. } | Resume { .. } | ResumeThrow { .. }
    )
}

/// Returns the result of an `i32` operator on two constants.
pub fn binary(op: &Operator<'_>, a: i32, b: i32) -> Option<i32> {
    let (ua, ub) = (a as u32, b as u32);
    Some(match op {
        Operator::I32Eq => (a == b).into(),
        Operator::I32Ne => (a != b).into(),
        Operator::I32LtS => (a < b).into(),
        Operator::I32LtU => (ua < ub).into(),
        Operator::I32GtS => (a > b).into(),
        Operator::I32GtU => (ua > ub).into(),
        Operator::I32LeS => (a <= b).into(),
        Operator::I32LeU => (ua <= ub).into(),
        Operator::I32GeS => (a >= b).into(),
        Operator::I32GeU => (ua >= ub).into(),
        Operator::I32Add => a.wrapping_add(b),
        Operator::I32Sub => a.wrapping_sub(b),
        Operator::I32Mul => a.wrapping_mul(b),
        Operator::I32And => a & b,
        Operator::I32Or => a | b,
        Operator::I32Xor => a ^ b,
        Operator::I32Shl => a.wrapping_shl(ub),
        Operator::I32ShrS => a.wrapping_shr(ub),
        Operator::I32ShrU => ua.wrapping_shr(ub) as i32,
        _ => return None,
    })
}

/// Operators for which `x op 0` is `x`.
pub fn zero_right_is_neutral(op: &Operator<'_>) -> bool {
    use Operator::*;
    matches!(op, I32Add | I32Sub | I32Or | I32Xor | I32Shl | I32ShrS | I32ShrU)
}

/// Operators for which `0 op x` is `x`.
pub fn zero_left_is_neutral(op: &Operator<'_>) -> bool {
    use Operator::*;
    matches!(op, I32Add | I32Or | I32Xor)
}

/// Returns the number of operands that an operator without control flow takes and leaves; `None` if the pass need not
/// know.
pub fn arity(op: &Operator<'_>) -> Option<(usize, usize)> {
    use Operator::*;
    Some(match op {
        Nop => (0, 0),
        I32Const { .. } | I64Const { .. } | F32Const { .. } | F64Const { .. } => (0, 1),
        LocalGet { .. } | GlobalGet { .. } | MemorySize { .. } => (0, 1),
        Drop | LocalSet { .. } | GlobalSet { .. } | BrIf { .. } => (1, 0),
        LocalTee { .. } | MemoryGrow { .. } => (1, 1),
        Select | MemoryCopy { .. } | MemoryFill { .. } | MemoryInit { .. } => {
            (3, if matches!(op, Select) { 1 } else { 0 })
        }
        I32Store { .. } | I64Store { .. } | F32Store { .. } | F64Store { .. } => (2, 0),
        I32Store8 { .. } | I32Store16 { .. } | I64Store8 { .. } | I64Store16 { .. } | I64Store32 { .. } => (2, 0),
        _ if is_unary(op) => (1, 1),
        _ if is_pure_binary(op) => (2, 1),
        I32DivS | I32DivU | I32RemS | I32RemU | I64DivS | I64DivU | I64RemS | I64RemU => (2, 1),
        _ => return None,
    })
}

/// Returns whether the operator can be removed when its result is unused. Loads count as pure: the adapter does not
/// rely on traps.
pub fn is_pure(op: &Operator<'_>) -> bool {
    use Operator::*;
    matches!(
        op,
        I32Const { .. }
            | I64Const { .. }
            | F32Const { .. }
            | F64Const { .. }
            | LocalGet { .. }
            | GlobalGet { .. }
            | MemorySize { .. }
            | Select
    ) || is_unary(op)
        || is_pure_binary(op)
}

/// Loads, tests and conversions.
fn is_unary(op: &Operator<'_>) -> bool {
    use Operator::*;
    matches!(
        op,
        I32Load { .. }
            | I64Load { .. }
            | I32Load8U { .. }
            | I32Load8S { .. }
            | I32Load16U { .. }
            | I32Load16S { .. }
            | I64Load8U { .. }
            | I64Load8S { .. }
            | I64Load16U { .. }
            | I64Load16S { .. }
            | I64Load32U { .. }
            | I64Load32S { .. }
            | F32Load { .. }
            | F64Load { .. }
            | I32Eqz
            | I64Eqz
            | I32Clz
            | I32Ctz
            | I32Popcnt
            | I64Clz
            | I64Ctz
            | I64Popcnt
            | I32WrapI64
            | I64ExtendI32S
            | I64ExtendI32U
            | I32Extend8S
            | I32Extend16S
            | I64Extend8S
            | I64Extend16S
            | I64Extend32S
    )
}

fn is_pure_binary(op: &Operator<'_>) -> bool {
    use Operator::*;
    matches!(
        op,
        I32Eq
            | I32Ne
            | I32LtS
            | I32LtU
            | I32GtS
            | I32GtU
            | I32LeS
            | I32LeU
            | I32GeS
            | I32GeU
            | I64Eq
            | I64Ne
            | I64LtS
            | I64LtU
            | I64GtS
            | I64GtU
            | I64LeS
            | I64LeU
            | I64GeS
            | I64GeU
            | I32Add
            | I32Sub
            | I32Mul
            | I32And
            | I32Or
            | I32Xor
            | I32Shl
            | I32ShrS
            | I32ShrU
            | I32Rotl
            | I32Rotr
            | I64Add
            | I64Sub
            | I64Mul
            | I64And
            | I64Or
            | I64Xor
            | I64Shl
            | I64ShrS
            | I64ShrU
            | I64Rotl
            | I64Rotr
    )
}
