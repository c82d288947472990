//! Judges what was read of a module: everything that keeps it from becoming a component, each with its remedy.

use super::adapter::Adapters;
use super::module::{FunctionImport, is_allocator, signature};
use super::text::bytes;
use super::wit::Wit;
use super::{Entry, Memory, MemoryOrigin, Report, Role, Server, remedies};
use crate::link::{Adapter, Choice, Emit, Layout, LinkOptions, has_own_wit, world_of};
use crate::pack::{self, World};
use crate::preview1::{self, Function, Snapshot};
use serde::Serialize;
use std::collections::{HashMap, HashSet};
use std::fmt;
use wasmparser::{FuncType, ValType};

/// Something that keeps a module from becoming a component.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Which kind of problem; these words are stable.
    pub code: &'static str,
    pub message: String,
    pub remedy: String,
}

/// All problems of a module, as one error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl Problems {
    /// The whole list, about something with a name.
    pub fn of(&self, name: &str) -> String {
        let reasons = if self.0.len() == 1 { "this reason".into() } else { format!("{} reasons", self.0.len()) };
        let mut text = format!("{name} cannot become a component, for {reasons}:");
        for (index, problem) in self.0.iter().enumerate() {
            text += &format!("\n{problem:>number$}", number = index + 1);
        }
        text
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.of("the module"))
    }
}

impl std::error::Error for Problems {}

/// As an entry of a numbered list; the width is its number.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = f.width().unwrap_or(1);
        write!(f, "  {number:>2}. {}\n      remedy: {}", self.message, self.remedy)
    }
}

impl Problem {
    pub(super) fn new(code: &'static str, message: String, remedy: impl Into<String>) -> Problem {
        Problem { code, message, remedy: remedy.into() }
    }

    /// What no other problem has foretold.
    pub(crate) fn unforeseen(error: &anyhow::Error) -> Problem {
        Problem::new(
            "unforeseen",
            format!("making the component fails: {error:#}"),
            "another `--layout` may serve; if none does, please report it",
        )
    }

    pub(super) fn component() -> Problem {
        Problem::new(
            "is-a-component",
            "it is a component already, not a core module".into(),
            "there is nothing to link; run it as it is, with `wasi-adapt run` or `wasmtime run`",
        )
    }
}

/// What was read of a module, and what is to be made of it.
pub struct Facts<'a> {
    pub report: &'a Report,
    pub imports: Vec<FunctionImport<'a>>,
    /// The types of the functions that it exports, whatever they are for.
    pub exports: HashMap<&'a str, &'a FuncType>,
    /// Those of them that it imports.
    pub passed_on: HashSet<&'a str>,
    pub start_is_imported: bool,
    pub wit: &'a Wit,
    pub adapters: &'a Adapters<'a>,
    pub options: &'a LinkOptions,
}

/// Every problem, in the order memory, entry points, imports, WIT, adapters, layout.
pub fn find(facts: &Facts<'_>) -> Vec<Problem> {
    let Facts { report, imports, exports, wit, adapters, options, .. } = facts;
    let mut problems = Vec::new();
    memory(report, imports, &mut problems);
    entry_points(report, options, &mut problems);
    passed_on(facts, &mut problems);
    for import in imports {
        signatures(import, adapters, &mut problems);
    }
    unserved(imports, adapters, &mut problems);
    problems.extend(wit.problems(imports, exports));
    allocators(facts, &mut problems);
    two_runs(facts, &mut problems);
    unfit_adapters(imports, adapters, options, &mut problems);
    unfit_layout(report, options, &mut problems);
    two_snapshots(report, options, &mut problems);
    problems
}

