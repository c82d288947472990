//! Everything that keeps a module from becoming a component, each with its remedy.

use super::adapter::{AdapterModule, Adapters};
use super::layout::passes_pointers;
use super::problem::{Problem, ProblemCode, grouped};
use super::{Entry, ExternKind, Import, Memory, MemoryOrigin, Plan, Provider, Role, is_allocator, layers, remedies};
use crate::linker::{Adapter, Linker};
use crate::names::quoted;
use crate::pack;
use crate::preview1::{self, Function, Snapshot};
use crate::program::{Program, ProgramImport};
use crate::{Emit, Layout, World, signature};
use wasmparser::{FuncType, ValType};

/// Returns every problem of a module, in the order memory, entry points, imports, WIT, adapters, layout, files.
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
        signatures(import, planned, plan, adapters, &mut problems);
    }
    unserved(plan, adapters, &mut problems);
    layers::problems(&plan.layers, &mut problems);
    problems.extend(wit);
    allocators(program, plan, &mut problems);
    two_runs(program, plan, &mut problems);
    unfit_adapters(plan, adapters, linker, &mut problems);
    unfit_layout(program, plan, linker, &mut problems);
    two_snapshots(plan, linker, &mut problems);
    problems.extend(linker.files.iter().flat_map(|image| image.problems.iter().cloned()));
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
        matches!(import.served_by, Provider::Adapter | Provider::Layer)
            && function().is_some_and(|function| function.memory)
    });
    if let Some(import) = by_pointer {
        problems.push(Problem::new(
            ProblemCode::NoMemoryExport,
            format!(
                "it imports `{}`, which reads or writes its memory, but exports no memory named `memory`",
                import.name // One of preview1's.
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
                format!("it exports {} as {}; a program's is () -> ()", quoted(&export.name), export.signature),
                "let the compiler's start files define it, rename the function, or name another entry with `--entry NAME`",
            ));
        }
    }
    match (&linker.entry, linker.world) {
        (Some(name), _) if plan.entry.is_none() => problems.push(Problem::new(
            ProblemCode::NoEntryPoint,
            format!("it exports no function {}, which is to be its entry", quoted(name)),
            match &plan.other_entries[..] {
                [] => "none of its exports could be: an entry is a function of the type () -> ()".into(),
                names => {
                    let names: Vec<_> = names.iter().map(|name| quoted(name)).collect();
                    format!("give one that it exports with `--entry`: {}", names.join(", "))
                }
            },
        )),
        (Some(name), Some(world)) if !world.runs() => problems.push(Problem::new(
            ProblemCode::NoEntryPoint,
            format!("{} is to be its entry, and in the world `{world}` nothing is run", quoted(name)),
            "leave out `--world`, or `--entry`",
        )),
        (None, Some(world)) if world.runs() && plan.entry.is_none() => problems.push(Problem::new(
            ProblemCode::NoEntryPoint,
            "nothing in it runs by itself, so it is no command: it exports no `_start` and no function without a name"
                .into(),
            "link it with `--world reactor`, build it as a program instead of a library, or name the export that is to \
             run with `--entry NAME`",
        )),
        _ => {}
    }
}

