//! The sections of a module under construction.

use std::mem;

use wasm_encoder::{
    CodeSection, DataCountSection, DataSection, ElementSection, Encode, ExportSection, Function, FunctionSection,
    GlobalSection, ImportSection, MemorySection, Module, Section, SectionId, TableSection, TagSection, TypeSection,
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
    pub elements: ElementSection,
    pub data_count: Option<u32>,
    pub code: CodeBuilder,
    pub data: DataSection,
}

impl Sections {
    /// Assembles the module; custom sections can be appended to it. Code and data are moved there, because they may be large.
    pub fn finish(&mut self) -> Module {
        let mut module = self.outline();
        if !self.elements.is_empty() {
            module.section(&self.elements);
        }
        if let Some(count) = self.data_count {
            module.section(&DataCountSection { count });
        }
        if !self.code.is_empty() {
            module.section(&self.code);
            self.code.parts.clear();
        }
        if !self.data.is_empty() {
            module.section(&mem::take(&mut self.data));
        }
        module
    }

    /// Returns a module with the same types, imports and exports, in which every function traps.
    pub fn skeleton(&self) -> Module {
        let mut module = self.outline();
        let (mut code, mut trap) = (CodeSection::new(), Function::new([]));
        trap.instructions().unreachable().end();
        for _ in 0..self.code.len() {
            code.function(&trap);
        }
        if !code.is_empty() {
            module.section(&code);
        }
        module
    }

    fn outline(&self) -> Module {
        let mut module = Module::new();
        macro_rules! section {
            ($($name:ident)*) => {$(
                if !self.$name.is_empty() {
                    module.section(&self.$name);
                }
            )*};
        }
        section!(types imports functions tables memories tags globals exports);
        module
    }
}

/// A code section with functions from several sources, encoded only once because there may be many.
#[derive(Default)]
pub struct CodeBuilder {
    count: u32,
    parts: Vec<Vec<u8>>,
}

impl CodeBuilder {
    /// Appends a function.
    pub fn function(&mut self, function: &Function) {
        let mut bytes = Vec::new();
        function.encode(&mut bytes);
        self.functions(1, bytes);
    }

    /// Appends `count` functions, each encoded with its size.
    pub fn functions(&mut self, count: u32, bytes: Vec<u8>) {
        self.count += count;
        self.parts.push(bytes);
    }

    /// Returns the number of functions.
    pub fn len(&self) -> u32 {
        self.count
    }

    /// Returns the number of bytes of the functions.
    pub fn size(&self) -> usize {
        self.parts.iter().map(Vec::len).sum()
    }

    fn is_empty(&self) -> bool {
        self.count == 0
    }
}

impl Encode for CodeBuilder {
    fn encode(&self, sink: &mut Vec<u8>) {
        let mut count = Vec::new();
        self.count.encode(&mut count);
        let size = count.len() + self.parts.iter().map(Vec::len).sum::<usize>();
        size.encode(sink);
        sink.reserve(size);
        sink.extend(count);
        for part in &self.parts {
            sink.extend_from_slice(part);
        }
    }
}

impl Section for CodeBuilder {
    fn id(&self) -> u8 {
        SectionId::Code.into()
    }
}
