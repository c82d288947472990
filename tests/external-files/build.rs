//! For WebAssembly, generates the bindings of `wasi:filesystem` as an export. For this machine, builds that module.

#[path = "../../tools/lib/build/nested.rs"]
#[allow(dead_code)] // it builds more than is needed here
mod nested;
#[path = "../../adapter/build/packages.rs"]
mod packages;

use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::{Context, Result, anyhow};
use nested::Nested;
use wit_bindgen_core::{Files, WorldGenerator};

fn main() -> Result<()> {
    let root = Path::new("../..").canonicalize()?;
    for input in ["adapter/build", "wit", "Cargo.toml", "Cargo.lock", "tools/lib/build", "tests/external-files"] {
        println!("cargo::rerun-if-changed={}", root.join(input).display());
    }
    let out = PathBuf::from(env::var("OUT_DIR")?);
    if env::var("CARGO_CFG_TARGET_ARCH")? == "wasm32" {
        return bindings(&root.join("wit"), &out.join("bindings.rs"));
    }
    let build = || Nested::new(&root, &out)?.layer("external-files", &out.join("files.wasm"));
    build().map_err(|error| anyhow!("{error}"))
}

fn bindings(wit: &Path, to: &Path) -> Result<()> {
    let (mut resolve, _) = packages::worlds(wit)?;
    let names = || resolve.packages.iter().map(|(_, package)| &package.name);
    let version = names().find(|name| name.name == "filesystem").and_then(|name| name.version.as_ref());
    let version = version.context("wasi:filesystem has a version")?;
    let export = |interface| format!("export wasi:filesystem/{interface}@{version};");
    let world = format!("package test:files; world files {{ {} {} }}", export("types"), export("preopens"));
    let package = resolve.push_str("files.wit", &world)?;
    let world = resolve.select_world(&[package], None)?;
    let options = wit_bindgen_rust::Opts { generate_all: true, ..Default::default() };
    let mut files = Files::default();
    options.build().generate(&mut resolve, world, &mut files)?;
    let (_, bindings) = files.iter().next().context("wit-bindgen made no file")?;
    fs::write(to, bindings).context("writing the bindings")
}
