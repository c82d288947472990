//! Which instructions change. Most do not, so they are looked at without being decoded into anything.
//!
//! Every instruction that the parser knows is here, by what it names. One that names a function or a memory and is not
//! known to this file is refused; one with an operand of a new kind does not compile.

use wasmparser::{MemArgTarget, VisitOperator, VisitSimdOperator};

use super::guest::Guest;

/// What becomes of an instruction.
#[derive(Clone, Copy)]
pub enum Look {
    Stays,
    /// It accesses the memory that moves, at an address and this offset.
    Access(u64),
    /// One byte says what it does, and this function follows.
    Function(u32),
    /// The same, and the function has to be declared outside of code.
    Reference(u32),
    /// It is about a memory as a whole.
    Whole,
    /// The parser knows it by this name, and nothing else is known of it.
    Unknown(&'static str),
}

impl Look {
    /// The name of an instruction in the text format, by the parser's name for it.
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

/// What becomes of an operator, by its name and those of its arguments; each argument stands here twice, once to be looked
/// at and once to be used.
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

/// The arguments that name neither a function nor a memory. What they name keeps its index.
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

macro_rules! define {
    ($( @$proposal:ident $op:ident $({ $($arg:ident: $ty:ty),* })? => $visit:ident ($($annotation:tt)*) )*) => {$(
        #[inline]
        #[allow(unused_variables)] // most arguments say nothing about this
        fn $visit(&mut self $($(, $arg: $ty)*)?) -> Look {
            let guest = &*self;
            look!(guest $visit $op $($($arg $arg)*)?)
        }
    )*};
}

impl<'a> VisitOperator<'a> for Guest {
    type Output = Look;

    fn simd_visitor(&mut self) -> Option<&mut dyn VisitSimdOperator<'a, Output = Look>> {
        Some(self)
    }

    wasmparser::for_each_visit_operator!(define);
}

impl VisitSimdOperator<'_> for Guest {
    wasmparser::for_each_visit_simd_operator!(define);
}
