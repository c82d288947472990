//! One forward pass over a function's operators.
//!
//! The output so far is always a valid beginning of a function, so a constant at its end is the next operator's topmost
//! operand.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use wasmparser::{BlockType, Operator};

use super::{Facts, Locals, eval};

/// An open construct.
struct Frame {
    kind: BlockKind,
    /// True if a live branch leaves through its label (or goes back to it, in a loop).
    targeted: bool,
    /// True if control falls out of the arm that is already complete.
    falls: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum BlockKind {
    Block,
    Loop,
    /// An undecided `if`, in its first arm.
    If,
    /// An `if` whose condition is true, and which has become a block.
    Taken,
    /// An `if` whose condition is false, in the arm that is dropped; the block in its place began here.
    NotTaken {
        start: usize,
    },
}

pub struct Pass<'f, 'a> {
    facts: &'f Facts,
    locals: &'f Locals,
    out: Vec<Operator<'a>>,
    /// The position in `out` at which the code of each known operand begins, topmost last.
    operands: Vec<usize>,
    /// The known values of locals since the last label.
    values: BTreeMap<u32, i32>,
    frames: Vec<Frame>,
    live: bool,
    /// The number of blocks opened since the code became unreachable.
    skipped: usize,
}

impl<'f, 'a> Pass<'f, 'a> {
    pub fn new(facts: &'f Facts, locals: &'f Locals) -> Self {
        Pass {
            facts,
            locals,
            out: Vec::new(),
            operands: Vec::new(),
            values: BTreeMap::new(),
            frames: vec![Frame { kind: BlockKind::Block, targeted: false, falls: false }],
            live: true,
            skipped: 0,
        }
    }

