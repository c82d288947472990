//! `inspect` reports exactly the problems that keep a module from being linked.

use super::*;
use crate::validate;
use crate::{Emit, Layout};
use arbitrary::Unstructured;
use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_smith::{Config, Module};
use wasmparser::{ExternalKind, Parser, WasmFeatures};
use wit_component::{StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

/// Imports for the random modules, with and without a provider.
const IMPORTS: &str = r#"(module
    (import "wasi_snapshot_preview1" "fd_write" (func (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func (param i32)))
    (import "wasi_snapshot_preview1" "sched_yield" (func (result i32)))
    (import "wasi_snapshot_preview1" "reset_adapter_state" (func))
    (import "wasi_snapshot_preview1" "fd_seek" (func (param i32 i32 i32 i32 i32) (result i32)))
    (import "wasi_unstable" "fd_close" (func (param i32) (result i32)))
    (import "test:plug/log" "line" (func (param i32 i32)))
    (import "test:plug/log" "names" (func (param i32)))
    (import "$root" "tick" (func))
    (import "env" "emscripten_notify_memory_growth" (func (param i32)))
    (import "env" "memory" (memory 1)))"#;

/// Names of exports that have a meaning.
const EXPORTS: [&str; 10] = [
    "_start",
    "_initialize",
    "",
    "cabi_realloc",
    "cabi_import_realloc",
    "greet",
    "cabi_post_greet",
    "test:plug/log#line",
    "memory",
    "wasi:cli/run@0.2.3#run",
];

const WIT: &str = "package test:plug;
    interface log { line: func(text: string); names: func() -> list<string>; }
    world imports { import log; import tick: func(); }
    world both { import log; export log; export greet: func(); }";

/// Renames some of the exports.
struct RenameExports(usize);

impl Reencode for RenameExports {
    type Error = std::convert::Infallible;

    fn parse_export(
        &mut self,
        exports: &mut wasm_encoder::ExportSection,
        mut export: wasmparser::Export<'_>,
    ) -> Result<(), Error<Self::Error>> {
        if let Some(name) = EXPORTS.get(self.0)
            && (export.kind == ExternalKind::Memory) == (*name == "memory")
        {
            export.name = name;
        }
        self.0 += 1;
        utils::parse_export(self, exports, export)
    }
}

/// Returns the random module of a seed.
fn module(seed: u64) -> Vec<u8> {
    let bytes: Vec<u8> =
        (0..400u64).flat_map(|n| (seed * 1000 + n).wrapping_mul(0x9e37_79b9_7f4a_7c15).to_le_bytes()).collect();
    let config = Config {
        available_imports: Some(wat::parse_str(IMPORTS).unwrap()),
        export_everything: true,
        max_imports: (seed % 5) as usize,
        max_memories: 2,
        max_memory32_bytes: 16 << 16,
        min_funcs: 1,
        threads_enabled: seed.is_multiple_of(7),
        memory64_enabled: seed.is_multiple_of(11),
        shared_everything_threads_enabled: false,
        custom_page_sizes_enabled: seed.is_multiple_of(13),
        ..Config::default()
    };
    let wasm = Module::new(config, &mut Unstructured::new(&bytes)).unwrap().to_bytes();
    let mut renamed = wasm_encoder::Module::new();
    let mut rename = RenameExports((seed % 12) as usize);
    rename.parse_core_module(&mut renamed, Parser::new(0), &wasm).unwrap();
    let mut wasm = renamed.finish();
    if let Some(world) = [None, Some("imports"), Some("both")][(seed % 3) as usize] {
        embed(&mut wasm, world);
    }
    wasm
}

fn embed(wasm: &mut Vec<u8>, world: &str) {
    let mut resolve = Resolve::default();
    let package = resolve.push_str("world.wit", WIT).unwrap();
    let world = resolve.select_world(&[package], Some(world)).unwrap();
    embed_component_metadata(wasm, &resolve, world, StringEncoding::UTF8, false).unwrap();
}

/// Links a module and checks that `inspect` predicts the result. Returns the codes of the problems.
#[track_caller]
fn agree(wasm: &[u8], linker: &Linker) -> Vec<ProblemCode> {
    let report = linker.inspect(wasm).unwrap();
    let problems = match linker.link(wasm) {
        Ok(_) => Vec::new(),
        Err(LinkError::Problems(problems)) => problems.into_iter().collect(),
        Err(error) => panic!("no list of problems: {error}"),
    };
    assert_eq!(report.problems, problems);
    problems.into_iter().map(|problem| problem.code).collect()
}

#[test]
fn what_link_refuses_is_foretold() {
    let (mut linked, mut refused, mut unforeseen) = (0, 0, Vec::new());
    for seed in 0..600 {
        let wasm = module(seed);
        if validate::with_features(&wasm, WasmFeatures::all()).is_err() {
            continue; // Two exports have got one name.
        }
        for layout in [Layout::Auto, Layout::Adapter, Layout::Guest] {
            for world in [None, Some(World::Reactor)] {
                let linker = Linker::new().layout(layout).world(world);
                let codes = agree(&wasm, &linker);
                if codes.contains(&ProblemCode::Unforeseen) {
                    let message = linker.inspect(&wasm).unwrap().problems.remove(0).message;
                    unforeseen.push(format!("{seed}, {layout:?}, {world:?}: {message}"));
                }
                *if codes.is_empty() { &mut linked } else { &mut refused } += 1;
            }
        }
    }
    assert!(unforeseen.is_empty(), "{}", unforeseen.join("\n"));
    assert!(linked > 10 && refused > 1000, "{linked} were linked, {refused} refused");
}

/// Returns the problems of a module with the WIT of a world.
fn problems(world: &str, body: &str) -> Vec<String> {
    let mut wasm = wat::parse_str(format!("(module (memory (export \"memory\") 1) {body})")).unwrap();
    embed(&mut wasm, world);
    let linker = Linker::new();
    agree(&wasm, &linker);
    inspect(&wasm).unwrap().problems.into_iter().map(|problem| problem.message).collect()
}

const REALLOC: &str = r#"(func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable)"#;
const GREET: &str = r#"(func (export "greet"))"#;
const LOG: &str = r#"(func (export "test:plug/log#line") (param i32 i32))
    (func (export "test:plug/log#names") (result i32) unreachable)"#;

#[test]
fn a_module_that_is_unlike_its_wit_is_told_all_of_it() {
    assert_eq!(problems("both", &[REALLOC, GREET, LOG].concat()), [""; 0]);
    assert_eq!(problems("imports", ""), [""; 0]);

    assert_eq!(problems("both", &[GREET, LOG].concat()), [""; 0], "an allocator is added");

    let unlike = r#"(func (export "greet") (param i64)) (func (export "test:plug/log#line") (param i32))
        (func (export "cabi_post_test:plug/log#names") (param i64))
        (func (export "cabi_realloc") (param i32) (result i32) unreachable)
        (func (export "test:plug/log#names") (result i32) unreachable)"#;
    assert_eq!(
        problems("both", unlike),
        [
            "it exports `greet` as (i64) -> (); by its WIT it is () -> (), for `greet: func()`",
            "it exports `test:plug/log#line` as (i32) -> (); by its WIT it is (i32, i32) -> (), for `line: func(text: string)`",
            "it exports `cabi_post_test:plug/log#names` as (i64) -> (); by its WIT it is (i32) -> (), for `names: func() -> list<string>`",
            "it exports `cabi_realloc` as (i32) -> i32; an allocator's is (i32, i32, i32, i32) -> i32",
        ]
    );
    assert_eq!(problems("both", &[REALLOC, GREET].concat()).len(), 1);
}

#[test]
fn what_is_wrong_with_the_wit_itself_is_said() {
    let world = |name| {
        let mut wasm = wat::parse_str("(module)").unwrap();
        embed(&mut wasm, name);
        let mut payloads = Parser::new(0).parse_all(&wasm);
        let data = payloads.find_map(|payload| match payload.unwrap() {
            wasmparser::Payload::CustomSection(section) => Some(section.data().to_vec()),
            _ => None,
        });
        data.unwrap()
    };
    let with = |sections: &[(&str, Vec<u8>)]| {
        let mut wasm = wat::parse_str("(module (import \"test:plug/log\" \"line\" (func (param i32 i32))))").unwrap();
        for (name, data) in sections {
            let section = wasm_encoder::CustomSection { name: (*name).into(), data: data.into() };
            wasm_encoder::Section::append_to(&section, &mut wasm);
        }
        agree(&wasm, &Linker::new());
        inspect(&wasm).unwrap().problems.into_iter().map(|problem| problem.message).collect::<Vec<_>>()
    };
    assert_eq!(with(&[("component-type", world("imports"))]), [""; 0]);
    assert_eq!(with(&[("component-type", world("imports")), ("component-type:2", world("imports"))]), [""; 0]);
    let joined = with(&[("component-type", [world("imports"), world("both")].concat())]);
    assert!(joined.len() == 1 && joined[0].contains("one behind the other"), "{joined:?}");
    let broken = with(&[("component-type:x", vec![7])]);
    assert!(broken.len() == 1 && broken[0].contains("`component-type:x` cannot be read"), "{broken:?}");
}

/// A program that is already linked with an adapter can become a component.
#[test]
fn a_linked_program_needs_nothing_more() {
    let program = wat::parse_str(r#"(module (memory (export "memory") 1) (func (export "_start")))"#).unwrap();
    let linker = Linker::new().emit(Emit::Module);
    let merged = linker.link(&program).unwrap().wasm;
    let report = inspect(&merged).unwrap();
    assert_eq!((report.entry, report.world), (Some(Entry::Wit), Some(World::Command)));
    for world in [None, Some(World::Command)] {
        for layout in [Layout::Auto, Layout::Adapter] {
            let component = Linker::new().world(world).layout(layout).link(&merged).unwrap().wasm;
            let exports = inspect(&component).unwrap().exports;
            assert!(exports.iter().any(|export| export.name.starts_with("wasi:cli/run@")), "{world:?}, {layout:?}");
        }
    }
}

#[test]
fn two_of_one_export_are_a_problem() {
    let wat = r#"(module (memory (export "memory") 1) (func (export "_start"))
        (func (export "RUN") (result i32) i32.const 0))"#;
    let run = crate::pack::exported_funcs(World::Command).remove(0);
    let wasm = wat::parse_str(wat.replace("RUN", &run)).unwrap();
    let codes = |layout| agree(&wasm, &Linker::new().layout(layout));
    assert_eq!(codes(Layout::Guest), [ProblemCode::TwoRuns]);
    assert_eq!(codes(Layout::Isolated), []);
}

#[test]
fn no_core_module_comes_of_two() {
    let wasm = wat::parse_str(r#"(module (func (export "_start")))"#).unwrap();
    let emit = Emit::Module;
    assert_eq!(agree(&wasm, &Linker::new().layout(Layout::Adapter).emit(emit)), [ProblemCode::UnfitLayout]);
}
