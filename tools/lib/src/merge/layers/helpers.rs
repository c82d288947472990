//! The functions that a layer needs beside its own.

use wasm_encoder::{BlockType, Function, InstructionSink, ValType};

use super::tenant::Tenant;
use crate::merge::code::moved;

/// `EFAULT` of preview1.
const FAULT: i32 = 21;

/// A function that is added to a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Helper {
    /// Calls what serves an import, with pointers into the layer's memory.
    Own(usize),
    /// Serves an import: copies from the caller's memory.
    Read(usize),
    /// Serves an import: copies to the caller's memory.
    Write(usize),
    /// Serves an import: finds bytes of the caller's memory.
    Address(usize),
    /// `memory.grow`.
    Grow,
    /// `memory.fill`.
    Fill,
    /// `memory.copy`.
    Copy,
    /// `memory.init` with a data segment.
    Init(u32),
}

impl Helper {
    /// Returns the import that it serves.
    pub fn import(self) -> Option<usize> {
        match self {
            Helper::Own(import) | Helper::Read(import) | Helper::Write(import) | Helper::Address(import) => {
                Some(import)
            }
            Helper::Grow | Helper::Fill | Helper::Copy | Helper::Init(_) => None,
        }
    }

    /// Returns its name for backtraces.
    pub fn name(self) -> &'static str {
        match self {
            Helper::Own(_) => "layer_calls_wasi",
            Helper::Read(_) => "layer_reads_guest",
            Helper::Write(_) => "layer_writes_guest",
            Helper::Address(_) => "layer_finds_guest",
            Helper::Grow => "layer_memory_grow",
            Helper::Fill => "layer_memory_fill",
            Helper::Copy => "layer_memory_copy",
            Helper::Init(_) => "layer_memory_init",
        }
    }
}

impl Tenant<'_> {
    /// Returns the code of a helper.
    pub fn code(&self, helper: Helper) -> Function {
        match helper {
            Helper::Own(import) => self.own(import),
            Helper::Read(_) => self.access(1, 0),
            Helper::Write(_) => self.access(0, 1),
            Helper::Address(_) => self.address(),
            Helper::Grow => self.grow(),
            Helper::Fill => self.bulk(|code| {
                self.moved(code, 0);
                code.local_get(1).local_get(2).memory_fill(self.memory);
            }),
            Helper::Copy => self.bulk(|code| {
                self.moved(code, 0);
                self.moved(code, 1);
                code.local_get(2).memory_copy(self.memory, self.memory);
            }),
            Helper::Init(data) => self.bulk(|code| {
                self.moved(code, 0);
                code.local_get(1).local_get(2).memory_init(self.memory, self.first.data + data);
            }),
        }
    }

    /// Makes the layer's memory the caller's for the time of a call.
    fn own(&self, import: usize) -> Function {
        let params = self.layer.program.prescan.params(import);
        let (base, end) = (params, params + 1);
        let mut function = Function::new([(2, ValType::I32)]);
        let mut code = function.instructions();
        code.global_get(self.caller.base).local_set(base).global_get(self.caller.end).local_set(end);
        code.i32_const(self.base as i32).global_set(self.caller.base);
        code.global_get(self.size).i32_const((self.base >> 16) as i32).i32_add().global_set(self.caller.end);
        for param in 0..params {
            code.local_get(param);
        }
        code.call(self.targets[import].expect("it calls what serves the import"));
        code.local_get(base).global_set(self.caller.base).local_get(end).global_set(self.caller.end).end();
        function
    }

    /// Copies bytes between the memory of the caller, at the address in the local `theirs`, and the layer's, at that in `ours`.
    /// The number of bytes is in the local 2, and the first local holds the address to copy to.
    fn access(&self, theirs: u32, ours: u32) -> Function {
        let len = 2;
        let mut function = Function::new([]);
        let mut code = function.instructions();
        code.local_get(len).i32_eqz().if_(BlockType::Empty).i32_const(0).return_().end();
        let fault = |code: &mut InstructionSink<'_>| {
            code.i64_gt_u().if_(BlockType::Empty).i32_const(FAULT).return_().end();
        };
        end(&mut code, ours, len);
        code.global_get(self.size).i64_extend_i32_u().i64_const(16).i64_shl();
        fault(&mut code);
        end(&mut code, theirs, len);
        self.callers_size(&mut code);
        fault(&mut code);
        for local in [0, 1] {
            code.local_get(local);
            if local == ours {
                code.i32_const(self.base as i32);
            } else {
                code.global_get(self.caller.base);
            }
            code.i32_add();
        }
        code.local_get(len).memory_copy(self.memory, self.memory).i32_const(0).end();
        function
    }

    /// Returns the address in the layer's memory of bytes in its caller's, whose address and number are in the locals 0 and 1;
    /// 0 if they are not all there. The caller's memory is above.
    fn address(&self) -> Function {
        let (theirs, len) = (0, 1);
        let mut function = Function::new([]);
        let mut code = function.instructions();
        end(&mut code, theirs, len);
        self.callers_size(&mut code);
        code.i64_gt_u().if_(BlockType::Empty).i32_const(0).return_().end();
        code.local_get(theirs).global_get(self.caller.base).i32_add().i32_const(self.base as i32).i32_sub().end();
        function
    }

    /// Puts the number of bytes in the caller's memory on the stack.
    fn callers_size(&self, code: &mut InstructionSink<'_>) {
        code.global_get(self.caller.end).memory_size(self.memory).global_get(self.caller.end).select();
        code.i64_extend_i32_u().i64_const(16).i64_shl();
        code.global_get(self.caller.base).i64_extend_i32_u().i64_sub();
    }

    /// Gives the layer more of its pages.
    fn grow(&self) -> Function {
        let more = 0;
        let mut function = Function::new([]);
        let mut code = function.instructions();
        code.local_get(more).i32_const(self.most() as i32).global_get(self.size).i32_sub().i32_gt_u();
        code.if_(BlockType::Empty).i32_const(-1).return_().end();
        code.global_get(self.size);
        code.global_get(self.size).local_get(more).i32_add().global_set(self.size).end();
        function
    }

    fn bulk(&self, body: impl Fn(&mut InstructionSink<'_>)) -> Function {
        let mut function = Function::new([]);
        let mut code = function.instructions();
        body(&mut code);
        code.end();
        function
    }

    fn moved(&self, code: &mut InstructionSink<'_>, address: u32) {
        moved(code.local_get(address), address, self.base);
    }
}

/// Puts the address after `len` bytes at `start` on the stack, both of them locals.
fn end(code: &mut InstructionSink<'_>, start: u32, len: u32) {
    code.local_get(start).i64_extend_i32_u().local_get(len).i64_extend_i32_u().i64_add();
}
