//! A program that makes one call when it is run, as described in its memory.

use std::fmt::Write as _;

use wasi_adapt::preview1::{self, CoreType, Function, Snapshot};

use super::dialects::{self, Dialect};

/// The address of the call's number. Its arguments follow at `ARGUMENTS`, 8 bytes each.
pub const CALL: u32 = 32 << 10;
const ARGUMENTS: u32 = CALL + 8;
/// The address of its result.
pub const RESULT: u32 = ARGUMENTS + 10 * 8;
/// The start of the memory for the program's allocator, if it has one. No generated pointer reaches it, even when
/// moved.
pub const HEAP: u32 = 240 << 16;

/// A function that a program can call.
#[derive(Clone, Copy, Debug)]
pub enum Callee {
    Wasi(Snapshot, &'static Function),
    /// `memory.grow`
    Grow,
    Dialect(&'static Dialect),
}

impl Callee {
    pub fn name(self) -> &'static str {
        match self {
            Callee::Wasi(_, function) => function.name,
            Callee::Grow => "memory.grow",
            Callee::Dialect(dialect) => dialect.export,
        }
    }
}

/// Returns all functions that a program can call and that return, including those of the predecessor that differ. Those of
/// other dialects are the last.
pub fn callees() -> Vec<Callee> {
    let preview1 = Snapshot::Preview1.functions().filter(|function| function.name != "proc_exit");
    let unstable = preview1::CHANGED.iter().filter_map(|name| Snapshot::Unstable.function(name));
    let preview1 = preview1.map(|function| Callee::Wasi(Snapshot::Preview1, function));
    let unstable = unstable.map(|function| Callee::Wasi(Snapshot::Unstable, function));
    let dialects = dialects::FUNCTIONS.iter().map(Callee::Dialect);
    preview1.chain(unstable).chain([Callee::Grow]).chain(dialects).collect()
}

/// Encodes a call.
pub fn describe(callee: usize, arguments: &[u64]) -> Vec<u8> {
    let words = std::iter::once(callee as u64).chain(arguments.iter().copied());
    words.flat_map(u64::to_le_bytes).collect()
}

/// The options of a program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ProgramOptions {
    pub pages: u32,
    /// True if it exports an allocator.
    pub allocator: bool,
    /// True if its adapter is a separate module: then it imports its memory, and cannot call the predecessor.
    pub beside: bool,
    /// True if it imports the functions of other dialects.
    pub has_dialects: bool,
}

/// Adds an import, and returns the call of it.
fn import(
    imports: &mut String,
    number: usize,
    (module, name): (&str, &str),
    params: &[CoreType],
    results: &[CoreType],
) -> String {
    let types = |types: &[CoreType]| types.iter().map(|ty| format!(" {ty}")).collect::<String>();
    let ty = format!("(param{}) (result{})", types(params), types(results));
    let _ = writeln!(imports, "(import \"{module}\" \"{name}\" (func $f{number} {ty}))");
    let load = |(index, ty): (u32, &CoreType)| format!("({ty}.load (i32.const {}))", ARGUMENTS + index * 8);
    let arguments = (0..).zip(params).map(load).collect::<String>();
    let success = if results.is_empty() { "(i32.const 0)" } else { "" };
    format!("(call $f{number} {arguments}) {success}")
}

/// Returns the program in text format.
pub fn text(ProgramOptions { pages, allocator, beside, has_dialects }: ProgramOptions) -> String {
    let (mut imports, mut functions, mut elements) = (String::new(), String::new(), String::new());
    for (number, callee) in callees().iter().enumerate() {
        let call = match callee {
            Callee::Wasi(Snapshot::Unstable, _) if beside => "unreachable".into(),
            Callee::Dialect(_) if !has_dialects => "unreachable".into(),
            Callee::Wasi(snapshot, function) => {
                let (params, results) = (function.params, function.results);
                import(&mut imports, number, (snapshot.module(), function.name), params, results)
            }
            Callee::Dialect(dialect) => {
                let name = (preview1::MODULE, dialect.name());
                import(&mut imports, number, name, &dialect.core_params(), &[CoreType::I32])
            }
            Callee::Grow => format!("(memory.grow (i32.load (i32.const {ARGUMENTS})))"),
        };
        let _ = writeln!(functions, "(func $do{number} (result i32) {call})");
        let _ = write!(elements, " $do{number}");
    }
    let realloc = format!(
        "(global $top (mut i32) (i32.const {HEAP}))
         (func (export \"cabi_realloc\") (param i32 i32 i32 i32) (result i32)
           (global.get $top) (global.set $top (i32.add (global.get $top) (local.get 3))))"
    );
    let realloc = if allocator { realloc } else { String::new() };
    let memory = if beside { "(import \"env\" \"memory\" (memory 1))" } else { "" };
    let own_memory = format!("(memory (export \"memory\") {pages} {})", pages + 2);
    let own_memory = if beside { String::new() } else { own_memory };
    format!(
        "(module {memory} {imports} {own_memory} (type $t (func (result i32)))
           (table funcref (elem{elements})) {functions} {realloc}
           (func (export \"_start\")
             (i32.store (i32.const {RESULT}) (call_indirect (type $t) (i32.load (i32.const {CALL}))))))"
    )
}
