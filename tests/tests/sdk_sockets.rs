//! The library of sockets and its headers with other C libraries, languages, linkers and package tools.

mod support;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use support::peers::{self, sdk};
use support::{data, library, output_of, root, zig_cc};
use wasi_adapt::sdk;
use wasi_adapt_tests::guests::{self, Guest, Start};
use wasi_adapt_tests::run::{self, Adapter, Observed};
use wasi_adapt_tests::{difference, golden, test_guests};
use wasmparser::{Parser, Payload};

/// Compiles a program with the headers, and links it with the library.
fn compiled(mut cc: Command, source: &Path) -> Vec<u8> {
    cc.args(["-Wall", "-Wextra", "-Wno-unused-parameter", "-Werror", "-I"]).arg(sdk().join("include"));
    cc.arg("-I").arg(root().join("tests/guests/include")).arg(source).arg(peers::library());
    library::linked(cc, None)
}

/// Runs a component in a host with network access.
fn observe(component: &[u8], guest: &Guest) -> Observed {
    run::observe(&guest.start(), |invocation| {
        let invocation = invocation.clone().inherit_network(true).allow_ip_name_lookup(true);
        run::host().run_component(component, &invocation)
    })
}

/// With Debian's C library of 2022 a program behaves as with a recent one, which tests/tests/sockets.rs compares with
/// Linux.
fn by_debian(guest: &Guest) {
    let Some(debian) = library::debian_cc() else { return };
    let [found, expected] = [debian, zig_cc()].map(|mut cc| {
        cc.args(["-std=gnu23", "-Os"]);
        let module = compiled(cc, guest.source());
        let component = run::link(&module, Adapter::Ours).unwrap_or_else(|error| panic!("{}: {error:#}", guest.id));
        observe(&component, guest)
    });
    assert_eq!(difference::between(&expected, &found), [""; 0]);
}

test_guests! {
    with_debian: for_each_sockets by by_debian;
}

/// They are the C library's paths.
#[test]
fn paths_with_debian() {
    for guest in [&guests::posix::EMPTY_PATHS, &guests::posix::DIRECTORIES] {
        by_debian(guest);
    }
}

/// The headers see to it that the linker takes the library.
#[test]
fn a_path_without_letters_leads_nowhere_in_any_program() {
    for optimization in ["-O0", "-Os"] {
        for mut cc in [Some(zig_cc()), library::debian_cc()].into_iter().flatten() {
            cc.arg(optimization);
            let module = compiled(cc, &data("sockets/opens_nothing.c"));
            let component = run::link(&module, Adapter::Ours).expect("it links");
            let start = Start { dirs: vec![".".into()], ..Start::default() };
            let found = run::observe(&start, |invocation| run::host().run_component(&component, invocation));
            assert_eq!(found.code(), 0);
        }
    }
}

/// zig passes the C library to the linker before a program's objects, and Debian's clang after them.
#[test]
fn objects_link_whatever_the_linker_sees_first() {
    let compilers: [fn() -> Option<Command>; 2] = [|| Some(zig_cc()), library::debian_cc];
    for guest in [&guests::sockets::CONTROL, &guests::sockets::POLL_MIXED, &guests::sockets::RECV_FLAGS] {
        for cc in compilers {
            let (Some(mut compile), Some(mut link)) = (cc(), cc()) else { continue };
            let directory = tempfile::tempdir().expect("a temporary directory");
            let object = directory.path().join("program.o");
            compile.args(["-std=gnu23", "-Os", "-c", "-I"]).arg(sdk().join("include"));
            compile.arg("-I").arg(root().join("tests/guests/include")).arg(guest.source()).arg("-o").arg(&object);
            output_of(&mut compile);
            link.arg(&object).arg(peers::library());
            let module = library::linked(link, None);
            let component = run::link(&module, Adapter::Ours).expect("it links");
            assert_eq!(observe(&component, guest).code(), 0, "{}", guest.id);
        }
    }
}

/// The headers work in any language that includes C, and with any C library.
#[test]
fn headers() {
    let cpp = |mut cc: Command| {
        cc.args(["-x", "c++", "-fno-exceptions"]);
        cc
    };
    let zig_cpp = || {
        let zig = zig_cc();
        let mut cpp = Command::new(zig.get_program());
        cpp.args(["c++", "-target", "wasm32-wasi"]).envs(support::ZIG_CACHE);
        cpp
    };
    let mut c99 = zig_cc();
    c99.arg("-std=c99");
    let compilers =
        [Some(zig_cc()), Some(c99), Some(cpp(zig_cpp())), library::debian_cc(), library::debian_cc().map(cpp)];
    for mut cc in compilers.into_iter().flatten() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let object = directory.path().join("headers.o");
        let mut link = Command::new(cc.get_program());
        link.args(cc.get_args().take_while(|argument| *argument != "-x")).envs(support::ZIG_CACHE);
        cc.args(["-Wall", "-Wextra", "-Werror", "-c", "-I"]).arg(sdk().join("include"));
        output_of(cc.arg(data("sockets/headers.c")).arg("-o").arg(&object));
        link.arg(object).arg(peers::library());
        let component = run::link(&library::linked(link, None), Adapter::Ours).expect("it links");
        let found = run::observe(&Start::default(), |invocation| run::host().run_component(&component, invocation));
        assert_eq!(found.code(), 0, "{cc:?}");
    }
}

