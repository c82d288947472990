//! Descriptor numbers that a libc reserves by `adapter_open_badfd` and releases by `adapter_close_badfd`. No preview1
//! host has these functions, so the output of components is compared with golden files.

use wasi_adapt::Layout;
use wasi_adapt_tests::guests::{Guest, badfd};
use wasi_adapt_tests::{fixture, golden, run, test_guests};

fn check(guest: &Guest) {
    for adapter in run::OURS {
        let component = run::with_adapter(guest, &guest.start(), adapter);
        assert_eq!(component.code(), 0, "{adapter:?}: {}", component.stdout);
        golden::check(&format!("{}.txt", guest.id), &component.stdout);
    }
}

test_guests!(for_each_badfd by check);

#[test]
fn files_in_the_component_are_told_from_each_other() {
    let guest = &badfd::DESCRIPTION;
    let start = guest.start();
    for layout in [Layout::Isolated, Layout::Guest] {
        let component = run::with_own_files(guest, &start, layout, fixture::tree(run::mapped(&start)));
        golden::check(&format!("{}.txt", guest.id), &component.stdout);
    }
}
