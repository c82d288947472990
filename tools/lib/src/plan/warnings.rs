//! Finds results of linking that the user may not expect: a component without callable exports, memory that is never
//! freed.

use super::{Allocator, Entry, Plan, is_entry_or_allocator, layers};
use crate::names::quoted;
use crate::program::Program;

/// The number of uncallable functions that are named.
const NAMED: usize = 8;

/// Returns all warnings about a plan.
pub fn find(program: &Program<'_>, plan: &Plan) -> Vec<String> {
    let mut warnings = Vec::new();
    warnings.extend(dropped_entry(plan));
    warnings.extend(no_exports(program, plan));
    layers::warnings(&plan.layers, &program.imports, &mut warnings);
    if plan.allocator == Some(Allocator::Memory) {
        warnings.push(
            "it exports no `cabi_realloc`, by which the host gives it strings and lists, nor `realloc` or `malloc`: \
             these come into pages that are added to its memory and never given back"
                .into(),
        );
    }
    warnings
}

/// Worlds other than the command world ignore the entry.
fn dropped_entry(plan: &Plan) -> Option<String> {
    let what = match plan.entry {
        Some(Entry::Start) => "its `_start`",
        Some(Entry::Unnamed) => "its function without a name",
        _ => return None,
    };
    let world = plan.world;
    (!world.runs()).then(|| {
        format!(
            "{what} is dropped and never runs, because in the world `{world}` nothing does; `--world command` keeps it"
        )
    })
}

/// Nobody can call what a library exports if no WIT says what it is.
fn no_exports(program: &Program<'_>, plan: &Plan) -> Option<String> {
    let only_starts = match plan.entry {
        Some(Entry::Initialize) => Some("`_initialize`"),
        Some(Entry::StartSection) => Some("start function"),
        _ => None,
    };
    let is_program = plan.world.runs() && only_starts.is_none();
    if is_program || program.wit.has_exports() {
        return None;
    }
    let functions = program.func_exports().filter(|(export, _)| !is_entry_or_allocator(&export.name));
    let mut names: Vec<_> = functions.map(|(export, _)| quoted(&export.name)).collect();
    if let Some(more) = names.len().checked_sub(NAMED).filter(|more| *more > 1) {
        names.truncate(NAMED);
        names.push(format!("{more} more"));
    }
    let nobody = match only_starts {
        Some(what) if plan.world.runs() => format!("all that can be run of the component is its {what}"),
        _ => "the component exports nothing that could be called".into(),
    };
    match &names[..] {
        [] if plan.world.runs() => None,
        [] => Some(format!("{nobody}, nor does the module")),
        _ => Some(format!(
            "{nobody}; the module exports {}: `--wit PATH` makes those of a world exports of the component, \
             `--export-functions` those that take and give numbers only",
            names.join(", ")
        )),
    }
}
