//! Values of constant expressions, as far as they are known before the module runs.

use anyhow::Result;
use wasmparser::{ConstExpr, Operator};

/// Returns the value of an expression of type i32, given those of the preceding globals; none if it is not known.
pub fn i32_value(expr: &ConstExpr<'_>, globals: &[Option<i32>]) -> Result<Option<i32>> {
    let mut stack: Vec<Option<i32>> = Vec::new();
    for op in expr.get_operators_reader() {
        let value = match op? {
            Operator::End => break,
            Operator::I32Const { value } => Some(value),
            Operator::GlobalGet { global_index } => globals.get(global_index as usize).copied().flatten(),
            Operator::I32Add => binary(&mut stack, i32::wrapping_add),
            Operator::I32Sub => binary(&mut stack, i32::wrapping_sub),
            Operator::I32Mul => binary(&mut stack, i32::wrapping_mul),
            _ => return Ok(None),
        };
        stack.push(value);
    }
    Ok(stack.pop().flatten())
}

fn binary(stack: &mut Vec<Option<i32>>, apply: fn(i32, i32) -> i32) -> Option<i32> {
    let (right, left) = (stack.pop().flatten(), stack.pop().flatten());
    Some(apply(left?, right?))
}
