//! Layers: who serves what, whose memory pointers are into, and what does not fit.

use super::*;
use crate::Layer;
use crate::inspect::Report;

/// Returns a module that writes "text" to stdout and exits with the errno of that, or with a value at an address of its
/// memory.
fn program(exit: &str) -> String {
    format!(
        r#"(module
        (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
        (memory (export "memory") 1)
        (data (i32.const 16) "\20\00\00\00\04\00\00\00")
        (data (i32.const 32) "text")
        (func (export "_start") (local $errno i32)
            (local.set $errno (call $write (i32.const 1) (i32.const 16) (i32.const 1) (i32.const 64)))
            (call $exit ({exit}))))"#
    )
}

const ERRNO: &str = "local.get $errno";

/// Returns a layer that serves `fd_write` by this code, with everything that a layer can import.
fn write_layer(code: &str) -> String {
    format!(
        r#"(module
        (import "wasi_adapt:next" "fd_write" (func $next (param i32 i32 i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "fd_write" (func $own (param i32 i32 i32 i32) (result i32)))
        (import "wasi_adapt:guest" "read" (func $read (param i32 i32 i32) (result i32)))
        (import "wasi_adapt:guest" "write" (func $write (param i32 i32 i32) (result i32)))
        (memory (export "memory") 1)
        (data (i32.const 16) "\20\00\00\00\03\00\00\00")
        (data (i32.const 32) "ab-")
        (data $passive "xyz")
        (func $own_text (drop (call $own (i32.const 1) (i32.const 16) (i32.const 1) (i32.const 64))))
        (func (export "fd_write") (param $fd i32) (param $iovs i32) (param $len i32) (param $result i32) (result i32)
            {code})
        (func $pass (param $fd i32) (param $iovs i32) (param $len i32) (param $result i32) (result i32)
            (call $next (local.get $fd) (local.get $iovs) (local.get $len) (local.get $result))))"#
    )
}

const PASS: &str = "(call $pass (local.get $fd) (local.get $iovs) (local.get $len) (local.get $result))";

fn linker(layers: &[String]) -> Linker {
    let layer = |(at, text): (usize, &String)| Layer::new(format!("layer {at}"), text.as_bytes());
    layers.iter().enumerate().map(layer).fold(Linker::new(), Linker::layer)
}

/// Returns the exit status and the output of a program on layers.
#[track_caller]
fn run(program: &str, layers: &[String]) -> (Exit, String) {
    let linked = linker(layers).link(program.as_bytes()).unwrap_or_else(|error| panic!("{}", chain(error)));
    let outcome = Host::new().unwrap().run_component(&linked.wasm, &Invocation::default().capture("")).unwrap();
    (outcome.exit, String::from_utf8(outcome.stdout).unwrap())
}

#[track_caller]
fn prints(layers: &[String], output: &str) {
    assert_eq!(run(&program(ERRNO), layers), (Exit::Code(0), output.into()));
}

#[test]
fn a_layer_passes_on_replaces_and_adds() {
    prints(&[], "text");
    prints(&[write_layer(PASS)], "text");
    prints(&[write_layer("i32.const 0")], "");
    prints(&[write_layer(&format!("(call $own_text) {PASS}"))], "ab-text");
    assert_eq!(run(&program(ERRNO), &[write_layer("i32.const 63")]).0, Exit::Code(63));
}

#[test]
fn what_a_layer_calls_for_itself_goes_to_the_layer_below() {
    let twice = write_layer(&format!("(call $own_text) {PASS}"));
    // Each of the two calls of the upper one makes the lower one write, too.
    prints(&[twice.clone(), twice.clone()], "ab-ab-ab-text");
    prints(&[twice, write_layer("i32.const 0")], "");
}

/// Returns a layer that writes a text when the program's entry has returned.
fn last_words(text: &str) -> String {
    format!(
        r#"(module
        (import "wasi_snapshot_preview1" "fd_write" (func $own (param i32 i32 i32 i32) (result i32)))
        (memory 1)
        (data (i32.const 16) "\20\00\00\00\01\00\00\00")
        (data (i32.const 32) "{text}")
        (func (export "wasi_adapt:exit")
            (drop (call $own (i32.const 1) (i32.const 16) (i32.const 1) (i32.const 64)))))"#
    )
}

