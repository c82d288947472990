//! The guests cover preview1, and are compiled only when necessary.

use std::collections::BTreeSet;
use wasi_adapt::preview1;
use wasi_adapt_tests::guests::{badfd, probes, traps, wat};
use wasmparser::{Parser, Payload};

fn imports(module: &[u8]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for payload in Parser::new(0).parse_all(module) {
        if let Payload::ImportSection(imports) = payload.unwrap() {
            for import in imports.into_imports() {
                found.insert(import.unwrap().name.to_owned());
            }
        }
    }
    found
}

#[test]
fn every_function_has_a_probe() {
    // Calls that trap a preview1 host are probed in `traps`, functions that it lacks in `badfd`.
    let compared: BTreeSet<String> =
        [probes::ALL, wat::ALL].into_iter().flatten().flat_map(|guest| imports(&guest.module())).collect();
    let alone: BTreeSet<String> =
        [traps::ALL, badfd::ALL].into_iter().flatten().flat_map(|guest| imports(&guest.module())).collect();
    for function in preview1::FUNCTIONS {
        let probed = compared.contains(function.name) || function.name == "proc_raise" && alone.contains(function.name);
        assert!(probed, "no probe calls `{}`", function.name);
    }
    for function in preview1::EXTENSIONS {
        assert!(alone.contains(function.name), "no guest calls `{}`", function.name);
    }
}

#[test]
fn a_guest_is_compiled_once() {
    let compiled = || std::fs::metadata(probes::FD_SEEK.path()).unwrap().modified().unwrap();
    assert_eq!(compiled(), compiled());
}
