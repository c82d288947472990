//! Programs of this workspace, built in the profile that the running test or program was built in.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::Command;

/// Builds a binary of a package and returns its path.
///
/// Cargo passes the path of a binary only to tests of the same package, so this calls cargo; just after `cargo test`
/// has built the workspace, that takes half a second.
pub fn binary(package: &str, name: &str) -> PathBuf {
    let running = std::env::current_exe().expect("a running program has a path");
    // Tests lie in target/PROFILE/deps, and programs in target/PROFILE.
    let mut directories = running.ancestors().skip(1).filter(|directory| !directory.ends_with("deps"));
    let profile = directories.next().expect("it lies in a directory");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--quiet", "--locked", "--package", package, "--target-dir"]);
    cargo.arg(profile.parent().expect("profiles lie in target")).current_dir(env!("CARGO_MANIFEST_DIR"));
    match profile.file_name().and_then(OsStr::to_str) {
        Some("debug") => {}
        Some(name) => drop(cargo.args(["--profile", name])),
        None => panic!("{} is not a build directory", profile.display()),
    }
    assert!(cargo.status().expect("cargo starts").success(), "{package} does not build");
    profile.join(name).with_extension(std::env::consts::EXE_EXTENSION)
}
