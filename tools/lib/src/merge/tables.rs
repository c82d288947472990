//! Tables for the adapter, at the end of its pages.

use wasm_encoder::ConstExpr;

use crate::pack::Sections;

/// Tables whose end is an address; there may be none.
pub struct Tables<'a> {
    pub contents: &'a [u8],
    pub end: u32,
}

impl Tables<'_> {
    /// Adds the tables, and their size behind them.
    pub fn append(&self, out: &mut Sections, memory: u32) {
        if self.contents.is_empty() {
            return;
        }
        let tables = [self.contents, &(self.contents.len() as u32).to_le_bytes()].concat();
        let start = ConstExpr::i32_const(self.end.wrapping_sub(tables.len() as u32) as i32);
        out.data.active(memory, &start, tables);
        out.data_count = out.data_count.map(|count| count.saturating_add(1));
    }
}
