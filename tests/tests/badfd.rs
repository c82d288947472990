//! Descriptor numbers that a libc reserves by `adapter_open_badfd` and releases by `adapter_close_badfd`. No preview1
//! host has these functions, so the output of components is compared with golden files.

use wasi_adapt_tests::guests::Guest;
use wasi_adapt_tests::{golden, run, test_guests};

fn check(guest: &Guest) {
    for adapter in run::OURS {
        let component = run::with_adapter(guest, &guest.start(), adapter);
        assert_eq!(component.code(), 0, "{adapter:?}: {}", component.stdout);
        golden::check(&format!("{}.txt", guest.id), &component.stdout);
    }
}

test_guests!(for_each_badfd by check);
