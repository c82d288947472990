use super::*;

/// A program that copies stdin to stdout, says what kind of thing stdout is on stderr, and exits with 7.
const ECHO: &str = r#"(module
    (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_fdstat_get" (func $fdstat (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_seek" (func $seek (param i32 i64 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (memory (export "memory") 1)
    (data (i32.const 0) "\40\00\00\00\00\10\00\00")
    (func (export "_start")
        (loop $more
            (i32.store (i32.const 4) (i32.const 4096))
            (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
            (i32.store (i32.const 4) (i32.load (i32.const 8)))
            (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 12)))
            (br_if $more (i32.load (i32.const 8))))
        (drop (call $fdstat (i32.const 1) (i32.const 64)))
        (i32.store8 (i32.const 65) (call $seek (i32.const 1) (i64.const 0) (i32.const 0) (i32.const 16)))
        (i32.store (i32.const 4) (i32.const 4))
        (drop (call $write (i32.const 2) (i32.const 0) (i32.const 1) (i32.const 12)))
        (call $exit (i32.const 7))))"#;

fn captured(stdin: &[u8]) -> Invocation {
    Invocation::default().capture(stdin)
}

#[test]
fn captured_streams_are_unlimited_and_look_like_inherited_ones() {
    let stdin: Vec<u8> = (0..3_000_000u32).map(|n| (n % 251) as u8).collect();
    let outcome = Host::new().unwrap().run_module(&wat::parse_str(ECHO).unwrap(), &captured(&stdin)).unwrap();
    assert_eq!(outcome.exit, Exit::Code(7));
    assert_eq!(outcome.stdout, stdin);
    assert_eq!(outcome.stderr, [0, 70, 0, 0], "type UNKNOWN, seek gives SPIPE, no flags");
}

#[test]
fn a_trap_is_an_ending_and_not_an_error() {
    let wasm = wat::parse_str(r#"(module (func $deep (export "_start") unreachable))"#).unwrap();
    let outcome = Host::new().unwrap().run_module(&wasm, &captured(b"")).unwrap();
    assert_eq!(outcome.exit, Exit::Trap("wasm trap: wasm `unreachable` instruction executed".into()));
    assert!(outcome.trap_chain[0].contains("deep"), "{:?}", outcome.trap_chain);
}

#[test]
fn memory_can_be_limited() {
    let module = |body: &str| {
        let text = format!(
            r#"(module (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32))) (type $bytes (array i8))
                (memory (export "memory") 1) (func (export "_start") {body}))"#
        );
        wat::parse_str(text).unwrap()
    };
    let grows = module("(call $exit (i32.eq (memory.grow (i32.const 1000)) (i32.const -1)))");
    let allocates = module("(drop (array.new_default $bytes (i32.const 60000000)))");
    let host = Host::new().unwrap();
    let ran = |module: &[u8], max_memory| {
        let invocation = Invocation { max_memory, ..Invocation::default().capture("") };
        let component = wasi_adapt::Linker::new().link(module).unwrap().wasm;
        [host.run_module(module, &invocation), host.run_component(&component, &invocation)].map(|ran| ran.unwrap().exit)
    };
    for module in [&grows, &allocates] {
        assert_eq!(ran(module, None), [Exit::Code(0), Exit::Code(0)]);
    }
    assert_eq!(ran(&grows, Some(20 << 20)), [Exit::Code(1), Exit::Code(1)]);
    let exits = ran(&allocates, Some(20 << 20));
    assert!(exits.iter().all(|exit| matches!(exit, Exit::Trap(_))), "{exits:?}");
}

#[test]
fn what_cannot_start_is_an_error() {
    let wasm = wat::parse_str(r#"(module (import "env" "f" (func)))"#).unwrap();
    let error = Host::new().unwrap().run_module(&wasm, &captured(b"")).unwrap_err();
    assert!(matches!(&error, Error::Imports { side: Side::Module, imports } if imports == &["env.f"]), "{error}");

    let sockets = r#"(module (import "wasi:sockets/tcp@0.2.0" "f" (func)) (import "wasi:io/poll@0.2.0" "g" (func))
        (import "wasi:io/poll@0.2.0" "h" (func)) (import "env" "f" (func)))"#;
    let error = Host::new().unwrap().run_module(&wat::parse_str(sockets).unwrap(), &captured(b"")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the module imports WASI 0.2 itself (\"wasi:io/poll@0.2.0\", \"wasi:sockets/tcp@0.2.0\"), \
         and no preview1 host can run it"
    );
}

#[test]
fn deep_recursion_has_room() {
    let wasm = wat::parse_str(
        r#"(module (func $down (param i32) (if (local.get 0) (then (call $down (i32.sub (local.get 0) (i32.const 1))))))
            (func (export "_start") (call $down (i32.const 200000))))"#,
    );
    let outcome = Host::new().unwrap().run_module(&wasm.unwrap(), &captured(b"")).unwrap();
    assert_eq!(outcome.exit, Exit::Code(0));
}

#[test]
fn a_component_without_run_is_only_instantiated() {
    let outcome = Host::new().unwrap().run_component(&wat::parse_str("(component)").unwrap(), &captured(b"")).unwrap();
    assert_eq!(outcome.exit, Exit::Code(0));
}

#[test]
fn compiled_code_is_kept_where_it_is_asked_to_be() {
    let dir = tempfile::tempdir().unwrap();
    let cache = dir.path().join("new");
    let wasm = wat::parse_str(ECHO).unwrap();
    for _ in 0..2 {
        let outcome = Host::with_cache(&cache).unwrap().run_module(&wasm, &captured(b"x")).unwrap();
        assert_eq!((outcome.exit, outcome.stdout), (Exit::Code(7), b"x".to_vec()));
    }
    assert_ne!(std::fs::read_dir(&cache).unwrap().count(), 0);
}

#[test]
fn calls_name_functions_and_fit_their_types() {
    let component = wat::parse_str(
        r#"(component
            (core module $m (func (export "f") (param i32) (result i32) (local.get 0)))
            (core instance $i (instantiate $m))
            (func $f (param "n" u8) (result u8) (canon lift (core func $i "f")))
            (instance $own (export "same" (func $f)) (export "f" (func $f)))
            (instance $other (export "same" (func $f)))
            (export "f" (func $f))
            (export "a:b/own@1.2.3" (instance $own))
            (export "a:b/other" (instance $other)))"#,
    )
    .unwrap();
    let host = Host::new().unwrap();
    let call = |call: &str| {
        let outcome = host.run_component(&component, &captured(b"").call(call).unwrap());
        outcome.map(|outcome| outcome.results[0].to_string()).map_err(|error| error.to_string())
    };
    for text in ["f(7)", "a:b/own.same@1.2.3(7)", "a:b/own.same(7)", "a:b/other.same(7)", "a:b/own.f(7)"] {
        assert_eq!(call(text).as_deref(), Ok("7"), "{text}");
    }
    let own = "a:b/own.same@1.2.3";
    assert_eq!(
        call("same(7)").unwrap_err(),
        format!("more than one exported function is named \"same\": name one of {own:?}, \"a:b/other.same\"")
    );
    let there_are = call("g()").unwrap_err();
    let expected = "there is no exported function \"g\"; there are:\n  f(n: u8) -> u8\n  ";
    assert!(there_are.starts_with(expected), "{there_are}");
    for text in ["f", "f(256)", "f(1, 2)", "f(\"text\")"] {
        let error = host.run_component(&component, &captured(b"").call(text).unwrap()).unwrap_err();
        assert!(matches!(&error, Error::Call { call, .. } if call.starts_with(text)), "{error:?}");
    }
    assert!(matches!(captured(b"").call("f(1"), Err(Error::Call { .. })));
}