#[test]
fn layers_are_called_when_the_entry_has_returned() {
    let layers = [last_words("x"), last_words("y")];
    let returning = program(ERRNO).replace("(call $exit (local.get $errno))", "");
    assert_eq!(run(&returning, &layers), (Exit::Code(0), "textxy".into()));
    assert_eq!(run(&program("i32.const 3"), &layers), (Exit::Code(3), "text".into()));
    let wrong = r#"(module (func (export "wasi_adapt:exit") (param i32)))"#;
    let error = chain(linker(&[wrong.into()]).link(program(ERRNO).as_bytes()).unwrap_err());
    assert!(error.contains("exports `wasi_adapt:exit` as (i32) -> (); it is called as () -> ()"), "{error}");
}

#[test]
fn a_caller_gets_its_memory_back() {
    // The layer's own call is between reading and writing the program's memory.
    let code = r#"
        (drop (call $read (i32.const 128) (i32.const 32) (i32.const 4)))
        (call $own_text)
        (i32.store8 (i32.const 128) (i32.const 0x54))
        (drop (call $write (i32.const 33) (i32.const 128) (i32.const 2)))"#;
    prints(&[write_layer(&format!("{code} {PASS}"))], "ab-tTet");
}

#[test]
fn accesses_to_the_caller_are_checked() {
    // Of the program's page, of the layer's, of a length that wraps around, and of nothing at all.
    let cases = [
        ("$read", [0, 65532, 4], 0),
        ("$read", [0, 65533, 4], 21),
        ("$read", [65532, 0, 4], 0),
        ("$read", [65533, 0, 4], 21),
        ("$read", [0, 4, -1], 21),
        ("$read", [-1, -1, 0], 0),
        ("$read", [0, -4, 8], 21),
        ("$write", [65532, 0, 4], 0),
        ("$write", [65533, 0, 4], 21),
        ("$write", [0, 65533, 4], 21),
        ("$write", [-65536, 0, 4], 21),
    ];
    for (function, arguments, errno) in cases {
        let arguments: String = arguments.iter().map(|value| format!("(i32.const {value})")).collect();
        let layer = write_layer(&format!("(call {function} {arguments})"));
        assert_eq!(run(&program(ERRNO), &[layer]).0, Exit::Code(errno), "{function} {arguments}");
    }
}

#[test]
fn instructions_on_a_layers_memory_stay_inside_its_pages() {
    let cases = [
        "(memory.fill (i32.const 32) (i32.const 0x2a) (i32.const 2)) (call $own_text) i32.const 0",
        "(memory.copy (i32.const 33) (i32.const 32) (i32.const 2)) (call $own_text) i32.const 0",
        "(memory.init $passive (i32.const 32) (i32.const 1) (i32.const 2)) (call $own_text) i32.const 0",
        "(i32.store8 offset=2 (i32.const 32) (memory.size)) (call $own_text) i32.const 0",
        // The pages that it has are 17.
        "(memory.grow (i32.const 17)) (i32.const -1) i32.ne",
        "(drop (memory.grow (i32.const 15))) (memory.grow (i32.const 1)) (i32.const 16) i32.ne",
        "(drop (memory.grow (i32.const 16))) (memory.size) (i32.const 17) i32.ne",
        "(drop (memory.grow (i32.const 16))) (i32.load (i32.const 0x10fffc))",
    ];
    let outputs = ["**-", "aab", "yz-", "ab\u{1}", "", "", "", ""];
    for (code, output) in cases.iter().zip(outputs) {
        prints(&[write_layer(code)], output);
    }
}

