//! Bindings of the worlds in `wit/`, with the WIT packages that the `wasip2` crate ships. The libc-shim's build script has
//! this file too.

#[path = "packages.rs"]
mod packages;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
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
    let (resolve, package) = packages::worlds(worlds)?;
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

/// The directory for generated files.
pub fn out() -> Result<PathBuf> {
    Ok(std::env::var("OUT_DIR")?.into())
}
