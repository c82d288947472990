//! Determines which instructions change, while they are validated. Most do not change, so they are not kept as operators.
//!
//! The macros cover every instruction that the parser knows, by the names of its operands. An instruction that refers
//! to a function or a memory in a way unknown to this file is refused, and an operand of a new kind fails to compile.

use wasmparser::{FrameKind, FrameStack, MemArgTarget, Result, VisitOperator, VisitSimdOperator};

use super::guest::Guest;

/// The effect of merging on an instruction.
#[derive(Clone, Copy)]
pub enum Look {
    Stays,
    /// It accesses the memory that moves, with this offset.
    Access(u64),
    /// It consists of a one-byte opcode and the index of this function.
    Function(u32),
    /// The same, and the function must be declared outside of code.
    Reference(u32),
    /// It takes the size of a memory, grows it, or works on a range of it.
    Whole,
    /// The parser calls it this, and nothing else is known about it.
    Unknown(&'static str),
}

impl Look {
    /// Returns the text-format name of an instruction from the parser's name.
    pub fn in_text(unknown: &str) -> String {
        unknown.trim_start_matches("visit_").replacen('_', ".", 1)
    }
}

impl Guest {
    fn access(&self, memarg: wasmparser::MemArg) -> Look {
        let moves = self.base > 0 && memarg.target == MemArgTarget::Memory(self.memory);
        if moves { Look::Access(memarg.offset) } else { Look::Stays }
    }

    fn whole(&self, memories: &[u32], look: Look) -> Look {
        if self.base > 0 && memories.contains(&self.memory) { look } else { Look::Stays }
    }
}

/// Classifies an operator by its name and the names and values of its arguments.
macro_rules! look {
    ($guest:ident $visit:ident Call function_index $index:ident) => { Look::Function($index) };
    ($guest:ident $visit:ident ReturnCall function_index $index:ident) => { Look::Function($index) };
    ($guest:ident $visit:ident RefFunc function_index $index:ident) => { Look::Reference($index) };
    ($guest:ident $visit:ident MemorySize mem $mem:ident) => { $guest.whole(&[$mem], Look::Whole) };
    ($guest:ident $visit:ident MemoryGrow mem $mem:ident) => { $guest.whole(&[$mem], Look::Whole) };
    ($guest:ident $visit:ident MemoryFill mem $mem:ident) => { $guest.whole(&[$mem], Look::Whole) };
    ($guest:ident $visit:ident MemoryInit data_index $data:ident mem $mem:ident) => { $guest.whole(&[$mem], Look::Whole) };
    ($guest:ident $visit:ident MemoryCopy dst_mem $to:ident src_mem $from:ident) => {
        $guest.whole(&[$to, $from], Look::Whole)
    };
    ($guest:ident $visit:ident $op:ident function_index $index:ident $($rest:ident)*) => {
        Look::Unknown(stringify!($visit))
    };
    ($guest:ident $visit:ident $op:ident mem $mem:ident $($rest:ident)*) => {
        $guest.whole(&[$mem], Look::Unknown(stringify!($visit)))
    };
    ($guest:ident $visit:ident $op:ident memarg $memarg:ident) => { $guest.access($memarg) };
    ($guest:ident $visit:ident $op:ident memarg $memarg:ident lane $lane:ident) => { $guest.access($memarg) };
    ($guest:ident $visit:ident $op:ident $other:ident $value:ident $($rest:ident)*) => {{
        names_neither!($other);
        look!($guest $visit $op $($rest)*)
    }};
    ($guest:ident $visit:ident $op:ident) => { Look::Stays };
}

/// Lists the arguments that refer to neither a function nor a memory, and so keep their index.
macro_rules! names_neither {
    (argument_index) => {};
    (array_data_index) => {};
    (array_elem_index) => {};
    (array_size) => {};
    (array_type_index) => {};
    (array_type_index_dst) => {};
    (array_type_index_src) => {};
    (blockty) => {};
    (cont_type_index) => {};
    (data_index) => {};
    (dst_table) => {};
    (elem_index) => {};
    (field_index) => {};
    (from_ref_type) => {};
    (global_index) => {};
    (hty) => {};
    (lane) => {};
    (lanes) => {};
    (local_index) => {};
    (ordering) => {};
    (relative_depth) => {};
    (result_index) => {};
    (resume_table) => {};
    (src_table) => {};
    (struct_type_index) => {};
    (table) => {};
    (table_index) => {};
    (tag_index) => {};
    (targets) => {};
    (to_ref_type) => {};
    (try_table) => {};
    (ty) => {};
    (tys) => {};
    (type_index) => {};
    (value) => {};
}

/// Defines how instructions are visited; the first argument is the method that returns who validates them.
macro_rules! define {
    ($validator:ident $( @$proposal:ident $op:ident $({ $($arg:ident: $ty:ty),* })? => $visit:ident ($($annotation:tt)*) )*) => {$(
        #[inline]
        fn $visit(&mut self $($(, $arg: $ty)*)?) -> Result<Look> {
            let _guest = self.guest; // most instructions do not depend on it
            let look = look!(_guest $visit $op $($($arg $arg)*)?);
            self.$validator().$visit($($($arg),*)?)?;
            Ok(look)
        }
    )*};
}

macro_rules! define_scalar {
    ($($instructions:tt)*) => { define! { scalar $($instructions)* } };
}

macro_rules! define_simd {
    ($($instructions:tt)*) => { define! { simd $($instructions)* } };
}

/// Validates instructions and classifies them, so that they are decoded only once.
pub struct Looking<'g, V> {
    pub guest: &'g Guest,
    pub validator: V,
}

impl<'a, V: VisitOperator<'a, Output = Result<()>>> Looking<'_, V> {
    fn scalar(&mut self) -> &mut V {
        &mut self.validator
    }

    fn simd(&mut self) -> &mut dyn VisitSimdOperator<'a, Output = Result<()>> {
        self.validator.simd_visitor().expect("the parser's validator knows SIMD")
    }
}

impl<V: FrameStack> FrameStack for Looking<'_, V> {
    fn current_frame(&self) -> Option<FrameKind> {
        self.validator.current_frame()
    }
}

impl<'a, V: VisitOperator<'a, Output = Result<()>>> VisitOperator<'a> for Looking<'_, V> {
    type Output = Result<Look>;

    fn simd_visitor(&mut self) -> Option<&mut dyn VisitSimdOperator<'a, Output = Result<Look>>> {
        Some(self)
    }

    wasmparser::for_each_visit_operator!(define_scalar);
}

impl<'a, V: VisitOperator<'a, Output = Result<()>>> VisitSimdOperator<'a> for Looking<'_, V> {
    wasmparser::for_each_visit_simd_operator!(define_simd);
}