#[test]
fn layers_are_initialised_from_the_lowest_up() {
    let layer = |digit: i32| {
        format!(
            r#"(module
            (import "wasi_snapshot_preview1" "fd_write" (func $own (param i32 i32 i32 i32) (result i32)))
            (memory (export "memory") 1)
            (data (i32.const 16) "\20\00\00\00\01\00\00\00")
            (func $say (param i32)
                (i32.store8 (i32.const 32) (local.get 0))
                (drop (call $own (i32.const 1) (i32.const 16) (i32.const 1) (i32.const 64))))
            (func $start (call $say (i32.const {digit})))
            (start $start)
            (func (export "_initialize") (call $say (i32.const {})))
            (func (export "sched_yield") (result i32) i32.const 0))"#,
            digit + 1
        )
    };
    prints(&[layer(0x33), layer(0x31)], "1234text");
}

#[test]
fn a_layer_serves_other_modules_too() {
    let module = r#"(module
        (import "env" "seven" (func $seven (result i32)))
        (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
        (memory (export "memory") 1)
        (func (export "_start") (call $exit (call $seven))))"#;
    let seven = r#"(module (func (export "seven") (result i32) i32.const 7))"#;
    assert_eq!(
        codes(Linker::new().layer(Layer::new("seven", seven)).link(module.as_bytes())),
        [ProblemCode::UnknownModule]
    );
    let linked = Linker::new().layer(Layer::new("seven", seven).serve("env")).link(module.as_bytes()).unwrap();
    assert_eq!(linked.warnings, Vec::<String>::new());
    let outcome = Host::new().unwrap().run_component(&linked.wasm, &Invocation::default().capture("")).unwrap();
    assert_eq!(outcome.exit, Exit::Code(7));
    let other = r#"(module (func (export "seven") (result i64) i64.const 7))"#;
    let linker = Linker::new().layer(Layer::new("seven", other).serve("env"));
    assert_eq!(codes(linker.link(module.as_bytes())), [ProblemCode::WrongSignature]);
}

#[test]
fn tables_globals_and_references_of_a_layer_are_its_own() {
    let layer = r#"(module
        (import "wasi_adapt:next" "fd_write" (func $next (param i32 i32 i32 i32) (result i32)))
        (type $errno (func (result i32)))
        (table $t 2 funcref)
        (elem (i32.const 0) $three)
        (elem declare func $four)
        (global $a i32 (i32.const 100))
        (global $b (mut i32) (global.get $a))
        (func $three (type $errno) i32.const 3)
        (func $four (type $errno) i32.const 4)
        (func (export "fd_write") (param i32 i32 i32 i32) (result i32)
            (table.set $t (i32.const 1) (ref.func $four))
            (global.set $b (i32.add (global.get $b) (call_indirect $t (type $errno) (i32.const 0))))
            (i32.add (global.get $b) (call_indirect $t (type $errno) (i32.const 1)))))"#;
    let program = program(ERRNO)
        .replace("(memory", "(table 1 funcref) (elem (i32.const 0) $exit) (global i32 (i32.const 9)) (memory");
    assert_eq!(run(&program, &[layer.into()]).0, Exit::Code(107));
}

