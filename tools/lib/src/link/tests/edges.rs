//! Modules at the limits of engines, which can be linked in each layout and keep their behaviour.

use super::*;
use wasmparser::{KnownCustom, Name};

/// Returns the exit status of a program as a component in a layout, and the warnings of linking.
fn run(text: &str, layout: Layout) -> (i32, Vec<String>) {
    let module = wat::parse_str(text).unwrap();
    let linked = Linker::new()
        .layout(layout)
        .link(&module)
        .unwrap_or_else(|error| panic!("in the layout {layout}: {}", chain(error)));
    let invocation = Invocation::default().capture("");
    match Host::new().unwrap().run_component(&linked.wasm, &invocation).unwrap().exit {
        Exit::Code(code) => (code, linked.warnings),
        Exit::Trap(message) => panic!("in the layout {layout}: {message}"),
    }
}

const LAYOUTS: [Layout; 3] = [Layout::Isolated, Layout::Guest, Layout::Adapter];

/// Returns a program that can exit with a status, with `rest` as its other fields.
fn program(rest: &str) -> String {
    format!(r#"(module (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32))) {rest})"#)
}

#[test]
fn code_may_refer_to_what_only_an_export_declares() {
    let text = program(
        r#"(memory (export "memory") 1) (table $t 3 funcref) (type $v (func)) (global $sum (mut i32) (i32.const 0))
           (func $callback (export "callback") (global.set $sum (i32.add (global.get $sum) (i32.const 20))))
           (func $initialize (export "_initialize") (global.set $sum (i32.add (global.get $sum) (i32.const 3))))
           (func $begin (call $initialize)) (start $begin)
           (func $main (export "_start")
             (if (i32.gt_u (global.get $sum) (i32.const 200)) (then (call $exit (global.get $sum))))
             (global.set $sum (i32.add (global.get $sum) (i32.const 100)))
             (table.set $t (i32.const 0) (ref.func $callback)) (call_indirect (type $v) (i32.const 0))
             (table.set $t (i32.const 1) (ref.func $initialize)) (call_indirect (type $v) (i32.const 1))
             (table.set $t (i32.const 2) (ref.func $main)) (call_indirect (type $v) (i32.const 2)))"#,
    );
    for layout in LAYOUTS {
        assert_eq!(run(&text, layout), (252, vec![]), "{layout}");
    }
}

#[test]
fn code_may_refer_to_a_start_that_is_not_what_runs() {
    let text = program(
        r#"(memory (export "memory") 1) (table $t 1 funcref) (type $v (func))
           (func $other (export "_start") (call $exit (i32.const 9)))
           (func (export "")
             (table.set $t (i32.const 0) (ref.func $other)) (call_indirect (type $v) (i32.const 0)))"#,
    );
    for layout in LAYOUTS {
        assert_eq!(run(&text, layout), (9, vec![]), "{layout}");
    }
}

#[test]
fn the_types_of_functions_may_belong_together() {
    for ty in ["(type $t (sub (func)))", "(rec (type $t (func)) (type (struct)))"] {
        let text = program(&format!(
            r#"{ty} (memory (export "memory") 1) (global $g (mut i32) (i32.const 0))
               (func (export "_initialize") (type $t) (global.set $g (i32.const 7)))
               (func (export "_start") (type $t) (call $exit (global.get $g)))"#
        ));
        for layout in LAYOUTS {
            assert_eq!(run(&text, layout), (7, vec![]), "{layout}");
        }
    }
}

#[test]
fn bytes_go_between_memories_of_different_addresses() {
    let text = program(
        r#"(memory $wide i64 1) (memory $own 1) (memory $narrow 1) (export "memory" (memory $own))
           (data (memory $wide) (i64.const 16) "\01\02") (data (memory $own) (i32.const 32) "\10\20")
           (data (memory $narrow) (i32.const 48) "\40") (data $passive "\80")
           (func (export "_start")
             (memory.copy $own $wide (i32.const 200) (i64.const 16) (i32.const 2))
             (memory.copy $wide $own (i64.const 300) (i32.const 32) (i32.const 2))
             (memory.copy $wide $narrow (i64.const 302) (i32.const 48) (i32.const 1))
             (memory.init $wide $passive (i64.const 303) (i32.const 0) (i32.const 1))
             (memory.fill $wide (i64.const 304) (i32.const 4) (i64.const 1))
             (memory.copy $own $wide (i32.const 202) (i64.const 300) (i32.const 5))
             (memory.copy $own $own (i32.const 207) (i32.const 202) (i32.const 1))
             (memory.fill $own (i32.const 202) (i32.const 0) (i32.const 1))
             (call $exit (i32.or (i32.load8_u $own (i32.const 201)) (i32.or (i32.load8_u $own (i32.const 203))
               (i32.or (i32.load8_u $own (i32.const 204)) (i32.or (i32.load8_u $own (i32.const 206))
                 (i32.load8_u $own (i32.const 207))))))))"#,
    );
    for layout in LAYOUTS {
        assert_eq!(run(&text, layout), (2 | 0x20 | 0x40 | 4 | 0x10, vec![]), "{layout}");
    }
}

#[test]
fn an_instruction_that_cannot_be_moved_is_named() {
    let text = program(
        r#"(memory (export "memory") 1) (func (export "_start") (memory.discard (i32.const 0) (i32.const 65536)))"#,
    );
    let linker = Linker::new().layout(Layout::Isolated);
    let error = chain(linker.link(&wat::parse_str(text).unwrap()).unwrap_err());
    assert!(error.contains("memory.discard"), "{error}");
}

/// Returns the names in a module within a component.
fn names(component: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    for payload in Parser::new(0).parse_all(component) {
        let wasmparser::Payload::CustomSection(section) = payload.unwrap() else { continue };
        let KnownCustom::Name(names) = section.as_known() else { continue };
        for subsection in names {
            match subsection.unwrap() {
                Name::Function(map) => {
                    found.extend(
                        map.into_iter().map(|naming| naming.unwrap()).map(|it| format!("{} {}", it.index, it.name)),
                    );
                }
                Name::Local(map) => {
                    for outer in map {
                        let outer = outer.unwrap();
                        let locals = outer.names.map(|naming| naming.unwrap().name);
                        found.push(format!("{}: {}", outer.index, locals.collect::<Vec<_>>().join(" ")));
                    }
                }
                _ => {}
            }
        }
    }
    found
}

#[test]
fn parameters_keep_their_names() {
    let text = r#"(module $named
        (import "wasi_snapshot_preview1" "fd_close" (func $close (param $handle i32) (result i32)))
        (import "wasi_snapshot_preview1" "fd_sync" (func $sync (param $number i32) (result i32)))
        (memory $m (export "memory") 1) (global $g i32 (i32.const 1)) (data $d "x")
        (func $second (param $x i32) (local $y i32) (drop (call $close (local.get $x))))
        (func $third (export "_start") (local $z i32) (call $second (i32.const 9)) (drop (call $sync (i32.const 9)))))"#;
    let module = wat::parse_str(text).unwrap();
    for layout in [Layout::Isolated, Layout::Guest] {
        let names = names(&Linker::new().layout(layout).link(&module).unwrap().wasm);
        let index = |function: &str| {
            let named = names.iter().find_map(|name| name.strip_suffix(&format!(" {function}")));
            named.unwrap_or_else(|| panic!("no {function} in {names:?}"))
        };
        for (function, locals) in [("second", "x y"), ("third", "z"), ("fd_close", "handle"), ("fd_sync", "number")] {
            let expected = format!("{}: {locals}", index(function));
            assert!(names.contains(&expected), "{expected} is not in {names:?}");
        }
    }
}

