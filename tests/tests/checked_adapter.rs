//! Guests, probes and random calls with an adapter that has debug assertions and checked arithmetic, in each layout: nothing
//! that its code relies on fails to hold.

use std::sync::LazyLock;

use wasi_adapt_tests::guests::Guest;
use wasi_adapt_tests::noninterference::{self, Below, SequenceOptions};
use wasi_adapt_tests::run::{self, Adapter};
use wasi_adapt_tests::{difference, known, test_guests};

static CHECKED: LazyLock<bool> = LazyLock::new(|| wasi_adapt::use_raw_adapter(wasi_adapt_checked_adapter::ADAPTER));

fn compare(guest: &Guest) {
    assert!(*CHECKED, "a component was made with the other adapter");
    let start = guest.start();
    let preview1 = run::on_preview1(guest, &start);
    for layout in run::LAYOUTS {
        let component = run::with_adapter(guest, &start, Adapter::OursIn(layout));
        known::check(guest.id, layout, &difference::between(&preview1, &component));
    }
}

test_guests! {
    probes: for_each_probes by compare;
    c: for_each_c by compare;
    rust: for_each_rust by compare;
    wat: for_each_wat by compare;
}

#[test]
fn random_calls() {
    assert!(*CHECKED, "a component was made with the other adapter");
    let ran = noninterference::run(SequenceOptions { seed: 7, sequences: 10_000, below: Below::Adapters })
        .unwrap_or_else(|error| panic!("{error:#}"));
    assert!(ran.succeeded * 5 > ran.calls, "too few calls do anything: {ran:?}");
}
