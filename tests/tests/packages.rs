//! The crates as users get them: by `cargo package`, as a dependency outside the workspace, by `cargo install`.

mod support;

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::{env, fs};

use support::{data, end_of, output_of, root, wasi_adapt};
use wasi_adapt_tests::built::PACKAGES;

/// The maximum number of the library's dependencies, direct and indirect.
const MOST_CRATES: usize = 60;

fn cargo() -> Command {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(root());
    cargo
}

/// Returns the target directory of this test, so that builds can reuse dependencies.
fn target() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("it lies in the target directory")
}

/// Returns a permanent directory, so that cargo rebuilds only changes.
fn place(name: &str) -> PathBuf {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("packages").join(name);
    fs::create_dir_all(&place).expect("a directory");
    place
}

/// Makes `tools/lib/dist`, packages the three crates, and returns the directory that holds the contents of the
/// packages.
fn packages() -> &'static Path {
    static PACKAGES: OnceLock<tempfile::TempDir> = OnceLock::new();
    let unpack = || {
        output_of(Command::new("make").args(["--no-print-directory", "dist-crate"]).current_dir(root()));
        let directory = tempfile::tempdir().expect("a temporary directory");
        let packages = ["wasi-adapt", "wasi-adapt-host", "wasi-adapt-cli"];
        let mut package = cargo();
        // `dist` is not in git, so it counts as a change.
        package.args(["package", "--offline", "--locked", "--no-verify", "--allow-dirty", "--target-dir"]);
        package.arg(directory.path()).args(packages.map(|name| format!("--package={name}")));
        let ended = end_of(&mut package, "");
        assert!(ended.status == Some(0) && !ended.stderr.contains("warning"), "{}", ended.stderr);
        for name in packages {
            let file = format!("{name}-{}.crate", env!("CARGO_PKG_VERSION"));
            output_of(
                Command::new("tar")
                    .arg("-xzf")
                    .arg(directory.path().join("package").join(file))
                    .arg("-C")
                    .arg(directory.path()),
            );
        }
        directory
    };
    PACKAGES.get_or_init(unpack).path()
}

/// Returns the contents of a package.
fn package(name: &str) -> PathBuf {
    packages().join(format!("{name}-{}", env!("CARGO_PKG_VERSION")))
}

fn files(directory: &Path) -> BTreeSet<PathBuf> {
    let mut files = BTreeSet::new();
    for entry in fs::read_dir(directory).expect("a directory") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { files.extend(self::files(&path)) } else { files.extend([path]) }
    }
    files
}

/// Copies the files of `from` to `to`, and keeps equal files with their times, which cargo compares.
fn mirror(from: &Path, to: &Path) {
    let names = |directory: &Path| -> BTreeSet<PathBuf> {
        files(directory).iter().map(|file| file.strip_prefix(directory).expect("it lies there").into()).collect()
    };
    for name in names(to).difference(&names(from)) {
        fs::remove_file(to.join(name)).expect("a file");
    }
    for name in names(from) {
        let content = fs::read(from.join(&name)).expect("a file");
        if fs::read(to.join(&name)).ok().as_ref() != Some(&content) {
            fs::create_dir_all(to.join(&name).parent().expect("a directory")).expect("a directory");
            fs::write(to.join(&name), content).expect("a file");
        }
    }
}

/// Returns the output directory of the library's build script.
fn products() -> PathBuf {
    let mut build = cargo();
    build.args(["build", "--release", "--locked", "--bin", "wasi-adapt", "--message-format", "json"]).args(PACKAGES);
    let messages = output_of(build.arg("--target-dir").arg(target()));
    let messages = messages.lines().map(|line| serde_json::from_str(line).expect("JSON"));
    let ours = |message: &serde_json::Value| {
        let package = message["package_id"].as_str().unwrap_or_default();
        message["reason"] == "build-script-executed" && package.contains("tools/lib#")
    };
    let message = messages.into_iter().find(ours).expect("cargo runs the build script");
    message["out_dir"].as_str().expect("a path").into()
}

fn readme() -> String {
    fs::read_to_string(root().join("README.md")).expect("README.md")
}

/// The program in README.md.
fn example() -> String {
    let readme = readme();
    let (_, example) = readme.split_once("```rust main.rs\n").expect("an example in Rust");
    example.split_once("```").expect("the end of the example").0.into()
}

