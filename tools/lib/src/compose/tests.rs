use super::{ComposeError, Composed, Composer};
use crate::inspect::inspect;
use crate::{Linker, ProblemCode, WitWorld};
use wasi_adapt_host::{Exit, Host, Invocation};

const WIT: &str = "package test:chain@0.1.0;
    interface words { shout: func(word: string) -> string; }
    interface numbers { next: func(number: s32) -> s32; }
    world program { import words; }
    world middle { import numbers; export words; }
    world last { export numbers; }
    world other { export numbers; import words; }";

/// Prints what `shout` makes of "word".
const PROGRAM: &str = r#"(module
    (import "test:chain/words@0.1.0" "shout" (func $shout (param i32 i32 i32)))
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1) (data (i32.const 64) "word")
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
    (func (export "_start") (call $shout (i32.const 64) (i32.const 4) (i32.const 8))
        (drop (call $write (i32.const 1) (i32.const 8) (i32.const 1) (i32.const 0)))))"#;

/// Adds what `next` makes of 40 to the word, writes to stderr, and has data where the program has.
const MIDDLE: &str = r#"(module
    (import "test:chain/numbers@0.1.0" "next" (func $next (param i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1) (data (i32.const 64) "middle") (data (i32.const 96) "\40\00\00\00\06\00\00\00")
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 2048))
    (func (export "shout") (param $word i32) (param $len i32) (result i32)
        (drop (call $write (i32.const 2) (i32.const 96) (i32.const 1) (i32.const 0)))
        (i32.store8 (i32.add (local.get $word) (local.get $len)) (call $next (i32.const 40)))
        (i32.store (i32.const 8) (local.get $word))
        (i32.store (i32.const 12) (i32.add (local.get $len) (i32.const 1)))
        (i32.const 8)))"#;

const LAST: &str = r#"(module
    (func (export "next") (param i32) (result i32) (i32.add (local.get 0) (i32.const 2))))"#;

/// A linker that embeds a world.
fn linker(wit: &str, world: &str) -> Linker {
    Linker::new().wit(WitWorld::parse(wit, Some(world)).unwrap())
}

fn component(world: &str, module: &str) -> Vec<u8> {
    linker(WIT, world).link(module.as_bytes()).unwrap().wasm
}

#[track_caller]
fn problems(composed: Result<Composed, ComposeError>) -> Vec<(ProblemCode, String)> {
    match composed {
        Err(ComposeError::Problems(problems)) => problems.into_iter().map(|it| (it.code, it.message)).collect(),
        other => panic!("no list of problems: {other:?}"),
    }
}

fn program() -> Composer {
    Composer::new(linker(WIT, "program"))
}

#[test]
fn three_modules_become_one_component() {
    let compose = |plugs: &[(&str, Vec<u8>)]| {
        let plug = |composer: Composer, (name, wasm): &(&str, Vec<u8>)| composer.plug(*name, wasm.clone());
        plugs.iter().fold(program(), plug).compose("program", PROGRAM.as_bytes()).unwrap()
    };
    let (middle, last) = (("middle", component("middle", MIDDLE)), ("last", component("last", LAST)));
    for plugs in [[middle.clone(), last.clone()], [last.clone(), middle.clone()]] {
        let composed = compose(&plugs);
        assert_eq!(composed.wasm, compose(&plugs).wasm, "the same input gives the same bytes");
        let connections: Vec<_> = composed.connections.iter().map(ToString::to_string).collect();
        for connection in [
            "`program` gets `test:chain/words@0.1.0` from `middle`",
            "`middle` gets `test:chain/numbers@0.1.0` from `last`",
        ] {
            assert!(connections.iter().any(|found| found == connection), "{connections:?}");
        }
        let report = inspect(&composed.wasm).unwrap();
        let mut imports: Vec<_> = report.imports.iter().map(|import| &*import.name).collect();
        assert!(imports.iter().all(|name| name.starts_with("wasi:")), "{imports:?}");
        let count = imports.len();
        imports.sort();
        imports.dedup();
        assert_eq!(count, imports.len(), "what both import is imported once: {imports:?}");
        assert!(report.exports.len() == 1 && report.exports[0].name.starts_with("wasi:cli/run@"));

        let invocation = Invocation::default().capture("");
        let outcome = Host::new().unwrap().run_component(&composed.wasm, &invocation).unwrap();
        assert_eq!(outcome.exit, Exit::Code(0));
        assert_eq!((&outcome.stdout[..], &outcome.stderr[..]), (&b"word*"[..], &b"middle"[..]));
    }
}

