//! The static library, linked into C programs by stock linkers: zig's, and Debian's with an older C library.
//! `wasm-tools component new`, without an adapter, makes them components that behave like the programs.

mod support;

use std::collections::BTreeSet;
use std::fs;

use support::{data, library, zig_cc};
use wasi_adapt::Layout;
use wasi_adapt::{ExitCodes, World, sdk};
use wasi_adapt_host::Exit;
use wasi_adapt_tests::guests::{Guest, Start};
use wasi_adapt_tests::{difference, golden, known, run, test_guests};
use wasmparser::{KnownCustom, Linking, Parser, Payload, SymbolFlags, SymbolInfo, TypeRef};

/// Returns the component of a guest that is linked with the library for `world`.
fn component(guest: &Guest, world: World) -> Vec<u8> {
    let mut zig = zig_cc();
    library::add_guest(&mut zig, guest);
    if world != World::Command {
        zig.arg("-mexec-model=reactor");
    }
    library::component(&library::linked(zig, Some(world)))
}

fn by_zig(guest: &Guest) {
    let component = component(guest, World::Command);
    let preview1 = run::on_preview1(guest, &guest.start());
    let found = run::observe(&guest.start(), |invocation| run::host().run_component(&component, invocation));
    known::check(guest.id, Layout::Guest, &difference::between(&preview1, &found));
}

/// With another C library a program may behave differently than with zig's, so it is compared with itself.
fn by_debian(guest: &Guest) {
    let module = |world: Option<World>| {
        let mut clang = library::debian_cc()?;
        library::add_guest(&mut clang, guest);
        Some(library::linked(clang, world))
    };
    let (Some(module), Some(linked)) = (module(None), module(Some(World::Command))) else { return };
    let component = library::component(&linked);
    let preview1 = run::observe(&guest.start(), |invocation| run::host().run_module(&module, invocation));
    let found = run::observe(&guest.start(), |invocation| run::host().run_component(&component, invocation));
    assert_eq!(difference::between(&preview1, &found), [""; 0]);
}

/// Does the same as tests/tests/badfd.rs for the static library.
fn reserves(guest: &Guest) {
    let component = component(guest, World::Command);
    let found = run::observe(&guest.start(), |invocation| run::host().run_component(&component, invocation));
    assert_eq!(found.code(), 0, "{}", found.stdout);
    golden::check(&format!("{}.txt", guest.id), &found.stdout);
}

/// Does the same as tests/tests/proxy.rs for the static library.
fn in_a_proxy(guest: &Guest) {
    let component = component(guest, World::Proxy);
    let found = run::observe(&guest.start(), |invocation| run::host().run_component(&component, invocation));
    let ending = match found.exit {
        Exit::Code(code) => format!("exit status {code}"),
        Exit::Trap(_) => "trap".into(),
    };
    golden::check(&format!("{}.txt", guest.id), &format!("{}stderr:\n{}{ending}\n", found.stdout, found.stderr));
}

test_guests! {
    probes: for_each_probes by by_zig;
    c: for_each_c by by_zig;
    c_by_debian: for_each_c by by_debian;
    badfd: for_each_badfd by reserves;
    proxy: for_each_proxy by in_a_proxy;
}

/// The C library's heap and the adapter share a memory, and neither may use the other's blocks. The environment is read
/// before the first allocation.
#[test]
fn long_lists_and_a_heap() {
    let start = Start {
        args: (0..3000).map(|n| format!("argument-{n}")).collect(),
        env: (0..9000).map(|n| format!("VARIABLE_{n}=value")).collect(),
        ..Start::default()
    };
    let many = |root: &std::path::Path| {
        fs::create_dir(root.join("many"))?;
        (0..2000).try_for_each(|n| fs::write(root.join(format!("many/a file with quite a long name {n}")), ""))
    };
    for cc in [|| Some(zig_cc()), library::debian_cc] {
        let module = |world: Option<World>| {
            let mut cc = cc()?;
            cc.arg("-O1").arg(data("heap.c"));
            Some(library::linked(cc, world))
        };
        let (Some(module), Some(linked)) = (module(None), module(Some(World::Command))) else { continue };
        let component = library::component(&linked);
        let preview1 = run::observe_in(many, &start, |invocation| run::host().run_module(&module, invocation));
        let found = run::observe_in(many, &start, |invocation| run::host().run_component(&component, invocation));
        assert_eq!(difference::between(&preview1, &found), [""; 0]);
        assert_eq!(found.code(), 5, "{}", found.stdout);
        assert!(found.stdout.contains("9000 variables") && found.stdout.ends_with("goodbye\n"), "{}", found.stdout);
    }
}

/// Without a heap, memory grows.
#[test]
fn long_lists_without_a_heap() {
    let mut zig = zig_cc();
    zig.args(["-Os", "-nostdlib", "-DENVIRONMENT=9000"]).arg(data("small.c"));
    let component = library::component(&library::linked(zig, Some(World::Command)));
    let env = (0..9000).map(|n| format!("VARIABLE_{n}=value")).collect();
    let start = Start { env, ..Start::default() };
    let found = run::observe(&start, |invocation| run::host().run_component(&component, invocation));
    assert_eq!((found.code(), found.stdout.as_str()), (3, "small\n"));
}

