//! For WebAssembly, generates the bindings of `wasi-adapt:locks` as an export. For this machine, builds that module.

#[path = "../../../tools/lib/build/nested.rs"]
#[allow(dead_code)] // it builds more than is needed here
mod nested;
#[path = "../../../adapter/build/packages.rs"]
mod packages;

use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::{Context, Result, anyhow};
use nested::Nested;
use wit_bindgen_core::{Files, WorldGenerator};

const WORLD: &str = "package example:locks; world lock-manager { export wasi-adapt:locks/advisory@0.1.0; }";

fn main() -> Result<()> {
    let root = Path::new("../../..").canonicalize()?;
    for input in ["adapter/build", "wit", "Cargo.toml", "Cargo.lock", "tools/lib/build", "libc-shim"] {
        println!("cargo::rerun-if-changed={}", root.join(input).display());
    }
    let out = PathBuf::from(env::var("OUT_DIR")?);
    if env::var("CARGO_CFG_TARGET_ARCH")? == "wasm32" {
        return bindings(&root.join("wit"), &out.join("bindings.rs"));
    }
    let build = || Nested::new(&root, &out)?.layer("lock-manager", &out.join("lock_manager.wasm"));
    build().map_err(|error| anyhow!("{error}"))
}

fn bindings(wit: &Path, to: &Path) -> Result<()> {
    let (mut resolve, _) = packages::worlds(wit)?;
    let package = resolve.push_str("world.wit", WORLD)?;
    let world = resolve.select_world(&[package], None)?;
    let options = wit_bindgen_rust::Opts { generate_all: true, ..Default::default() };
    let mut files = Files::default();
    options.build().generate(&mut resolve, world, &mut files)?;
    let (_, bindings) = files.iter().next().context("wit-bindgen made no file")?;
    fs::write(to, bindings).context("writing the bindings")
}
