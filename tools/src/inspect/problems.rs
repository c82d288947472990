//! Judges what was read of a module: everything that keeps it from becoming a component, each with its remedy.

use super::adapter::Adapters;
use super::module::{FunctionImport, signature};
use super::text::bytes;
use super::{Memory, MemoryOrigin, Report, Role, Server, remedies};
use crate::link::{Adapter, Layout, LinkOptions, has_own_wit};
use crate::pack::World;
use crate::preview1::{self, Function, Snapshot};
use serde::Serialize;
use std::fmt;

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
    fn new(code: &'static str, message: String, remedy: impl Into<String>) -> Problem {
        Problem { code, message, remedy: remedy.into() }
    }

    pub(super) fn component() -> Problem {
        Problem::new(
            "is-a-component",
            "it is a component already, not a core module".into(),
            "there is nothing to link; run it as it is, with `wasi-adapt run` or `wasmtime run`",
        )
    }
}

/// Every problem, in the order memory, entry points, imports, adapters, layout.
pub fn find(
    report: &Report,
    imports: &[FunctionImport<'_>],
    adapters: &Adapters<'_>,
    options: &LinkOptions,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    memory(report, imports, &mut problems);
    entry_points(report, options, &mut problems);
    for import in imports {
        signatures(import, adapters, &mut problems);
    }
    unserved(imports, adapters, &mut problems);
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
                format!("it exports `{}` as {}; a program's is () -> ()", export.name, export.signature),
                "let the compiler's start files define it, or rename the function",
            ));
        }
    }
    if options.world == Some(World::Command) && report.world != Some("command") {
        problems.push(Problem::new(
            "no-entry-point",
            "it exports no `_start`, so it is no command".into(),
            "link it with `--world reactor`, or build it as a program instead of a library",
        ));
    }
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
        "declare the import as it is defined, or build against a current C library",
    ));
}

/// One problem for each import module with something that nobody serves.
fn unserved(imports: &[FunctionImport<'_>], adapters: &Adapters<'_>, problems: &mut Vec<Problem>) {
    let mut modules: Vec<(&str, Vec<&super::Import>)> = Vec::new();
    for import in imports.iter().map(|import| import.import).filter(|import| import.served_by == Server::Nobody) {
        match modules.iter_mut().find(|(module, _)| *module == import.module) {
            Some((_, names)) => names.push(import),
            None => modules.push((&import.module, vec![import])),
        }
    }
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
            problems.push(Problem::new(
                "unknown-module",
                format!("nothing serves what it imports from `{module}`: {names}"),
                remedies::for_module(module, &imports),
            ));
        }
    }
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
