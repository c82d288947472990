//! `inspect` lists the interfaces that a component imports, and their causes.

mod common;

use common::{program, ran, tests_dir};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;

fn json(args: &[&str]) -> Value {
    let ran = ran(&[&["inspect", "--json"], args].concat());
    serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {}", ran.stderr))
}

/// Interfaces without their versions, and the functions that cause them.
fn needs(report: &Value) -> BTreeMap<String, Vec<String>> {
    let need = |need: &Value| {
        let name = need["interface"].as_str().unwrap().split('@').next().unwrap();
        let causes = need["causes"].as_array().unwrap();
        assert!(!causes.is_empty(), "{need} has a cause");
        let functions = causes.iter().filter(|cause| cause["kind"] == "function");
        (name.to_string(), functions.map(|cause| cause["name"].as_str().unwrap().to_string()).collect())
    };
    report["needs"].as_array().unwrap().iter().map(need).collect()
}

#[test]
fn they_are_what_the_component_imports() {
    let dir = tempfile::tempdir().unwrap();
    let component = dir.path().join("component.wasm");
    let component = component.to_str().unwrap();
    let mut modules: Vec<_> = ["inspect", "programs"]
        .iter()
        .flat_map(|folder| fs::read_dir(tests_dir().join(folder)).unwrap().map(|entry| entry.unwrap().path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "wat"))
        .collect();
    modules.sort();
    let mut linked = 0;
    for module in modules {
        let module = module.to_str().unwrap();
        for options in [&["--layout", "auto"] as &[_], &["--layout", "adapter"], &["--exit-codes", "portable"]] {
            let found = json(&[options, &[module]].concat());
            let mut expected = BTreeMap::new();
            if ran(&[&["link", module, "-o", component], options].concat()).status == 0 && found["kind"] == "module" {
                linked += 1;
                expected = json(&[component])["imports"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|it| (it["name"].clone().to_string(), ()))
                    .collect();
            }
            let names = found["needs"].as_array().unwrap().iter().map(|need| need["interface"].to_string());
            assert_eq!(names.map(|name| (name, ())).collect::<BTreeMap<_, _>>(), expected, "{module} {options:?}");
            needs(&found);
        }
    }
    assert!(linked > 20, "{linked}");
}

#[test]
fn functions_cause_them() {
    let needs = needs(&json(&[&program("hello.wat")]));
    assert_eq!(needs["wasi:cli/stdout"], ["fd_write"]);
    assert_eq!(needs["wasi:cli/exit"], ["proc_exit"]);
    assert!(!needs.contains_key("wasi:filesystem/types"), "{needs:?}");
    let needs = self::needs(&json(&[&program("remove.wat")]));
    assert!(needs["wasi:filesystem/types"].contains(&"path_unlink_file".to_string()), "{needs:?}");
}

#[test]
fn why_says_the_causes_of_one() {
    let why = |interface: &str| ran(&["inspect", "--why", interface, &program("hello.wat")]).stdout;
    let stdout = why("wasi:cli/stdout");
    assert!(stdout.starts_with("the component imports `wasi:cli/stdout@0.2."), "{stdout}");
    assert!(stdout.ends_with(", because\n  it imports `fd_write` of `wasi_snapshot_preview1`\n"), "{stdout}");
    let types = why("wasi:io/error");
    assert!(types.contains("uses its types\n"), "{types}");
    let none = why("wasi:http/types");
    assert!(none.starts_with("the component does not import `wasi:http/types`; what it imports:\n  wasi:"), "{none}");
    let bad = ran(&["inspect", "--why", "wasi:io/poll", tests_dir().join("inspect/memory64.wat").to_str().unwrap()]);
    assert!(bad.stdout.starts_with("it cannot become a component"), "{}", bad.stdout);
}
