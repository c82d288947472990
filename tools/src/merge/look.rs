//! Which instructions change. Most do not, so they are looked at without being decoded into anything.

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
    /// It is about a memory as a whole.
    Whole,
}

impl Guest {
    fn access(&self, memarg: wasmparser::MemArg) -> Look {
        let moves = self.base > 0 && memarg.target == MemArgTarget::Memory(self.memory);
        if moves { Look::Access(memarg.offset) } else { Look::Stays }
    }

    fn whole(&self, memories: &[u32]) -> Look {
        if self.base > 0 && memories.contains(&self.memory) { Look::Whole } else { Look::Stays }
    }
}

/// What becomes of an operator, by its name or by that of an argument; each argument stands here twice, once to be looked
/// at and once to be used.
macro_rules! look {
    ($guest:ident Call function_index $index:ident) => { Look::Function($index) };
    ($guest:ident ReturnCall function_index $index:ident) => { Look::Function($index) };
    ($guest:ident RefFunc function_index $index:ident) => { Look::Function($index) };
    ($guest:ident MemorySize mem $mem:ident) => { $guest.whole(&[$mem]) };
    ($guest:ident MemoryGrow mem $mem:ident) => { $guest.whole(&[$mem]) };
    ($guest:ident MemoryFill mem $mem:ident) => { $guest.whole(&[$mem]) };
    ($guest:ident MemoryInit data_index $data:ident mem $mem:ident) => { $guest.whole(&[$mem]) };
    ($guest:ident MemoryCopy dst_mem $to:ident src_mem $from:ident) => { $guest.whole(&[$to, $from]) };
    ($guest:ident $op:ident memarg $memarg:ident $($rest:ident)*) => { $guest.access($memarg) };
    ($guest:ident $op:ident $other:ident $value:ident $($rest:ident)*) => { look!($guest $op $($rest)*) };
    ($guest:ident $op:ident) => { Look::Stays };
}

macro_rules! define {
    ($( @$proposal:ident $op:ident $({ $($arg:ident: $ty:ty),* })? => $visit:ident ($($annotation:tt)*) )*) => {$(
        #[inline]
        #[allow(unused_variables)] // most arguments say nothing about this
        fn $visit(&mut self $($(, $arg: $ty)*)?) -> Look {
            let guest = &*self;
            look!(guest $op $($($arg $arg)*)?)
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
