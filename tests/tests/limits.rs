//! Guests that need a special setup: many and long strings, many preopens and files, exit codes, a terminal. Each guest
//! of `guests/setup` has a function of its name here; without one this file does not compile.

#[path = "limits/streams.rs"]
mod streams;

use std::ffi::{CString, OsStr};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use wasi_adapt::{AdapterPages, ExitCodes, Linker};
use wasi_adapt_host::Exit;
use wasi_adapt_tests::guests::{self, Guest, Start};
use wasi_adapt_tests::run::{self, Adapter, Observed};
use wasi_adapt_tests::standing::{self, Opinions};
use wasi_adapt_tests::{difference, golden};

macro_rules! test {
    ($class:ident, $name:ident, $guest:ident) => {
        #[test]
        fn $name() {
            cases::$name(&guests::$class::$guest);
        }
    };
}

wasi_adapt_tests::for_each_setup!(test);

/// Runs a guest under the preview1 host and in each layout, expects no difference, and returns the common behaviour.
#[track_caller]
fn the_same(guest: &Guest, start: &Start) -> Observed {
    let preview1 = run::on_preview1(guest, start);
    for adapter in run::OURS {
        expect_same(&preview1, guest, start, adapter);
    }
    preview1
}

#[track_caller]
fn expect_same(preview1: &Observed, guest: &Guest, start: &Start, adapter: Adapter) {
    let component = run::with_adapter(guest, start, adapter);
    let found = difference::between(preview1, &component);
    assert!(
        found.is_empty(),
        "{}: preview1 host -> {adapter:?}:\n  {}\n{:?}",
        guest.id,
        found.join("\n  "),
        component.trap_chain
    );
}

fn with_args(args: &[&str]) -> Start {
    let args = ["guest"].iter().chain(args).map(|arg| arg.to_string()).collect();
    Start { args, ..Start::default() }
}

/// Defines a function per guest of `guests/setup`, called by the test of the same name.
mod cases {
    use super::*;

    pub fn strings(guest: &Guest) {
        let many = |count: usize, name: &str| (0..count).map(|n| format!("{name}{n}={n}")).collect::<Vec<_>>();
        let long = format!("LONG={}", "x".repeat(100_000));
        the_same(guest, &Start { args: many(8_000, "argument"), ..Start::default() });
        the_same(guest, &Start { env: many(5_000, "VARIABLE_"), ..Start::default() });
        the_same(guest, &Start { args: vec!["guest".into(), long.clone()], env: vec![long], ..Start::default() });
        the_same(guest, &Start { args: vec![], ..Start::default() });
        // The most that Linux can give a process, including a long one.
        let args = (0..200_000).map(|_| String::new()).chain(["y".repeat(128 << 10)]).collect();
        the_same(guest, &Start { args, ..Start::default() });
        // Counts around the limit of the adapter's buffer, in every layout.
        for count in (0..1_200).step_by(40) {
            let start = Start { args: many(count, "a"), env: many(count, "VARIABLE_"), ..Start::default() };
            the_same(guest, &start);
        }
        let both = the_same(guest, &Start { args: many(8_000, "a"), env: many(5_000, "V"), ..Start::default() });
        assert!(both.stdout.contains("args: 8000 in"), "{}", both.stdout);
        assert!(both.stdout.contains("environ: 5000 in"), "{}", both.stdout);
    }

    pub fn preopens(guest: &Guest) {
        for count in [0, 1, 126, 1_000] {
            let dirs = (0..count).map(|n| format!("/preopened/{n}")).collect();
            let component = the_same(guest, &Start { dirs, ..Start::default() });
            assert!(component.stdout.starts_with(&format!("{count} preopens, then BADF")), "{}", component.stdout);
        }
        let dirs = (0..2_500).map(|n| format!("/preopened/{n}")).collect();
        let component = with_pages(guest, &Start { dirs, ..Start::default() }, 33);
        assert!(component.stdout.starts_with("2500 preopens, then BADF"), "{}", component.stdout);
    }

