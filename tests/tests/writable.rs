//! Runs every guest with the fixture in the component, in memory, and under wasmtime's preview1 host in the same directories.
//! Output and exit status must be the same, or be listed in `known-differences.toml`.

use wasi_adapt::{FileTree, Layout, Linker};
use wasi_adapt_tests::guests::Guest;
use wasi_adapt_tests::{difference, fixture, known, run, test_guests};

fn compare(guest: &Guest) {
    let start = guest.start();
    let module = guest.module();
    let mut preview1 = run::on_preview1(guest, &start);
    let mut tree = fixture::tree(run::mapped(&start));
    for (name, _) in run::mapped(&start) {
        tree.writable(name, FileTree::WRITABLE);
    }
    for layout in [Layout::Isolated, Layout::Guest] {
        let linked = Linker::new().layout(layout).embed(tree.clone()).link(&module).expect("the guest is linked");
        let mut component = run::observe(&start, |invocation| {
            let mut invocation = invocation.clone();
            invocation.dirs.clear();
            run::host().run_component(&linked.wasm, &invocation)
        });
        // What is in memory is gone.
        preview1.files.clear();
        component.files.clear();
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