/// All that is wrong is said at once, of the program and of each layer.
#[test]
fn what_does_not_fit_is_named() {
    let layers = [
        r#"(module
            (import "wasi_adapt:next" "fd_writ" (func (param i32 i32 i32 i32) (result i32)))
            (import "wasi_adapt:guest" "read" (func (param i32 i32) (result i32)))
            (import "env" "table" (table 1 funcref))
            (memory i64 1)
            (tag)
            (func (export "_start"))
            (func (export "fd_write") (param i32) (result i32) i32.const 0))"#,
        r#"(module (memory 3) (func (export "fd_close") (param i64) (result i32) i32.const 0))"#,
    ];
    let linker = Linker::new().layer(Layer::new("a", layers[0])).layer(Layer::new("b\n", layers[1]).pages(2));
    let report = linker.inspect(program(ERRNO).as_bytes()).unwrap();
    let problems: Vec<_> = report.problems.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(
        problems,
        [
            "it imports `fd_write` of `wasi_snapshot_preview1` as (i32, i32, i32, i32) -> i32; the layer `a` has it as (i32) -> i32",
            "the layer `a` exports `_start`, so it is a program; a layer is only called",
            "the layer `a` has a memory that is shared, or has addresses of 64 bits or pages of another size than 64 KiB",
            "the layer `a` has exception tags",
            "the layer `a` imports `table` of `env`, which is no function",
            "the layer `a` imports `fd_writ` of `wasi_adapt:next`, which nothing below it serves",
            "the layer `a` imports `read` of `wasi_adapt:guest` as (i32, i32) -> i32; it is (i32, i32, i32) -> i32",
            "the layer `a` exports `fd_write` as (i32) -> i32; preview1 has it as (i32, i32, i32, i32) -> i32",
            "the layer `b\\n` is given 2 pages, and its memory begins with 3",
            "the layer `b\\n` exports `fd_close` as (i64) -> i32; preview1 has it as (i32) -> i32",
        ]
    );
}

#[test]
fn layers_need_the_layout_isolated() {
    let linker = || linker(&[write_layer(PASS)]);
    for layout in [Layout::Guest, Layout::Adapter] {
        assert_eq!(codes(linker().layout(layout).link(program(ERRNO).as_bytes())), [ProblemCode::UnfitLayout]);
    }
    let pass = wat::parse_str("(module)").unwrap();
    let with_adapter = linker().adapter("env", pass);
    assert_eq!(codes(with_adapter.link(program(ERRNO).as_bytes())), [ProblemCode::UnfitLayout]);
}

#[test]
fn a_layer_that_is_no_module_is_an_error() {
    let link = |layer: &str| Linker::new().layer(Layer::new("x", layer)).link(program(ERRNO).as_bytes()).unwrap_err();
    assert!(chain(link("(component)")).starts_with("reading the layer `x`: it is a component"));
    assert!(chain(link("(module (func i32.add))")).starts_with("reading the layer `x`: type mismatch"));
    assert!(matches!(link("what"), LinkError::Layer { .. }));
}

#[test]
fn an_export_that_serves_nothing_is_warned_of() {
    let layer = r#"(module (func (export "fd_wirte")) (func (export "help")) (func (export "__own")))"#;
    let report: Report = linker(&[layer.into()]).inspect(program(ERRNO).as_bytes()).unwrap();
    assert_eq!(
        report.warnings,
        [
            "the layer `layer 0` exports `fd_wirte`, which serves nothing; did you mean `fd_write`?",
            "the layer `layer 0` exports `help`, which serves nothing",
        ]
    );
    assert_eq!(report.layers[0].serves, Vec::<String>::new());
}

#[test]
fn the_report_shows_the_stack() {
    let report = linker(&[write_layer(PASS), write_layer("i32.const 0")]).inspect(program(ERRNO).as_bytes()).unwrap();
    let of_layer: Vec<_> = report.imports.iter().map(|import| (import.served_by, import.layer.as_deref())).collect();
    assert_eq!(of_layer, [(Provider::Layer, Some("layer 0")), (Provider::Adapter, None)]);
    let stack: Vec<_> =
        report.layers.iter().map(|layer| (&*layer.name, layer.pages, &layer.serves, &layer.uses)).collect();
    let fd_write = vec!["fd_write".to_string()];
    assert_eq!(stack, [("layer 0", 17, &fd_write, &fd_write), ("layer 1", 17, &fd_write, &fd_write)]);
    assert!(report.to_text().contains("fd_write   (i32, i32, i32, i32) -> i32  layer layer 0"), "{}", report.to_text());
}