    pub fn descriptors(guest: &Guest) {
        raise_open_files_limit();
        // 1,024 descriptors in total: stdio, the preopen, and 1,020 files.
        for count in ["1", "130", "1020"] {
            the_same(guest, &with_args(&[count]));
        }
        // Above the limit, in any layout, opening fails with an errno and all open descriptors stay usable.
        for (adapter_pages, opened) in [(1, 1_084), (31, 1_084), (32, 2_108), (34, 4_156)] {
            let observed = with_pages(guest, &with_args(&["5000"]), adapter_pages);
            assert_eq!(observed.code(), 0);
            let expected = format!("opened {opened} of 5000, MFILE\nthe highest number {}\n", opened + 3);
            assert!(observed.stdout.starts_with(&expected), "{adapter_pages}: {}", observed.stdout);
            assert_eq!(observed.stdout.lines().last(), Some("closed all"));
        }
    }

    /// Runs a guest as a component whose adapter has `adapter_pages` pages.
    fn with_pages(guest: &Guest, start: &Start, adapter_pages: u32) -> Observed {
        let linker = Linker::new().adapter_pages(AdapterPages::new(adapter_pages).unwrap());
        let component = linker.link(&guest.module()).unwrap().wasm;
        run::observe(start, |invocation| run::host().run_component(&component, invocation))
    }

    pub fn exit_code(guest: &Guest) {
        for code in ["0", "1", "2", "3", "7", "10", "42", "100", "125"] {
            let component = the_same(guest, &with_args(&[code]));
            assert_eq!(component.code().to_string(), code);
        }
        // This preview1 host traps from 126 on; a component exits with the low eight bits, as POSIX requires.
        let mut report = String::new();
        for code in ["126", "127", "128", "200", "255", "256", "300", "1000", "4294967295"] {
            let preview1 = run::on_preview1(guest, &with_args(&[code]));
            assert!(matches!(preview1.exit, Exit::Trap(_)), "{code}: {}", preview1.exit);
            report += &format!("{code}: {}\n", run::as_component(guest, &with_args(&[code])).exit);
        }
        golden::check("exit-codes.txt", &report);
        // Hosts without exit-with-code distinguish only success and failure.
        let linker = Linker::new().exit_codes(ExitCodes::Portable);
        let portable = linker.link(&guest.module()).unwrap().wasm;
        for (code, expected) in [("0", 0), ("1", 1), ("3", 1), ("255", 1), ("256", 1)] {
            let ended =
                run::observe(&with_args(&[code]), |invocation| run::host().run_component(&portable, invocation));
            assert_eq!(ended.code(), expected, "portable {code}");
            assert_eq!(ended.stdout, "exiting\n");
        }
        let text = String::from_utf8_lossy(&portable).into_owned();
        assert!(!text.contains("exit-with-code"), "a portable component must not import what old hosts lack");
    }

    pub fn cat(guest: &Guest) {
        let stdin: String = (0..200_000).map(|n| format!("{n}\n")).collect();
        let component = the_same(guest, &Start { stdin: stdin.clone(), ..Start::default() });
        assert!(component.stdout == stdin, "stdout is not what stdin was");
        the_same(guest, &Start::default());
    }

    pub fn stdio_types(guest: &Guest) {
        the_same(guest, &Start::default());
        streams::on_a_terminal(guest);
    }

    pub fn broken_pipe(guest: &Guest) {
        streams::into_a_broken_pipe(guest);
    }

    pub fn stdin_pipe(guest: &Guest) {
        streams::from_a_pipe(guest);
    }

