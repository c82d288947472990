//! Traces: a line for each call, filters, summaries; and that a program cannot tell.

use std::collections::BTreeSet;
use std::fs;
use wasi_adapt::preview1::{CoreType, FUNCTIONS, Function};
use wasi_adapt::seal::{Capability, Seal};
use wasi_adapt::{Linker, Trace};
use wasi_adapt_host::Invocation;
use wasi_adapt_tests::guests::{Guest, Start};
use wasi_adapt_tests::run::{self, Observed};
use wasi_adapt_tests::{golden, test_guests};

/// Addresses of the program: of buffers, texts, lists, and of results.
const BUFFERS: i64 = 16;
const HELLO: i64 = 64;
const LINK: i64 = 80;
const NEW: i64 = 96;
const LONG: i64 = 128;
const CLOCK: i64 = 256;
const FILE: i64 = 304;
const INPUT: i64 = 512;
const OUT: i64 = 1024;
const OUT_2: i64 = 1032;
const SPACE: i64 = 2048;
const OUTSIDE: i64 = 1 << 20;

const MEMORY: &str = r#"(memory (export "memory") 1)
    (data (i32.const 16) "\40\00\00\00\09\00\00\00\50\00\00\00\04\00\00\00")
    (data (i32.const 64) "hello.txt")
    (data (i32.const 80) "link")
    (data (i32.const 96) "new\0a\22\01")
    (data (i32.const 128) "a name that is longer than what is shown of it")
    (data (i32.const 264) "\00\00\00\00\00\00\00\00\01\00\00\00\00\00\00\00\40\42\0f\00\00\00\00\00")
    (data (i32.const 312) "\02\00\00\00\00\00\00\00\01\00\00\00")
    (data (i32.const 512) "\00\08\00\00\05\00\00\00\40\08\00\00\20\00\00\00")"#;

/// Calls of every function, some of them wrong; 3 is the directory, 4 the file.
const CALLS: &[(&str, &[i64])] = &[
    ("args_sizes_get", &[OUT, OUT_2]),
    ("args_get", &[OUT, SPACE]),
    ("environ_sizes_get", &[OUT, OUT_2]),
    ("environ_get", &[OUT, SPACE]),
    ("clock_res_get", &[7, OUT]),
    ("clock_time_get", &[0, 1000, OUTSIDE]),
    ("fd_prestat_get", &[3, OUT]),
    ("fd_prestat_dir_name", &[3, SPACE, 1]),
    ("path_open", &[3, 1, HELLO, 9, 0, 0x20_0046, 0, 0, OUT]),
    ("path_open", &[3, 1, HELLO, 9, 5, 0x42, 0, 4, OUT]),
    ("path_open", &[3, 1, OUTSIDE, 9, 5, 0x42, 0, 4, OUT]),
    ("fd_fdstat_get", &[4, SPACE]),
    ("fd_fdstat_set_flags", &[4, 0x21]),
    ("fd_fdstat_set_rights", &[4, 0x20_0046, 0]),
    ("fd_filestat_get", &[4, SPACE]),
    ("fd_read", &[4, INPUT, 2, OUT]),
    ("fd_read", &[4, OUTSIDE, 2, OUT]),
    ("fd_pread", &[4, INPUT, 1, 7, OUT]),
    ("fd_seek", &[4, -2, 2, OUT]),
    ("fd_tell", &[4, OUT]),
    ("fd_advise", &[4, 0, 10, 3]),
    ("fd_allocate", &[4, 0, 10]),
    ("fd_write", &[1, BUFFERS, 2, OUT]),
    ("fd_pwrite", &[4, BUFFERS, 1, 3, OUT]),
    ("fd_datasync", &[4]),
    ("fd_sync", &[4]),
    ("fd_filestat_set_size", &[4, 5]),
    ("fd_filestat_set_times", &[4, 1, 2, 5]),
    ("fd_readdir", &[3, SPACE, 24, 0, OUT]),
    ("fd_renumber", &[4, 99]),
    ("fd_close", &[4]),
    ("path_filestat_get", &[3, 0, LINK, 4, SPACE]),
    ("path_filestat_set_times", &[3, 0, HELLO, 9, 1, 2, 5]),
    ("path_create_directory", &[3, LONG, 46]),
    ("path_remove_directory", &[3, LONG, 46]),
    ("path_link", &[3, 0, HELLO, 9, 3, NEW, 6]),
    ("path_readlink", &[3, LINK, 4, SPACE, 64, OUT]),
    ("path_rename", &[3, NEW, 6, 3, LONG, 32]),
    ("path_symlink", &[HELLO, 9, 3, NEW, 3]),
    ("path_unlink_file", &[3, NEW, 3]),
    ("poll_oneoff", &[CLOCK, SPACE, 1, OUT]),
    ("poll_oneoff", &[FILE, SPACE, 1, OUT]),
    ("poll_oneoff", &[CLOCK, SPACE, 0, OUT]),
    ("sched_yield", &[]),
    ("random_get", &[SPACE, 8]),
    ("sock_accept", &[1, 4, OUT]),
    ("sock_recv", &[1, INPUT, 1, 3, OUT, OUT_2]),
    ("sock_send", &[1, BUFFERS, 1, 0, OUT]),
    ("sock_shutdown", &[1, 3]),
    ("proc_raise", &[0]),
    ("proc_exit", &[3]),
];