/// Checks the library's own names, which its headers use.
#[test]
fn headers_declare_what_the_library_defines() {
    let headers = sdk::socket_headers().flat_map(|(_, text)| text.split("__WASI_SOCKETS(").skip(1));
    let declared: BTreeSet<_> = headers.filter_map(|rest| Some(rest.split_once(')')?.0)).collect();
    let (_, symbols) = library::object(&sdk::sockets_library().expect("the library can be made"));
    let defined = symbols.iter().filter_map(|name| name.strip_prefix("wasi_sockets_")).collect();
    assert_eq!(&declared - &BTreeSet::from(["name"]), defined); // `name` is the macro's own
}

/// The golden file lists the functions that programs can link with.
#[test]
fn symbols() {
    let (_, names) = library::object(&sdk::sockets_library().expect("the library can be made"));
    golden::check("sockets/symbols.txt", &names.into_iter().map(|name| name + "\n").collect::<String>());
}

/// Returns the imports of a module: the module's name and the function's.
fn imports(module: &[u8]) -> Vec<(&str, &str)> {
    let sections = Parser::new(0).parse_all(module).filter_map(|payload| match payload.expect("a module") {
        Payload::ImportSection(section) => Some(section.into_imports()),
        _ => None,
    });
    sections.flatten().map(|import| import.expect("an import")).map(|import| (import.module, import.name)).collect()
}

/// Returns the protocols that a module imports.
fn protocols(module: &[u8]) -> Vec<&'static str> {
    let imports = imports(module);
    let imported =
        |protocol: &&str| imports.iter().any(|(module, _)| module.starts_with(&format!("wasi:sockets/{protocol}@")));
    ["ip-name-lookup", "tcp", "udp"].into_iter().filter(imported).collect()
}

/// Holds at any optimisation level.
#[test]
fn a_program_imports_the_protocols_that_it_uses() {
    let example = |name: &str| root().join("libc-shim/examples").join(name).with_extension("c");
    for (source, expected) in [
        (root().join("tests/guests/c/hello.c"), &[][..]),
        (example("tcp_echo_server"), &["tcp"]),
        (example("udp_resolver"), &["udp"]),
        (example("http_client"), &["ip-name-lookup", "tcp"]),
        (root().join("tests/guests/sockets/create.c"), &["tcp", "udp"]),
    ] {
        for optimization in ["-O0", "-Os"] {
            for mut cc in [Some(zig_cc()), library::debian_cc()].into_iter().flatten() {
                cc.args(["-std=gnu23", optimization]);
                assert_eq!(protocols(&compiled(cc, &source)), expected, "{}", source.display());
            }
        }
    }
}

/// Holds at any optimisation level, too: `adapter_description` is only for locks.
#[test]
fn a_program_without_locks_has_no_code_for_them() {
    for (source, locks) in [
        ("sockets/dup.c", false),
        ("sockets/dup_files.c", false),
        ("sockets/stdio.c", false), // It calls `fdopen`.
        ("posix/locks.c", true),
    ] {
        for optimization in ["-O0", "-Os"] {
            let mut cc = zig_cc();
            cc.args(["-std=gnu23", optimization]);
            let module = compiled(cc, &root().join("tests/guests").join(source));
            let imports = imports(&module);
            assert_eq!(imports.contains(&("wasi_snapshot_preview1", "adapter_description")), locks, "{source}");
        }
    }
}

/// Without this tool: both static libraries in one link, in any order, make a module that needs no adapter.
#[test]
fn both_libraries_in_one_program() {
    let libraries = ["libwasi_sockets.a", "libwasi_preview1_adapter.a"].map(|name| sdk().join("lib").join(name));
    let compilers: [fn() -> Option<Command>; 2] = [|| Some(zig_cc()), library::debian_cc];
    for guest in [&guests::sockets::STDIO, &guests::sockets::POLL_MIXED, &guests::sockets::DATAGRAM_MESSAGES] {
        for cc in compilers {
            let program = || {
                let mut cc = cc()?;
                cc.args(["-std=gnu23", "-Os", "-I"]).arg(sdk().join("include"));
                cc.arg("-I").arg(root().join("tests/guests/include")).arg(guest.source());
                Some(cc)
            };
            let Some(mut alone) = program() else { continue };
            alone.arg(&libraries[0]);
            let expected = run::link(&library::linked(alone, None), Adapter::Ours).expect("it links");
            let expected = observe(&expected, guest);
            for order in [[0, 1], [1, 0]] {
                let mut both = program().expect("as before");
                both.args(order.map(|library| &libraries[library]));
                let found = observe(&library::component(&library::linked(both, None)), guest);
                assert_eq!(difference::between(&expected, &found), [""; 0], "{order:?}");
            }
        }
    }
}

/// A program's definition of a function replaces the library's.
#[test]
fn functions_of_a_program_come_first() {
    for mut cc in [Some(zig_cc()), library::debian_cc()].into_iter().flatten() {
        cc.arg("-Os");
        let component = run::link(&compiled(cc, &data("sockets/own_functions.c")), Adapter::Ours).expect("it links");
        let found = run::observe(&Start::default(), |invocation| run::host().run_component(&component, invocation));
        assert_eq!((found.code(), found.stdout.as_str()), (0, "101 7 0\n"));
    }
}
