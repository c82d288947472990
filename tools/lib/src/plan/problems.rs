//! Everything that keeps a module from becoming a component, each with its remedy.

use super::adapter::{AdapterModule, Adapters};
use super::layout::passes_pointers;
use super::{Entry, ExternKind, Import, Memory, MemoryOrigin, Plan, Provider, Role, is_allocator, remedies};
use crate::linker::{Adapter, Linker};
use crate::pack;
use crate::preview1::{self, Function, Snapshot};
use crate::program::{Missing, Program, ProgramImport};
use crate::{Emit, Layout, World, signature};
use serde::Serialize;
use std::fmt;
use wasmparser::{FuncType, ValType};

/// The kinds of problems. Their names in JSON are those here in kebab case, and stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ProblemCode {
    /// It is a component already.
    IsAComponent,
    /// It uses a feature that no engine with components has.
    NoEngine,
    /// Its memory is shared between threads.
    SharedMemory,
    /// Its memory has 64-bit addresses.
    Memory64,
    /// Its memory has pages of another size than 64 KiB.
    PageSize,
    /// It passes pointers into a memory that it does not export.
    NoMemoryExport,
    /// A function has another type than the one it must have.
    WrongSignature,
    /// It is to be a command, and nothing in it runs.
    NoEntryPoint,
    /// A function that the adapter calls is one that the module imports.
    ImportedEntry,
    /// Both the module and the adapter export `wasi:cli/run`.
    TwoRuns,
    /// It imports a function that the adapter for this module name does not have.
    UnknownFunction,
    /// It imports from a module that nothing serves.
    UnknownModule,
    /// It imports or exports what its WIT does not have, or lacks what that exports.
    UnlikeWit,
    /// The WIT in it cannot be read.
    UnreadableWit,
    /// Several of its functions would be exported under one name.
    ClashingNames,
    /// An adapter has what adapters cannot have.
    UnfitAdapter,
    /// The layout that was asked for does not suit it.
    UnfitLayout,
    /// It would need two adapters that know nothing of each other.
    TwoSnapshots,
    /// Nothing imports what a plug exports.
    UnmatchedPlug,
    /// What a plug exports is of another type than what is imported under its name.
    MismatchedPlug,
    /// Several plugs export what is imported.
    AmbiguousPlug,
    /// Modules that import from each other, in a circle.
    PlugCycle,
    /// Making the component failed.
    Unforeseen,
}

/// Something that keeps a module from becoming a component.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Problem {
    pub code: ProblemCode,
    pub message: String,
    /// A way out that works.
    pub remedy: String,
}

/// All problems of a module, as one error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problems(pub(crate) Vec<Problem>);

impl Problems {
    /// The problems, in the order memory, entry points, imports, WIT, adapters, layout.
    pub fn as_slice(&self) -> &[Problem] {
        &self.0
    }

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

impl IntoIterator for Problems {
    type Item = Problem;
    type IntoIter = std::vec::IntoIter<Problem>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// As an entry of a numbered list; the width is its number.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = f.width().unwrap_or(1);
        write!(f, "  {number:>2}. {}\n      remedy: {}", self.message, self.remedy)
    }
}

impl Problem {
    pub(crate) fn new(code: ProblemCode, message: String, remedy: impl Into<String>) -> Problem {
        Problem { code, message, remedy: remedy.into() }
    }

    /// What no other problem has foretold.
    pub(crate) fn unforeseen(error: &anyhow::Error) -> Problem {
        Problem::new(
            ProblemCode::Unforeseen,
            format!("making the component fails: {error:#}"),
            "another `--layout` may serve; if none does, please report it",
        )
    }

    /// It uses a feature that engines lack.
    pub(crate) fn missing(missing: &Missing) -> Problem {
        let message = format!("it uses {}, which no engine with components runs", missing.what);
        Problem::new(ProblemCode::NoEngine, message, missing.remedy)
    }

