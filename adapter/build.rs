//! Generates the bindings of the `reactor` world in `../wit` from the WIT packages that the `wasip2` crate ships.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use wit_bindgen_core::wit_parser::abi::{AbiVariant, WasmType};
use wit_bindgen_core::wit_parser::{Resolve, WorldId, WorldItem};
use wit_bindgen_core::{Files, WorldGenerator};

fn main() -> Result<()> {
    let worlds = Path::new("../wit");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={}", worlds.display());
    // On the host the crate is empty, so there is nothing to bind.
    if std::env::var("CARGO_CFG_TARGET_ARCH")? != "wasm32" {
        return Ok(());
    }

    // The memory is the guest's, and the stack is made at run time (`memory.rs`).
    for argument in ["--import-memory", "-zstack-size=0"] {
        println!("cargo::rustc-link-arg-cdylib={argument}");
    }

    let mut resolve = Resolve::default();
    for package in ["io", "clocks", "random", "filesystem", "sockets", "cli"] {
        resolve.push_file(wasi_wit()?.join(package).with_extension("wit"))?;
    }
    let (package, _) = resolve.push_dir(worlds)?;
    let world = resolve.select_world(&[package], Some("reactor"))?;

    let mut files = Files::default();
    let options = wit_bindgen_rust::Opts {
        raw_strings: true,
        bitflags_path: Some("bitflags".into()),
        runtime_path: Some("crate::runtime".into()),
        generate_all: true,
        skip: RAW.map(String::from).into(),
        disable_run_ctors_once_workaround: true,
        disable_custom_section_link_helpers: true,
        ..Default::default()
    };
    options.build().generate(&mut resolve, world, &mut files)?;
    let (_, bindings) = files.iter().next().context("wit-bindgen made no file")?;
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    std::fs::write(out.join("bindings.rs"), bindings)?;
    std::fs::write(out.join("raw.rs"), raw_imports(&resolve, world))?;
    Ok(())
}

/// Functions whose lists wit-bindgen would copy into allocations of its own. The adapter takes them as they are.
const RAW: [&str; 4] = ["get-arguments", "get-environment", "get-directories", "poll"];

/// Declarations of the [`RAW`] functions at the level of the canonical ABI.
fn raw_imports(resolve: &Resolve, world: WorldId) -> String {
    let mut source = String::new();
    for import in resolve.worlds[world].imports.values() {
        let WorldItem::Interface { id, .. } = import else { continue };
        let module = resolve.id_of(*id).expect("the interfaces of WASI have names");
        for function in resolve.interfaces[*id].functions.values().filter(|f| RAW.contains(&f.name.as_str())) {
            let parameters = resolve.wasm_signature(AbiVariant::GuestImport, function).params;
            let parameters = parameters.iter().map(|parameter| match parameter {
                WasmType::Pointer => "_: *mut u8, ",
                WasmType::Length => "_: usize, ",
                other => panic!("no raw import has a parameter of type {other:?}"),
            });
            source += &format!(
                "#[link(wasm_import_module = \"{module}\")]\nunsafe extern \"C\" {{\n    #[link_name = \"{}\"]\n    \
                 pub fn {}({});\n}}\n",
                function.name,
                function.name.replace('-', "_"),
                parameters.collect::<String>(),
            );
        }
    }
    source
}

/// The folder of WASI's WIT packages, in the `wasip2` crate that Cargo resolved.
fn wasi_wit() -> Result<PathBuf> {
    let output = Command::new(std::env::var("CARGO")?).args(["metadata", "--format-version", "1"]).output()?;
    ensure!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    let manifest = metadata["packages"]
        .as_array()
        .and_then(|packages| packages.iter().find(|package| package["name"] == "wasip2"))
        .and_then(|package| package["manifest_path"].as_str())
        .context("cargo metadata does not name the wasip2 crate")?;
    Ok(Path::new(manifest).with_file_name("wit").join("deps"))
}