#[test]
fn names_of_what_is_not_there_name_nothing() {
    // Function 99, local 7 of the imported function, and global 3.
    let text = program(
        r#"(memory (export "memory") 1) (func (export "_start") (call $exit (i32.const 7)))
           (@custom "name" (after last) "\01\06\01\63\03far\02\09\01\00\02\00\01a\07\01b\07\04\01\03\01g")"#,
    )
    .replace("(func $exit ", "(func ")
    .replace("$exit", "0");
    for layout in LAYOUTS {
        assert_eq!(run(&text, layout), (7, vec![]), "{layout}");
    }
}

#[test]
fn custom_sections_that_cannot_be_read_are_left_out() {
    for section in [r#""name" (after last) "\01\05\01\01\02\ff\fe""#, r#""producers" (after last) "\01\05\ff""#] {
        let text = program(&format!(
            r#"(memory (export "memory") 1) (func (export "_start") (call 0 (i32.const 7))) (@custom {section})"#
        ))
        .replace("(func $exit ", "(func ");
        for layout in LAYOUTS {
            let (code, warnings) = run(&text, layout);
            assert_eq!(code, 7, "{layout}");
            assert!(warnings.len() == 1 && warnings[0].contains("is left out: "), "{layout}: {warnings:?}");
        }
        let report = inspect(&wat::parse_str(&text).unwrap()).unwrap();
        assert!(report.problems.is_empty() && report.warnings.len() == 1, "{report:?}");
        assert!(report.to_text().contains(&report.warnings[0]));
    }
}