#[test]
fn the_package_carries_what_the_sources_give() {
    let (products, dist) = (products(), package("wasi-adapt").join("dist"));
    assert_eq!(files(&dist).len(), files(&products).len());
    for file in files(&dist) {
        let product = products.join(file.file_name().expect("a name"));
        assert!(fs::read(&file).ok() == fs::read(&product).ok(), "{} is not {}", file.display(), product.display());
    }
}

#[test]
fn packages_say_what_they_are() {
    for name in ["wasi-adapt", "wasi-adapt-host", "wasi-adapt-cli"] {
        let package = package(name);
        for file in ["README.md", "LICENSE"] {
            let same = fs::read(package.join(file)).ok() == fs::read(root().join(file)).ok();
            assert!(same, "{name} has not the repository's {file}");
        }
        let manifest = fs::read_to_string(package.join("Cargo.toml")).expect("a manifest");
        for field in ["description", "keywords", "categories", "license", "readme", "repository", "rust-version"] {
            assert!(manifest.contains(&format!("\n{field} = ")), "{name} has no {field}");
        }
    }
}

/// The program lies outside of the workspace and depends only on the packaged library. Its compiler has no WebAssembly
/// target.
#[test]
fn a_program_depends_on_the_library_without_a_wasm_target() {
    mirror(&package("wasi-adapt"), &place("wasi-adapt"));
    let program = place("program");
    let manifest = "[package]\nname = \"program\"\nedition = \"2024\"\n[workspace]\n\
                    [dependencies]\nwasi-adapt = { path = \"../wasi-adapt\" }\n";
    for (name, content) in [("Cargo.toml", manifest), ("src/main.rs", &example())] {
        fs::create_dir_all(program.join("src")).expect("a directory");
        fs::write(program.join(name), content).expect("a file");
    }
    // Uses the versions that this repository has tested.
    fs::copy(root().join("Cargo.lock"), program.join("Cargo.lock")).expect("a file");

    let rustc = program.join("rustc-without-wasm");
    let real = env::var("RUSTC").unwrap_or_else(|_| "rustc".into());
    let script =
        format!("#!/bin/sh\ncase \"$*\" in *wasm32*) echo no such target >&2; exit 1 ;; esac\nexec {real} \"$@\"\n");
    fs::write(&rustc, script).expect("a file");
    fs::set_permissions(&rustc, fs::Permissions::from_mode(0o755)).expect("a file");

    let mut build = cargo();
    build.current_dir(&program).env("RUSTC", &rustc).args(["build", "--release", "--offline", "--target-dir"]);
    output_of(build.arg(target()));

    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = |name: &str| directory.path().join(name);
    fs::write(path("hello.wasm"), wat::parse_file(data("hello.wat")).expect("a module")).expect("a file");
    output_of(Command::new(target().join("release/program")).args([path("hello.wasm"), path("by-program.wasm")]));
    output_of(wasi_adapt().arg("link").arg(path("hello.wasm")).arg("-o").arg(path("by-command.wasm")));
    let same =
        fs::read(path("by-program.wasm")).expect("a component") == fs::read(path("by-command.wasm")).expect("one");
    assert!(same, "the program's component is not that of `wasi-adapt link`");
}

#[test]
fn the_library_has_few_dependencies_and_no_engine() {
    let mut tree = cargo();
    tree.args(["tree", "--offline", "--locked", "--package", "wasi-adapt", "--edges", "normal", "--prefix", "none"]);
    let tree = output_of(tree.args(["--format", "{p}"]));
    let crates: BTreeSet<&str> = tree.lines().map(|line| line.trim_end_matches(" (*)")).collect();
    assert!(crates.len() <= MOST_CRATES, "the library has {} crates:\n{tree}", crates.len());
    for heavy in ["wasmtime", "cranelift", "clap", "tokio"] {
        assert!(!crates.iter().any(|name| name.starts_with(heavy)), "the library depends on {heavy}");
    }
}

#[test]
fn the_command_is_installed_by_cargo() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let shown = "cargo install --locked --path tools/cli";
    assert!(readme().contains(&format!("\n{shown}\n")), "README.md does not say `{shown}`");
    let mut install = cargo();
    install.args(shown.split(' ').skip(1)).arg("--offline").arg("--root").arg(directory.path());
    output_of(install.arg("--target-dir").arg(target()));
    let version = output_of(Command::new(directory.path().join("bin/wasi-adapt")).arg("--version"));
    assert_eq!(version, format!("wasi-adapt {}\n", env!("CARGO_PKG_VERSION")));
}
