//! A nested cargo that builds the adapter, the layers and the libc-shim to WebAssembly. A build script of the tests has this file too.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

const TARGET: &str = "wasm32-unknown-unknown";

const NO_TOOLCHAIN: &str = "\
there is no Rust toolchain for wasm32-unknown-unknown, which the adapter is built with.
Run `make setup`, or install the target yourself: `rustup target add wasm32-unknown-unknown`
(on Debian without rustup: `apt-get install rustc-web cargo-web rust-web-src lld-19`).";

pub type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Returns the nested cargo's target directory: beside the build scripts' folders, so that it survives a change of this script.
fn target_dir(out: &Path) -> PathBuf {
    let profile = out.ancestors().find(|folder| folder.ends_with("build")).and_then(Path::parent);
    profile.unwrap_or(out).join("adapter")
}

/// The toolchain that builds the adapter.
struct Toolchain {
    cargo: PathBuf,
    rustc: PathBuf,
    /// The linker to use if the standard library must be built from source.
    from_source: Option<Linker>,
}

struct Linker(PathBuf);

impl Toolchain {
    fn find() -> Result<Toolchain> {
        let ours = Toolchain { cargo: env::var("CARGO")?.into(), rustc: env::var("RUSTC")?.into(), from_source: None };
        if ours.print(&["target-libdir", "--target", TARGET]).is_some_and(|folder| folder.is_dir()) {
            return Ok(ours);
        }
        // Debian's compiler for the web has the sources of the standard library in place of a build for the target.
        let debian = Toolchain { cargo: "/usr/bin/cargo".into(), rustc: "/usr/bin/rustc".into(), from_source: None };
        let sources = debian.print(&["sysroot"]).map(|folder| folder.join("lib/rustlib/src/rust/library/Cargo.toml"));
        if debian.cargo.is_file() && sources.is_some_and(|file| file.is_file()) {
            let linker = ours.linker().ok_or(NO_TOOLCHAIN)?;
            return Ok(Toolchain { from_source: Some(linker), ..debian });
        }
        Err(NO_TOOLCHAIN.into())
    }

    /// Returns the path that `rustc --print` prints.
    fn print(&self, what: &[&str]) -> Option<PathBuf> {
        let mut command = Command::new(&self.rustc);
        clean(&mut command);
        let output = command.arg("--print").args(what).output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        output.status.success().then(|| PathBuf::from(text.trim()))
    }

    /// Returns a linker for WebAssembly: the one of this toolchain, or one on the path.
    fn linker(&self) -> Option<Linker> {
        let host = env::var("HOST").ok()?;
        let own = self.print(&["sysroot"])?.join("lib/rustlib").join(host).join("bin/rust-lld");
        let path = env::var_os("PATH")?;
        let names = ["wasm-ld", "wasm-ld-19"];
        let others = env::split_paths(&path).flat_map(|folder| names.map(|name| folder.join(name)));
        [own].into_iter().chain(others).find(|file| file.is_file()).map(Linker)
    }
}

/// A cargo that builds packages of this workspace for the web.
pub struct Nested {
    toolchain: Toolchain,
    target_dir: PathBuf,
    root: PathBuf,
}

impl Nested {
    pub fn new(root: &Path, out: &Path) -> Result<Nested> {
        Ok(Nested { toolchain: Toolchain::find()?, target_dir: target_dir(out), root: root.into() })
    }

    /// The raw adapter, built in one of its profiles.
    pub fn adapter(&self, profile: &str, to: &Path) -> Result<()> {
        let flags = [
            // The memory is the guest's, and the packer provides the stack.
            "-Clink-arg=--import-memory",
            "-Clink-arg=-zstack-size=0",
            // There is to be no data. If there is, its addresses stand out, and the packer can tell who uses it.
            "-Clink-arg=--global-base=1048576",
            // LLVM would put the tables of a `switch` into data.
            "-Cjump-tables=no",
        ];
        self.run(&["build", "--package", "wasi-adapt-adapter"], profile, &flags, &[])?;
        let wasm = self.target_dir.join(TARGET).join(profile).join("wasi_adapt_adapter.wasm");
        fs::copy(&wasm, to).map_err(|error| format!("{}: {error}", wasm.display()))?;
        Ok(())
    }

