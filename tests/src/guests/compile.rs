//! Compiles guests when a test asks for them. A module that is newer than its sources is reused.

use super::{Guest, toolchain};
use anyhow::{Context, Result, bail};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

/// The directory of modules, other output of the compilers, and the bindings of the build script.
const OUT: &str = env!("OUT_DIR");
const HERE: &str = env!("CARGO_MANIFEST_DIR");

/// Returns the module of a guest, compiled if necessary.
pub fn module(guest: &Guest) -> Result<PathBuf> {
    let language = guest.source().extension().and_then(|extension| extension.to_str());
    // Text format needs no compiler.
    if language == Some("wat") {
        return Ok(guest.source().into());
    }
    let module = path(guest);
    // Other tests may compile it at the same time, and guests in Rust share a package.
    let lock = if language == Some("rs") { guest.class().into() } else { guest.id.replace('/', "-") };
    let lock = File::create(Path::new(OUT).join(lock).with_extension("lock"))?;
    lock.lock()?;
    if is_fresh(&module, guest)? {
        return Ok(module);
    }
    let part = module.with_extension("part.wasm");
    match language {
        Some("c") => c(guest, &part)?,
        Some("go") => go(guest, &part)?,
        Some("ts") => assemblyscript(guest, &part)?,
        Some("rs") => rust(guest, &part)?,
        _ => bail!("`{}` is in no language that guests are written in", guest.source().display()),
    }
    fs::rename(&part, &module)?;
    Ok(module)
}

fn path(guest: &Guest) -> PathBuf {
    Path::new(OUT).join(guest.id.replace('/', "-")).with_extension("wasm")
}

/// Compiles C by zig.
fn c(guest: &Guest, module: &Path) -> Result<()> {
    let mut command = toolchain::zig_cc(&Path::new(OUT).join("zig-cache"))?;
    command.args(["-std=gnu23", "-Os", "-s", "-Wall", "-Werror", "-Wno-format", "-I"]).arg(include());
    if guest.is_library() {
        command.arg("-mexec-model=reactor");
    }
    if guest.class() == "unstable" {
        command.arg("-DUNSTABLE");
    }
    if guest.class() == "wit" {
        let bindings = Path::new(env!("WIT_BINDINGS"));
        command.arg("-I").arg(bindings);
        command.args(["plugin.c", "plugin_component_type.o"].map(|file| bindings.join(file)));
    }
    run(command.arg(guest.source()).arg("-o").arg(module))
}

/// Compiles Go, one file per guest.
fn go(guest: &Guest, module: &Path) -> Result<()> {
    let mut command = toolchain::go(&Path::new(OUT).join("go-cache"))?;
    run(command.args(["build", "-trimpath", "-ldflags=-s", "-o"]).arg(module).arg(guest.source()))
}

/// Compiles AssemblyScript, with the library that implements its globals by preview1.
fn assemblyscript(guest: &Guest, module: &Path) -> Result<()> {
    let mut command = toolchain::asc()?;
    if guest.is_library() {
        command.args(["--exportStart", "_initialize"]);
    }
    run(command.arg(guest.source()).args(["--optimize", "--outFile"]).arg(module))
}

/// Compiles Rust, as the program or library of a package that is generated for its class.
fn rust(guest: &Guest, module: &Path) -> Result<()> {
    let profile =
        if guest.class() == "debug" { "opt-level = 1\ndebug = true" } else { "opt-level = \"s\"\nstrip = true" };
    let kind = if guest.is_library() { "[lib]\ncrate-type = [\"cdylib\"]" } else { "[[bin]]" };
    let manifest = format!(
        "[package]\nname = \"guests\"\nversion = \"0.0.0\"\nedition = \"2021\"\n[workspace]\n\
         [profile.release]\npanic = \"abort\"\n{profile}\n{kind}\nname = {:?}\npath = {:?}\n",
        guest.name(),
        guest.source(),
    );
    let package = Path::new(OUT).join(format!("{}-guests", guest.class()));
    fs::create_dir_all(&package)?;
    fs::write(package.join("Cargo.toml"), manifest)?;
    let mut command = toolchain::cargo_wasip1("build", "release", &Path::new(OUT).join("zig-cache"))?;
    run(command.current_dir(&package).arg("--target-dir").arg(package.join("target")))?;
    let built = package.join("target/wasm32-wasip1/release").join(guest.name()).with_extension("wasm");
    fs::copy(&built, module).with_context(|| format!("no module at `{}`", built.display()))?;
    Ok(())
}

fn include() -> PathBuf {
    Path::new(HERE).join("guests/include")
}

/// Returns whether a module is newer than its source and the shared sources: headers, bindings, probes (some guests
/// include one), and the build rules.
fn is_fresh(module: &Path, guest: &Guest) -> Result<bool> {
    let Ok(metadata) = fs::metadata(module) else { return Ok(false) };
    let mut newest = fs::metadata(guest.source())?.modified()?;
    let bindings = env!("WIT_BINDINGS").into();
    for directory in [include(), bindings, Path::new(HERE).join("guests/probes"), Path::new(HERE).join("src/guests")] {
        newest = newest.max(newest_in(&directory)?);
    }
    Ok(metadata.modified()? > newest)
}

fn newest_in(directory: &Path) -> Result<SystemTime> {
    let mut newest = SystemTime::UNIX_EPOCH;
    for entry in fs::read_dir(directory)? {
        newest = newest.max(entry?.metadata()?.modified()?);
    }
    Ok(newest)
}

fn run(command: &mut Command) -> Result<()> {
    let output = command.output().with_context(|| format!("cannot run {command:?}"))?;
    if !output.status.success() {
        bail!("{command:?} failed:\n{}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(())
}
