use crate::inspect::inspect;
use crate::{Layout, LinkError, Linked, Linker, ProblemCode, WitWorld, World};
use wasmtime::component::{Component, ComponentNamedList, Instance, Lift, Lower, Val};
use wasmtime::{Engine, Store};

const WORLD: &str = "package test:plug;
    interface greet { hello: func(name: string) -> string; }
    world plug { export greet; export count-bytes: func(first: string, second: string) -> u32; }";

/// `hello` returns its argument, `count-bytes` both lengths, and traps if the arguments overlap.
const MODULE: &str = r#"(memory (export "memory") 1 8)
    (func (export "greet_hello") (param i32 i32) (result i32)
        (i32.store (i32.const 8) (local.get 0)) (i32.store (i32.const 12) (local.get 1)) (i32.const 8))
    (func (export "countBytes") (param $a i32) (param $x i32) (param $b i32) (param $y i32) (result i32)
        (if (i32.and (i32.lt_u (local.get $a) (i32.add (local.get $b) (local.get $y)))
                     (i32.lt_u (local.get $b) (i32.add (local.get $a) (local.get $x)))) (then unreachable))
        (i32.add (local.get $x) (local.get $y)))"#;

const MALLOC: &str = r#"(global $next (mut i32) (i32.const 64))
    (func $malloc (export "malloc") (param i32) (result i32)
        (global.get $next) (global.set $next (i32.add (global.get $next)
            (i32.and (i32.add (local.get 0) (i32.const 7)) (i32.const -8)))))"#;
const REALLOC: &str = r#"(global $next (mut i32) (i32.const 64))
    (func $realloc (export "realloc") (param i32 i32) (result i32)
        (if (local.get 0) (then unreachable))
        (global.get $next) (global.set $next (i32.add (global.get $next)
            (i32.and (i32.add (local.get 1) (i32.const 7)) (i32.const -8)))))"#;

fn linker() -> Linker {
    Linker::new().wit(WitWorld::parse(WORLD, None).unwrap())
}

#[track_caller]
fn codes(result: Result<Linked, LinkError>) -> Vec<ProblemCode> {
    match result {
        Err(LinkError::Problems(problems)) => problems.into_iter().map(|problem| problem.code).collect(),
        other => panic!("no list of problems: {other:?}"),
    }
}

/// Returns an instance of a component without imports.
fn instance(component: &[u8]) -> (Store<()>, Instance) {
    let engine = Engine::default();
    let component = Component::new(&engine, component).unwrap();
    let mut store = Store::new(&engine, ());
    let instance = wasmtime::component::Linker::new(&engine).instantiate(&mut store, &component).unwrap();
    (store, instance)
}

fn call<P, R>(component: &[u8], name: &str, params: P) -> R
where
    P: ComponentNamedList + Lower,
    R: Lift + Send + Sync + 'static,
    (R,): ComponentNamedList + Lift,
{
    let (mut store, instance) = instance(component);
    instance.get_typed_func::<P, (R,)>(&mut store, name).unwrap().call(&mut store, params).unwrap().0
}

#[test]
fn a_world_is_embedded_and_an_allocator_supplied() {
    let long = "long".repeat(10_000);
    for (allocator, leaks) in [("", true), (MALLOC, false), (REALLOC, false)] {
        for layout in [Layout::Auto, Layout::Adapter] {
            let module = format!("(module {MODULE} {allocator})");
            let Linked { wasm, warnings, .. } = linker().layout(layout).link(module.as_bytes()).unwrap();
            assert_eq!(warnings.iter().any(|warning| warning.contains("never given back")), leaks, "{warnings:?}");
            for (first, second) in [("", ""), ("a", ""), ("some", "words"), (&long[..], "!"), ("!", &long)] {
                // malloc and realloc of the test do not grow the memory, which has room for one long string.
                let count: u32 = call(&wasm, "count-bytes", (first, second));
                assert_eq!(count as usize, first.len() + second.len(), "{layout:?}, {allocator}");
            }
            let (mut store, instance) = instance(&wasm);
            let (_, greet) = instance.get_export(&mut store, None, "test:plug/greet").unwrap();
            let (_, hello) = instance.get_export(&mut store, Some(&greet), "hello").unwrap();
            let hello = instance.get_func(&mut store, hello).unwrap();
            for name in ["Ada", "", "Grace"] {
                let mut greeting = [Val::Bool(false)];
                hello.call(&mut store, &[Val::String(name.into())], &mut greeting).unwrap();
                assert_eq!(greeting, [Val::String(name.into())]);
            }
        }
    }
}

#[test]
fn memory_that_is_added_holds_what_is_large_and_ends() {
    let component = linker().link(format!("(module {MODULE})").as_bytes()).unwrap().wasm;
    let (mut store, instance) = instance(&component);
    let count = instance.get_typed_func::<(&str, &str), (u32,)>(&mut store, "count-bytes").unwrap();
    let large = "x".repeat(100_000);
    assert_eq!(count.call(&mut store, (&large, "!")).unwrap(), (100_001,));
    assert_eq!(count.call(&mut store, ("!", &large)).unwrap(), (100_001,));
    let error = count.call(&mut store, (&large.repeat(20), "")).unwrap_err();
    assert!(format!("{error:?}").contains("unreachable"), "{error:?}");
}

