//! The packages of a release: they are made of the program of this profile, or are those of `make dist` in the directory
//! that the environment variable `DIST` names.

mod support;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::{env, fs};

use support::document::run_first_example;
use support::materials::validate;
use support::{end_of, output_of, root, wasi_adapt_path};
use tempfile::TempDir;

const VERSION: &str = env!("CARGO_PKG_VERSION");

fn python(script: &str) -> Command {
    let mut python = Command::new("python3");
    python.arg("-B").arg(root().join("tools/dist").join(script));
    python
}

/// Makes the packages of the program of this profile.
fn made() -> TempDir {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let target = format!("{}-unknown-linux-gnu", env::consts::ARCH);
    output_of(python("pack.py").arg(target).arg(wasi_adapt_path()).arg(directory.path()));
    output_of(python("checksums.py").arg(directory.path()));
    directory
}

/// Returns the directory of the packages that are tested.
fn dist() -> &'static Path {
    static DIST: OnceLock<(Option<TempDir>, PathBuf)> = OnceLock::new();
    let (_, path) = DIST.get_or_init(|| match env::var_os("DIST") {
        Some(path) => (None, path.into()),
        None => {
            let made = made();
            let path = made.path().into();
            (Some(made), path)
        }
    });
    path
}

/// Returns the package whose name ends so.
fn package(end: &str) -> PathBuf {
    let files = fs::read_dir(dist()).expect("a directory").map(|entry| entry.expect("an entry").path());
    let found: Vec<_> = files.filter(|file| file.to_string_lossy().ends_with(end)).collect();
    let [file] = &found[..] else { panic!("not one package {end}: {found:?}") };
    file.clone()
}

#[test]
fn packages_of_one_program_are_equal() {
    let (one, other) = (made(), made());
    let sums = |made: &TempDir| fs::read_to_string(made.path().join("SHA256SUMS")).expect("checksums");
    assert_eq!(sums(&one), sums(&other));
}

#[test]
fn checksums_are_of_all_packages() {
    output_of(Command::new("sha256sum").args(["--check", "--strict", "SHA256SUMS"]).current_dir(dist()));
    let sums = fs::read_to_string(dist().join("SHA256SUMS")).expect("checksums");
    assert_eq!(sums.lines().count() + 1, fs::read_dir(dist()).expect("a directory").count());
}

#[test]
fn the_archive_has_the_program_its_manual_and_completions() {
    let archive = package(".tar.gz");
    let stem = archive.file_name().and_then(|name| name.to_str()?.strip_suffix(".tar.gz")).expect("a name");
    let directory = tempfile::tempdir().expect("a temporary directory");
    output_of(Command::new("tar").arg("-xzf").arg(&archive).arg("-C").arg(directory.path()));
    let whole = directory.path().join(stem);
    assert_eq!(output_of(Command::new(whole.join("wasi-adapt")).arg("--version")), format!("wasi-adapt {VERSION}\n"));
    for file in ["LICENSE", "README.md", "CHANGELOG.md"] {
        assert!(fs::read(whole.join(file)).ok() == fs::read(root().join(file)).ok(), "{file}");
    }
    let names = |folder: &str| -> BTreeSet<String> {
        let entries = fs::read_dir(whole.join(folder)).expect(folder);
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
    };
    assert_eq!(
        names("completions"),
        ["_wasi-adapt", "wasi-adapt.bash", "wasi-adapt.fish", "wasi-adapt.ps1"].map(Into::into).into()
    );
    let subcommands = ["completion", "extract", "inspect", "link", "run", "sdk", "serve", "verify"]
        .map(|name| format!("wasi-adapt-{name}.1"));
    let pages = names("man");
    for page in subcommands.iter().map(String::as_str).chain(["wasi-adapt.1"]) {
        assert!(pages.contains(page), "there is no {page} among {pages:?}");
    }
    let link = fs::read_to_string(whole.join("man/wasi-adapt-link.1")).expect("a page");
    assert!(link.starts_with(".ie") && link.contains("\\-\\-adapter\\-pages"), "{link}");
    run_first_example(&whole);
}

#[test]
fn the_wheel_installs_into_an_empty_environment() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let environment = directory.path().join("environment");
    output_of(Command::new("python3").args(["-m", "venv"]).arg(&environment));
    let mut pip = Command::new(environment.join("bin/python"));
    pip.args(["-m", "pip", "install", "--quiet", "--no-index", "--disable-pip-version-check"]);
    output_of(pip.arg(package(".whl")));
    run_first_example(&environment.join("bin"));
    let mut shown = Command::new(environment.join("bin/python"));
    let shown = output_of(shown.args(["-m", "pip", "show", "--files", "wasi-adapt"]));
    for line in [&format!("Version: {VERSION}"), "  ../../../bin/wasi-adapt"] {
        assert!(shown.contains(line), "{line} is missing:\n{shown}");
    }
}

