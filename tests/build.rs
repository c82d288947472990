//! Writes the table of the guests below `guests/`, from which the tests are made, so that every guest is run. Guests
//! are compiled when a test needs them (`src/guests/compile.rs`), those with WIT with the bindings made here.
//!
//! | directory | what its guests are | who runs them |
//! |---|---|---|
//! | `probes` | C: one preview1 function each, every call printed with its errno | `tests/differential.rs` |
//! | `c`, `rust`, `go`, `assemblyscript`, `wat` | programs | `tests/differential.rs` |
//! | `unstable` | C: probes that import `wasi_unstable` and nothing else | `tests/unstable.rs` |
//! | `both` | C: programs that import `wasi_unstable` and preview1 | `tests/unstable.rs` |
//! | `traps` | C: cases in which a preview1 host traps and a component must not | `tests/traps.rs` |
//! | `badfd` | C: reserved descriptors, which no preview1 host has | `tests/badfd.rs` |
//! | `sealed` | C: programs that say what surrounds them | `tests/sealed.rs` |
//! | `proxy` | C: libraries for a `wasi:http/proxy` host | `tests/proxy.rs` |
//! | `http` | CGI programs | `tests/http.rs` |
//! | `wit` | C: libraries with WIT of their own | `tests/wit.rs` |
//! | `chain` | programs and libraries that need each other's functions, in each language | `tests/compose.rs` |
//! | `debug` | programs with debugging information | `tests/dwarf.rs` |
//! | `setup` | C: programs that need a host set up for them | `tests/limits.rs` |
//! | `sockets` | C: POSIX programs, which that test compiles itself, for this machine and for WASI | `tests/sockets.rs` |
//! | `posix` | C: POSIX programs without sockets, compiled likewise | `tests/posix.rs` |
//! | `bench` | C: what is measured, compiled by the program that measures | `src/bench/`, `tests/bench.rs` |

#[path = "build/table.rs"]
mod table;
#[path = "build/wit.rs"]
mod wit;

use std::path::{Path, PathBuf};
use std::{env, process};

/// The directories below `guests/`; each is a class of guests.
const CLASSES: [&str; 20] = [
    "probes",
    "c",
    "rust",
    "go",
    "assemblyscript",
    "wat",
    "unstable",
    "both",
    "traps",
    "badfd",
    "proxy",
    "http",
    "sealed",
    "setup",
    "sockets",
    "posix",
    "bench",
    "wit",
    "chain",
    "debug",
];

/// One program in source form.
pub struct Guest {
    /// Its directory: one of [`CLASSES`].
    pub class: &'static str,
    /// The file's name without the extension; also the name of its test.
    pub name: String,
    pub source: PathBuf,
}

fn main() {
    let here = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap());
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap());
    for watched in ["build.rs", "build", "guests"] {
        println!("cargo::rerun-if-changed={watched}");
    }
    println!("cargo::rerun-if-changed=../wit");
    for (name, dir) in [("WIT_BINDINGS", "wit"), ("DIRECT_BINDINGS", "direct"), ("HANDLER_BINDINGS", "handler")] {
        println!("cargo::rustc-env={name}={}", out.join(dir).display());
    }
    if let Err(error) = build(&here, &out) {
        eprintln!("error: {error:#}");
        process::exit(1);
    }
}

fn build(here: &Path, out: &Path) -> anyhow::Result<()> {
    let bindings = |file, dir| {
        let wit = here.join("guests/include").join(file);
        wit::bindings(&wit, &here.with_file_name("wit"), &out.join(dir))
    };
    // For the measurements, which compile their programs themselves.
    bindings("direct.wit", "direct")?;
    bindings("handler.wit", "handler")?;
    bindings("plugin.wit", "wit")?;
    let guests = table::find(&here.join("guests"))?;
    table::write(&guests, out)
}
