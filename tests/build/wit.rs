//! Generates C bindings for guests with their own WIT, by wit-bindgen.

#[path = "../../adapter/build/packages.rs"]
mod packages;

use anyhow::{Context, Result};
use std::fs;
use std::path::Path;
use wit_bindgen_core::Files;

/// Generates the bindings of the only world in a WIT file, which may use the worlds of this project: a source, a
/// header, and an object file that contains the WIT.
pub fn bindings(wit: &Path, worlds: &Path, dir: &Path) -> Result<()> {
    let (mut resolve, _) = packages::worlds(worlds)?;
    let package = resolve.push_file(wit).with_context(|| format!("reading `{}`", wit.display()))?;
    let world = resolve.select_world(&[package], None)?;
    let mut files = Files::default();
    wit_bindgen_c::Opts::default().build().generate(&mut resolve, world, &mut files)?;
    fs::create_dir_all(dir)?;
    for (name, content) in files.iter() {
        fs::write(dir.join(name), content)?;
    }
    Ok(())
}