/// Returns the imports of a module, and the names of its custom sections.
fn contents(module: &[u8]) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut imports, mut sections) = (BTreeSet::new(), BTreeSet::new());
    for payload in Parser::new(0).parse_all(module) {
        match payload.unwrap() {
            Payload::ImportSection(section) => {
                let names = section.into_imports().map(Result::unwrap);
                imports.extend(names.map(|import| format!("{}#{}", import.module, import.name)));
            }
            Payload::CustomSection(section) => drop(sections.insert(section.name().to_owned())),
            _ => {}
        }
    }
    (imports, sections)
}

/// Holds for all options of the linker that keep or remove sections.
#[test]
fn a_linked_module_imports_wasi_only_and_says_so() {
    for flags in [&["-s"][..], &["-O2", "-Wl,--gc-sections"], &["-Wl,--no-gc-sections"], &["-g"]] {
        for mut cc in [Some(zig_cc()), library::debian_cc()].into_iter().flatten() {
            cc.args(flags).arg(data("reader.c"));
            let module = library::linked(cc, Some(World::Command));
            let (imports, sections) = contents(&module);
            assert!(imports.iter().all(|import| import.starts_with("wasi:")), "{flags:?}: {imports:?}");
            assert!(sections.contains("component-type:wasi-adapt"), "{flags:?}: {sections:?}");
            library::component(&module);
        }
    }
}

#[test]
fn a_linker_takes_what_is_reached() {
    let mut zig = zig_cc();
    zig.args(["-Os", "-nostdlib"]).arg(data("small.c"));
    let module = library::linked(zig, Some(World::Command));
    let component = library::component(&module);
    let found = run::observe(&Start::default(), |invocation| run::host().run_component(&component, invocation));
    assert_eq!((found.code(), found.stdout.as_str()), (3, "small\n"));

    let (imports, _) = contents(&module);
    let has = |part: &str| imports.iter().any(|import| import.contains(part));
    assert!(has("wasi:cli/stdout") && has("#exit-with-code"), "{imports:?}");
    for absent in ["open-at", "read-directory", "wasi:clocks", "wasi:random", "wasi:cli/environment"] {
        assert!(!has(absent), "{imports:?}");
    }
}

/// Backtraces need the names.
#[test]
fn functions_keep_their_names() {
    let mut zig = zig_cc();
    zig.arg("-O1").arg(data("reader.c"));
    let module = library::linked(zig, Some(World::Command));
    for name in ["__imported_wasi_snapshot_preview1_fd_write", "adapter::gather::Many::check"] {
        assert!(module.windows(name.len()).any(|part| part == name.as_bytes()), "{name}");
    }
}

/// Lists the global symbols like `nm`: T is defined, W is defined weakly, U is undefined, w is undefined weakly.
fn symbols(object: &[u8]) -> String {
    let (mut functions, mut lines) = (Vec::new(), BTreeSet::new());
    for payload in Parser::new(0).parse_all(object) {
        let section = match payload.unwrap() {
            Payload::ImportSection(section) => {
                let imports = section.into_imports().map(Result::unwrap);
                functions.extend(imports.filter(|it| matches!(it.ty, TypeRef::Func(_))).map(|it| it.name));
                continue;
            }
            Payload::CustomSection(section) => section,
            _ => continue,
        };
        let KnownCustom::Linking(linking) = section.as_known() else { continue };
        for part in linking.subsections() {
            let Linking::SymbolTable(symbols) = part.unwrap() else { continue };
            for symbol in symbols {
                let (flags, name) = match symbol.unwrap() {
                    SymbolInfo::Func { flags, name, index } => {
                        (flags, name.unwrap_or_else(|| functions[index as usize]))
                    }
                    SymbolInfo::Table { flags, .. } => (flags, "__indirect_function_table"),
                    SymbolInfo::Global { flags, name, .. } => (flags, name.unwrap()),
                    SymbolInfo::Data { flags, name, .. } => (flags, name),
                    other => panic!("{other:?}"),
                };
                let kind = match (flags.contains(SymbolFlags::UNDEFINED), flags.contains(SymbolFlags::BINDING_WEAK)) {
                    (true, true) => "w",
                    (true, false) => "U",
                    (false, true) => "W",
                    (false, false) => "T",
                };
                if !flags.contains(SymbolFlags::BINDING_LOCAL) {
                    lines.insert(format!("{kind} {name}\n"));
                }
            }
        }
    }
    lines.into_iter().collect()
}

#[test]
fn symbols_are_those_of_the_golden_files() {
    for world in World::SDK {
        let (object, indexed) = library::object(&sdk::static_library(world, ExitCodes::Exact).unwrap());
        let text = symbols(&object);
        let defined = text.lines().filter_map(|line| line.strip_prefix("T ").or(line.strip_prefix("W ")));
        let defined: BTreeSet<_> = defined.map(str::to_owned).collect();
        assert_eq!(indexed, defined);
        golden::check(&format!("static-library/{}.txt", world.name()), &text);
    }
}

#[test]
fn the_library_is_always_the_same() {
    for world in World::SDK {
        let [library, again] = [(); 2].map(|()| sdk::static_library(world, ExitCodes::Exact).unwrap());
        assert!(library == again);
    }
    let asks = |exit_codes| {
        let (object, _) = library::object(&sdk::static_library(World::Command, exit_codes).unwrap());
        symbols(&object).contains("exit-with-code")
    };
    assert!(asks(ExitCodes::Exact) && !asks(ExitCodes::Portable));
}
