//! Descriptor numbers that a libc reserves by `adapter_open_badfd` and releases by `adapter_close_badfd`. No preview1
//! host has these functions, so the output of components is compared with golden files.

use wasi_adapt_tests::guests::{self, Guest};
use wasi_adapt_tests::{golden, run};

fn check(name: &str, guest: &Guest) {
    for adapter in run::OURS {
        let component = run::with_adapter(guest, &guest.start(), adapter);
        assert_eq!(component.code(), 0, "{adapter:?}: {}", component.stdout);
        golden::check(&format!("badfd/{name}.txt"), &component.stdout);
    }
}

macro_rules! test {
    ($class:ident, $name:ident, $guest:ident) => {
        #[test]
        fn $name() {
            check(stringify!($name), &guests::$class::$guest);
        }
    };
}

wasi_adapt_tests::for_each_badfd!(test);
