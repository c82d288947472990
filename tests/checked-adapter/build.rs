//! Builds the adapter once more, with debug assertions and checked arithmetic.

#[path = "../../tools/lib/build/nested.rs"]
#[allow(dead_code)] // it builds more than is needed here
mod nested;

use std::path::{Path, PathBuf};
use std::{env, process};

use nested::{Nested, Result};

fn main() {
    if let Err(error) = build() {
        eprintln!("{error}");
        process::exit(1);
    }
}

fn build() -> Result<()> {
    let root = Path::new("../..").canonicalize()?;
    for input in ["adapter", "wit", "Cargo.toml", "Cargo.lock", "tools/lib/build"] {
        println!("cargo::rerun-if-changed={}", root.join(input).display());
    }
    let out = PathBuf::from(env::var("OUT_DIR")?);
    Nested::new(&root, &out)?.adapter("adapter-checked", &out.join("adapter.wasm"))
}
