//! Edge cases of moving memory, each a function `run` that must return the same before and after.

use super::side_by_side::{MemoryLimit, compare, engine};

fn check(text: &str) {
    let wasm = wat::parse_str(text).unwrap_or_else(|error| panic!("{error}"));
    assert!(compare(&engine(), &wasm, MemoryLimit::ANY).is_ok(), "the program runs to an end");
}

/// Returns a module with one page, or with `memory`, and a function `run` from an address to a number.
fn module(memory: &str, body: &str) -> String {
    format!(
        "(module {memory} (data $passive \"passive\") (func (export \"a\") (param i32) (result i32) {body})
           (func (export \"b\") (param i32) (result i32) {body}) (func (export \"c\") (param i32) (result i32) {body})
           (func (export \"d\") (result i32) (local i32) (local.set 0 (i32.const -1)) {body})
           (func (export \"e\") (result i32) (local i32) (local.set 0 (i32.const 65535)) {body})
           (func (export \"f\") (result i32) (local i32) (local.set 0 (i32.const -2031616)) {body}))"
    )
}

const PAGE: &str = "(memory (export \"memory\") 1)";

/// Offsets around the limits of the program's own memory and of the one with the adapter's pages.
const OFFSETS: [u32; 9] = [0, 1, 65535, 2_031_615, 0xffe0_ffff, 0xffe1_0000, 0xffe1_0001, 0xffff_fffc, 0xffff_ffff];

#[test]
fn addresses_and_offsets_up_to_the_last() {
    for offset in OFFSETS {
        for width in ["8", "16", ""] {
            let (load, store) = (format!("i32.load{width}"), format!("i32.store{width}"));
            let load = if width.is_empty() { load } else { format!("{load}_u") };
            check(&module(
                PAGE,
                &format!(
                    "({store} offset={offset} (local.get 0) (i32.const 7)) ({load} offset={offset} (local.get 0))"
                ),
            ));
        }
        check(&module(PAGE, &format!("(i32x4.extract_lane 1 (v128.load offset={offset} (local.get 0)))")));
        check(&module(
            PAGE,
            &format!("(v128.store8_lane offset={offset} 3 (local.get 0) (v128.const i32x4 1 2 3 4)) (i32.const 1)"),
        ));
        // A misaligned access may trap for either reason.
        if offset.is_multiple_of(4) {
            let address = "(i32.and (local.get 0) (i32.const -4))";
            check(&module(PAGE, &format!("(i32.atomic.rmw.add offset={offset} {address} (i32.const 7))")));
        }
    }
}

#[test]
fn bulk_operations_that_wrap_around() {
    for len in ["0", "1", "7", "65536", "131072"] {
        let len = format!("(i32.const {len})");
        check(&module(PAGE, &format!("(memory.fill (local.get 0) (i32.const 9) {len}) (i32.load8_u (i32.const 3))")));
        check(&module(PAGE, &format!("(memory.copy (local.get 0) (i32.const 3) {len}) (i32.load8_u (i32.const 3))")));
        check(&module(PAGE, &format!("(memory.copy (i32.const 3) (local.get 0) {len}) (i32.load8_u (i32.const 3))")));
        check(&module(PAGE, &format!("(memory.init $passive (local.get 0) (i32.const 0) {len}) (i32.const 1)")));
    }
}

#[test]
fn growing() {
    for memory in ["1", "1 1", "1 3", "0", "0 0", "3 5"] {
        let memory = format!("(memory (export \"memory\") {memory})");
        for delta in ["0", "1", "2", "3", "-1", "65537"] {
            let grow = format!("(memory.grow (i32.const {delta}))");
            check(&module(&memory, &format!("(i32.add (i32.mul {grow} (i32.const 1000)) (memory.size))")));
        }
    }
}

#[test]
fn data_in_its_place_or_out_of_bounds() {
    for offset in ["0", "65531", "65532", "65536", "-1", "-2031616", "-2031621"] {
        for global in ["", "(global i32 (i32.const 5))"] {
            let place = if global.is_empty() {
                format!("(i32.const {offset})")
            } else {
                format!("(i32.add (i32.sub (global.get 0) (i32.const 5)) (i32.const {offset}))")
            };
            check(&format!(
                "(module {global} {PAGE} (data (offset {place}) \"hello\")
                   (func (export \"run\") (result i32) (i32.load8_u (i32.const 65531))))"
            ));
        }
    }
}

#[test]
fn several_memories_of_which_one_moves() {
    for exported in ["$a", "$b"] {
        check(&format!(
            "(module (memory $a 1) (memory $b 2) (export \"memory\" (memory {exported}))
               (data (memory $a) (i32.const 10) \"first\") (data (memory $b) (i32.const 10) \"second\")
               (func (export \"run\") (result i32)
                 (memory.copy $a $b (i32.const 100) (i32.const 10) (i32.const 6))
                 (memory.copy $b $a (i32.const 200) (i32.const 10) (i32.const 5))
                 (memory.fill $b (i32.const 300) (i32.const 1) (i32.const 5))
                 (i32.add (memory.grow $a (i32.const 1))
                   (i32.add (memory.size $b) (i32.add (i32.load $a (i32.const 100)) (i32.load $b (i32.const 200)))))))"
        ));
    }
}

#[test]
fn start_functions_and_tables() {
    check(
        "(module (memory (export \"memory\") 1) (global (export \"g\") (mut i32) (i32.const 1))
           (table 2 funcref) (elem (i32.const 0) $f $g) (type $t (func (result i32)))
           (func $f (result i32) (i32.const 11)) (func $g (result i32) (i32.const 22))
           (func $start (i32.store (i32.const 0) (i32.const 42)) (global.set 0 (i32.const 5)))
           (start $start)
           (func (export \"run\") (result i32)
             (i32.add (call_indirect (type $t) (i32.const 1)) (i32.load (i32.const 0)))))",
    );
    check("(module (memory (export \"memory\") 1) (func $start unreachable) (start $start) (func (export \"run\")))");
}