fn memory(report: &Report, imports: &[FunctionImport<'_>], problems: &mut Vec<Problem>) {
    if let Some(memory) = &report.memory {
        memory_type(memory, problems);
    }
    let exported = matches!(&report.memory, Some(memory) if memory.origin == MemoryOrigin::Exported);
    let imported = matches!(&report.memory, Some(memory) if memory.origin == MemoryOrigin::Imported);
    let by_pointer = imports.iter().map(|import| import.import).find(|import| {
        let function = || Snapshot::of(&import.module)?.function(&import.name);
        import.served_by == Server::Adapter && function().is_some_and(|function| function.memory)
    });
    if let (Some(import), false, false) = (by_pointer, exported, imported) {
        problems.push(Problem::new(
            "no-memory-export",
            format!(
                "it imports `{}`, which reads or writes its memory, but exports no memory named `memory`",
                import.name
            ),
            "export the memory as `memory` (wasm-ld does so by default)",
        ));
    }
}

fn memory_type(memory: &Memory, problems: &mut Vec<Problem>) {
    if memory.shared {
        problems.push(Problem::new(
            "shared-memory",
            "its memory is shared between threads, which components cannot have".into(),
            "build it without threads (no `-pthread`, target `wasm32-wasip1` instead of `wasm32-wasip1-threads`)",
        ));
    }
    if memory.memory64 {
        problems.push(Problem::new(
            "memory64",
            "its memory has 64-bit addresses; preview1 has 32-bit ones only".into(),
            "build it for wasm32 instead of wasm64",
        ));
    }
    if memory.page_size != 65536 && !memory.shared && !memory.memory64 {
        problems.push(Problem::new(
            "page-size",
            format!("its memory has pages of {}; components have pages of 65536 bytes", bytes(memory.page_size)),
            "build it with the default page size",
        ));
    }
}

fn entry_points(report: &Report, options: &LinkOptions, problems: &mut Vec<Problem>) {
    for export in &report.exports {
        if matches!(export.role, Role::EntryPoint | Role::Initializer) && export.signature != "() -> ()" {
            problems.push(Problem::new(
                "wrong-signature",
                match &*export.name {
                    "" => format!(
                        "it exports a function without a name, which is run, as {}; a program's is () -> ()",
                        export.signature
                    ),
                    name => format!("it exports `{name}` as {}; a program's is () -> ()", export.signature),
                },
                "let the compiler's start files define it, or rename the function",
            ));
        }
    }
    if options.world == Some(World::Command) && report.entry.is_none() {
        problems.push(Problem::new(
            "no-entry-point",
            "nothing in it runs by itself, so it is no command: it exports no `_start` and no function without a name"
                .into(),
            "link it with `--world reactor`, or build it as a program instead of a library",
        ));
    }
}

/// The adapter calls functions of the module, and in some layouts it can do so only where the module has them itself.
fn passed_on(facts: &Facts<'_>, problems: &mut Vec<Problem>) {
    let Facts { report, passed_on, start_is_imported, options, .. } = facts;
    let called = |role| match role {
        Role::EntryPoint => world_of(report, options) == World::Command,
        Role::Allocator => Choice::of(report, options).layout != Layout::Isolated,
        _ => false,
    };
    let exports = report.exports.iter().filter(|export| passed_on.contains(&*export.name) && called(export.role));
    let mut imported: Vec<_> = exports.map(|export| format!("what it exports as `{}`", export.name)).collect();
    if report.entry == Some(Entry::StartSection) && *start_is_imported && called(Role::EntryPoint) {
        imported.push("its start function".into());
    }
    problems.extend(imported.into_iter().map(|what| {
        Problem::new(
            "imported-entry",
            format!("{what} is a function that it imports"),
            "give it a function of its own that calls the import",
        )
    }));
}

/// What gives the adapter or the host memory has one type.
fn allocators(Facts { report, exports, options, .. }: &Facts<'_>, problems: &mut Vec<Problem>) {
    if Choice::of(report, options).layout == Layout::Isolated {
        return; // There it is not asked for any.
    }
    let expected = FuncType::new([ValType::I32; 4], [ValType::I32]);
    let mut wrong: Vec<_> = exports.iter().filter(|(name, ty)| is_allocator(name) && ***ty != expected).collect();
    wrong.sort();
    for (name, ty) in wrong {
        problems.push(Problem::new(
            "wrong-signature",
            format!("it exports `{name}` as {}; an allocator's is {}", signature(ty), signature(&expected)),
            "define it as the canonical ABI does (old address, old size, alignment, new size), or rename the function",
        ));
    }
}

/// What a component exports for the host to run comes from the adapter, or is the module's own.
fn two_runs(Facts { report, options, .. }: &Facts<'_>, problems: &mut Vec<Problem>) {
    if world_of(report, options) != World::Command || Choice::of(report, options).layout == Layout::Isolated {
        return;
    }
    let has =
        |name: &String| report.exports.iter().any(|export| export.name == *name) || report.other_exports.contains(name);
    let own = pack::exported_funcs(World::Command).into_iter().filter(has);
    problems.extend(own.map(|name| {
        Problem::new(
            "two-runs",
            format!("it exports `{name}`, and so would the adapter, for its entry point"),
            "link it with `--world reactor`, and it keeps its own",
        )
    }));
}

fn signatures(
    FunctionImport { import, ty }: &FunctionImport<'_>,
    adapters: &Adapters<'_>,
    problems: &mut Vec<Problem>,
) {
    let Some(found) = ty else { return };
    let (expected, owner) = match import.served_by {
        Server::Adapter => {
            let Some(snapshot) = Snapshot::of(&import.module) else { return };
            (snapshot.function(&import.name).map(Function::ty), snapshot.to_string())
        }
        Server::UserAdapter => (
            adapters.get(&*import.module).and_then(|adapter| adapter.exports.get(&import.name).cloned()),
            "the adapter".into(),
        ),
        Server::Host | Server::Component | Server::Nobody => return,
    };
    let Some(expected) = expected.filter(|expected| expected != *found) else { return };
    problems.push(Problem::new(
        "wrong-signature",
        format!(
            "it imports `{}` of `{}` as {}; {owner} has it as {}",
            import.name,
            import.module,
            signature(found),
            signature(&expected)
        ),
        if is_legalised(found, &expected) {
            "its 64-bit integers were split in two for JavaScript: build it with Emscripten's `-sPURE_WASI` or \
             `-sWASM_BIGINT`"
        } else {
            "declare the import as it is defined, or build against a current C library"
        },
    ));
}

/// Whether a type is the expected one, but for two i32 where that has an i64.
fn is_legalised(found: &FuncType, expected: &FuncType) -> bool {
    let split = |ty: &ValType| if *ty == ValType::I64 { vec![ValType::I32; 2] } else { vec![*ty] };
    let params: Vec<_> = expected.params().iter().flat_map(split).collect();
    expected.params().contains(&ValType::I64) && found.params() == params && found.results() == expected.results()
}

/// One problem for each remedy to what nobody serves.
fn unserved(imports: &[FunctionImport<'_>], adapters: &Adapters<'_>, problems: &mut Vec<Problem>) {
    let mut modules: Vec<(&str, Vec<&super::Import>)> = Vec::new();
    for import in imports.iter().map(|import| import.import).filter(|import| import.served_by == Server::Nobody) {
        match modules.iter_mut().find(|(module, _)| *module == import.module) {
            Some((_, names)) => names.push(import),
            None => modules.push((&import.module, vec![import])),
        }
    }
    let mut unknown: Vec<(String, Vec<String>)> = Vec::new();
    for (module, imports) in modules {
        let names: Vec<_> = imports.iter().map(|import| named(import)).collect();
        let names = names.join(", ");
        if adapters.contains_key(module) {
            problems.push(Problem::new(
                "unknown-function",
                format!("the adapter given for `{module}` does not export what is imported from there: {names}"),
                "give an adapter that exports it with `--adapt NAME=FILE`",
            ));
        } else if let Some(snapshot) = Snapshot::of(module) {
            problems.push(Problem::new(
                "unknown-function",
                format!("{snapshot} has nothing of this name, but it is imported from `{module}`: {names}"),
                format!(
                    "it is an extension of some runtime: build without it, or give a whole adapter that has it with \
                     `--adapt {module}=FILE`"
                ),
            ));
        } else {
            let remedy = remedies::for_module(module, &imports);
            let from = format!("from `{module}`: {names}");
            match unknown.iter_mut().find(|(other, _)| *other == remedy) {
                Some((_, all)) => all.push(from),
                None => unknown.push((remedy, vec![from])),
            }
        }
    }
    problems.extend(unknown.into_iter().map(|(remedy, from)| {
        Problem::new("unknown-module", format!("nothing serves what it imports {}", from.join("; ")), remedy)
    }));
}

fn unfit_adapters(
    imports: &[FunctionImport<'_>],
    adapters: &Adapters<'_>,
    options: &LinkOptions,
    problems: &mut Vec<Problem>,
) {
    let instead = "link that code into the module as a library instead";
    for (name, facts) in options.adapters.iter().filter_map(|Adapter { name, .. }| Some((name, adapters.get(&**name)?)))
    {
        if let Some(has) = facts.unfit {
            problems.push(Problem::new(
                "unfit-adapter",
                format!("the adapter given for `{name}` has {has}, which an adapter cannot have"),
                instead,
            ));
        }
        // Adapters are cut down to what the module uses of them, and what another adapter would use is cut away.
        let served =
            |(module, _): &&(String, String)| Snapshot::of(module).is_some() || adapters.contains_key(&**module);
        let used = |(module, name): &(String, String)| {
            imports.iter().any(|import| import.import.module == *module && import.import.name == *name)
        };
        let cut: Vec<_> = facts.imports.iter().filter(served).filter(|import| !used(import)).collect();
        if let Some((module, _)) = cut.first() {
            let names: Vec<_> = cut.iter().map(|(_, name)| format!("`{name}`")).collect();
            problems.push(Problem::new(
                "unfit-adapter",
                format!(
                    "the adapter given for `{name}` imports what another adapter serves (`{module}`) and the module \
                     does not use: {}",
                    names.join(", ")
                ),
                instead,
            ));
        }
    }
}

fn unfit_layout(report: &Report, options: &LinkOptions, problems: &mut Vec<Problem>) {
    if options.layout == Layout::Adapter
        && let Some(memory) = report.imports.iter().find(|import| import.served_by == Server::Component)
    {
        problems.push(Problem::new(
            "unfit-layout",
            format!("it imports its memory, `{}` of `{}`, which nothing beside it gives", memory.name, memory.module),
            "link it with `--layout isolated`, where it gets a memory of its own, or leave the choice to `--layout auto`",
        ));
    }
    if options.layout == Layout::Isolated && has_own_wit(report) {
        problems.push(Problem::new(
            "unfit-layout",
            "it has WIT of its own, so the host sees its pointers; in the layout `isolated` they would be wrong".into(),
            "link it with `--layout guest`, or leave the choice to `--layout auto`",
        ));
    }
    if let (Emit::Module, Choice { layout: Layout::Adapter, why }) = (options.emit, Choice::of(report, options)) {
        problems.push(Problem::new(
            "unfit-layout",
            format!("in the layout `adapter` there is no one core module: {why}"),
            "link it with `--layout isolated`, or `guest` if it has WIT of its own",
        ));
    }
    if matches!(options.layout, Layout::Isolated | Layout::Guest) && !options.adapters.is_empty() {
        problems.push(Problem::new(
            "unfit-layout",
            "adapters are given for it, and only this tool's own can be merged with a module".into(),
            "link it with `--layout adapter`, or leave the choice to `--layout auto`",
        ));
    }
}

/// Each adapter has descriptors of its own, so one program cannot use this tool's own for snapshot 0 beside one for
/// preview1.
fn two_snapshots(report: &Report, options: &LinkOptions, problems: &mut Vec<Problem>) {
    let from = |snapshot: Snapshot| report.imports.iter().filter(move |import| import.module == snapshot.module());
    let given = options.adapters.iter().any(|adapter| adapter.name == preview1::MODULE);
    let both = from(Snapshot::Unstable).any(|import| import.served_by == Server::Adapter)
        && (given || from(Snapshot::Preview1).next().is_some());
    let beside = match options.layout {
        Layout::Auto => !options.adapters.is_empty(),
        layout => layout == Layout::Adapter,
    };
    if !both || !beside {
        return;
    }
    problems.push(Problem::new(
        "two-snapshots",
        "it needs an adapter for `wasi_unstable` and one for `wasi_snapshot_preview1`; in the layout `adapter` these \
         are two, and neither knows what is open in the other"
            .into(),
        "leave the choice to `--layout auto` and give no adapters, or give one for `wasi_unstable` too",
    ));
}

fn named(import: &super::Import) -> String {
    match import.kind {
        "function" => format!("`{}`", import.name),
        kind => format!("`{}` (a {kind})", import.name),
    }
}