#[test]
fn the_bill_of_materials_names_each_crate_once_and_the_dependencies_between_them() {
    validate(&package(".cdx.json"));
    let bill = fs::read_to_string(package(".cdx.json")).expect("a file");
    let bill: serde_json::Value = serde_json::from_str(&bill).expect("JSON");
    let list = |value: &serde_json::Value| value.as_array().cloned().expect("an array");
    let own = bill["metadata"]["component"].clone();
    assert_eq!((&own["name"], &own["version"]), (&"wasi-adapt-cli".into(), &VERSION.into()));
    let mut named = BTreeSet::new();
    for component in list(&bill["components"]).into_iter().chain([own]) {
        assert!(component["licenses"][0]["expression"].is_string(), "{component} has no licence");
        assert!(named.insert(component["bom-ref"].to_string()), "{component} comes twice");
    }
    for name in ["wasi-adapt", "wasi-adapt-host", "wasmtime", "clap"] {
        assert!(named.iter().any(|it| it.starts_with(&format!("\"pkg:cargo/{name}@"))), "{name} is missing");
    }
    assert!(!named.iter().any(|it| it.contains("wasm-smith")), "it has what only tests use");
    let dependencies = list(&bill["dependencies"]);
    assert_eq!(dependencies.len(), named.len());
    for reference in dependencies.iter().flat_map(|it| list(&it["dependsOn"])) {
        assert!(named.contains(&reference.to_string()), "{reference} is not a component");
    }
}

/// `cargo binstall` fills in this template; the archive has the program at that place.
#[test]
fn cargo_binstall_finds_the_archive() {
    let manifest = fs::read_to_string(root().join("tools/cli/Cargo.toml")).expect("a manifest");
    let manifest: toml::Value = toml::from_str(&manifest).expect("TOML");
    let binstall = &manifest["package"]["metadata"]["binstall"];
    let archive = package(".tar.gz");
    let name = archive.file_name().and_then(|name| name.to_str()).expect("a name");
    let target = name.strip_prefix(&format!("wasi-adapt-{VERSION}-")).and_then(|it| it.strip_suffix(".tar.gz"));
    let filled = |field: &str| {
        let template = binstall[field].as_str().expect("a template");
        let values = [("version", VERSION), ("target", target.expect("a target")), ("archive-suffix", ".tar.gz")];
        let values = values.into_iter().chain([("bin", "wasi-adapt"), ("binary-ext", ""), ("repo", "")]);
        values.fold(template.to_owned(), |text, (name, value)| text.replace(&format!("{{ {name} }}"), value))
    };
    assert_eq!(filled("pkg-url"), format!("/releases/download/v{VERSION}/{name}"));
    let listed = output_of(Command::new("tar").arg("-tzf").arg(&archive));
    assert!(listed.lines().any(|line| line == filled("bin-dir")), "{listed}");
}

/// Returns the versioned place of releases that `install.sh` reads, with the packages in it. The program of this profile
/// stands for the static one that is released.
fn releases() -> TempDir {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let release = directory.path().join(format!("v{VERSION}"));
    fs::create_dir(&release).expect("a directory");
    let released = format!("wasi-adapt-{VERSION}-{}-unknown-linux-musl", env::consts::ARCH);
    let archive = package(".tar.gz");
    let stem = archive.file_name().and_then(|name| name.to_str()?.strip_suffix(".tar.gz")).expect("a name");
    output_of(Command::new("tar").arg("-xzf").arg(&archive).arg("-C").arg(directory.path()));
    fs::rename(directory.path().join(stem), directory.path().join(&released)).expect("a name of its own");
    let packed = release.join(format!("{released}.tar.gz"));
    output_of(Command::new("tar").arg("-czf").arg(packed).arg("-C").arg(directory.path()).arg(&released));
    output_of(python("checksums.py").arg(&release));
    directory
}

/// A command of the action, which finds releases in a directory.
fn action(script: &str, releases: &Path) -> Command {
    let mut command = Command::new("bash");
    command.arg(root().join("tools/dist/action").join(script));
    command.env("WASI_ADAPT_VERSION", VERSION).env("WASI_ADAPT_RELEASES", format!("file://{}", releases.display()));
    command
}