    pub(crate) fn component() -> Problem {
        Problem::new(
            ProblemCode::IsAComponent,
            "it is a component already, not a core module".into(),
            "there is nothing to link; run it as it is, with `wasi-adapt run` or `wasmtime run`",
        )
    }
}

/// Every problem of a module, in the order memory, entry points, imports, WIT, adapters, layout.
pub fn find(
    program: &Program<'_>,
    plan: &Plan,
    adapters: &Adapters<'_>,
    linker: &Linker,
    wit: Vec<Problem>,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    memory(plan, &mut problems);
    entry_points(plan, linker, &mut problems);
    imported_entries(program, plan, &mut problems);
    for (import, planned) in program.imports.iter().zip(&plan.imports) {
        signatures(import, planned, adapters, &mut problems);
    }
    unserved(plan, adapters, &mut problems);
    problems.extend(wit);
    allocators(program, plan, &mut problems);
    two_runs(program, plan, &mut problems);
    unfit_adapters(plan, adapters, linker, &mut problems);
    unfit_layout(program, plan, linker, &mut problems);
    two_snapshots(plan, linker, &mut problems);
    problems
}

fn memory(plan: &Plan, problems: &mut Vec<Problem>) {
    if let Some(memory) = &plan.memory {
        memory_type(memory, problems);
    }
    let origin = plan.memory.as_ref().map(|memory| memory.origin);
    if matches!(origin, Some(MemoryOrigin::Exported | MemoryOrigin::Imported)) {
        return;
    }
    let by_pointer = plan.imports.iter().find(|import| {
        let function = || Snapshot::of(&import.module)?.function(&import.name);
        import.served_by == Provider::Adapter && function().is_some_and(|function| function.memory)
    });
    if let Some(import) = by_pointer {
        problems.push(Problem::new(
            ProblemCode::NoMemoryExport,
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
            ProblemCode::SharedMemory,
            "its memory is shared between threads, which components cannot have".into(),
            "build it without threads (no `-pthread`, target `wasm32-wasip1` instead of `wasm32-wasip1-threads`)",
        ));
    }
    if memory.memory64 {
        problems.push(Problem::new(
            ProblemCode::Memory64,
            "its memory has 64-bit addresses; preview1 has 32-bit ones only".into(),
            "build it for wasm32 instead of wasm64",
        ));
    }
    if memory.page_size != 65536 && !memory.shared && !memory.memory64 {
        problems.push(Problem::new(
            ProblemCode::PageSize,
            format!("its memory has pages of {}; components have pages of 65536 bytes", bytes(memory.page_size)),
            "build it with the default page size",
        ));
    }
}

