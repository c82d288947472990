//! `wasi-adapt verify --trace`: the first call in which module and component part.

mod common;

use common::{Ran, program, ran, text};
use std::fs;

const WRITTEN: &str = r#"fd_write(1, ["hello "], 1, [6]) = 0"#;
const FIRST_WRITTEN: &str = r#"fd_write(1, ["hello ", "world\n"], 2, [6]) = 0"#;
const BOTH_WRITTEN: &str = r#"fd_write(1, ["hello ", "world\n"], 2, [12]) = 0"#;

#[track_caller]
fn traced(options: &[&str], module: &str, status: i32) -> Vec<String> {
    let Ran { status: ended, stdout, stderr } = ran(&[&["verify"], options, &[module]].concat());
    assert_eq!((ended, &*stderr), (status, ""), "{stdout}");
    stdout.lines().map(Into::into).collect()
}

#[test]
fn the_first_call_that_differs_is_shown_with_those_before() {
    let shown = traced(&["--trace=*"], &program("buffers.wat"), 1);
    let calls = [
        "module and component part after 2 calls of preview1:".into(),
        "  clock_time_get(REALTIME, 0, [_]) = 0".into(),
        format!("  {WRITTEN}"),
        format!("  preview1:  {FIRST_WRITTEN}"),
        format!("  component: {BOTH_WRITTEN}"),
    ];
    assert_eq!(shown[..5], calls);
    assert!(shown[5].ends_with(" behaves differently as a component, in 1 way"), "{shown:?}");
    assert!(shown[6].starts_with("stdout differs at byte 12 "), "{shown:?}");
}

#[test]
fn calls_that_are_the_same_are_counted() {
    let same = "behaves the same as a component: exit status 3, 6 bytes of stdout, 4 of stderr";
    let shown = traced(&["--trace"], &program("hello.wat"), 0);
    assert_eq!(shown[0], "module and component made the same 3 calls of preview1");
    assert!(shown[1].ends_with(same), "{shown:?}");
    assert_eq!(
        traced(&["--trace=proc_*"], &program("hello.wat"), 0)[0],
        "module and component made the same 1 call of preview1"
    );
    let shown = traced(&["--trace"], &program("buffers.wat"), 1);
    assert_eq!(shown[0], "module and component part after 1 call of preview1:");
    // Calls that are not traced are not compared.
    let shown = traced(&["--trace=clock_*"], &program("buffers.wat"), 1);
    assert_eq!(shown[0], "module and component made the same 1 call of preview1");
}

#[test]
fn calls_can_differ_in_a_program_that_behaves_the_same() {
    let directory = tempfile::tempdir().unwrap();
    let [module, layer] = ["yield.wat", "layer.wat"].map(|name| directory.path().join(name));
    // It runs as a start function, and imports the predecessor of preview1.
    let yields = r#"(module
        (import "wasi_unstable" "sched_yield" (func $yield (result i32)))
        (memory (export "memory") 1)
        (func $start (drop (call $yield)) (drop (call $yield)))
        (start $start))"#;
    fs::write(&module, yields).unwrap();
    fs::write(&layer, r#"(module (func (export "sched_yield") (result i32) i32.const 52))"#).unwrap();
    let shown = traced(&["--trace"], text(&module), 0);
    assert_eq!(shown[0], "module and component made the same 2 calls of preview1");
    let shown = traced(&["--trace", "--layer", text(&layer), "--serve", "wasi_unstable"], text(&module), 0);
    assert_eq!(
        shown[..3],
        [
            "module and component part after 0 calls of preview1:",
            "  preview1:  sched_yield() = 0",
            "  component: sched_yield() = ENOSYS"
        ]
    );
    assert!(shown[3].contains(" behaves the same as a component: "), "{shown:?}");
}

#[test]
fn chance_is_told_from_a_difference() {
    let shown = traced(&["--trace"], &program("random.wat"), 1);
    assert!(shown.iter().any(|line| line.contains("no two runs make the same calls")), "{shown:?}");
}

#[test]
fn json_has_the_calls() {
    let shown = traced(&["--trace=fd_*", "--json"], &program("buffers.wat"), 1);
    let json: serde_json::Value = serde_json::from_str(&shown.join("\n")).unwrap();
    let difference = serde_json::json!({ "module": FIRST_WRITTEN, "component": BOTH_WRITTEN, "steady": true });
    let trace = serde_json::json!({ "same": 1, "before": [WRITTEN], "difference": difference });
    assert_eq!(json["trace"], trace);
    let shown = traced(&["--trace", "--json"], &program("hello.wat"), 0);
    let json: serde_json::Value = serde_json::from_str(&shown.join("\n")).unwrap();
    assert_eq!((&json["trace"]["same"], &json["trace"]["difference"]), (&3.into(), &serde_json::Value::Null));
}

#[test]
fn a_summary_is_refused() {
    let refused = ran(&["verify", "--trace=failed,summary", &program("hello.wat")]);
    assert_eq!(refused.status, 2);
    assert!(refused.stderr.contains("`summary` is a table of times, which are not compared"), "{}", refused.stderr);
}
