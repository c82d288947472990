//! The three drop-ins: their imports, exports, sizes and contents, and linking with stock `wit-component`.

use std::collections::BTreeSet;
use wasi_adapt::Linker;
use wasi_adapt::preview1;
use wasi_adapt::sdk::drop_in;
use wasi_adapt::{ExitCodes, World};
use wasi_adapt_tests::guests::{badfd, probes, wat};
use wasi_adapt_tests::{golden, guests::Guest};
use wasmparser::{Encoding, ExternalKind, Parser, Payload, TypeRef};
use wit_component::ComponentEncoder;

const WORLDS: [World; 3] = [World::Command, World::Reactor, World::Proxy];

/// The size that the official adapter's issue tracker considers large is 51,854 bytes.
const COMMAND_LIMIT: usize = 54_000;

fn bytes(world: World) -> Vec<u8> {
    drop_in(world, ExitCodes::Exact).unwrap()
}

/// Function imports as (module, name), other imports by kind, and function exports by name.
#[derive(Default)]
struct Interface {
    funcs: BTreeSet<(String, String)>,
    others: BTreeSet<String>,
    exports: BTreeSet<String>,
}

fn interface(module: &[u8]) -> Interface {
    let mut found = Interface::default();
    for payload in Parser::new(0).parse_all(module) {
        match payload.unwrap() {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    let import = import.unwrap();
                    match import.ty {
                        TypeRef::Func(_) => found.funcs.insert((import.module.into(), import.name.into())),
                        other => found.others.insert(format!("{} {} {other:?}", import.module, import.name)),
                    };
                }
            }
            Payload::ExportSection(exports) => {
                for export in exports {
                    let export = export.unwrap();
                    assert_eq!(export.kind, ExternalKind::Func, "{} is exported and no function", export.name);
                    found.exports.insert(export.name.into());
                }
            }
            _ => {}
        }
    }
    found
}

fn lines<T: std::fmt::Display>(items: impl IntoIterator<Item = T>) -> String {
    items.into_iter().map(|item| format!("{item}\n")).collect()
}

#[test]
fn imports_and_exports_are_the_golden_ones() {
    for world in WORLDS {
        let found = interface(&bytes(world));
        let funcs = found.funcs.iter().map(|(module, name)| format!("{module} {name}"));
        golden::check(&format!("drop-ins/{}.imports.txt", world.name()), &lines(funcs.chain(found.others)));
        golden::check(&format!("drop-ins/{}.exports.txt", world.name()), &lines(found.exports));
    }
}

#[test]
fn each_exports_exactly_the_table_of_preview1() {
    let table: BTreeSet<&str> = preview1::FUNCTIONS.iter().chain(preview1::EXTENSIONS).map(|it| it.name).collect();
    assert_eq!(preview1::FUNCTIONS.len(), 45 + 1, "preview1 has 46 functions");
    for world in WORLDS {
        let exports = interface(&bytes(world)).exports;
        let served: BTreeSet<&str> = exports.iter().map(String::as_str).filter(|name| table.contains(name)).collect();
        assert_eq!(served, table, "{}", world.name());
        let further: Vec<&String> = exports.iter().filter(|name| !table.contains(name.as_str())).collect();
        let runs = further.iter().any(|name| name.starts_with("wasi:cli/run@"));
        assert_eq!(runs, world == World::Command, "{}", world.name());
        assert!(further.len() <= 2, "{}: further exports {further:?}", world.name());
    }
}

/// The imports of the world `wasi:http/proxy`, without HTTP itself.
const PROXY: [&str; 9] = [
    "wasi:cli/stderr",
    "wasi:cli/stdin",
    "wasi:cli/stdout",
    "wasi:clocks/monotonic-clock",
    "wasi:clocks/wall-clock",
    "wasi:io/error",
    "wasi:io/poll",
    "wasi:io/streams",
    "wasi:random/random",
];

