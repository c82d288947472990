//! Runs every guest with the fixture embedded in the component, and under wasmtime's preview1 host in a fixture that it
//! may only read. Output and exit status must be the same, or be listed in `known-differences.toml`.

use wasi_adapt::Layout;
use wasi_adapt_tests::guests::Guest;
use wasi_adapt_tests::{difference, fixture, known, run, test_guests};

fn compare(guest: &Guest) {
    let start = guest.start();
    let preview1 = run::observe(&start, |invocation| {
        let mut invocation = invocation.clone();
        invocation.dirs = invocation.dirs.into_iter().map(|dir| dir.read_only()).collect();
        run::host().run_module(&guest.module(), &invocation)
    });
    let tree = fixture::tree(run::mapped(&start));
    for layout in [Layout::Isolated, Layout::Guest] {
        let component = run::with_own_files(guest, &start, layout, tree.clone());
        known::check_embedded(guest.id, layout, &difference::between(&preview1, &component));
    }
}

test_guests! {
    probes: for_each_probes by compare;
    c: for_each_c by compare;
    rust: for_each_rust by compare;
    go: for_each_go by compare;
    assemblyscript: for_each_assemblyscript by compare;
}
