//! Runs every guest under wasmtime's preview1 host, which people use, and as a component in each layout, in a new copy
//! of the fixture. Output, exit status and files must be the same, or be listed in `known-differences.toml`, together
//! with the behaviour of other implementations of preview1.

use wasi_adapt_tests::guests::Guest;
use wasi_adapt_tests::run::{self, Adapter};
use wasi_adapt_tests::standing::{self, Opinions};
use wasi_adapt_tests::{difference, known, test_guests};

fn compare(guest: &Guest) {
    let start = guest.start();
    let preview1 = run::on_preview1(guest, &start);
    let components = run::LAYOUTS.map(|layout| run::with_adapter(guest, &start, Adapter::OursIn(layout)));
    let opinions = Opinions::ask(&preview1, |witness| witness.observe(guest, &start));
    standing::check(guest.id, &preview1, &components[0], &opinions);
    for (layout, component) in run::LAYOUTS.into_iter().zip(&components) {
        known::check(guest.id, layout, &difference::between(&preview1, component));
    }
}

test_guests! {
    probes: for_each_probes by compare;
    c: for_each_c by compare;
    rust: for_each_rust by compare;
    go: for_each_go by compare;
    assemblyscript: for_each_assemblyscript by compare;
    wat: for_each_wat by compare;
}
