//! The oracle: every guest under the preview1 host and as a component, each in a fresh copy of the fixture. What they
//! print, how they end and what files they leave must be the same, or stand in `known-differences.toml`.

use wasi_adapt_tests::guests::{self, Guest};
use wasi_adapt_tests::{difference, known, run};

fn compare(guest: &Guest) {
    let start = guest.start();
    let preview1 = run::on_preview1(guest, &start);
    let component = run::as_component(guest, &start);
    known::check(guest.id, &difference::between(&preview1, &component));
}

macro_rules! test {
    ($class:ident, $name:ident, $guest:ident) => {
        #[test]
        fn $name() {
            super::compare(&super::guests::$class::$guest);
        }
    };
}

mod probes {
    wasi_adapt_tests::for_each_probes!(test);
}
mod c {
    wasi_adapt_tests::for_each_c!(test);
}
mod rust {
    wasi_adapt_tests::for_each_rust!(test);
}
mod wat {
    wasi_adapt_tests::for_each_wat!(test);
}
