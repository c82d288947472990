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

#[test]
fn random_inputs_do_no_harm() {
    for target in &TARGETS {
        let tried = fuzz::run(target, 0, |tried| tried >= inputs(target.name));
        assert_eq!(tried.unwrap_or_else(|error| panic!("{}: {error:#}", target.name)), inputs(target.name));
    }
}