#[test]
fn the_proxy_imports_nothing_that_a_proxy_host_lacks() {
    let own = ["__main_module__", "env"];
    for (module, name) in interface(&bytes(World::Proxy)).funcs {
        let unversioned = module.split('@').next().unwrap();
        assert!(PROXY.contains(&unversioned) || own.contains(&unversioned), "it imports {module} {name}");
    }
}

#[test]
fn they_have_no_section_that_adapters_must_not_have() {
    for world in WORLDS {
        for payload in Parser::new(0).parse_all(&bytes(world)) {
            let world = world.name();
            match payload.unwrap() {
                Payload::Version { encoding, .. } => assert_eq!(encoding, Encoding::Module),
                Payload::TypeSection(_) | Payload::ImportSection(_) | Payload::FunctionSection(_) => {}
                Payload::GlobalSection(_) | Payload::ExportSection(_) => {}
                Payload::CodeSectionStart { .. } | Payload::CodeSectionEntry(_) | Payload::End(_) => {}
                Payload::CustomSection(custom) => {
                    let known = ["name", "producers"].contains(&custom.name());
                    assert!(known || custom.name().starts_with("component-type"), "{world}: section {}", custom.name());
                }
                other => panic!("{world}: unexpected {other:?}"),
            }
        }
    }
}

#[test]
fn sizes_stay_what_they_are() {
    let command = bytes(World::Command).len();
    assert!(command <= COMMAND_LIMIT, "the command drop-in has {command} bytes");
    // Compilers differ by a few bytes, so a tenth of the golden size is tolerated.
    let sizes: Vec<(&str, usize)> = WORLDS.map(|world| (world.name(), bytes(world).len())).into();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/golden/drop-ins/sizes.txt");
    let expected = std::fs::read_to_string(path).unwrap_or_default();
    let near = sizes.iter().all(|(name, size)| {
        let golden = expected.lines().find_map(|line| line.strip_prefix(name)?.trim().parse::<usize>().ok());
        golden.is_some_and(|golden| golden.abs_diff(*size) <= golden / 10)
    });
    if !near {
        golden::check("drop-ins/sizes.txt", &lines(sizes.iter().map(|(name, size)| format!("{name} {size}"))));
    }
}

/// Links with `wit-component` alone, like `wasm-tools component new --adapt`.
fn stock(guest: &Guest, adapter: &[u8]) -> Vec<u8> {
    let mut encoder = ComponentEncoder::default();
    let module = guest.module();
    encoder.module(&module).unwrap().adapter(preview1::MODULE, adapter).unwrap();
    encoder.validate(true).encode().unwrap_or_else(|error| panic!("{}: {error:#}", guest.id))
}

#[test]
fn a_stock_linker_takes_them() {
    let command = bytes(World::Command);
    for guest in [&wat::WRITE_FIRST, &wat::REENTRANT_REALLOC, &probes::FD_READDIR, &badfd::NUMBERS] {
        stock(guest, &command);
    }
    // A module without a `_start` is a library.
    stock(&wat::WRITE_FIRST, &bytes(World::Reactor));
    stock(&wat::WRITE_FIRST, &bytes(World::Proxy));
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    for world in WORLDS {
        assert!(bytes(world) == bytes(world), "{}", world.name());
    }
    let module = probes::PATH_OPEN.module();
    let link = || Linker::new().link(&module).unwrap().wasm;
    assert!(link() == link());
}

#[test]
fn what_is_not_reached_is_not_imported() {
    let component = Linker::new().link(&wat::WRITE_FIRST.module()).unwrap().wasm;
    let mut imports = Vec::new();
    for payload in Parser::new(0).parse_all(&component) {
        match payload.unwrap() {
            Payload::ComponentImportSection(section) => {
                imports.extend(section.into_iter().map(|import| import.unwrap().name.name.to_owned()));
            }
            Payload::Version { encoding: Encoding::Component, .. } => {}
            _ => {}
        }
    }
    golden::check("write-first.imports.txt", &lines(imports));
}
