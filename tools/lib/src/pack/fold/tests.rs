use super::super::intrinsics::{Intrinsic, define};
use super::super::{encode, module::Module};
use super::fold;

/// Packs a function `f` with these parts; the intrinsics `yes` and `no` are 1 and 0. Returns the text of what is left.
fn folded(signature: &str, body: &str) -> String {
    let source = format!(
        r#"(module
            (import "wasi_adapt" "yes" (func $yes (result i32)))
            (import "wasi_adapt" "no" (func $no (result i32)))
            (import "env" "memory" (memory 1))
            (import "host" "live" (func $live))
            (import "host" "dead" (func $dead))
            (import "host" "get" (func $get (result i32)))
            (func $f (export "f") {signature} {body})
            (func $helper (result i32) (i32.eqz (call $no))))"#
    );
    let wasm = wat::parse_str(&source).unwrap();
    let mut module = Module::parse(&wasm).unwrap();
    let defined = define(&mut module, &[("yes", Intrinsic::Const(1)), ("no", Intrinsic::Const(0))]).unwrap();
    fold(&mut module, &defined).unwrap();
    // Encoding validates as well.
    let text = wasmprinter::print_bytes(encode::encode(&module).unwrap()).unwrap();
    let body = text.split_once("(func $f ").unwrap().1.split_once("\n  )").unwrap().0;
    let lines = body.lines().skip(1).map(str::trim).filter(|line| !line.starts_with("(local"));
    // Without the labels that the printer adds to the depths.
    let operators = lines.map(|line| match line.split_once(" ;; ") {
        Some((operator, _)) => operator.into(),
        None => line.split(' ').filter(|word| !word.starts_with("(;")).collect::<Vec<_>>().join(" "),
    });
    operators.collect::<Vec<_>>().join("; ")
}

#[test]
fn branches_on_intrinsics_are_decided() {
    assert_eq!(folded("", "block (br_if 0 (call $yes)) call $dead end call $live"), "block; br 0; end; call $live");
    assert_eq!(folded("", "block (br_if 0 (call $no)) call $live end"), "call $live");
    assert_eq!(folded("", "block (br_if 0 (i32.eqz (i32.eqz (call $no)))) call $live end"), "call $live");
}

#[test]
fn decided_ifs_keep_one_arm() {
    assert_eq!(folded("", "(if (call $yes) (then call $live) (else call $dead))"), "call $live");
    assert_eq!(folded("", "(if (call $no) (then call $dead) (else call $live))"), "call $live");
    assert_eq!(folded("", "(if (call $no) (then call $dead (br 0))) call $live"), "call $live");
    assert_eq!(
        folded("(result i32)", "(if (result i32) (call $yes) (then (i32.const 7)) (else call $dead (i32.const 8)))"),
        "i32.const 7"
    );
}

#[test]
fn branches_out_of_a_decided_if_keep_their_target() {
    assert_eq!(
        folded(
            "(param i32)",
            "block $out (if (call $yes) (then (br_if $out (local.get 0)) call $live)) call $live end call $live"
        ),
        "block; local.get 0; br_if 0; call $live; call $live; end; call $live"
    );
}

#[test]
fn code_after_a_taken_branch_is_dropped_up_to_its_target() {
    assert_eq!(
        folded(
            "",
            "block block (br_if 1 (call $yes)) call $dead end call $dead (loop call $dead (br 0)) end call $live"
        ),
        "block; br 0; end; call $live"
    );
    assert_eq!(
        folded("(result i32)", "(if (call $yes) (then (return (i32.const 1)))) call $dead i32.const 2"),
        "i32.const 1; return"
    );
}

#[test]
fn an_undecided_if_is_left_alone() {
    assert_eq!(
        folded("(param i32)", "(if (local.get 0) (then call $live) (else call $live))"),
        "local.get 0; if; call $live; else; call $live; end"
    );
    assert_eq!(
        folded("(param i32) (result i32)", "(if (local.get 0) (then (return (call $yes)))) i32.const 5"),
        "local.get 0; if; i32.const 1; return; end; i32.const 5"
    );
}

#[test]
fn a_loop_ends_only_where_control_falls_out() {
    assert_eq!(
        folded("", "(loop call $live (br_if 0 (call $yes))) call $dead"),
        "loop; call $live; br 0; end; unreachable"
    );
}

#[test]
fn selects_take_the_operand_that_is_left() {
    let select = |condition: &str| {
        folded("(param i32 i32) (result i32)", &format!("(select (local.get 0) (local.get 1) (call ${condition}))"))
    };
    assert_eq!(select("yes"), "local.get 0");
    assert_eq!(select("no"), "local.get 1");
    assert_eq!(folded("(result i32)", "(select (call $get) (call $get) (call $yes))"), "call $get; call $get; drop");
}

#[test]
fn a_zero_base_adds_nothing() {
    assert_eq!(
        folded("(param i32) (result i32)", "(i32.add (call $no) (i32.load (i32.add (local.get 0) (call $no))))"),
        "local.get 0; i32.load"
    );
    assert_eq!(folded("(param i32) (result i32)", "(i32.and (call $no) (i32.load (local.get 0)))"), "i32.const 0");
    assert_eq!(folded("(result i32)", "(i32.and (call $no) (call $get))"), "call $get; drop; i32.const 0");
}

#[test]
fn intrinsics_are_followed_through_locals() {
    assert_eq!(
        folded(
            "(local i32)",
            "(br_if 0 (local.tee 0 (call $no))) call $live (loop (if (local.get 0) (then call $dead)))"
        ),
        "call $live; loop; end"
    );
    assert_eq!(
        folded("(local i32)", "(local.set 0 (call $yes)) (if (local.get 0) (then call $live) (else call $dead))"),
        "call $live"
    );
    // A parameter may hold anything before it is assigned.
    assert_eq!(
        folded("(param i32) (result i32)", "(if (local.get 0) (then (local.set 0 (call $no)))) local.get 0"),
        "local.get 0; if; i32.const 0; local.set 0; end; local.get 0"
    );
}

#[test]
fn helpers_that_return_an_intrinsic_count_as_one() {
    assert_eq!(folded("", "(if (call $helper) (then call $live) (else call $dead))"), "call $live");
    assert_eq!(
        folded("", "(if (i32.ne (call $helper) (i32.const 1)) (then call $dead) (else call $live))"),
        "call $live"
    );
}

#[test]
fn a_branch_table_on_an_intrinsic_is_a_branch() {
    assert_eq!(
        folded("", "block block (br_table 0 1 0 (call $yes)) end call $dead end call $live"),
        "block; br 0; end; call $live"
    );
    assert_eq!(
        folded("(param i32)", "block (if (call $yes) (then (br_table 0 1 (local.get 0)))) call $live end call $live"),
        "block; block; local.get 0; br_table 0 1; end; call $live; end; call $live"
    );
}