fn of(name: &str) -> &'static Function {
    FUNCTIONS.iter().find(|function| function.name == name).unwrap()
}

/// Returns a program that makes calls.
fn program(calls: &[(&str, &[i64])]) -> Vec<u8> {
    let list = |types: &[CoreType], word| types.iter().map(|ty| format!(" ({word} {ty})")).collect::<String>();
    let names: BTreeSet<_> = calls.iter().map(|(name, _)| *name).collect();
    let import = |name: &&str| {
        let (params, results) = (list(of(name).params, "param"), list(of(name).results, "result"));
        format!("(import \"wasi_snapshot_preview1\" \"{name}\" (func ${name}{params}{results}))")
    };
    let call = |(name, arguments): &(&str, &[i64])| {
        let arguments = of(name).params.iter().zip(*arguments).map(|(ty, value)| format!("({ty}.const {value})"));
        let call = format!("(call ${name} {})", arguments.collect::<String>());
        if of(name).results.is_empty() { call } else { format!("(drop {call})") }
    };
    let imports: String = names.iter().map(import).collect();
    let calls: String = calls.iter().map(call).collect();
    wat::parse_str(format!("(module {imports} {MEMORY} (func (export \"_start\") {calls}))")).unwrap()
}

/// Runs a program with a trace.
#[track_caller]
fn trace(module: &[u8], start: &Start, trace: Trace) -> Observed {
    let linked = Linker::new().trace(trace).link(module).unwrap_or_else(|error| panic!("{error}"));
    run::observe(start, |invocation| run::host().run_component(&linked.wasm, invocation))
}

/// Returns the stderr of a program with a trace, times masked.
#[track_caller]
fn traced(calls: &[(&str, &[i64])], spec: &str) -> String {
    let observed = trace(&program(calls), &Start::default(), spec.parse().unwrap());
    observed.stderr.lines().map(|line| masked(line) + "\n").collect()
}

/// Replaces the time that a call took.
fn masked(line: &str) -> String {
    match line.rsplit_once(" <") {
        Some((call, time)) if time.ends_with('>') => {
            let digits = time.trim_end_matches('>').split_once('.').expect("seconds have a fraction");
            assert_eq!(digits.1.len(), 6, "{line}");
            format!("{call} <TIME>")
        }
        _ => line.into(),
    }
}

