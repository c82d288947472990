//! C bindings for guests with WIT of their own, by the generator of wit-bindgen.

#[path = "../../adapter/build/packages.rs"]
mod packages;

use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use wit_bindgen_core::Files;

/// What has been generated: sources, a header, and an object file that says what the WIT is.
pub struct Bindings {
    dir: PathBuf,
    sources: Vec<PathBuf>,
}

/// Generates the bindings of the one world of a WIT file, which may name the worlds of this project.
pub fn bindings(wit: &Path, worlds: &Path, dir: &Path) -> Result<Bindings> {
    let (mut resolve, _) = packages::worlds(worlds)?;
    let package = resolve.push_file(wit).with_context(|| format!("reading `{}`", wit.display()))?;
    let world = resolve.select_world(&[package], None)?;
    let mut files = Files::default();
    wit_bindgen_c::Opts::default().build().generate(&mut resolve, world, &mut files)?;
    fs::create_dir_all(dir)?;
    let mut sources = Vec::new();
    for (name, content) in files.iter() {
        let path = dir.join(name);
        fs::write(&path, content)?;
        if path.extension().is_some_and(|extension| extension != "h") {
            sources.push(path);
        }
    }
    Ok(Bindings { dir: dir.into(), sources })
}

impl Bindings {
    /// Has a compiler find the header and take the rest in.
    pub fn add_to(&self, command: &mut Command) {
        command.arg("-I").arg(&self.dir).args(&self.sources);
    }
}
