//! Sealed programs: a program that is denied something behaves as on a preview1 host without it, and one that has its
//! variables and arguments in the component as on a host that gives them.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use wasi_adapt::seal::{Argument, Capability, Clock, HostValues, RandomKey, Seal, Variable};
use wasi_adapt::{Emit, Layout, LinkError, Linker, ProblemCode, WitWorld, inspect, preview1};
use wasi_adapt_tests::guests::{Guest, Start, sealed};
use wasi_adapt_tests::run::{self, Observed};
use wasi_adapt_tests::{difference, golden};
use wit_component::ComponentEncoder;

fn link(guest: &Guest, layout: Layout, seal: &Seal) -> Vec<u8> {
    Linker::new().layout(layout).seal(seal.clone()).link(&guest.module()).unwrap().wasm
}

fn run_sealed(guest: &Guest, layout: Layout, seal: &Seal, start: &Start) -> Observed {
    let component = link(guest, layout, seal);
    run::observe(start, |invocation| run::host().run_component(&component, invocation))
}

/// Compares a program that is denied something, on a host that has it, with the program on a preview1 host without it.
fn check_denied(guest: &Guest, denied: Capability, without: impl FnOnce(&mut Start)) {
    let mut start = guest.start();
    without(&mut start);
    let preview1 = run::on_preview1(guest, &start);
    for layout in run::LAYOUTS {
        let component = run_sealed(guest, layout, &Seal::new().deny(denied), &guest.start());
        assert_eq!(difference::between(&preview1, &component), Vec::<String>::new(), "{denied}, {layout}");
    }
}

#[test]
fn denied_directories_are_not_there() {
    check_denied(&sealed::SAYS_ON_STDOUT, Capability::Filesystem, |start| start.dirs.clear());
}

#[test]
fn denied_variables_are_not_there() {
    check_denied(&sealed::SAYS_ON_STDOUT, Capability::Env, |start| start.env.clear());
}

#[test]
fn denied_arguments_are_not_there() {
    check_denied(&sealed::SAYS_ON_STDOUT, Capability::Args, |start| start.args.clear());
}

#[test]
fn denied_stdin_is_at_its_end() {
    check_denied(&sealed::SAYS_ON_STDOUT, Capability::Stdin, |start| start.stdin.clear());
}

#[test]
fn denied_network_leaves_the_rest() {
    for denied in [Capability::Network, Capability::NameLookup] {
        check_denied(&sealed::SAYS_ON_STDOUT, denied, |_| {});
    }
}

/// Compares as [`check_denied`] does. What the program writes to the stream is lost.
fn check_denied_output(guest: &Guest, denied: Capability, lost: impl Fn(&mut Observed) -> &mut String) {
    let mut preview1 = run::on_preview1(guest, &guest.start());
    assert!(!lost(&mut preview1).is_empty());
    lost(&mut preview1).clear();
    for layout in run::LAYOUTS {
        let component = run_sealed(guest, layout, &Seal::new().deny(denied), &guest.start());
        assert_eq!(difference::between(&preview1, &component), Vec::<String>::new(), "{denied}, {layout}");
    }
}

#[test]
fn denied_outputs_take_everything() {
    check_denied_output(&sealed::SAYS_ON_STDERR, Capability::Stdout, |observed| &mut observed.stdout);
    check_denied_output(&sealed::SAYS_ON_STDOUT, Capability::Stderr, |observed| &mut observed.stderr);
}

/// No preview1 host is without clocks, random bytes or an end, so a golden file has the results.
#[test]
fn denied_clocks_and_random_bytes_are_errors_and_a_denied_exit_a_trap() {
    let mut report = String::new();
    for denied in [Capability::Clocks, Capability::Random, Capability::Exit] {
        let guest = &sealed::TIME_AND_CHANCE;
        let found = run::LAYOUTS.map(|layout| run_sealed(guest, layout, &Seal::new().deny(denied), &guest.start()));
        let [isolated, others @ ..] = &found;
        for other in others {
            assert_eq!(difference::between(isolated, other), Vec::<String>::new(), "{denied}");
        }
        let allowed = run::on_preview1(guest, &guest.start());
        _ = writeln!(report, "without {denied}:");
        difference::between(&allowed, isolated).iter().for_each(|line| _ = writeln!(report, "  {line}"));
    }
    golden::check("sealed/time-and-chance.txt", &report);
}

/// No preview1 host has such a clock and such bytes, so a golden file has them. Those of another clock and key differ.
#[test]
fn time_and_random_bytes_of_the_component_are_the_same_in_each_run() {
    let guest = &sealed::REPEATS;
    let seal = |clock: &str, key| Seal::new().clock(clock.parse::<Clock>().unwrap()).random(RandomKey([key; 32]));
    let run = |layout, seal: &Seal| run_sealed(guest, layout, seal, &guest.start());
    let mut reports = BTreeSet::new();
    for (name, seal) in [("stepping", seal("2026-01-31T12:00:00Z+20ms", 1)), ("still", seal("@1769860800", 2))] {
        let first = run(Layout::Isolated, &seal);
        for layout in [Layout::Isolated, Layout::Guest] {
            assert_eq!(difference::between(&first, &run(layout, &seal)), Vec::<String>::new(), "{name}, {layout}");
            let imports = imports(&link(guest, layout, &seal));
            assert!(!imports.iter().any(|import| import.starts_with("wasi:random")), "{imports:?}");
        }
        golden::check(&format!("sealed/repeats-{name}.txt"), &first.stdout);
        reports.insert(first.stdout);
    }
    assert_eq!(reports.len(), 2);
}

