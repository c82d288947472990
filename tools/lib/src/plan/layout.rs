//! Chooses the layout and the world for a module.

use super::{Entry, Import, Provider};
use crate::linker::Linker;
use crate::preview1::Snapshot;
use crate::program::Program;
use crate::{Layout, World};
use serde::Serialize;

/// A layout, and the reason for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct LayoutChoice {
    /// Never [`Layout::Auto`].
    #[serde(rename = "name")]
    pub layout: Layout,
    pub why: &'static str,
}

impl LayoutChoice {
    pub(super) fn of(program: &Program<'_>, imports: &[Import], has_layers: bool, linker: &Linker) -> LayoutChoice {
        let other_imports =
            imports.iter().any(|import| matches!(import.served_by, Provider::UserAdapter | Provider::Nobody));
        let unstable = imports.iter().any(|import| import.module == Snapshot::Unstable.module());
        let (layout, why) = match linker.layout {
            Layout::Auto if has_layers && !passes_pointers(program, imports) => (Layout::Isolated, "it has layers"),
            Layout::Auto if !linker.adapters.is_empty() => (Layout::Adapter, "adapters are given for it"),
            Layout::Auto if passes_pointers(program, imports) => {
                (Layout::Guest, "it has WIT of its own, so the host sees its pointers")
            }
            Layout::Auto if other_imports => (Layout::Adapter, "it imports more than preview1"),
            Layout::Auto if has_own_wit(program, imports) => {
                (Layout::Isolated, "the WIT of its own passes numbers only")
            }
            Layout::Auto if unstable => (Layout::Isolated, "it imports nothing but preview1 and its predecessor"),
            Layout::Auto => (Layout::Isolated, "it imports nothing but preview1"),
            asked => (asked, "as asked for"),
        };
        LayoutChoice { layout, why }
    }

    /// Returns the layout used because the module exceeds a limit in the one that suits it best.
    pub(crate) fn within_limits(layout: Layout) -> LayoutChoice {
        LayoutChoice { layout, why: "it would be too large for engines in the layout that suits it best" }
    }
}

/// Returns whether a module imports or exports WIT, other than by adapters.
fn has_own_wit(program: &Program<'_>, imports: &[Import]) -> bool {
    program.func_exports().any(|(export, _)| program.wit.exports(&export.name))
        || imports.iter().any(|import| import.served_by == Provider::Host)
}

/// Returns whether a module and the host pass pointers by the module's own WIT.
pub fn passes_pointers(program: &Program<'_>, imports: &[Import]) -> bool {
    // Apart from functions of WIT, there are those that the linker makes; those for resources take numbers.
    let made = |import: &Import| {
        let name = &*import.name;
        import.served_by == Provider::Host
            && name.starts_with('[')
            && !["[method]", "[static]", "[constructor]", "[resource-"].iter().any(|prefix| name.starts_with(prefix))
    };
    has_own_wit(program, imports) && (program.wit.passes_pointers() || imports.iter().any(made))
}

/// Returns the world of the adapter. It exports no `run` if the module does.
pub fn world(entry: Option<&Entry>, linker: &Linker) -> World {
    match (linker.world, entry) {
        (None | Some(World::Command), Some(Entry::Wit)) | (None, None) => World::Reactor,
        (None, Some(_)) => World::Command,
        (Some(world), _) => world,
    }
}

/// Returns the snapshot of the separate built-in adapter. A program that imports neither still needs one to call its
/// `_start`.
pub fn beside(imports: &[Import], linker: &Linker) -> Option<Snapshot> {
    let given = |snapshot: Snapshot| linker.adapters.iter().any(|adapter| adapter.name == snapshot.module());
    let imported = |snapshot: Snapshot| imports.iter().any(|import| import.module == snapshot.module());
    let [preview1, unstable] = Snapshot::ALL;
    if imported(unstable) && !given(unstable) { Some(unstable) } else { (!given(preview1)).then_some(preview1) }
}
