//! The worlds in `wit/`, with the WIT packages that the `wasip2` crate ships. The tests' build script has this file too.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use wit_bindgen_core::wit_parser::{PackageId, Resolve};

/// All that the worlds name, and their package.
pub fn worlds(dir: &Path) -> Result<(Resolve, PackageId)> {
    let mut resolve = Resolve::default();
    for package in ["io", "clocks", "random", "filesystem", "sockets", "cli", "http"] {
        resolve.push_file(wasi_wit()?.join(package).with_extension("wit"))?;
    }
    resolve.push_file(dir.join("locks.wit"))?;
    let package = resolve.push_file(dir.join("worlds.wit"))?;
    Ok((resolve, package))
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
