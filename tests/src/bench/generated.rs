//! Generates modules of any size, deterministically: functions like those of compilers, data, names.

use wasm_encoder::{
    BlockType, CodeSection, ConstExpr, DataSection, EntityType, ExportKind, ExportSection, Function, FunctionSection,
    ImportSection, MemArg, MemArgTarget, MemorySection, MemoryType, Module, NameMap, NameSection, TypeSection, ValType,
};

/// A typical size of a function.
const INSTRUCTIONS: u32 = 150;

/// Generates a preview1 program of about `len` bytes, of which a sixth is data. It is never run.
pub fn module(len: usize) -> Vec<u8> {
    let mut random = Random(1);
    let mut code = CodeSection::new();
    let mut functions = FunctionSection::new();
    let mut names = NameMap::new();
    names.append(0, "fd_write");
    // Names and declarations take about a tenth.
    while code.byte_len() < len / 4 * 3 {
        let function = body(&mut random, code.len() + 1);
        names.append(code.len() + 1, &format!("_ZN8generated8function17h{:016x}E", random.next()));
        functions.function(1);
        code.function(&function);
    }
    let mut types = TypeSection::new();
    types.ty().function([ValType::I32; 4], [ValType::I32]);
    types.ty().function([ValType::I32; 2], [ValType::I32]);
    types.ty().function([], []);

    let mut start = Function::new([]);
    start.instructions().i32_const(0).i32_const(0).call(code.len()).drop().end();
    functions.function(2);
    code.function(&start);

    let mut imports = ImportSection::new();
    imports.import("wasi_snapshot_preview1", "fd_write", EntityType::Function(0));
    let content: Vec<u8> = (0..len / 6).map(|_| random.below(64) as u8).collect();
    let mut memories = MemorySection::new();
    let minimum = 16 + content.len() as u64 / 65536;
    memories.memory(MemoryType { minimum, maximum: None, memory64: false, shared: false, page_size_log2: None });
    let mut exports = ExportSection::new();
    exports.export("memory", ExportKind::Memory, 0).export("_start", ExportKind::Func, code.len());
    let mut data = DataSection::new();
    data.active(0, &ConstExpr::i32_const(1024), content);
    let mut name_section = NameSection::new();
    name_section.functions(&names);

    let mut module = Module::new();
    module.section(&types).section(&imports).section(&functions).section(&memories).section(&exports);
    module.section(&code).section(&data).section(&name_section);
    module.finish()
}

/// Generates a function of two numbers: loads, stores, arithmetic, branches, and calls of earlier functions.
fn body(random: &mut Random, functions: u32) -> Function {
    let mut function = Function::new([(4, ValType::I32)]);
    let mut code = function.instructions();
    for _ in 0..random.below(INSTRUCTIONS) {
        let (from, to) = (random.below(6), random.below(6));
        let place = offset(random.below(1 << 12));
        match random.below(8) {
            0 | 1 => code.local_get(from).i32_load(place).local_set(to),
            2 => code.local_get(from).local_get(to).i32_store(place),
            3 => code.local_get(from).i32_const(random.next() as i32).i32_add().local_set(to),
            4 => code.local_get(from).local_get(to).i32_xor().local_tee(to).drop(),
            5 => code.block(BlockType::Empty).local_get(from).i32_eqz().br_if(0).i32_const(1).local_set(to).end(),
            6 if functions > 1 => {
                code.local_get(from).local_get(to).call(1 + random.below(functions - 1)).local_set(to)
            }
            _ => code.local_get(from).i32_const(3).i32_shl().local_set(to),
        };
    }
    code.local_get(0).end();
    function
}

fn offset(offset: u32) -> MemArg {
    MemArg { offset: offset.into(), align: 2, target: MemArgTarget::Memory(0), ordering: None }
}

/// A deterministic generator of random numbers (xorshift).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        for shift in [13, -7, 17] {
            self.0 ^= if shift > 0 { self.0 << shift } else { self.0 >> -shift };
        }
        self.0
    }

    /// Returns a number below `end`.
    fn below(&mut self, end: u32) -> u32 {
        (self.next() >> 32) as u32 % end
    }
}