/// A composed component can be plugged, and can have something plugged into it.
#[test]
fn components_are_parts_too() {
    let plugged = Composer::new(Linker::new())
        .plug("last", component("last", LAST))
        .compose("middle", &component("middle", MIDDLE))
        .unwrap();
    let whole = program().plug("both", plugged.wasm).compose("program", PROGRAM.as_bytes()).unwrap();
    let open = program().plug("middle", component("middle", MIDDLE)).compose("program", PROGRAM.as_bytes()).unwrap();
    let closed =
        Composer::new(Linker::new()).plug("last", component("last", LAST)).compose("open", &open.wasm).unwrap();
    for wasm in [whole.wasm, closed.wasm] {
        let invocation = Invocation::default().capture("");
        let outcome = Host::new().unwrap().run_component(&wasm, &invocation).unwrap();
        assert_eq!((outcome.exit, &outcome.stdout[..]), (Exit::Code(0), &b"word*"[..]));
    }
}

#[test]
fn a_compatible_version_serves() {
    let newer = WIT.replace("@0.1.0", "@0.1.7");
    let module = MIDDLE.replace("@0.1.0", "@0.1.7");
    let middle = linker(&newer, "middle").link(module.as_bytes()).unwrap().wasm;
    let composed = program().plug("middle", middle).compose("program", PROGRAM.as_bytes()).unwrap();
    assert_eq!(composed.connections.len(), 1);

    let other = WIT.replace("@0.1.0", "@0.2.0");
    let module = MIDDLE.replace("@0.1.0", "@0.2.0");
    let middle = linker(&other, "middle").link(module.as_bytes()).unwrap().wasm;
    let problems = problems(program().plug("mid\u{1b}dle", middle).compose("program", PROGRAM.as_bytes()));
    let [(ProblemCode::UnmatchedPlug, message)] = &problems[..] else { panic!("{problems:?}") };
    assert_eq!(
        message,
        "nothing imports what `mid\\u{1b}dle` exports: expected `test:chain/words@0.1.0`, found `test:chain/words@0.2.0`"
    );
}

#[test]
fn what_does_not_fit_is_said_in_wit() {
    let unlike = WIT.replace("shout: func(word: string) -> string", "shout: func(word: string, loud: bool) -> u32");
    let module = r#"(module (memory (export "memory") 1)
        (func (export "shout") (param i32 i32 i32) (result i32) (i32.const 0)))"#;
    let middle = linker(&unlike, "middle").link(module.as_bytes()).unwrap().wasm;
    let unused = component("last", LAST);
    let composed = program().plug("middle", middle).plug("unused", unused).compose("program", PROGRAM.as_bytes());
    let problems = problems(composed);
    let [(ProblemCode::MismatchedPlug, mismatched), (ProblemCode::UnmatchedPlug, unmatched)] = &problems[..] else {
        panic!("{problems:?}")
    };
    assert_eq!(
        mismatched,
        "`program` imports `test:chain/words@0.1.0`, and `middle` exports `test:chain/words@0.1.0` otherwise: expected \
         `shout: func(word: string) -> string`, found `shout: func(word: string, loud: bool) -> u32`"
    );
    assert!(unmatched.contains("`unused`") && unmatched.contains("found `test:chain/numbers@0.1.0`"), "{unmatched}");
}

#[test]
fn circles_and_rivals_are_refused() {
    let needy = r#"(module (import "test:chain/words@0.1.0" "shout" (func (param i32 i32 i32))) (memory (export "memory") 1)
        (func (export "next") (param i32) (result i32) (local.get 0)))"#;
    let composed = program()
        .plug("middle", component("middle", MIDDLE))
        .plug("needy", component("other", needy))
        .compose("program", PROGRAM.as_bytes());
    let found = problems(composed);
    let [(ProblemCode::PlugCycle, message)] = &found[..] else { panic!("{found:?}") };
    for link in [
        "`middle` imports `test:chain/numbers@0.1.0` from `needy`",
        "`needy` imports `test:chain/words@0.1.0` from `middle`",
    ] {
        assert!(message.contains(link), "{message}");
    }

    let middle = component("middle", MIDDLE);
    let rivals = program().plug("one", middle.clone()).plug("two", middle).compose("program", PROGRAM.as_bytes());
    let found = problems(rivals);
    let [(ProblemCode::AmbiguousPlug, message)] = &found[..] else { panic!("{found:?}") };
    assert!(message.ends_with("which several plugs export: `one`, `two`"), "{message}");
}

#[test]
fn every_part_that_is_no_component_is_named() {
    let bad = r#"(module (import "env" "f" (func)))"#;
    let error = program().plug("bad", bad).plug("worse", "(module").compose("program", bad.as_bytes()).unwrap_err();
    let ComposeError::Parts(parts) = &error else { panic!("{error}") };
    assert_eq!(parts.iter().map(|(name, _)| &**name).collect::<Vec<_>>(), ["program", "bad", "worse"]);
    let text = error.to_string();
    assert!(text.contains("`bad` cannot become a component, for this reason:"), "{text}");
    assert!(text.contains("`worse`: this is not a valid WebAssembly module: expected `)`"), "{text}");
}