/// A module that was emitted becomes a component by wit-component, as any tool makes one of it.
#[test]
fn what_is_denied_is_not_imported_by_an_emitted_module() {
    let guest = &sealed::SAYS_ON_STDOUT;
    let emit = |layout, seal| {
        let module = Linker::new().layout(layout).emit(Emit::Module).seal(seal).link(&guest.module()).unwrap().wasm;
        ComponentEncoder::default().module(&module).unwrap().encode().unwrap()
    };
    for layout in [Layout::Isolated, Layout::Guest] {
        for denied in Capability::ALL {
            let seal = Seal::new().deny(denied);
            let (component, emitted) = (link(guest, layout, &seal), emit(layout, seal));
            assert_eq!(imports(&emitted), imports(&component), "{denied}, {layout}");
        }
        let nothing = Capability::ALL.into_iter().fold(Seal::new(), Seal::deny).allow(Capability::Stdout);
        let (component, emitted) = (link(guest, layout, &nothing), emit(layout, nothing));
        let run = |wasm: &[u8]| run::observe(&guest.start(), |invocation| run::host().run_component(wasm, invocation));
        assert_eq!(difference::between(&run(&component), &run(&emitted)), Vec::<String>::new(), "{layout}");
    }
}

/// Lists the interfaces that a component imports.
fn imports(component: &[u8]) -> BTreeSet<String> {
    let report = inspect::inspect(component).unwrap();
    report.imports.into_iter().map(|import| import.name.split('@').next().unwrap().to_owned()).collect()
}

#[test]
fn what_is_denied_is_not_imported() {
    let guest = &sealed::SAYS_ON_STDOUT;
    for layout in run::LAYOUTS {
        let all = imports(&link(guest, layout, &Seal::new()));
        let mut report = String::new();
        for denied in Capability::ALL {
            let without: Vec<_> =
                all.difference(&imports(&link(guest, layout, &Seal::new().deny(denied)))).cloned().collect();
            _ = writeln!(
                report,
                "without {denied}: {}",
                if without.is_empty() { "-".into() } else { without.join(", ") }
            );
        }
        let nothing = Capability::ALL.into_iter().fold(Seal::new(), Seal::deny);
        _ = writeln!(report, "\nwithout all: {}", join(&imports(&link(guest, layout, &nothing))));
        for allowed in Capability::ALL {
            let imports = imports(&link(guest, layout, &nothing.clone().allow(allowed)));
            _ = writeln!(report, "without all but {allowed}: {}", join(&imports));
        }
        golden::check("sealed/imports.txt", &report);
    }
}

fn join(names: &BTreeSet<String>) -> String {
    if names.is_empty() { "-".into() } else { names.iter().cloned().collect::<Vec<_>>().join(", ") }
}

fn variables(seal: Seal, texts: &[&str]) -> Seal {
    texts.iter().fold(seal, |seal, text| seal.variable(text.parse::<Variable>().unwrap()))
}

fn arguments(seal: Seal, texts: &[&str]) -> Seal {
    texts.iter().fold(seal, |seal, text| seal.argument(text.parse::<Argument>().unwrap()))
}

/// Compares a sealed program on a host that gives it `host` with the program on a preview1 host that gives it `expected`.
fn check_strings(seal: &Seal, host: &Start, expected: &Start) {
    let preview1 = run::on_preview1(&sealed::STRINGS, expected);
    for layout in [Layout::Isolated, Layout::Guest] {
        let component = run_sealed(&sealed::STRINGS, layout, seal, host);
        assert_eq!(difference::between(&preview1, &component), Vec::<String>::new(), "{layout}");
    }
}

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[test]
fn variables_of_the_component_are_merged_with_the_hosts() {
    let long = format!("{}=long", "N".repeat(200));
    let sealed_variables = variables(Seal::new(), &["SAME=sealed", "B=2", "A1=no A", "EQUALS==", "UML=ä", &long]);
    let (host, without) = (sealed::STRINGS.start(), Start { env: Vec::new(), ..sealed::STRINGS.start() });
    let with = |env: &[&str]| Start { env: strings(env), ..host.clone() };
    let all = ["SAME=sealed", "B=2", "A1=no A", "EQUALS==", "UML=ä", &long];

    let merged = ["A=1", "EMPTY=", "SAME=host", "B=2", "A1=no A", "EQUALS==", "UML=ä", &long];
    check_strings(&sealed_variables, &host, &with(&merged));
    check_strings(&sealed_variables, &without, &with(&all));
    let same = with(&[&long.replace("=long", "=host"), "B="]);
    let with_same = [&long.replace("=long", "=host"), "B=", "SAME=sealed", "A1=no A", "EQUALS==", "UML=ä"];
    check_strings(&sealed_variables, &same, &with(&with_same));

    let defaults = sealed_variables.clone().host_values(HostValues::Override);
    check_strings(&defaults, &host, &host);
    check_strings(&defaults, &without, &with(&all));
    for alone in [sealed_variables.clone().host_values(HostValues::Ignore), sealed_variables.deny(Capability::Env)] {
        check_strings(&alone, &host, &with(&all));
    }
}

