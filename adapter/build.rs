//! Generates the bindings of the `adapter` world in `../wit` from the WIT packages that the `wasip2` crate ships.

#[path = "build/bindings.rs"]
mod bindings;

use anyhow::Result;
use wit_bindgen_core::wit_parser::abi::{AbiVariant, WasmType};
use wit_bindgen_core::wit_parser::{Resolve, WorldId, WorldItem};

fn main() -> Result<()> {
    let Some((mut resolve, world)) = bindings::world("adapter")? else { return Ok(()) };
    // The memory is the guest's, and the stack is made at run time (`memory.rs`).
    for argument in ["--import-memory", "-zstack-size=0"] {
        println!("cargo::rustc-link-arg-cdylib={argument}");
    }
    let options = wit_bindgen_rust::Opts {
        raw_strings: true,
        bitflags_path: Some("bitflags".into()),
        runtime_path: Some("crate::runtime".into()),
        generate_all: true,
        skip: RAW.into_iter().chain(UNUSED).map(String::from).collect(),
        disable_run_ctors_once_workaround: true,
        disable_custom_section_link_helpers: true,
        ..Default::default()
    };
    bindings::write(&mut resolve, world, options)?;
    std::fs::write(bindings::out()?.join("raw.rs"), raw_imports(&resolve, world))?;
    Ok(())
}

/// Functions whose lists wit-bindgen would copy into allocations of its own. The adapter takes them as they are.
const RAW: [&str; 5] = ["get-arguments", "get-environment", "get-directories", "poll", "[method]fields.entries"];

/// Functions that take lists of lists, for which wit-bindgen would allocate. The adapter calls neither.
const UNUSED: [&str; 2] = ["[static]fields.from-list", "[method]fields.set"];

/// Declarations of the [`RAW`] functions at the level of the canonical ABI.
fn raw_imports(resolve: &Resolve, world: WorldId) -> String {
    let mut source = String::new();
    for import in resolve.worlds[world].imports.values() {
        let WorldItem::Interface { id, .. } = import else { continue };
        let module = resolve.id_of(*id).expect("the interfaces of WASI have names");
        for function in resolve.interfaces[*id].functions.values().filter(|f| RAW.contains(&f.name.as_str())) {
            let parameters = resolve.wasm_signature(AbiVariant::GuestImport, function).params;
            let parameters = parameters.iter().map(|parameter| match parameter {
                WasmType::I32 => "_: u32, ",
                WasmType::Pointer => "_: *mut u8, ",
                WasmType::Length => "_: usize, ",
                other => panic!("no raw import has a parameter of type {other:?}"),
            });
            source += &format!(
                "#[link(wasm_import_module = \"{module}\")]\nunsafe extern \"C\" {{\n    #[link_name = \"{}\"]\n    \
                 pub fn {}({});\n}}\n",
                function.name,
                function.name.trim_start_matches("[method]").replace(['-', '.'], "_"),
                parameters.collect::<String>(),
            );
        }
    }
    source
}
