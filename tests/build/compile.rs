//! From source to module, one function per language. What is newer than its sources is left alone.

use crate::{Guest, toolchain, wit};
use anyhow::{Context, Result, bail, ensure};
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::time::SystemTime;
use std::{fs, thread};

/// C guests, by zig: two at a time, since most of what it does is single-threaded.
pub fn c(guests: &[Guest], include: &Path, workspace: &Path, out: &Path) -> Result<()> {
    // Some guests include a probe.
    let headers = newest(include)?.max(newest(&include.with_file_name("probes"))?);
    let bindings = |wit, dir| wit::bindings(&include.join(wit), &workspace.join("wit"), &out.join(dir));
    bindings("direct.wit", "direct")?; // For the measurements, which compile their programs themselves.
    let bindings = bindings("plugin.wit", "wit")?;
    let compiled = |guest: &&Guest| has_extension(guest, "c") && guest.module != guest.source;
    let stale: Vec<&Guest> = guests.iter().filter(compiled).filter(|guest| !is_fresh(guest, headers)).collect();
    if stale.is_empty() {
        return Ok(());
    }
    let compile = |guest: &Guest| {
        let mut command = toolchain::zig_cc(workspace, &out.join("zig-cache"))?;
        command.args(["-std=gnu23", "-Os", "-s", "-Wall", "-Werror", "-Wno-format", "-I"]).arg(include);
        if guest.is_library() {
            command.arg("-mexec-model=reactor");
        }
        if guest.class == "unstable" {
            command.arg("-DUNSTABLE");
        }
        if guest.class == "wit" {
            bindings.add_to(&mut command);
        }
        command.arg(&guest.source).arg("-o").arg(&guest.module);
        run(&mut command).with_context(|| format!("compiling `{}`", guest.source.display()))
    };
    compile(stale[0])?; // The first makes the C library in the cache; two at once would both make it.
    let queue = Mutex::new(stale[1..].iter());
    let next = || queue.lock().unwrap().next();
    let work = || {
        while let Some(guest) = next() {
            compile(guest)?;
        }
        Ok(())
    };
    thread::scope(|scope| {
        let workers = [scope.spawn(work), scope.spawn(work)];
        workers.into_iter().try_for_each(|worker| worker.join().expect("a worker does not panic"))
    })
}

/// Rust guests, as the programs of a package for each class, which is written for the purpose. Its examples are libraries,
/// because there can be many.
pub fn rust(guests: &[Guest], workspace: &Path, out: &Path) -> Result<()> {
    let of = |class| guests.iter().filter(move |guest| guest.class == class && has_extension(guest, "rs")).collect();
    rust_package(of("rust"), "opt-level = \"s\"\nstrip = true", workspace, &out.join("rust-guests"))?;
    rust_package(of("chain"), "opt-level = \"s\"\nstrip = true", workspace, &out.join("rust-chain-guests"))?;
    rust_package(of("debug"), "opt-level = 1\ndebug = true", workspace, &out.join("rust-debug-guests"))
}

fn rust_package(guests: Vec<&Guest>, profile: &str, workspace: &Path, package: &Path) -> Result<()> {
    if guests.iter().all(|guest| is_fresh(guest, SystemTime::UNIX_EPOCH)) {
        return Ok(());
    }
    let mut manifest = format!(
        "[package]\nname = \"guests\"\nversion = \"0.0.0\"\nedition = \"2021\"\n[workspace]\n\
         [profile.release]\npanic = \"abort\"\n{profile}\n",
    );
    for guest in &guests {
        let kind = if guest.is_library() { "[[example]]\ncrate-type = [\"cdylib\"]" } else { "[[bin]]" };
        manifest += &format!("{kind}\nname = {:?}\npath = {:?}\n", guest.name, guest.source);
    }
    fs::create_dir_all(package)?;
    fs::write(package.join("Cargo.toml"), manifest)?;
    let mut command = toolchain::cargo_wasip1(workspace, &package.with_file_name("zig-cache"))?;
    command.args(["--bins", "--examples"]).current_dir(package).arg("--target-dir").arg(package.join("target"));
    run(&mut command).context("compiling the Rust guests")?;
    for guest in guests {
        let folder = if guest.is_library() { "release/examples" } else { "release" };
        let built = package.join("target/wasm32-wasip1").join(folder).join(&guest.name).with_extension("wasm");
        fs::copy(&built, &guest.module).with_context(|| format!("no module at `{}`", built.display()))?;
    }
    Ok(())
}

/// Go guests, one file each.
pub fn go(guests: &[Guest], workspace: &Path, out: &Path) -> Result<()> {
    let of_go = guests.iter().filter(|guest| has_extension(guest, "go"));
    for guest in of_go.filter(|guest| !is_fresh(guest, SystemTime::UNIX_EPOCH)) {
        let mut command = toolchain::go(workspace, &out.join("go-cache"))?;
        command.args(["build", "-trimpath", "-ldflags=-s", "-o"]).arg(&guest.module).arg(&guest.source);
        run(&mut command).with_context(|| format!("compiling `{}`", guest.source.display()))?;
    }
    Ok(())
}

/// AssemblyScript guests, each with the library that serves its globals by preview1.
pub fn assemblyscript(guests: &[Guest], workspace: &Path) -> Result<()> {
    let of_it = guests.iter().filter(|guest| has_extension(guest, "ts"));
    for guest in of_it.filter(|guest| !is_fresh(guest, SystemTime::UNIX_EPOCH)) {
        let mut command = toolchain::asc(workspace)?;
        command.arg(&guest.source).args(["--optimize", "--outFile"]).arg(&guest.module);
        if guest.is_library() {
            command.args(["--exportStart", "_initialize"]);
        }
        run(&mut command).with_context(|| format!("compiling `{}`", guest.source.display()))?;
    }
    Ok(())
}

fn has_extension(guest: &Guest, extension: &str) -> bool {
    guest.source.extension().is_some_and(|found| found == extension)
}

/// Whether a module is newer than its source and than `also`.
fn is_fresh(guest: &Guest, also: SystemTime) -> bool {
    let modified = |path: &Path| fs::metadata(path).and_then(|metadata| metadata.modified());
    match (modified(&guest.module), modified(&guest.source)) {
        (Ok(module), Ok(source)) => module > source && module > also,
        _ => false,
    }
}

fn newest(dir: &Path) -> Result<SystemTime> {
    let mut newest = SystemTime::UNIX_EPOCH;
    for entry in fs::read_dir(dir)? {
        newest = newest.max(entry?.metadata()?.modified()?);
    }
    Ok(newest)
}

fn run(command: &mut Command) -> Result<()> {
    let output = command.output().with_context(|| format!("cannot run {command:?}"))?;
    if !output.status.success() {
        bail!("{command:?} failed:\n{}", String::from_utf8_lossy(&output.stderr));
    }
    ensure!(output.status.success());
    Ok(())
}