    pub fn run(mut self, ops: &[Operator<'a>]) -> Result<Vec<Operator<'a>>> {
        for op in ops {
            if eval::is_unsupported(op) {
                bail!("the operator {op:?} is not supported");
            }
            if self.live {
                self.operator(op.clone());
            } else {
                self.skip(op);
            }
        }
        Ok(self.out)
    }

    /// Drops an unreachable operator, up to the end of the arm that contains it.
    fn skip(&mut self, op: &Operator<'a>) {
        match op {
            Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } => self.skipped += 1,
            Operator::End if self.skipped > 0 => self.skipped -= 1,
            Operator::End => self.end(),
            Operator::Else if self.skipped == 0 => self.else_(),
            _ => {}
        }
    }

    fn operator(&mut self, op: Operator<'a>) {
        match op {
            Operator::Block { .. } => self.open(BlockKind::Block, op),
            Operator::Loop { .. } => {
                self.values.clear();
                self.open(BlockKind::Loop, op);
            }
            Operator::If { blockty } => self.if_(blockty),
            Operator::Else => self.else_(),
            Operator::End => self.end(),
            Operator::BrIf { relative_depth } => match self.pop_constant() {
                Some(0) => {}
                Some(_) => self.leave(Operator::Br { relative_depth }),
                None => {
                    self.target(&op);
                    self.push(op);
                }
            },
            Operator::BrTable { ref targets } => match self.pop_constant() {
                Some(index) => {
                    let target = targets.targets().filter_map(Result::ok).nth(index as u32 as usize);
                    self.leave(Operator::Br { relative_depth: target.unwrap_or(targets.default()) });
                }
                None => self.leave(op),
            },
            Operator::Br { .. } | Operator::Return | Operator::Unreachable => self.leave(op),
            Operator::ReturnCall { .. } | Operator::ReturnCallIndirect { .. } | Operator::ReturnCallRef { .. } => {
                self.leave(op);
            }
            Operator::Call { function_index } => match self.facts.constants.get(&function_index) {
                Some(value) => self.push_constant(*value),
                None => {
                    self.push(op);
                    if self.facts.diverging.contains(&function_index) {
                        self.leave(Operator::Unreachable);
                    }
                }
            },
            Operator::LocalGet { local_index } => match self.value(local_index) {
                Some(value) => self.push_constant(value),
                None => self.push(op),
            },
            Operator::LocalSet { local_index } => self.assign(local_index),
            Operator::LocalTee { local_index } => match self.constant() {
                Some(value) => {
                    self.assign(local_index);
                    self.push_constant(value);
                }
                None if !self.locals.read.contains(&local_index) => {}
                None => {
                    self.values.remove(&local_index);
                    self.push(op);
                }
            },
            Operator::Drop => self.drop_operand(),
            Operator::Select => self.select(),
            Operator::I32Eqz => match self.pop_constant() {
                Some(value) => self.push_constant((value == 0).into()),
                None => self.push(op),
            },
            Operator::Nop => {}
            _ => {
                self.target(&op);
                self.binary(op);
            }
        }
    }

    // Control

    fn open(&mut self, kind: BlockKind, op: Operator<'a>) {
        self.frames.push(Frame { kind, targeted: false, falls: false });
        self.operands.clear();
        self.out.push(op);
    }

    fn if_(&mut self, blockty: BlockType) {
        match self.pop_constant() {
            None => self.open(BlockKind::If, Operator::If { blockty }),
            Some(0) => {
                self.open(BlockKind::NotTaken { start: self.out.len() }, Operator::Block { blockty });
                self.live = false;
            }
            Some(_) => self.open(BlockKind::Taken, Operator::Block { blockty }),
        }
    }

    fn else_(&mut self) {
        self.values.clear();
        self.operands.clear();
        let live = self.live;
        let Some(frame) = self.frames.last_mut() else { return };
        match frame.kind {
            BlockKind::If => {
                frame.falls = live;
                frame.kind = BlockKind::Block;
                self.live = true;
                self.out.push(Operator::Else);
            }
            BlockKind::NotTaken { .. } => {
                frame.kind = BlockKind::Block;
                self.live = true;
            }
            _ => {
                frame.falls = live;
                self.live = false;
            }
        }
    }

    fn end(&mut self) {
        let Some(frame) = self.frames.pop() else { return };
        self.values.clear();
        self.operands.clear();
        match frame.kind {
            // Nothing remains of an `if` that is not taken and has no other arm.
            BlockKind::NotTaken { start } => {
                self.out.truncate(start);
                self.live = true;
                return;
            }
            // The missing arm falls through.
            BlockKind::If => self.live = true,
            BlockKind::Loop => {}
            BlockKind::Block | BlockKind::Taken => self.live |= frame.targeted || frame.falls,
        }
        match self.out.last() {
            Some(Operator::If { blockty: BlockType::Empty }) => {
                self.out.pop();
                self.out.push(Operator::Drop);
            }
            Some(Operator::Block { blockty: BlockType::Empty }) => drop(self.out.pop()),
            _ => self.out.push(Operator::End),
        }
        if !self.live && !self.frames.is_empty() {
            // The rest is dropped; `unreachable` tells the validator that it needs no operands.
            self.out.push(Operator::Unreachable);
        }
    }

    /// Emits an operator after which control does not continue.
    fn leave(&mut self, op: Operator<'a>) {
        self.target(&op);
        self.out.push(op);
        self.live = false;
    }

    fn target(&mut self, op: &Operator<'a>) {
        for depth in eval::branch_targets(op) {
            if let Some(at) = self.frames.len().checked_sub(depth as usize + 1) {
                self.frames[at].targeted = true;
            }
        }
    }

    // Operands

    /// Emits an operator and tracks the operands.
    fn push(&mut self, op: Operator<'a>) {
        let arity = match op {
            Operator::Call { function_index } => self.facts.arities.get(function_index as usize).copied(),
            _ => eval::arity(&op),
        };
        let mut start = Some(self.out.len());
        self.out.push(op);
        let Some((pops, pushes)) = arity else { return self.operands.clear() };
        for _ in 0..pops {
            start = self.operands.pop();
        }
        match (pushes, start) {
            (0, _) => {}
            (1, Some(start)) => self.operands.push(start),
            _ => self.operands.clear(),
        }
    }

    fn push_constant(&mut self, value: i32) {
        self.push(Operator::I32Const { value });
    }

    /// Returns the constant on top of the stack.
    fn constant(&self) -> Option<i32> {
        match self.out.last() {
            Some(Operator::I32Const { value }) => Some(*value),
            _ => None,
        }
    }

    fn pop_constant(&mut self) -> Option<i32> {
        let value = self.constant()?;
        self.out.pop();
        self.operands.pop();
        Some(value)
    }

    /// Returns whether the operators from `start` on do nothing but leave one operand.
    fn is_pure_from(&self, start: usize) -> bool {
        self.out[start..].iter().all(eval::is_pure)
    }

    fn drop_operand(&mut self) {
        match self.operands.last() {
            Some(&start) if self.is_pure_from(start) => {
                self.out.truncate(start);
                self.operands.pop();
            }
            _ => self.push(Operator::Drop),
        }
    }

    fn value(&self, local: u32) -> Option<i32> {
        if self.locals.zero.contains(&local) { Some(0) } else { self.values.get(&local).copied() }
    }

    fn assign(&mut self, local: u32) {
        if !self.locals.read.contains(&local) {
            return self.drop_operand();
        }
        match self.constant() {
            // Repeating a longer constant would cost more than reading the local.
            Some(value) if (-64..64).contains(&value) => drop(self.values.insert(local, value)),
            _ => drop(self.values.remove(&local)),
        }
        self.push(Operator::LocalSet { local_index: local });
    }

    fn select(&mut self) {
        let condition = self.constant();
        let [.., first, second, _] = self.operands[..] else { return self.push(Operator::Select) };
        match condition {
            Some(0) if self.out[first..second].iter().all(eval::is_pure) => {
                self.pop_constant();
                self.remove(first..second);
            }
            Some(value) if value != 0 => {
                self.pop_constant();
                self.drop_operand();
            }
            _ => self.push(Operator::Select),
        }
    }

    /// Removes the operand second from the top.
    fn remove(&mut self, code: std::ops::Range<usize>) {
        let removed = code.len();
        self.out.drain(code);
        let top = self.operands.pop().map(|start| start - removed);
        self.operands.pop();
        self.operands.extend(top);
    }

    fn binary(&mut self, op: Operator<'a>) {
        if eval::binary(&op, 0, 0).is_none() {
            return self.push(op);
        }
        let left = match self.operands[..] {
            [.., left, right] if right == left + 1 => match self.out[left] {
                Operator::I32Const { value } => Some((left, value)),
                _ => None,
            },
            _ => None,
        };
        match (left, self.constant()) {
            (Some((_, left)), Some(right)) => {
                self.pop_constant();
                self.pop_constant();
                match eval::binary(&op, left, right) {
                    Some(value) => self.push_constant(value),
                    None => self.push(op),
                }
            }
            (None, Some(0)) if eval::zero_right_is_neutral(&op) => drop(self.pop_constant()),
            (None, Some(0)) if op == Operator::I32And => {
                self.pop_constant();
                self.drop_operand();
                self.push_constant(0);
            }
            (Some((at, 0)), None) if eval::zero_left_is_neutral(&op) => self.remove(at..at + 1),
            (Some((at, 0)), None) if op == Operator::I32And => {
                self.remove(at..at + 1);
                self.drop_operand();
                self.push_constant(0);
            }
            _ => self.push(op),
        }
    }
}