#[test]
fn each_call_is_a_line_with_its_arguments() {
    let called: BTreeSet<_> = CALLS.iter().map(|(name, _)| *name).collect();
    for function in FUNCTIONS {
        assert!(called.contains(function.name), "no call of `{}`", function.name);
    }
    golden::check("trace/calls.txt", &traced(CALLS, "*"));
}

#[test]
fn filters_choose_functions_and_failures() {
    let calls: &[(&str, &[i64])] =
        &[("fd_write", &[1, BUFFERS, 1, OUT]), ("fd_close", &[77]), ("sched_yield", &[]), ("fd_sync", &[78])];
    let names = |spec| {
        let text = traced(calls, spec);
        text.lines().map(|line| line.split_once('(').expect("a call").0.to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names("fd_*"), ["fd_write", "fd_close", "fd_sync"]);
    assert_eq!(names("*e"), ["fd_write", "fd_close"]);
    assert_eq!(names("sched_yield,fd_sync"), ["sched_yield", "fd_sync"]);
    assert_eq!(names("failed"), ["fd_close", "fd_sync"]);
    assert_eq!(names("failed,fd_c*,*_yield"), ["fd_close"]);
}

/// Calls that are not traced are made as without tracing.
#[test]
fn only_what_is_traced_goes_through_the_layer() {
    let module = program(&[("fd_sync", &[77]), ("sched_yield", &[]), ("proc_exit", &[0])]);
    let layers = |spec: &str| {
        let trace: Trace = spec.parse().unwrap();
        let report = Linker::new().trace(trace).inspect(&module).unwrap();
        report.layers.into_iter().flat_map(|layer| layer.serves).collect::<Vec<_>>()
    };
    assert_eq!(layers("*"), ["fd_sync", "proc_exit", "sched_yield"]);
    assert_eq!(layers("fd_*"), ["fd_sync"]);
    assert_eq!(layers("fd_*,summary"), ["fd_sync", "proc_exit"]);
    assert!(layers("path_open").is_empty());
    let trace: Trace = "path_open".parse().unwrap();
    let linked = Linker::new().trace(trace).link(&module).unwrap();
    assert!(linked.warnings[0].contains("nothing is traced"), "{:?}", linked.warnings);
    assert_eq!(linked.wasm, Linker::new().link(&module).unwrap().wasm);
}

#[test]
fn a_trace_that_nobody_can_see_is_warned_of() {
    let module = program(&[("sched_yield", &[])]);
    let warnings =
        |linker: Linker, output| linker.trace(Trace::default().output(output)).link(&module).unwrap().warnings;
    let denied = |stream| Linker::new().seal(Seal::new().deny(stream));
    let connected = || Linker::new().connect(["tcp:127.0.0.1:80".parse().unwrap()]);
    let unseen = |stream| vec![format!("nothing of the trace is seen, because it goes to {stream}, which is denied")];
    assert_eq!(warnings(denied(Capability::Stderr), 2), unseen("stderr"));
    assert_eq!(warnings(denied(Capability::Stdout), 1), unseen("stdout"));
    for output in [0, 3] {
        let warning =
            format!("the trace goes to descriptor {output}, to which nothing can be written when the program starts");
        let found = warnings(Linker::new(), output);
        assert!(found.len() == 1 && found[0].starts_with(&warning), "{found:?}");
    }
    for (linker, output) in [(denied(Capability::Stderr), 1), (denied(Capability::Stdout), 2), (connected(), 3)] {
        assert_eq!(warnings(linker, output), Vec::<String>::new());
    }
    let denied = denied(Capability::Stderr).trace(Trace::default().to_host()).link(&module).unwrap();
    assert_eq!(denied.warnings, Vec::<String>::new());
}

/// The summary comes out however the program ends, and once.
#[test]
fn a_summary_is_written_at_the_end() {
    let calls: &[(&str, &[i64])] =
        &[("sched_yield", &[]), ("fd_close", &[77]), ("sched_yield", &[]), ("proc_exit", &[0])];
    for (calls, spec, expected) in [
        (calls, "summary", vec!["1 1 fd_close", "1 proc_exit", "2 sched_yield", "4 1 total"]),
        (&calls[..3], "summary", vec!["1 1 fd_close", "2 sched_yield", "3 1 total"]),
        (calls, "summary,fd_*", vec!["1 1 fd_close", "1 1 total"]),
        (
            &calls[..3],
            "summary,failed",
            vec!["1 1 fd_close", "2 sched_yield", "3 1 total", "fd_close(77) = EBADF <TIME>"],
        ),
    ] {
        let text = traced(calls, spec);
        let headings = text.lines().filter(|line| line.starts_with("% time ")).count();
        assert_eq!(headings, 1, "{text}");
        // Share, seconds and microseconds are times.
        let row = |line: &str| match line.split_once('%') {
            Some(_) => None,
            None if line.starts_with('-') => None,
            None if line.contains('(') => Some(line.to_owned()),
            None => Some(line.split_whitespace().skip(3).collect::<Vec<_>>().join(" ")),
        };
        let mut rows: Vec<_> = text.lines().filter_map(row).collect();
        rows.sort();
        assert_eq!(rows, expected, "{text}");
    }
}

#[test]
fn the_report_goes_to_another_descriptor() {
    let module = program(&[("fd_close", &[77])]);
    let observed = trace(&module, &Start::default(), Trace::default().output(1));
    assert_eq!((masked(observed.stdout.trim_end()).as_str(), &*observed.stderr), ("fd_close(77) = EBADF <TIME>", ""));
    // The program goes on if nobody can be told.
    let observed = trace(&module, &Start::default(), Trace::default().output(77));
    assert_eq!((observed.code(), &*observed.stdout, &*observed.stderr), (0, "", ""));
}

/// The program has the descriptors that it had, and its end is in the file, too.
#[test]
fn the_report_goes_to_a_file() {
    let calls: &[(&str, &[i64])] = &[
        ("path_open", &[3, 1, HELLO, 9, 0, 0x20_0046, 0, 0, OUT]),
        ("fd_close", &[2]),
        ("fd_close", &[77]),
        ("proc_exit", &[0]),
    ];
    let lines = "path_open(3, SYMLINK_FOLLOW, \"hello.txt\", 0, 0x200046, 0x0, 0, [4]) = 0 <TIME>\n\
        fd_close(2) = 0 <TIME>\nfd_close(77) = EBADF <TIME>\nproc_exit(0) = ?\n";
    for (directory, file) in [("/", "sub/trace.txt"), (".", "/sub/../sub/./trace.txt"), ("/a/b/", "/a/b/sub/trace.txt")]
    {
        let start = Start { dirs: vec![directory.into()], ..Start::default() };
        let mut written = String::new();
        let linked = Linker::new().trace(Trace::default().file(file)).link(&program(calls)).unwrap();
        let observed = run::observe(&start, |invocation| {
            let host = &invocation.dirs[0].host;
            fs::create_dir_all(host.join("sub")).unwrap();
            fs::write(host.join("sub/trace.txt"), "something that is longer\n".repeat(100)).unwrap();
            let outcome = run::host().run_component(&linked.wasm, invocation);
            written = fs::read_to_string(host.join("sub/trace.txt")).unwrap();
            outcome
        });
        assert_eq!((observed.code(), &*observed.stdout, &*observed.stderr), (0, "", ""));
        assert_eq!(written.lines().map(|line| masked(line) + "\n").collect::<String>(), lines, "{directory} {file}");
    }
}

#[test]
fn a_file_that_cannot_be_written_is_reported_once() {
    let module = program(&[("fd_close", &[77]), ("fd_close", &[78])]);
    for (file, error) in [("/no/such", "ENOENT"), ("/sub", "EISDIR")] {
        let observed = trace(&module, &Start::default(), Trace::default().file(file));
        let message = format!("wasi-adapt: cannot write the trace to `{file}`: {error}\n");
        assert_eq!((observed.code(), &*observed.stdout, observed.stderr), (0, "", message));
    }
}

/// A descriptor that gets the number of the output belongs to the program.
#[test]
fn nothing_is_written_to_a_file_of_the_program() {
    let taken: [(&str, &[i64]); 2] = [("fd_close", &[2]), ("fd_renumber", &[1, 2])];
    for call in taken {
        let calls: &[(&str, &[i64])] = &[("fd_sync", &[77]), call, ("fd_sync", &[78])];
        assert_eq!(traced(calls, "*"), "fd_sync(77) = EBADF <TIME>\n");
        assert_eq!(traced(calls, "fd_sync"), "fd_sync(77) = EBADF <TIME>\n");
    }
}

/// Returns the calls that a program makes, as they are compared.
fn compared(wasm: &[u8], is_component: bool) -> Vec<String> {
    let mut calls = Vec::new();
    run::observe(&Start::default(), |invocation| {
        let (host, invocation) = (run::host(), invocation.clone().trace(ALL.parse().unwrap()));
        let outcome =
            if is_component { host.run_component(wasm, &invocation) } else { host.run_module(wasm, &invocation) };
        calls.clone_from(&outcome.as_ref().unwrap().trace);
        outcome
    });
    calls
}

const ALL: &str = "*";

/// Calls are compared without what may differ in runs that do the same. Where module and component differ, that is one of the
/// known differences.
#[test]
fn calls_of_module_and_component_are_compared() {
    let (mut calls, mut trapped) = (CALLS.to_vec(), String::new());
    let (module, of_module) = loop {
        let module = program(&calls);
        let made = compared(&module, false);
        assert!(made.len() <= calls.len(), "{made:?}");
        match made.last() {
            Some(last) if made.len() < calls.len() => trapped += &format!("{last}\n"),
            _ => break (module, made),
        }
        calls.remove(made.len() - 1);
    };
    let component = Linker::new().trace(ALL.parse::<Trace>().unwrap().to_host()).link(&module).unwrap().wasm;
    let of_component = compared(&component, true);
    assert_eq!((of_module.len(), of_component.len()), (calls.len(), calls.len()));
    let line = |(module, component): (&String, &String)| {
        if module == component { format!("{module}\n") } else { format!("{module}\n  -> {component}\n") }
    };
    let lines: String = of_module.iter().zip(&of_component).map(line).collect();
    golden::check("trace/compared.txt", &format!("{lines}\nOn preview1 these trap:\n{trapped}"));
}

/// Texts are compared beyond the part that is shown.
#[test]
fn what_is_shortened_has_a_checksum() {
    let texts = [("path_create_directory", [3, LONG, 46]), ("path_create_directory", [3, LONG, 45])];
    let calls: Vec<_> = texts.iter().map(|(name, arguments)| (*name, &arguments[..])).collect();
    let component = Linker::new().trace(Trace::default().to_host()).link(&program(&calls)).unwrap().wasm;
    let invocation = Invocation::default().capture("").trace(Trace::default());
    let trace = run::host().run_component(&component, &invocation).unwrap().trace;
    let parts: Vec<_> = trace.iter().map(|line| line.split_once(" #").expect("a checksum")).collect();
    assert_eq!(parts[0].0, parts[1].0);
    assert_ne!(parts[0].1, parts[1].1);
}

/// Runs a guest with a trace and without, of which only stderr may tell. No probe can tell that it is traced.
#[track_caller]
fn check(guest: &Guest) {
    let start = guest.start();
    let plain = run::as_component(guest, &start);
    let traced = trace(&guest.module(), &start, Trace::default());
    let differences = wasi_adapt_tests::difference::between(
        &Observed { stderr: String::new(), ..plain },
        &Observed { stderr: String::new(), ..traced },
    );
    assert_eq!(differences, Vec::<String>::new());
}

test_guests! {
    undisturbed: for_each_probes by check;
}