#[test]
fn the_action_installs_a_release_and_runs_each_line() {
    let (releases, runner) = (releases(), tempfile::tempdir().expect("a temporary directory"));
    let file = |name: &str| runner.path().join(name);
    let mut install = action("install.sh", releases.path());
    install.arg(file("tool")).env("GITHUB_PATH", file("path")).env("GITHUB_OUTPUT", file("output"));
    assert!(output_of(&mut install).ends_with(&format!("wasi-adapt {VERSION}\n")));
    let path = fs::read_to_string(file("path")).expect("a path");
    let output = fs::read_to_string(file("output")).expect("an output");
    assert_eq!(output, format!("path={}/wasi-adapt\n", path.trim_end()));

    fs::write(file("a program.wat"), "(module (memory (export \"memory\") 1) (func (export \"_start\")))")
        .expect("a file");
    let mut run = action("commands.sh", releases.path());
    let path = format!("{}:{}", path.trim_end(), env::var("PATH").expect("a path"));
    run.env("PATH", &path).current_dir(runner.path());
    let lines = "inspect --check 'a program.wat'\n\nlink 'a program.wat' -o a.wasm\nrun a.wasm";
    output_of(run.env("WASI_ADAPT_COMMANDS", lines));
    assert!(file("a.wasm").exists());
    run.env("WASI_ADAPT_COMMANDS", "inspect missing.wasm\nlink 'a program.wat' -o b.wasm");
    assert_eq!(end_of(&mut run, "").status, Some(1));
    assert!(file("b.wasm").exists(), "the lines behind one that fails run");
}

#[test]
fn the_action_refuses_an_archive_that_is_not_the_released_one() {
    let (releases, runner) = (releases(), tempfile::tempdir().expect("a temporary directory"));
    let release = releases.path().join(format!("v{VERSION}"));
    let sums = fs::read_to_string(release.join("SHA256SUMS")).expect("checksums");
    let other = sums.chars().map(|digit| if digit == '0' { '1' } else { digit }).collect::<String>();
    fs::write(release.join("SHA256SUMS"), other.replace(&VERSION.replace('0', "1"), VERSION)).expect("checksums");
    let mut install = action("install.sh", releases.path());
    let ended = end_of(install.arg(runner.path().join("tool")), "");
    assert_eq!(ended.status, Some(1), "{}", ended.stderr);
    assert!(!runner.path().join("tool/wasi-adapt").exists());
}

/// The steps of the Dockerfile, which have nothing to run: what it adds is unpacked, and what it copies becomes the image.
#[test]
fn the_image_has_the_program_and_nothing_else() {
    let text = fs::read_to_string(root().join("tools/dist/Dockerfile")).expect("a Dockerfile");
    let steps: Vec<Vec<&str>> = text.lines().map(|line| line.split_whitespace().collect()).collect();
    let step = |name: &str| steps.iter().find(|step| step.first() == Some(&name)).expect(name);
    let releases = releases();
    let (archives, image) = (releases.path().join(format!("v{VERSION}")), releases.path().join("image"));
    fs::create_dir(&image).expect("a directory");
    let script = format!(
        "cd {archives:?} && MACHINE={} && tar -xzf {} && cp .{} {image:?}{}",
        env::consts::ARCH,
        step("ADD")[1],
        step("COPY")[2],
        step("COPY")[3],
    );
    output_of(Command::new("bash").args(["-euc", &script]));
    // The program of this profile needs its libraries.
    let libraries = "ldd image/wasi-adapt | grep -o '/[^ ]*' | xargs -I{} cp -L --parents {} image || true";
    output_of(Command::new("bash").args(["-c", libraries]).current_dir(releases.path()));
    fs::write(image.join("a.wat"), "(module (memory (export \"memory\") 1) (func (export \"_start\")))")
        .expect("a file");
    let [entry] = serde_json::from_str::<[String; 1]>(step("ENTRYPOINT")[1]).expect("JSON");
    let mut run = Command::new("unshare");
    run.args(["--map-root-user", "chroot"]).arg(&image).args([&entry, "link", "/a.wat", "-o", "/a.wasm"]);
    output_of(&mut run);
    assert!(image.join("a.wasm").exists());
}

#[test]
fn the_formula_names_the_archives_with_their_checksums() {
    let releases = releases();
    let release = releases.path().join(format!("v{VERSION}"));
    output_of(python("formula.py").arg(&release));
    let formula = fs::read_to_string(release.join("wasi-adapt.rb")).expect("a formula");
    let sums = fs::read_to_string(release.join("SHA256SUMS")).expect("checksums");
    let (sum, name) = sums.lines().find_map(|line| line.split_once("  ")).expect("a checksum");
    for line in [format!("sha256 \"{sum}\""), format!("/releases/download/v{VERSION}/{name}\"")] {
        assert!(formula.contains(&line), "{line} is missing:\n{formula}");
    }
    let ended = end_of(python("formula.py").arg(releases.path()), "");
    assert_eq!(ended.status, Some(1));
}