#[test]
fn arguments_of_the_component_are_merged_with_the_hosts() {
    let seal = arguments(Seal::new(), &["-x", "", "ä b"]);
    let (host, name, none) = (sealed::STRINGS.start(), &["prog"][..], &[][..]);
    let with = |args: &[&str]| Start { args: strings(args), ..host.clone() };
    check_strings(&seal, &host, &with(&["prog", "-x", "", "ä b", "one", "two"]));
    check_strings(&seal, &with(name), &with(&["prog", "-x", "", "ä b"]));
    let named = seal.clone().argv0("own".parse::<Argument>().unwrap());
    check_strings(&named, &host, &with(&["own", "-x", "", "ä b", "one", "two"]));
    check_strings(&named, &with(none), &with(&["own", "-x", "", "ä b"]));

    let defaults = seal.host_values(HostValues::Override);
    check_strings(&defaults, &host, &host);
    check_strings(&defaults, &with(name), &with(&["prog", "-x", "", "ä b"]));
    let named_defaults = named.clone().host_values(HostValues::Override);
    check_strings(&named_defaults, &host, &with(&["own", "one", "two"]));
    check_strings(&named_defaults, &with(none), &with(&["own", "-x", "", "ä b"]));
    for alone in [named.clone().host_values(HostValues::Ignore), named.deny(Capability::Args)] {
        check_strings(&alone, &host, &with(&["own", "-x", "", "ä b"]));
    }
}

#[test]
fn stdin_of_the_component_is_in_place_of_the_hosts() {
    let guest = &sealed::SAYS_ON_STDOUT;
    for text in ["", "in", "input of the component\n"] {
        let preview1 = run::on_preview1(guest, &Start { stdin: text.into(), ..guest.start() });
        for layout in [Layout::Isolated, Layout::Guest] {
            let component = run_sealed(guest, layout, &Seal::new().stdin(text.as_bytes().to_vec()), &guest.start());
            assert_eq!(difference::between(&preview1, &component), Vec::<String>::new(), "{layout}");
        }
    }
}

#[test]
fn several_buffers_are_filled_and_lost_as_by_a_host() {
    let guest = &sealed::VECTORS;
    let mut allowed = run::as_component(guest, &guest.start());
    allowed.stderr.clear();
    let stdin = guest.start().stdin;
    for layout in [Layout::Isolated, Layout::Guest] {
        let seal = Seal::new().stdin(stdin.clone().into_bytes()).deny(Capability::Stderr);
        let component = run_sealed(guest, layout, &seal, &Start { stdin: "the host's".into(), ..guest.start() });
        assert_eq!(difference::between(&allowed, &component), Vec::<String>::new(), "{layout}");
    }
}

fn problems(linker: &Linker, module: &[u8]) -> Vec<ProblemCode> {
    match linker.link(module) {
        Err(LinkError::Problems(problems)) => problems.into_iter().map(|problem| problem.code).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_seal_that_cannot_hold_is_a_problem() {
    let with_arguments = arguments(Seal::new(), &["x"]);
    let module = sealed::STRINGS.module();
    let in_adapter = Linker::new().layout(Layout::Adapter).seal(with_arguments.clone());
    assert_eq!(problems(&in_adapter, &module), [ProblemCode::UnfitLayout]);
    let all = inspect::inspect(&link(&sealed::TIME_AND_CHANCE, Layout::Isolated, &Seal::new())).unwrap().imports;
    let random = &all.iter().find(|import| import.name.starts_with("wasi:random/random")).unwrap().name;
    let (_, version) = random.split_once('@').unwrap();
    let wit = "interface random { get-random-u64: func() -> u64; } world w { import random; }";
    let wit = format!("package wasi:random@{version}; {wit}");
    let own = format!(r#"(module (import "{random}" "get-random-u64" (func (result i64))) (func (export "_start")))"#);
    let denied = Linker::new().wit(WitWorld::parse(&wit, None).unwrap()).seal(Seal::new().deny(Capability::Random));
    assert_eq!(problems(&denied, own.as_bytes()), [ProblemCode::Denied]);
    let given = (preview1::MODULE, r#"(module (func (export "random_get") (param i32 i32) (result i32) unreachable))"#);
    let adapted =
        Linker::new().adapter(given.0, wat::parse_str(given.1).unwrap()).seal(Seal::new().deny(Capability::Exit));
    assert!(problems(&adapted, &module).contains(&ProblemCode::Denied));
    let nameless = Linker::new().seal(with_arguments.host_values(HostValues::Ignore));
    assert_eq!(problems(&nameless, &module), [ProblemCode::NoProgramName]);
}
