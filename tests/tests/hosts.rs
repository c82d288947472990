//! Components do on other hosts as in the engine of the other tests, or `host-differences.toml` says why not.

use wasi_adapt_tests::guests::Guest;
use wasi_adapt_tests::hosts::{self, ComponentHost};
use wasi_adapt_tests::run::{self, Adapter};
use wasi_adapt_tests::test_guests;

fn compare(guest: &Guest) {
    let start = guest.start();
    let component = run::link(&guest.module(), Adapter::Ours).expect("the guest is linked");
    let here = run::observe(&start, |invocation| run::host().run_component(&component, invocation));
    for host in ComponentHost::ALL {
        hosts::check(host, guest.id, &here, &host.observe(&component, &start));
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
