//! Runs every guest with the fixture in the component, in memory, and under wasmtime's preview1 host in the same directories.
//! Output and exit status must be the same, or be listed in `known-differences.toml`. So must those of random calls.

use wasi_adapt::{FileTree, Layout, Linker};
use wasi_adapt_host::DirMapping;
use wasi_adapt_tests::guests::{Guest, Start, sealed, setup};
use wasi_adapt_tests::run::{self, Observed};
use wasi_adapt_tests::{difference, fixture, golden, known, test_guests};

/// Memory for all that a guest writes.
const ENOUGH: u32 = 64 << 20;

/// Runs a guest under the preview1 host, each of its directories being in a fixture of its own.
fn on_preview1(guest: &Guest, start: &Start) -> Observed {
    let fixtures = run::mapped(start).map(|(name, path)| (name, path, tempfile::tempdir().unwrap()));
    let fixtures: Vec<_> = fixtures.collect();
    fixtures.iter().for_each(|(_, _, fixture)| fixture::make_as_embedded(fixture.path()).unwrap());
    let observed = run::observe(start, |invocation| {
        let mut invocation = invocation.clone();
        let dirs = fixtures.iter().map(|(name, path, fixture)| DirMapping::new(fixture.path().join(path), *name));
        invocation.dirs = dirs.collect();
        run::host().run_module(&guest.module(), &invocation)
    });
    without_files(observed)
}

/// Runs a guest as a component that has its directories in memory.
fn in_memory(guest: &Guest, start: &Start, layout: Layout) -> Observed {
    let mut tree = fixture::tree(run::mapped(start));
    for (name, _) in run::mapped(start) {
        tree.writable(name, ENOUGH);
    }
    without_files(run::with_own_files(guest, start, layout, tree))
}

/// Leaves out the files that are left behind: those in memory are gone.
fn without_files(observed: Observed) -> Observed {
    Observed { files: Vec::new(), ..observed }
}

fn compare(guest: &Guest) {
    let start = guest.start();
    let preview1 = on_preview1(guest, &start);
    for layout in [Layout::Isolated, Layout::Guest] {
        let component = in_memory(guest, &start, layout);
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

/// `WRITABLE_CALLS=FIRST..LAST` selects other seeds.
#[test]
fn random_calls() {
    let range = std::env::var("WRITABLE_CALLS").unwrap_or("1..20".into());
    let (first, last) = range.split_once("..").unwrap();
    for seed in first.parse::<u32>().unwrap()..last.parse().unwrap() {
        let guest = &setup::RANDOM_CALLS;
        let start = Start { args: vec!["random".into(), seed.to_string(), "1500".into()], ..guest.start() };
        let found = difference::between(&on_preview1(guest, &start), &in_memory(guest, &start, Layout::Isolated));
        assert!(found.is_empty(), "seed {seed}: preview1 host -> component:\n  {}", found.join("\n  "));
    }
}

#[test]
fn files_in_memory_are_in_one_tree_with_those_that_are_embedded() {
    let guest = &sealed::IN_MEMORY;
    let mut tree = FileTree::new();
    tree.file("/readme", "embedded").preopen("/").writable("/tmp", 256 << 10);
    for layout in [Layout::Isolated, Layout::Guest] {
        let linker = Linker::new().layout(layout).embed(tree.clone());
        let linked = linker.link(&guest.module()).expect("the guest is linked");
        let observed = run::observe(&guest.start(), |invocation| run::host().run_component(&linked.wasm, invocation));
        assert_eq!(observed.code(), 0);
        golden::check("writable/in-memory.txt", &observed.stdout);
    }
}
