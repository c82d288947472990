//! A program's indices as they become and, if it moves up in memory, everything that names an address of its memory.
//!
//! | what | how |
//! |---|---|
//! | loads, stores, atomics | their static offset grows; one that grows beyond 32 bits could only trap |
//! | `memory.size`, `memory.grow` | a global and a function (`grow.rs`) that know of the program's pages only |
//! | `memory.copy`, `memory.fill`, `memory.init` | their addresses grow; one that would wrap around stays out of bounds |
//! | data segments | their offsets grow, in the same way |
//!
//! Engines add an access's offset without wrapping, so even a wild pointer never comes out below the program.

use std::convert::Infallible;

use anyhow::{Result, anyhow, bail};
use wasm_encoder::reencode::{Error, Reencode};
use wasm_encoder::{CodeSection, ConstExpr, DataSection, Function, MemArg, MemArgTarget, ValType};
use wasmparser::{Data, DataKind, FunctionBody, Operator};

use super::consts;
use crate::dwarf::Recorder;

/// The program's indices and addresses, as they become.
pub struct Guest {
    /// What its imported functions become.
    pub imports: Vec<u32>,
    /// What its first function with a body becomes.
    pub first_func: u32,
    /// The memory that the adapter shares.
    pub memory: u32,
    /// By how many bytes that memory moves up; 0 if it stays where it is.
    pub base: u32,
    /// The global with the number of pages that the program knows of.
    pub pages: u32,
    /// The function that grows the memory for the program, and whether it is called.
    pub grow: u32,
    pub grows: bool,
    /// Whether the instruction at hand accesses what no address reaches.
    pub beyond: bool,
    /// What follows where instructions go, if anybody wants to know.
    pub recorder: Option<Recorder>,
}

/// Three locals that a function with bulk operations gets.
#[derive(Clone, Copy)]
struct Scratch(u32);

impl Guest {
    /// Adds a function, of which `params` tells the number of parameters.
    pub fn body(&mut self, code: &mut CodeSection, body: &FunctionBody<'_>, params: u32) -> Result<()> {
        let function = match self.function(body, None)? {
            Some(function) => function,
            None => {
                let mut locals = params;
                for group in body.get_locals_reader()? {
                    locals += group?.0;
                }
                self.function(body, Some(Scratch(locals)))?.expect("with scratch locals everything can be moved")
            }
        };
        code.function(&function);
        if let Some(recorder) = &mut self.recorder {
            recorder.added(body.range(), function.byte_len(), code);
        }
        Ok(())
    }

    /// The function moved, or none if it needs scratch locals and has none.
    fn function(&mut self, body: &FunctionBody<'_>, scratch: Option<Scratch>) -> Result<Option<Function>> {
        let mut locals = Vec::new();
        for group in body.get_locals_reader()? {
            let (count, ty) = group?;
            locals.push((count, self.val_type(ty).map_err(error)?));
        }
        if scratch.is_some() {
            locals.push((3, ValType::I32));
        }
        let mut function = Function::new(locals);
        let mut reader = body.get_operators_reader()?;
        if let Some(recorder) = &mut self.recorder {
            recorder.function();
        }
        while !reader.eof() {
            if let Some(recorder) = &mut self.recorder {
                recorder.instruction(reader.original_position(), &function);
            }
            let op = reader.read()?;
            if self.moves(&op) {
                let needs_scratch = !matches!(op, Operator::MemorySize { .. } | Operator::MemoryGrow { .. });
                if needs_scratch && scratch.is_none() {
                    return Ok(None);
                }
                self.bulk(&mut function, &op, scratch.unwrap_or(Scratch(0)))?;
                continue;
            }
            self.beyond = false;
            let instruction = self.instruction(op).map_err(error)?;
            if self.beyond {
                self.trap(&mut function);
            } else {
                function.instruction(&instruction);
            }
        }
        Ok(Some(function))
    }