/// Finds functions that the adapter calls and the module imports; in some layouts the module must define them.
fn imported_entries(program: &Program<'_>, plan: &Plan, problems: &mut Vec<Problem>) {
    let called = |role| match role {
        Role::EntryPoint => plan.world.runs(),
        Role::Allocator => plan.layout.layout != Layout::Isolated,
        _ => false,
    };
    let is_imported = |export: &super::Export| {
        let is_it = |found: &&crate::program::ProgramExport| found.name == export.name;
        program.func_exports().map(|(found, _)| found).find(is_it).is_some_and(|it| program.is_imported(it.index))
    };
    let exports = plan.exports.iter().filter(|export| called(export.role) && is_imported(export));
    let mut imported: Vec<_> = exports.map(|export| format!("what it exports as {}", quoted(&export.name))).collect();
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

/// Checks the types of allocators.
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

/// Finds a second export of `wasi:cli/run`: either the adapter or the module has it.
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

fn signatures(
    import: &ProgramImport,
    planned: &Import,
    plan: &Plan,
    adapters: &Adapters<'_>,
    problems: &mut Vec<Problem>,
) {
    let Some(found) = &import.func else { return };
    let (expected, owner) = match planned.served_by {
        Provider::Adapter => {
            let Some(snapshot) = Snapshot::of(&import.module) else { return };
            (snapshot.function(&import.name).map(Function::ty), snapshot.to_string())
        }
        Provider::Layer => (
            layers::serving(&plan.layers, 0, &import.module, import).map(|(_, ty)| ty.clone()),
            format!("the layer {}", quoted(planned.layer.as_deref().unwrap_or_default())),
        ),
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
            "it imports {} of {} as {}; {owner} has it as {}",
            quoted(&import.name),
            quoted(&import.module),
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

/// Returns whether a type is the expected one, except for two i32 in place of an i64.
fn is_legalised(found: &FuncType, expected: &FuncType) -> bool {
    let split = |ty: &ValType| if *ty == ValType::I64 { vec![ValType::I32; 2] } else { vec![*ty] };
    let params: Vec<_> = expected.params().iter().flat_map(split).collect();
    expected.params().contains(&ValType::I64) && found.params() == params && found.results() == expected.results()
}

/// Groups the imports without a provider by remedy, one problem each.
fn unserved(plan: &Plan, adapters: &Adapters<'_>, problems: &mut Vec<Problem>) {
    let unserved: Vec<_> = plan.imports.iter().filter(|import| import.served_by == Provider::Nobody).collect();
    let (known, unknown): (Vec<_>, Vec<_>) = unserved
        .into_iter()
        .partition(|Import { module, .. }| adapters.contains_key(&**module) || Snapshot::of(module).is_some());
    for (module, names) in by_module(known) {
        problems.push(match Snapshot::of(module).filter(|_| !adapters.contains_key(module)) {
            None => Problem::new(
                ProblemCode::UnknownFunction,
                format!(
                    "the adapter given for {} does not export what is imported from there: {names}",
                    quoted(module)
                ),
                "give an adapter that exports it with `--adapt NAME=FILE`",
            ),
            Some(snapshot) => Problem::new(
                ProblemCode::UnknownFunction,
                format!("{snapshot} has nothing of this name, but it is imported from {}: {names}", quoted(module)),
                format!(
                    "it is an extension of some runtime: build without it, or give a whole adapter that has it with \
                     `--adapt {module}=FILE`"
                ),
            ),
        });
    }
    let with_remedies = unknown.iter().map(|import| (remedies::of(import, &unknown), *import));
    problems.extend(grouped(with_remedies).into_iter().map(|(remedy, imports)| {
        let from = |(module, names)| format!("from {}: {names}", quoted(module));
        let from: Vec<_> = by_module(imports).into_iter().map(from).collect();
        Problem::new(ProblemCode::UnknownModule, format!("nothing serves what it imports {}", from.join("; ")), remedy)
    }));
}

/// Lists the names of imports by module.
fn by_module(imports: Vec<&Import>) -> Vec<(&str, String)> {
    let names = imports.into_iter().map(|import| (&*import.module, named(import)));
    grouped(names).into_iter().map(|(module, names)| (module, names.join(", "))).collect()
}

fn unfit_adapters(plan: &Plan, adapters: &Adapters<'_>, linker: &Linker, problems: &mut Vec<Problem>) {
    let instead = "link that code into the module as a library instead";
    let given = linker.adapters.iter().filter_map(|Adapter { name, .. }| Some((name, adapters.get(&**name)?)));
    for (name, AdapterModule { imports, unfit, .. }) in given {
        if let Some(has) = unfit {
            problems.push(Problem::new(
                ProblemCode::UnfitAdapter,
                format!("the adapter given for {} has {has}, which an adapter cannot have", quoted(name)),
                instead,
            ));
        }
        // The linker removes the parts of an adapter that the module does not use, even if another adapter does.
        let served =
            |(module, _): &&(String, String)| Snapshot::of(module).is_some() || adapters.contains_key(&**module);
        let used = |(module, name): &(String, String)| {
            plan.imports.iter().any(|import| import.module == *module && import.name == *name)
        };
        let cut: Vec<_> = imports.iter().filter(served).filter(|import| !used(import)).collect();
        if let Some((module, _)) = cut.first() {
            let names: Vec<_> = cut.iter().map(|(_, name)| quoted(name)).collect();
            problems.push(Problem::new(
                ProblemCode::UnfitAdapter,
                format!(
                    "the adapter given for {} imports what another adapter serves ({}) and the module does not use: {}",
                    quoted(name),
                    quoted(module),
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
            format!(
                "it imports its memory, {} of {}, which nothing beside it gives",
                quoted(&memory.name),
                quoted(&memory.module)
            ),
            "link it with `--layout isolated`, where it gets a memory of its own, or leave the choice to `--layout auto`",
        ));
    }
    if plan.world == World::Http && plan.layout.layout != Layout::Isolated {
        let why = plan.layout.why;
        problems.push(Problem::new(
            ProblemCode::UnfitLayout,
            format!(
                "in the world `http` it needs the layout `isolated`, and it is linked in `{}`: {why}",
                plan.layout.layout
            ),
            "leave out `--layout` and `--adapt`, or link it in another world",
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
    if !plan.layers.is_empty() && plan.layout.layout != Layout::Isolated {
        let names: Vec<_> = plan.layers.iter().map(|layer| quoted(&layer.name)).collect();
        let names = names.join(", ");
        let (message, remedy) = if plan.layout.layout == Layout::Guest && linker.layout == Layout::Auto {
            (
                format!(
                    "its layers ({names}) need its memory moved up; but it has WIT of its own with strings, lists or the like, \
                     so the host sees its pointers"
                ),
                "leave out what needs the layers, or the WIT",
            )
        } else {
            (
                format!("it can have its layers ({names}) only in the layout `isolated`"),
                "leave out `--layout`, and give no `--adapt`",
            )
        };
        problems.push(Problem::new(ProblemCode::UnfitLayout, message, remedy));
    }
    if linker.emit == Emit::Module && plan.layout.layout == Layout::Adapter {
        let why = plan.layout.why;
        problems.push(Problem::new(
            ProblemCode::UnfitLayout,
            format!("in the layout `adapter` there is no one core module: {why}"),
            "link it with `--layout isolated`, or `guest` if it has WIT of its own",
        ));
    }
    if linker.files.is_some() && plan.layout.layout == Layout::Adapter {
        let why = plan.layout.why;
        problems.push(Problem::new(
            ProblemCode::UnfitLayout,
            format!("in the layout `adapter` there is no place for embedded files: {why}"),
            if linker.adapters.is_empty() {
                "link it with `--layout isolated`, or `guest` if it has WIT of its own"
            } else {
                "embed no files, and give them to the component with the host's `--dir`; or link those adapters into the \
                 module as libraries"
            },
        ));
    }
    let is_merged = matches!(linker.layout, Layout::Isolated | Layout::Guest) || !plan.layers.is_empty();
    if is_merged && !linker.adapters.is_empty() {
        problems.push(Problem::new(
            ProblemCode::UnfitLayout,
            "adapters are given for it, and only this tool's own can be merged with a module".into(),
            "link it with `--layout adapter`, or leave the choice to `--layout auto`",
        ));
    }
}

/// Each adapter has its own descriptors, so a program cannot use the built-in one for snapshot 0 beside another for
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
        ExternKind::Func => quoted(&import.name),
        kind => format!("{} (a {kind})", quoted(&import.name)),
    }
}

/// Formats a number of bytes.
pub fn bytes(count: u64) -> String {
    if count == 1 { "1 byte".into() } else { format!("{count} bytes") }
}
