//! Runs every guest with the fixture embedded in the component, and under wasmtime's preview1 host in a fixture that it
//! may only read. Output and exit status must be the same, or be listed in `known-differences.toml`.

use std::fs;
use std::path::Path;

use wasi_adapt::{FileTree, Layout, Linker};
use wasi_adapt_tests::guests::Guest;
use wasi_adapt_tests::{difference, fixture, known, run, test_guests};

/// Adds a directory with all that is in it, bad links too, which `FileTree::embed` refuses.
fn add(tree: &mut FileTree, host: &Path, guest: &str) {
    tree.directory(guest);
    for entry in fs::read_dir(host).expect("the fixture can be listed") {
        let entry = entry.expect("the fixture can be listed");
        let name = format!("{guest}/{}", entry.file_name().to_str().expect("a name in UTF-8"));
        let ty = entry.file_type().expect("an entry has a type");
        if ty.is_dir() {
            add(tree, &entry.path(), &name);
        } else if ty.is_symlink() {
            let target = fs::read_link(entry.path()).expect("a link can be read");
            tree.link(&name, target.to_str().expect("a target in UTF-8"));
        } else {
            tree.file(&name, fs::read(entry.path()).expect("a file can be read"));
        }
    }
}

fn compare(guest: &Guest) {
    let start = guest.start();
    let module = guest.module();
    let preview1 = run::observe(&start, |invocation| {
        let mut invocation = invocation.clone();
        invocation.dirs = invocation.dirs.into_iter().map(|dir| dir.read_only()).collect();
        run::host().run_module(&module, &invocation)
    });
    let original = tempfile::tempdir().expect("a directory for the fixture");
    fixture::make(original.path()).expect("the fixture can be made");
    let mut tree = FileTree::new();
    for (name, path) in run::mapped(&start) {
        add(&mut tree, &original.path().join(path), name);
        tree.preopen(name);
    }
    for layout in [Layout::Isolated, Layout::Guest] {
        let linked = Linker::new().layout(layout).embed(tree.clone()).link(&module).expect("the guest is linked");
        let component = run::observe(&start, |invocation| {
            let mut invocation = invocation.clone();
            invocation.dirs.clear();
            run::host().run_component(&linked.wasm, &invocation)
        });
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