    /// Whether this is an operator on the moved memory that has no static offset.
    fn moves(&self, op: &Operator<'_>) -> bool {
        match *op {
            _ if self.base == 0 => false,
            Operator::MemorySize { mem }
            | Operator::MemoryGrow { mem }
            | Operator::MemoryFill { mem }
            | Operator::MemoryInit { mem, .. } => mem == self.memory,
            Operator::MemoryCopy { dst_mem, src_mem } => dst_mem == self.memory || src_mem == self.memory,
            _ => false,
        }
    }

    fn bulk(&mut self, function: &mut Function, op: &Operator<'_>, Scratch(first): Scratch) -> Result<()> {
        let (address, second, third) = (first, first + 1, first + 2);
        let mut code = function.instructions();
        match *op {
            Operator::MemorySize { .. } => {
                code.global_get(self.pages);
            }
            Operator::MemoryGrow { .. } => {
                code.call(self.grow);
                self.grows = true;
            }
            Operator::MemoryFill { mem } => {
                code.local_set(third).local_set(second);
                self.move_address(function, address);
                function.instructions().local_get(second).local_get(third).memory_fill(mem);
            }
            Operator::MemoryInit { mem, data_index } => {
                code.local_set(third).local_set(second);
                self.move_address(function, address);
                function.instructions().local_get(second).local_get(third).memory_init(mem, data_index);
            }
            Operator::MemoryCopy { dst_mem, src_mem } => {
                code.local_set(third);
                if src_mem == self.memory {
                    self.move_address(function, address);
                }
                function.instructions().local_set(second);
                if dst_mem == self.memory {
                    self.move_address(function, address);
                }
                function.instructions().local_get(second).local_get(third).memory_copy(dst_mem, src_mem);
            }
            _ => bail!("{op:?} is no operator on a memory as a whole"),
        }
        Ok(())
    }

    /// Replaces the address on the stack by the one above the adapter, or by one that is out of bounds as well.
    fn move_address(&self, function: &mut Function, scratch: u32) {
        let last = (u32::MAX - self.base) as i32;
        let mut code = function.instructions();
        code.local_tee(scratch).i32_const(self.base as i32).i32_add().i32_const(-1);
        code.local_get(scratch).i32_const(last).i32_le_u().select();
    }

    /// The trap of an access out of bounds, whatever is on the stack.
    fn trap(&self, function: &mut Function) {
        let memarg =
            MemArg { offset: u32::MAX.into(), align: 0, target: MemArgTarget::Memory(self.memory), ordering: None };
        function.instructions().i32_const(-1).i32_load8_u(memarg).unreachable();
    }

    /// Adds a data segment, given the values of the globals.
    pub fn data(&mut self, section: &mut DataSection, data: &Data<'_>, globals: &[Option<i32>]) -> Result<()> {
        match &data.kind {
            DataKind::Active { memory_index, offset_expr } if *memory_index == self.memory && self.base > 0 => {
                let Some(offset) = consts::i32_value(offset_expr, globals)? else {
                    bail!("a data segment's place is known only when the module runs");
                };
                // A place that would wrap around stays out of bounds, where it is a trap.
                let offset = (offset as u32).saturating_add(self.base);
                section.active(*memory_index, &ConstExpr::i32_const(offset as i32), data.data.iter().copied());
            }
            _ => self.parse_data(section, data.clone()).map_err(error)?,
        }
        Ok(())
    }
}

pub fn error(error: Error) -> anyhow::Error {
    anyhow!("{error}")
}

impl Reencode for Guest {
    type Error = Infallible;

    fn function_index(&mut self, index: u32) -> Result<u32, Error> {
        Ok(match self.imports.get(index as usize) {
            Some(index) => *index,
            None => index - self.imports.len() as u32 + self.first_func,
        })
    }

    fn mem_arg(&mut self, arg: wasmparser::MemArg) -> Result<MemArg, Error> {
        let mut arg = wasm_encoder::reencode::utils::mem_arg(self, arg)?;
        if matches!(arg.target, MemArgTarget::Memory(memory) if memory == self.memory) {
            arg.offset += u64::from(self.base);
            self.beyond |= arg.offset > u32::MAX.into();
        }
        Ok(arg)
    }
}
