//! A few random inputs for each target of `wasi-adapt-fuzz`; `make fuzz` tries more.

use wasi_adapt_tests::fuzz::{self, TARGETS, watch::Counting};

#[global_allocator]
static COUNTING: Counting = Counting;

/// Returns the number of inputs for a target, fewer if they take long.
fn inputs(target: &str) -> u64 {
    match target {
        "run" => 20,
        "dwarf" => 20,
        _ => 300,
    }
}

/// One takes gigabytes unless its memory is limited; the other exits with a status above 125.
#[test]
fn programs_that_a_target_failed_for() {
    let target = TARGETS.iter().find(|target| target.name == "run").unwrap();
    for number in [42, 2032] {
        fuzz::run(target, number, |tried| tried == 1).unwrap_or_else(|error| panic!("{number}: {error:#}"));
    }
}

#[test]
fn random_inputs_do_no_harm() {
    for target in &TARGETS {
        let tried = fuzz::run(target, 0, |tried| tried >= inputs(target.name));
        assert_eq!(tried.unwrap_or_else(|error| panic!("{}: {error:#}", target.name)), inputs(target.name));
    }
}