/// An adapter that adds to what the program has in its memory what it hears from a function of the program.
const ADAPTER: &str = r#"(module
    (import "env" "memory" (memory 1))
    (import "__main_module__" "more" (func $more (result i32)))
    (func (export "sum") (param i32) (result i32) (i32.add (i32.load (local.get 0)) (call $more))))"#;

#[test]
fn adapters_serve_a_module_beside_the_host() {
    let program = r#"(module
        (import "other" "sum" (func $sum (param i32) (result i32)))
        (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
        (memory (export "memory") 1)
        (data (i32.const 8) "\28")
        (func (export "more") (result i32) (i32.const 2))
        (func (export "_start") (call $exit (call $sum (i32.const 8)))))"#;
    let [program, adapter] = [program, ADAPTER].map(|wat| wat::parse_str(wat).unwrap());
    let host = Host::new().unwrap();
    let outcome = host.run_module(&program, &captured(b"").adapter("other", adapter)).unwrap();
    assert_eq!(outcome.exit, Exit::Code(42));

    let of_wit = wat::parse_str(r#"(module (import "a:b/c" "d" (func)) (func (export "sum")))"#).unwrap();
    let error = host.run_module(&program, &captured(b"").adapter("other", of_wit)).unwrap_err();
    let Error::Adapter { name, source } = &error else { panic!("{error:?}") };
    assert_eq!(
        (name.as_str(), source.to_string().as_str()),
        ("other", "it imports more than the program's memory and functions: \"a:b/c.d\"")
    );
}
