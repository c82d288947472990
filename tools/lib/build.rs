//! Builds the adapter, the layers and the libc-shim to WebAssembly with a nested cargo, and gathers the WIT text and the headers: the
//! packer embeds them. The published crate has what came of that in `dist` instead, and needs no target for WebAssembly.

#[path = "build/nested.rs"]
mod nested;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs};

use nested::{Nested, Result};

/// The WASI packages that the worlds name, each before those that use it.
const PACKAGES: [&str; 7] = ["io", "clocks", "random", "filesystem", "sockets", "cli", "http"];

fn main() -> ExitCode {
    match build() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Everything that is embedded, as files in `OUT_DIR`; `make dist-crate` copies them.
const PRODUCTS: [&str; 7] =
    ["adapter.wasm", "trace.wasm", "sockets.wasm", "wasi_sockets.o", "headers.rs", "packages.rs", "wit.rs"];

fn build() -> Result<()> {
    let package = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(env::var("OUT_DIR")?);
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=build");
    match package.ancestors().nth(2).filter(|root| root.join("adapter/Cargo.toml").is_file()) {
        Some(root) => from_sources(root, &out),
        None => from_dist(&package.join("dist"), &out),
    }
}

fn from_dist(dist: &Path, out: &Path) -> Result<()> {
    println!("cargo::rerun-if-changed={}", dist.display());
    for name in PRODUCTS {
        let file = dist.join(name);
        fs::copy(&file, out.join(name)).map_err(|error| format!("{}: {error}", file.display()))?;
    }
    Ok(())
}

fn from_sources(root: &Path, out: &Path) -> Result<()> {
    for input in ["adapter", "libc-shim", "tools/layers", "wit", "Cargo.toml", "Cargo.lock"] {
        println!("cargo::rerun-if-changed={}", root.join(input).display());
    }
    let nested = Nested::new(root, out)?;
    nested.adapter("adapter", &out.join("adapter.wasm"))?;
    nested.layer("trace", &out.join("trace.wasm"))?;
    nested.libc_shim(&out.join("wasi_sockets.o"))?;
    nested.sockets_layer(&out.join("sockets.wasm"))?;
    fs::write(out.join("headers.rs"), files("HEADERS", &root.join("libc-shim/include"))?)?;
    fs::write(out.join("packages.rs"), files("PACKAGES", &root.join("libc-shim/package"))?)?;
    fs::write(out.join("wit.rs"), wit(root)?)?;
    Ok(())
}

/// Rust source of a table of WIT files, name and text, for the packer to parse at run time. Most of what WASI has in them
/// are comments, which it need not read.
fn wit(root: &Path) -> Result<String> {
    let packages = wasi_wit(root)?;
    let files = PACKAGES.map(|name| packages.join(name).with_extension("wit"));
    let mut source = String::from("const WIT: &[(&str, &str)] = &[\n");
    for file in files.iter().chain(&["locks", "worlds"].map(|name| root.join("wit").join(name).with_extension("wit"))) {
        let name = file.file_name().and_then(|name| name.to_str()).ok_or("a WIT file without a name")?;
        let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
        let code: String = text.split_inclusive('\n').filter(|line| !line.trim_start().starts_with("//")).collect();
        source += &format!("    ({name:?}, {code:?}),\n");
    }
    Ok(source + "];\n")
}

/// Rust source of a table of the files in a folder, path and text.
fn files(table: &str, folder: &Path) -> Result<String> {
    let mut source = format!("const {table}: &[(&str, &str)] = &[\n");
    for name in file_names(folder, "")? {
        let text = fs::read_to_string(folder.join(&name)).map_err(|error| format!("{name}: {error}"))?;
        source += &format!("    ({name:?}, {text:?}),\n");
    }
    Ok(source + "];\n")
}

/// Lists the files in `folder`, and in those below, in a fixed order.
fn file_names(folder: &Path, prefix: &str) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder.join(prefix))? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_str().ok_or("a file without a name")?);
        if entry.file_type()?.is_dir() {
            names.extend(file_names(folder, &format!("{name}/"))?);
        } else {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// The folder of WASI's WIT packages, in the `wasip2` crate that the adapter depends on.
fn wasi_wit(root: &Path) -> Result<PathBuf> {
    let output = Command::new(env::var("CARGO")?)
        .args(["metadata", "--format-version", "1", "--manifest-path"])
        .arg(root.join("Cargo.toml"))
        .output()?;
    if !output.status.success() {
        return Err(format!("cargo metadata: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    let packages = metadata["packages"].as_array().ok_or("cargo metadata names no packages")?;
    let wasip2 = packages.iter().find(|package| package["name"] == "wasip2");
    let manifest = wasip2.and_then(|package| package["manifest_path"].as_str());
    let manifest = manifest.ok_or("cargo metadata does not name the crate `wasip2`")?;
    Ok(Path::new(manifest).with_file_name("wit").join("deps"))
}
