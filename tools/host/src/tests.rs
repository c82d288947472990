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
    Invocation { stdio: Stdio::Captured { stdin: stdin.to_vec() }, ..Invocation::default() }
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
        let invocation = Invocation { max_memory, ..captured(b"") };
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
    assert!(format!("{error:#}").contains("unknown import: `env::f`"), "{error:#}");
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
