//! The library of sockets and its headers in the hands of those who build with them: other C libraries, other languages,
//! other linkers, and tools that look for packages.

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use support::{library, output_of, root, wasi_adapt, zig_cc};
use wasi_adapt::host::{Invocation, Network};
use wasi_adapt_tests::difference;
use wasi_adapt_tests::guests::{self, Guest};
use wasi_adapt_tests::run::{self, Adapter, Observed};

/// The SDK.
fn sdk() -> &'static Path {
    static SDK: OnceLock<PathBuf> = OnceLock::new();
    SDK.get_or_init(|| {
        let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("sdk-sockets/sdk");
        output_of(wasi_adapt().arg("sdk").arg(&dir));
        dir
    })
}

/// Has a compiler compile a program with the headers, and link it with the library.
fn compiled(mut cc: Command, source: &Path) -> Vec<u8> {
    cc.args(["-Wall", "-Wextra", "-Wno-unused-parameter", "-Werror", "-I"]).arg(sdk().join("include"));
    cc.arg("-I").arg(root().join("tests/guests/include")).arg(source).arg(sdk().join("lib/libwasi_sockets.a"));
    library::linked(cc, None)
}

/// What a component does in a host that gives it the network.
fn observe(component: &[u8], guest: &Guest) -> Observed {
    run::observe(&guest.start(), |invocation| {
        let network = Network { inherit: true, name_lookup: true };
        run::host().run_component(component, &Invocation { network, ..invocation.clone() })
    })
}

/// With Debian's C library of 2022 a program does what it does with a recent one, which tests/tests/sockets.rs compares
/// with Linux.
fn by_debian(guest: &Guest) {
    let Some(debian) = library::debian_cc() else { return };
    let [found, expected] = [debian, zig_cc()].map(|mut cc| {
        cc.args(["-std=gnu23", "-Os"]);
        let module = compiled(cc, Path::new(guest.path()));
        let component = run::link(&module, Adapter::Ours).unwrap_or_else(|error| panic!("{}: {error:#}", guest.id));
        observe(&component, guest)
    });
    assert_eq!(difference::between(&expected, &found), [""; 0]);
}

mod with_debian {
    macro_rules! test {
        ($class:ident, $name:ident, $guest:ident) => {
            #[test]
            fn $name() {
                super::by_debian(&super::guests::$class::$guest);
            }
        };
    }
    wasi_adapt_tests::for_each_sockets!(test);
}

/// zig has the linker look into the C library before a program's objects, and Debian's clang after them.
#[test]
fn objects_link_whatever_the_linker_sees_first() {
    let compilers: [fn() -> Option<Command>; 2] = [|| Some(zig_cc()), library::debian_cc];
    for guest in [&guests::sockets::CONTROL, &guests::sockets::POLL_MIXED, &guests::sockets::RECV_FLAGS] {
        for cc in compilers {
            let (Some(mut compile), Some(mut link)) = (cc(), cc()) else { continue };
            let directory = tempfile::tempdir().expect("a temporary directory");
            let object = directory.path().join("program.o");
            compile.args(["-std=gnu23", "-Os", "-c", "-I"]).arg(sdk().join("include"));
            compile.arg("-I").arg(root().join("tests/guests/include")).arg(guest.path()).arg("-o").arg(&object);
            output_of(&mut compile);
            link.arg(&object).arg(sdk().join("lib/libwasi_sockets.a"));
            let module = library::linked(link, None);
            let component = run::link(&module, Adapter::Ours).expect("it links");
            assert_eq!(observe(&component, guest).code(), 0, "{}", guest.id);
        }
    }
}