#[test]
fn what_is_unlike_the_world_is_said_in_its_words() {
    let module =
        r#"(module (memory (export "memory") 1) (func (export "count_bytes") (param i32) (result i32) local.get 0))"#;
    let error = linker().link(module.as_bytes()).unwrap_err().to_string();
    for part in [
        "it exports `count-bytes` as (i32) -> i32; by its WIT it is (i32, i32, i32, i32) -> i32",
        "for `count-bytes: func(first: string, second: string) -> u32`",
        "its WIT exports what it does not: `test:plug/greet#hello`",
    ] {
        assert!(error.contains(part), "{error}");
    }
    for (wit, world) in [("package a:b; world w {} world v {}", None), (WORLD, Some("none")), ("world", None)] {
        let error = WitWorld::parse(wit, world).unwrap_err();
        assert!(matches!(error, LinkError::Wit(_)), "{error}");
    }
}

#[test]
fn functions_of_numbers_are_exported_without_wit() {
    let module = r#"(module (memory (export "memory") 1)
        (func (export "mul_add") (param f64 f64 f64) (result f64)
            (f64.add (f64.mul (local.get 0) (local.get 1)) (local.get 2)))
        (func (export "addLong") (param i64 i32) (result i64) (i64.add (local.get 0) (i64.extend_i32_s (local.get 1))))
        (func (export "divmod") (param i32 i32) (result i32 i32) (i32.const 0) (i32.const 0))
        (func (export "größe"))
        (func (export "_initialize")))"#;
    for (layout, taken) in
        [(Layout::Auto, Layout::Isolated), (Layout::Guest, Layout::Guest), (Layout::Adapter, Layout::Adapter)]
    {
        let linked = Linker::new().export_functions(true).layout(layout).link(module.as_bytes()).unwrap();
        assert_eq!(linked.layout, taken);
        let [types, names] = &linked.warnings[..] else { panic!("two warnings: {:?}", linked.warnings) };
        assert!(types.ends_with("`divmod` (i32, i32) -> (i32, i32)"), "{types}");
        assert!(names.ends_with("`größe`"), "{names}");
        assert_eq!(call::<_, f64>(&linked.wasm, "mul-add", (2.0, 3.5, 1.0)), 8.0);
        assert_eq!(call::<_, i64>(&linked.wasm, "add-long", (1_i64 << 40, -1)), (1 << 40) - 1);
    }
}

#[test]
fn exported_functions_stand_beside_a_program_and_its_wit() {
    let module = format!(
        r#"(module {MODULE} (func (export "_start")) (func (export "twice") (param i32) (result i32)
        (i32.mul (local.get 0) (i32.const 2))))"#
    );
    let linked = linker().export_functions(true).link(module.as_bytes()).unwrap();
    let exports = inspect(&linked.wasm).unwrap().exports;
    let mut names: Vec<_> = exports.iter().map(|export| export.name.split('@').next().unwrap()).collect();
    names.sort();
    assert_eq!(names, ["count-bytes", "test:plug/greet", "twice", "wasi:cli/run"]);
}

#[test]
fn two_functions_of_one_name_are_a_problem() {
    let module = r#"(module (func (export "my_name")) (func (export "myName")) (func (export "my-name")))"#;
    let linker = Linker::new().export_functions(true);
    let error = linker.link(module.as_bytes()).unwrap_err();
    assert!(error.to_string().contains("`my-name`: `my_name`, `myName`, `my-name`"), "{error}");
    assert_eq!(codes(linker.link(module.as_bytes())), [ProblemCode::ClashingNames]);
}

#[test]
fn a_component_that_nobody_can_call_is_warned_of() {
    let warnings = |linker: &Linker, module: &str| linker.link(module.as_bytes()).unwrap().warnings;
    let library = r#"(module (memory (export "memory") 1) (func (export "add")) (func (export "_initialize")))"#;
    let reactor = Linker::new().world(World::Reactor);
    let [warning] = &warnings(&reactor, library)[..] else { panic!("one warning") };
    for part in ["exports nothing", "`add`", "`--wit PATH`", "`--export-functions`"] {
        assert!(warning.contains(part), "{warning}");
    }
    assert!(!warning.contains("_initialize"), "{warning}");
    let [warning] = &warnings(&Linker::new(), library)[..] else { panic!("one warning") };
    assert!(warning.contains("its `_initialize`; the module exports `add`"), "{warning}");
    assert_eq!(warnings(&reactor.export_functions(true), library), [""; 0]);

    let program = r#"(module (memory (export "memory") 1) (func (export "_start")))"#;
    assert_eq!(warnings(&Linker::new(), program), [""; 0]);
    for world in [World::Reactor, World::Proxy] {
        let warnings = warnings(&Linker::new().world(world), program);
        assert!(warnings[0].contains("`_start` is dropped") && warnings.len() == 2, "{warnings:?}");
    }
}