    /// One object with everything in it but what the C library has.
    pub fn libc_shim(&self, object: &Path) -> Result<()> {
        self.run(
            &["rustc", "--package", "wasi-adapt-libc-shim"],
            "adapter",
            &[],
            &["--".into(), format!("--emit=obj={}", object.display())],
        )
    }

    /// The same as a layer.
    pub fn sockets_layer(&self, to: &Path) -> Result<()> {
        let package = ["rustc", "--package", "wasi-adapt-libc-shim", "--features", "layer", "--crate-type", "cdylib"];
        self.run(&package, "adapter", &["-Clink-arg=-zstack-size=65536"], &[])?;
        self.copy_layer("wasi_sockets", to)
    }

    /// A layer of this project.
    pub fn layer(&self, name: &str, to: &Path) -> Result<()> {
        // Its stack takes part of its few pages.
        let flags = ["-Clink-arg=-zstack-size=32768"];
        self.run(&["build", "--package", &format!("wasi-adapt-{name}")], "adapter", &flags, &[])?;
        self.copy_layer(&format!("wasi_adapt_{}", name.replace('-', "_")), to)
    }

    fn copy_layer(&self, name: &str, to: &Path) -> Result<()> {
        let wasm = self.target_dir.join(TARGET).join("adapter").join(name).with_extension("wasm");
        fs::copy(&wasm, to).map_err(|error| format!("{}: {error}", wasm.display()))?;
        Ok(())
    }

    fn run(&self, command: &[&str], profile: &str, flags: &[&str], arguments: &[String]) -> Result<()> {
        let mut cargo = Command::new(&self.toolchain.cargo);
        clean(&mut cargo);
        cargo.current_dir(&self.root).args(command).args(["--target", TARGET, "--profile", profile, "--quiet"]);
        cargo.arg("--target-dir").arg(&self.target_dir);
        cargo.env("RUSTC", &self.toolchain.rustc);
        cargo.env("CARGO_ENCODED_RUSTFLAGS", rustflags(&self.root, flags).join("\x1f"));
        if self.root.join("Cargo.lock").is_file() {
            cargo.arg("--locked");
        }
        if let Some(Linker(linker)) = &self.toolchain.from_source {
            cargo
                .arg("-Zbuild-std=core,alloc")
                .env("RUSTC_BOOTSTRAP", "1")
                .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
        }
        let output =
            cargo.args(arguments).output().map_err(|error| format!("{}: {error}", self.toolchain.cargo.display()))?;
        if !output.status.success() {
            let log = String::from_utf8_lossy(&output.stderr);
            return Err(format!("{} with {} failed:\n{log}", command.join(" "), self.toolchain.cargo.display()).into());
        }
        Ok(())
    }
}

fn rustflags(root: &Path, flags: &[&str]) -> Vec<String> {
    let mut flags: Vec<String> = flags.iter().map(|flag| flag.to_string()).collect();
    // No path of this machine in the product.
    let home = env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| Some(env::home_dir()?.join(".cargo")));
    for (from, to) in [(Some(root.to_path_buf()), "."), (home, "cargo")] {
        flags.extend(from.map(|from| format!("--remap-path-prefix={}={to}", from.display())));
    }
    flags
}

/// Takes away what this cargo has set for its own build, of which the nested one must know nothing.
fn clean(command: &mut Command) {
    let prefixes = ["CARGO_BUILD_", "CARGO_CFG_", "CARGO_FEATURE_", "CARGO_PKG_", "CARGO_PROFILE_", "CARGO_TARGET_"];
    let names = [
        "CARGO_ENCODED_RUSTFLAGS",
        "CARGO_INCREMENTAL",
        "CARGO_MANIFEST_DIR",
        "CARGO_MANIFEST_PATH",
        "LD_LIBRARY_PATH",
        "RUSTC",
        "RUSTC_WORKSPACE_WRAPPER",
        "RUSTC_WRAPPER",
        "RUSTFLAGS",
    ];
    for (name, _) in env::vars_os() {
        let Some(name) = name.to_str() else { continue };
        if names.contains(&name) || prefixes.iter().any(|prefix| name.starts_with(prefix)) {
            command.env_remove(name);
        }
    }
}
