//! Bindings of the worlds in `wit/`, with the WIT packages that the `wasip2` crate ships. The libc-shim's build script has
//! this file too.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use wit_bindgen_core::wit_parser::{Resolve, WorldId};
use wit_bindgen_core::{Files, WorldGenerator};

/// A world, or nothing on the host: there the crate is empty, so there is nothing to bind.
pub fn world(name: &str) -> Result<Option<(Resolve, WorldId)>> {
    let worlds = Path::new("../wit");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=../adapter/build");
    println!("cargo::rerun-if-changed={}", worlds.display());
    if std::env::var("CARGO_CFG_TARGET_ARCH")? != "wasm32" {
        return Ok(None);
    }
    let mut resolve = Resolve::default();
    for package in ["io", "clocks", "random", "filesystem", "sockets", "cli"] {
        resolve.push_file(wasi_wit()?.join(package).with_extension("wit"))?;
    }
    let (package, _) = resolve.push_dir(worlds)?;
    let world = resolve.select_world(&[package], Some(name))?;
    Ok(Some((resolve, world)))
}

/// Writes `bindings.rs`.
pub fn write(resolve: &mut Resolve, world: WorldId, options: wit_bindgen_rust::Opts) -> Result<()> {
    let mut files = Files::default();
    options.build().generate(resolve, world, &mut files)?;
    let (_, bindings) = files.iter().next().context("wit-bindgen made no file")?;
    std::fs::write(out()?.join("bindings.rs"), bindings)?;
    Ok(())
}

/// Where what is made goes.
pub fn out() -> Result<PathBuf> {
    Ok(std::env::var("OUT_DIR")?.into())
}

/// The folder of WASI's WIT packages, in the `wasip2` crate that Cargo resolved.
fn wasi_wit() -> Result<PathBuf> {
    let output = Command::new(std::env::var("CARGO")?).args(["metadata", "--format-version", "1"]).output()?;
    ensure!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    let manifest = metadata["packages"]
        .as_array()
        .and_then(|packages| packages.iter().find(|package| package["name"] == "wasip2"))
        .and_then(|package| package["manifest_path"].as_str())
        .context("cargo metadata does not name the wasip2 crate")?;
    Ok(Path::new(manifest).with_file_name("wit").join("deps"))
}
