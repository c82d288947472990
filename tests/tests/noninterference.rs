//! Programs cannot tell the contents of the memory below them, the adapter's and the layers', and only results are written
//! into theirs.
//! `NONINTERFERENCE` is the number of call sequences, `NONINTERFERENCE_SEED` the first seed.

use wasi_adapt_tests::noninterference::{self, Below, SequenceOptions};

fn given(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |value| value.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

#[track_caller]
fn makes_no_difference(below: Below) {
    let (seed, sequences) = (given("NONINTERFERENCE_SEED", 1), given("NONINTERFERENCE", 100_000));
    let ran = noninterference::run(SequenceOptions { seed, sequences, below });
    let ran = ran.unwrap_or_else(|error| panic!("{error:#}\nNONINTERFERENCE_SEED repeats it"));
    println!("{ran:?}");
    assert!(ran.sequences >= sequences, "{ran:?}");
    // Embedded files and devices cannot be changed, and a socket is rarely in the state that a call needs.
    let is_hard = matches!(below, Below::Files | Below::WritableFiles | Below::Devices | Below::Sockets);
    let least = if is_hard { 8 } else { 5 };
    assert!(ran.succeeded * least > ran.calls, "too few calls do anything: {ran:?}");
}

#[test]
fn what_lies_in_the_adapter_makes_no_difference() {
    makes_no_difference(Below::Adapters);
}

#[test]
fn embedded_files_make_no_difference() {
    makes_no_difference(Below::Files);
}

#[test]
fn files_in_memory_make_no_difference() {
    makes_no_difference(Below::WritableFiles);
}

#[test]
fn devices_make_no_difference() {
    makes_no_difference(Below::Devices);
}

#[test]
fn a_layer_that_passes_calls_on_makes_no_difference() {
    makes_no_difference(Below::PassingLayer);
}

#[test]
fn what_lies_in_a_layer_makes_no_difference() {
    makes_no_difference(Below::CallingLayers);
}

#[test]
fn what_lies_in_the_layer_of_sockets_makes_no_difference() {
    makes_no_difference(Below::Sockets);
}