/// Programs with no room for what merging adds, each with the limit that it would exceed.
fn large_programs() -> [(&'static str, String); 3] {
    let locals = "i32 ".repeat(49_999);
    let loads = "(drop (i32.load (i32.const 0)))".repeat(1_100_000);
    [
        (
            "the number of its locals would be 50002",
            format!(
                r#"(memory (export "memory") 1) (data (i32.const 8) "A") (func (export "_start") (local {locals})
                   (memory.copy (i32.const 0) (i32.const 8) (i32.const 1)) (call $exit (i32.load8_u (i32.const 0))))"#
            ),
        ),
        (
            "the size of its code would be",
            format!(r#"(memory (export "memory") 1) (func (export "_start") {loads} (call $exit (i32.const 65)))"#),
        ),
        (
            "the number of its memory's pages would be",
            r#"(memory (export "memory") 65535) (func (export "_start") (call $exit (i32.const 65)))"#.into(),
        ),
    ]
}

/// Checks that a program was linked in another layout than the isolated one, with a warning, and that the other layout
/// is suggested if the isolated one is asked for.
fn expect_other_layout(text: &str, warnings: &[String], limit: &str, other: Layout) {
    let [warning] = warnings else { panic!("{warnings:?}") };
    assert!(warning.contains(limit) && warning.contains(&format!("in the layout `{other}`")), "{warning}");
    let linker = Linker::new().layout(Layout::Isolated);
    let error = chain(linker.link(&wat::parse_str(text).unwrap()).unwrap_err());
    assert!(error.contains(limit) && error.contains(&format!("`--layout {other}` takes it")), "{error}");
}

#[test]
fn what_is_too_large_for_a_layout_is_linked_in_another() {
    for (limit, text) in large_programs() {
        let text = program(&text);
        let (code, warnings) = run(&text, Layout::Auto);
        assert_eq!(code, 65, "{limit}");
        expect_other_layout(&text, &warnings, limit, Layout::Guest);
    }
}

#[test]
fn a_module_may_have_no_room_for_more_functions() {
    let functions = "(func)".repeat(999_998);
    let text = program(&format!(r#"(memory (export "memory") 1) {functions} (func (export "_start"))"#));
    let linked = Linker::new().link(&wat::parse_str(&text).unwrap()).unwrap();
    expect_other_layout(&text, &linked.warnings, "the number of its functions would be", Layout::Adapter);
}
