//! Programs of this workspace, built in the profile that the running test or program was built in, and those that `make setup`
//! installed.

use anyhow::{Result, ensure};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The packages that `make test` selects. With fewer of them, dependencies would have fewer features, and the engine would
/// be compiled once more.
pub const PACKAGES: [&str; 7] = [
    "--workspace",
    "--exclude",
    "wasi-adapt-adapter",
    "--exclude",
    "wasi-adapt-libc-shim",
    "--exclude",
    "wasi-adapt-trace",
];

/// Builds a binary of the workspace and returns its path.
///
/// Cargo passes the path of a binary only to tests of the same package, so this calls cargo; just after `make test`
/// has built the workspace, that takes half a second.
pub fn binary(name: &str) -> PathBuf {
    let program = std::env::current_exe().expect("a running program has a path");
    // Tests lie in `target/PROFILE/deps`, other programs in `target/PROFILE`.
    let mut directories = program.ancestors().skip(1).skip_while(|directory| directory.ends_with("deps"));
    let profile = directories.next().expect("programs lie in a directory");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--quiet", "--locked", "--bin", name]).args(PACKAGES).arg("--target-dir");
    cargo.arg(profile.parent().expect("profiles lie in target")).current_dir(env!("CARGO_MANIFEST_DIR"));
    match profile.file_name().and_then(OsStr::to_str) {
        Some("debug") => {}
        Some(name) => drop(cargo.args(["--profile", name])),
        None => panic!("{} is not a build directory", profile.display()),
    }
    assert!(cargo.status().expect("cargo starts").success(), "{name} does not build");
    profile.join(name).with_extension(std::env::consts::EXE_EXTENSION)
}

/// Returns a file that `make setup` installed.
pub fn installed(path: &str) -> Result<PathBuf> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name(".tools").join(path);
    ensure!(file.is_file(), "there is no `{}`: run `make setup`", file.display());
    Ok(file)
}
