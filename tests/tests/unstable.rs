//! Programs that import `wasi_unstable`, snapshot 0: as components they behave as under the preview1 host, which
//! supports it too.

use wasi_adapt::preview1::{Function, Snapshot};
use wasi_adapt::{Layout, LinkError, ProblemCode, inspect};
use wasi_adapt_tests::guests::{self, Guest};
use wasi_adapt_tests::run::{self, Adapter};
use wasi_adapt_tests::{difference, known, test_guests};

/// Compares a guest in some layouts with the preview1 host. No available host polls correctly in snapshot 0:
/// wasi-common forgets the descriptors, wasmtime's assumes a smaller size of subscriptions. So probes that poll are
/// compared with the same probe for preview1, which must print the same.
fn compare(guest: &Guest, layouts: &[Layout]) {
    let probe = guest.id.strip_prefix("unstable/").filter(|name| name.starts_with("poll_"));
    let probe = probe.and_then(|name| guests::probes::ALL.iter().find(|probe| probe.id.ends_with(&format!("/{name}"))));
    let expected = *probe.unwrap_or(&guest);
    let start = guest.start();
    let preview1 = run::on_preview1(expected, &start);
    assert_eq!(preview1.code(), 0, "{}", preview1.stdout);
    for &layout in layouts {
        let component = run::with_adapter(guest, &start, Adapter::OursIn(layout));
        known::check(expected.id, layout, &difference::between(&preview1, &component));
    }
}

/// Returns the modules that a guest imports from.
fn modules(guest: &Guest) -> Vec<String> {
    let imports = inspect::inspect(&guest.module()).unwrap().imports;
    let mut modules: Vec<_> = imports.into_iter().map(|import| import.module).collect();
    modules.sort();
    modules.dedup();
    modules
}

fn alone(guest: &Guest) {
    assert_eq!(modules(guest), ["wasi_unstable"]);
    compare(guest, &run::LAYOUTS);
}

fn both(guest: &Guest) {
    assert_eq!(modules(guest), ["wasi_snapshot_preview1", "wasi_unstable"]);
    compare(guest, &[Layout::Isolated, Layout::Guest]);
    cannot_be_two_adapters(guest);
}

test_guests! {
    alone: for_each_unstable by alone;
    both: for_each_both by both;
}

fn cannot_be_two_adapters(guest: &Guest) {
    let error = run::link(&guest.module(), Adapter::OursIn(Layout::Adapter)).unwrap_err();
    let Ok(LinkError::Problems(problems)) = error.downcast() else { panic!("no list of problems") };
    let codes: Vec<_> = problems.into_iter().map(|problem| problem.code).collect();
    assert_eq!(codes, [ProblemCode::TwoSnapshots]);
}

/// Returns a module that imports functions and does nothing.
fn importing(functions: impl Iterator<Item = &'static Function>) -> Vec<u8> {
    let list =
        |types: &[_]| types.iter().map(|ty: &wasi_adapt::preview1::CoreType| format!(" {ty}")).collect::<String>();
    let import = |function: &Function| {
        let (params, results) = (list(function.params), list(function.results));
        format!("(import \"wasi_unstable\" {:?} (func (param{params}) (result{results})))\n", function.name)
    };
    let imports: String = functions.map(import).collect();
    wat::parse_str(format!("(module {imports} (memory (export \"memory\") 1) (func (export \"_start\")))")).unwrap()
}

#[test]
fn every_function_is_served_in_each_layout() {
    let module = importing(Snapshot::Unstable.functions());
    for adapter in run::OURS {
        let component = run::link(&module, adapter).unwrap_or_else(|error| panic!("{adapter:?}: {error:#}"));
        let component = inspect::inspect(&component).unwrap();
        assert!(component.imports.iter().all(|import| import.module.is_empty() && import.name.starts_with("wasi:")));
    }
}