fn entry_points(plan: &Plan, linker: &Linker, problems: &mut Vec<Problem>) {
    for export in &plan.exports {
        if matches!(export.role, Role::EntryPoint | Role::Initializer) && export.signature != "() -> ()" {
            problems.push(Problem::new(
                ProblemCode::WrongSignature,
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
    if linker.world == Some(World::Command) && plan.entry.is_none() {
        problems.push(Problem::new(
            ProblemCode::NoEntryPoint,
            "nothing in it runs by itself, so it is no command: it exports no `_start` and no function without a name"
                .into(),
            "link it with `--world reactor`, or build it as a program instead of a library",
        ));
    }
}

/// The adapter calls functions of the module, and in some layouts it can do so only where the module has them itself.
fn imported_entries(program: &Program<'_>, plan: &Plan, problems: &mut Vec<Problem>) {
    let called = |role| match role {
        Role::EntryPoint => plan.world == World::Command,
        Role::Allocator => plan.layout.layout != Layout::Isolated,
        _ => false,
    };
    let is_imported = |export: &super::Export| {
        let is_it = |found: &&crate::program::ProgramExport| found.name == export.name;
        program.func_exports().map(|(found, _)| found).find(is_it).is_some_and(|it| program.is_imported(it.index))
    };
    let exports = plan.exports.iter().filter(|export| called(export.role) && is_imported(export));
    let mut imported: Vec<_> = exports.map(|export| format!("what it exports as `{}`", export.name)).collect();
    let start_is_imported = program.prescan.start.is_some_and(|func| program.is_imported(func));
    if plan.entry == Some(Entry::StartSection) && start_is_imported && called(Role::EntryPoint) {
        imported.push("its start function".into());
    }
    problems.extend(imported.into_iter().map(|what| {
        Problem::new(
            ProblemCode::ImportedEntry,
            format!("{what} is a function that it imports"),
            "give it a function of its own that calls the import",
        )
    }));
}

/// What gives the adapter or the host memory has one type.
fn allocators(program: &Program<'_>, plan: &Plan, problems: &mut Vec<Problem>) {
    if plan.layout.layout == Layout::Isolated {
        return; // There it is not asked for any.
    }
    let expected = FuncType::new([ValType::I32; 4], [ValType::I32]);
    let exports = program.func_exports().map(|(export, ty)| (&export.name, ty));
    let mut wrong: Vec<_> = exports.filter(|(name, ty)| is_allocator(name) && **ty != expected).collect();
    wrong.sort();
    for (name, ty) in wrong {
        problems.push(Problem::new(
            ProblemCode::WrongSignature,
            format!("it exports `{name}` as {}; an allocator's is {}", signature(ty), signature(&expected)),
            "define it as the canonical ABI does (old address, old size, alignment, new size), or rename the function",
        ));
    }
}

/// What a component exports for the host to run comes from the adapter, or is the module's own.
fn two_runs(program: &Program<'_>, plan: &Plan, problems: &mut Vec<Problem>) {
    if plan.world != World::Command || plan.layout.layout == Layout::Isolated {
        return;
    }
    let has = |name: &String| program.exports.iter().any(|export| export.name == *name);
    let own = pack::exported_funcs(World::Command).into_iter().filter(has);
    problems.extend(own.map(|name| {
        Problem::new(
            ProblemCode::TwoRuns,
            format!("it exports `{name}`, and so would the adapter, for its entry point"),
            "link it with `--world reactor`, and it keeps its own",
        )
    }));
}

fn signatures(import: &ProgramImport, planned: &Import, adapters: &Adapters<'_>, problems: &mut Vec<Problem>) {
    let Some(found) = &import.func else { return };
    let (expected, owner) = match planned.served_by {
        Provider::Adapter => {
            let Some(snapshot) = Snapshot::of(&import.module) else { return };
            (snapshot.function(&import.name).map(Function::ty), snapshot.to_string())
        }
        Provider::UserAdapter => (
            adapters.get(&*import.module).and_then(|adapter| adapter.exports.get(&import.name).cloned()),
            "the adapter".into(),
        ),
        Provider::Host | Provider::Component | Provider::Nobody => return,
    };
    let Some(expected) = expected.filter(|expected| expected != found) else { return };
    problems.push(Problem::new(
        ProblemCode::WrongSignature,
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
fn unserved(plan: &Plan, adapters: &Adapters<'_>, problems: &mut Vec<Problem>) {
    let mut modules: Vec<(&str, Vec<&Import>)> = Vec::new();
    for import in plan.imports.iter().filter(|import| import.served_by == Provider::Nobody) {
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
                ProblemCode::UnknownFunction,
                format!("the adapter given for `{module}` does not export what is imported from there: {names}"),
                "give an adapter that exports it with `--adapt NAME=FILE`",
            ));
        } else if let Some(snapshot) = Snapshot::of(module) {
            problems.push(Problem::new(
                ProblemCode::UnknownFunction,
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
        Problem::new(ProblemCode::UnknownModule, format!("nothing serves what it imports {}", from.join("; ")), remedy)
    }));
}

fn unfit_adapters(plan: &Plan, adapters: &Adapters<'_>, linker: &Linker, problems: &mut Vec<Problem>) {
    let instead = "link that code into the module as a library instead";
    let given = linker.adapters.iter().filter_map(|Adapter { name, .. }| Some((name, adapters.get(&**name)?)));
    for (name, AdapterModule { imports, unfit, .. }) in given {
        if let Some(has) = unfit {
            problems.push(Problem::new(
                ProblemCode::UnfitAdapter,
                format!("the adapter given for `{name}` has {has}, which an adapter cannot have"),
                instead,
            ));
        }
        // Adapters are cut down to what the module uses of them, and what another adapter would use is cut away.
        let served =
            |(module, _): &&(String, String)| Snapshot::of(module).is_some() || adapters.contains_key(&**module);
        let used = |(module, name): &(String, String)| {
            plan.imports.iter().any(|import| import.module == *module && import.name == *name)
        };
        let cut: Vec<_> = imports.iter().filter(served).filter(|import| !used(import)).collect();
        if let Some((module, _)) = cut.first() {
            let names: Vec<_> = cut.iter().map(|(_, name)| format!("`{name}`")).collect();
            problems.push(Problem::new(
                ProblemCode::UnfitAdapter,
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

fn unfit_layout(program: &Program<'_>, plan: &Plan, linker: &Linker, problems: &mut Vec<Problem>) {
    if linker.layout == Layout::Adapter
        && let Some(memory) = plan.imports.iter().find(|import| import.served_by == Provider::Component)
    {
        problems.push(Problem::new(
            ProblemCode::UnfitLayout,
            format!("it imports its memory, `{}` of `{}`, which nothing beside it gives", memory.name, memory.module),
            "link it with `--layout isolated`, where it gets a memory of its own, or leave the choice to `--layout auto`",
        ));
    }
    if linker.layout == Layout::Isolated && passes_pointers(program, &plan.imports) {
        problems.push(Problem::new(
            ProblemCode::UnfitLayout,
            "it has WIT of its own with strings, lists or the like, so the host sees its pointers; in the layout `isolated` \
             they would be wrong"
                .into(),
            "link it with `--layout guest`, or leave the choice to `--layout auto`",
        ));
    }
    if linker.emit == Emit::Module && plan.layout.layout == Layout::Adapter {
        let why = plan.layout.why;
        problems.push(Problem::new(
            ProblemCode::UnfitLayout,
            format!("in the layout `adapter` there is no one core module: {why}"),
            "link it with `--layout isolated`, or `guest` if it has WIT of its own",
        ));
    }
    if matches!(linker.layout, Layout::Isolated | Layout::Guest) && !linker.adapters.is_empty() {
        problems.push(Problem::new(
            ProblemCode::UnfitLayout,
            "adapters are given for it, and only this tool's own can be merged with a module".into(),
            "link it with `--layout adapter`, or leave the choice to `--layout auto`",
        ));
    }
}

/// Each adapter has descriptors of its own, so one program cannot use this tool's own for snapshot 0 beside one for
/// preview1.
fn two_snapshots(plan: &Plan, linker: &Linker, problems: &mut Vec<Problem>) {
    let from = |snapshot: Snapshot| plan.imports.iter().filter(move |import| import.module == snapshot.module());
    let given = linker.adapters.iter().any(|adapter| adapter.name == preview1::MODULE);
    let both = from(Snapshot::Unstable).any(|import| import.served_by == Provider::Adapter)
        && (given || from(Snapshot::Preview1).next().is_some());
    let beside = match linker.layout {
        Layout::Auto => !linker.adapters.is_empty(),
        layout => layout == Layout::Adapter,
    };
    if !both || !beside {
        return;
    }
    problems.push(Problem::new(
        ProblemCode::TwoSnapshots,
        "it needs an adapter for `wasi_unstable` and one for `wasi_snapshot_preview1`; in the layout `adapter` these \
         are two, and neither knows what is open in the other"
            .into(),
        "leave the choice to `--layout auto` and give no adapters, or give one for `wasi_unstable` too",
    ));
}

fn named(import: &Import) -> String {
    match import.kind {
        ExternKind::Func => format!("`{}`", import.name),
        kind => format!("`{}` (a {kind})", import.name),
    }
}

/// A number of bytes in words.
pub fn bytes(count: u64) -> String {
    if count == 1 { "1 byte".into() } else { format!("{count} bytes") }
}
