//! The sections of a module under construction.

use std::mem;

use anyhow::Result;
use wasm_encoder::{
    CodeSection, DataCountSection, DataSection, ElementSection, Encode, ExportKind, ExportSection, Function,
    FunctionSection, GlobalSection, ImportSection, MemorySection, Module, Section, SectionId, TableSection, TagSection,
    TypeSection,
};
use wasmparser::{
    BinaryReader, Export, ExportSectionReader, ExternalKind, FunctionSectionReader, Import, ImportSectionReader,
    TypeRef,
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

    /// Returns a module with the same types and imports, the same memories, and the same exports of functions and memories.
    /// It has no other functions than those that it exports, and these trap.
    pub fn skeleton(&self) -> Result<Module> {
        let [imports, types, exported] = [contents(&self.imports), contents(&self.functions), contents(&self.exports)];
        let imports = ImportSectionReader::new(BinaryReader::new(&imports, 0))?.into_imports();
        let imports = imports.collect::<Result<Vec<_>, _>>()?;
        let is_func = |import: &Import<'_>| matches!(import.ty, TypeRef::Func(_) | TypeRef::FuncExact(_));
        let imported = imports.iter().filter(|import| is_func(import)).count() as u32;
        let types = FunctionSectionReader::new(BinaryReader::new(&types, 0))?.into_iter();
        let types = types.collect::<Result<Vec<_>, _>>()?;
        let (mut functions, mut exports, mut code) = (FunctionSection::new(), ExportSection::new(), CodeSection::new());
        let mut trap = Function::new([]);
        trap.instructions().unreachable().end();
        for export in ExportSectionReader::new(BinaryReader::new(&exported, 0))? {
            let Export { name, kind, index } = export?;
            match kind {
                ExternalKind::Memory => drop(exports.export(name, ExportKind::Memory, index)),
                ExternalKind::Func | ExternalKind::FuncExact if index < imported => {
                    exports.export(name, ExportKind::Func, index);
                }
                ExternalKind::Func | ExternalKind::FuncExact => {
                    exports.export(name, ExportKind::Func, imported + functions.len());
                    functions.function(types[(index - imported) as usize]);
                    code.function(&trap);
                }
                ExternalKind::Table | ExternalKind::Global | ExternalKind::Tag => {}
            }
        }
        let mut module = Module::new();
        module.section(&self.types).section(&self.imports).section(&functions).section(&self.memories);
        module.section(&exports).section(&code);
        Ok(module)
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

/// Returns a section without its size.
fn contents(section: &impl Encode) -> Vec<u8> {
    let mut encoded = Vec::new();
    section.encode(&mut encoded);
    let size = encoded.iter().take_while(|byte| **byte >= 0x80).count() + 1;
    encoded.split_off(size)
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
