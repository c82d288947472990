//! The sections of a module that is being made.

use wasm_encoder::{
    CodeSection, DataCountSection, DataSection, ElementSection, ExportSection, FunctionSection, GlobalSection,
    ImportSection, MemorySection, Module, StartSection, TableSection, TagSection, TypeSection,
};

#[derive(Default)]
pub struct Sections {
    pub types: TypeSection,
    pub imports: ImportSection,
    pub functions: FunctionSection,
    pub tables: TableSection,
    pub memories: MemorySection,
    pub tags: TagSection,
    pub globals: GlobalSection,
    pub exports: ExportSection,
    pub start: Option<u32>,
    pub elements: ElementSection,
    pub data_count: Option<u32>,
    pub code: CodeSection,
    pub data: DataSection,
}

impl Sections {
    /// The module that they make; custom sections can be added to it.
    pub fn finish(&self) -> Module {
        let mut module = Module::new();
        macro_rules! section {
            ($($name:ident)*) => {$(
                if !self.$name.is_empty() {
                    module.section(&self.$name);
                }
            )*};
        }
        section!(types imports functions tables memories tags globals exports);
        if let Some(function_index) = self.start {
            module.section(&StartSection { function_index });
        }
        section!(elements);
        if let Some(count) = self.data_count {
            module.section(&DataCountSection { count });
        }
        section!(code data);
        module
    }
}