    pub fn random_calls(guest: &Guest) {
        // RANDOM_CALLS=FIRST..LAST selects other seeds.
        let range = std::env::var("RANDOM_CALLS").unwrap_or("1..8".into());
        let (first, last) = range.split_once("..").unwrap();
        for seed in first.parse::<u32>().unwrap()..last.parse().unwrap() {
            random_calls_in_components(guest, &with_args(&[&seed.to_string(), "1500"]), &run::OURS);
        }
        // Witnesses get few calls at a time: after changing a file differently they cannot be compared any more.
        let short = |seed: u32| {
            let start = with_args(&[&seed.to_string(), "150"]);
            (seed, random_calls_in_components(guest, &start, &[Adapter::Ours]), start)
        };
        let runs: Vec<_> = (1..=40).map(short).collect();
        let opinions = Opinions::gather(|witness| {
            let mut differences = Vec::new();
            for (seed, preview1, start) in &runs {
                let found = difference::while_in_step(&preview1.stdout, &witness.observe(guest, start).stdout);
                differences.extend(found.into_iter().map(|found| format!("seed {seed}: {found}")));
            }
            differences
        });
        standing::check_agreed(guest.id, &[], &opinions);
    }

    /// Returns the behaviour under the preview1 host, and checks that of components.
    fn random_calls_in_components(guest: &Guest, start: &Start, adapters: &[Adapter]) -> Observed {
        let preview1 = run::on_preview1(guest, start);
        for adapter in adapters {
            let found = difference::between(&preview1, &run::with_adapter(guest, start, *adapter));
            assert!(found.is_empty(), "{:?}: preview1 host -> component:\n  {}", start.args, found.join("\n  "));
        }
        preview1
    }

    /// wasmtime's hosts read and write only by position, which a FIFO does not have; on other hosts, bytes pass.
    pub fn fifo(guest: &Guest) {
        let component = run::link(&guest.module(), Adapter::Ours).unwrap();
        let mut report = String::new();
        for side in ["read", "write"] {
            let add = |root: &Path| fifo_with_peer(root.join("fifo"), side);
            let start = with_args(&[side]);
            let preview1 =
                run::observe_in(add, &start, |invocation| run::host().run_module(&guest.module(), invocation));
            let component =
                run::observe_in(add, &start, |invocation| run::host().run_component(&component, invocation));
            report += &format!("{side}, preview1 host:\n{}{side}, component:\n{}", preview1.stdout, component.stdout);
        }
        golden::check("fifo.txt", &report);
    }

    pub fn names_not_utf8(guest: &Guest) {
        let add = |root: &Path| {
            let strange = OsStr::from_bytes(b"bad\xff\xfe");
            symlink(strange, root.join("sub/strange"))?;
            std::fs::write(root.join("sub").join(strange), "")
        };
        let component = run::link(&guest.module(), Adapter::Ours).unwrap();
        let start = Start::default();
        let preview1 = run::observe_in(add, &start, |invocation| run::host().run_module(&guest.module(), invocation));
        let component = run::observe_in(add, &start, |invocation| run::host().run_component(&component, invocation));
        let found = difference::between(&preview1, &component);
        assert!(found.is_empty(), "preview1 host -> component:\n  {}", found.join("\n  "));
        assert!(component.stdout.contains("ILSEQ"), "{}", component.stdout);
    }
}

/// Makes a FIFO, with a peer at the end that the guest does not open.
fn fifo_with_peer(path: PathBuf, side: &str) -> std::io::Result<()> {
    let name = CString::new(path.as_os_str().as_bytes())?;
    // SAFETY: the name is a valid C string.
    if unsafe { libc::mkfifo(name.as_ptr(), 0o600) } != 0 {
        return Err(std::io::Error::last_os_error());
    }
    let guest_reads = side == "read";
    std::thread::spawn(move || match guest_reads {
        true => std::fs::write(path, "through the pipe\n"),
        false => std::fs::read(path).map(drop),
    });
    Ok(())
}

/// The host process opens a file for each descriptor of the guest, and tests run in parallel.
fn raise_open_files_limit() {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: the pointer is valid during each call.
    unsafe {
        assert_eq!(libc::getrlimit(libc::RLIMIT_NOFILE, &mut limit), 0);
        limit.rlim_cur = limit.rlim_max.min(65_536);
        assert_eq!(libc::setrlimit(libc::RLIMIT_NOFILE, &limit), 0);
    }
}
