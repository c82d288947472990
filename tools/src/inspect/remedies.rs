//! What is known about import modules that nothing serves: where they come from, and what to do.

use super::Import;

/// What to do about imports of `module` that nothing serves.
pub fn for_module(module: &str, imports: &[&Import]) -> String {
    let adapt = format!("or give an adapter that exports them with `--adapt {module}=FILE`");
    let has = |name: &str| imports.iter().any(|import| import.name == name);
    match module {
        "env" if has("__memory_base") || has("__table_base") => {
            "it is a shared library: link it into a program first (for instance with `wasm-tools component link`)"
                .into()
        }
        "GOT.mem" | "GOT.func" => {
            "it is a shared library: link it into a program first (for instance with `wasm-tools component link`)"
                .into()
        }
        "env" if imports.iter().any(|import| import.name.starts_with("emscripten_")) => {
            format!("it was built for JavaScript by Emscripten: build it with `-sSTANDALONE_WASM`, {adapt}")
        }
        "env" if imports.iter().all(|import| import.kind == "memory") => {
            "let it define and export its memory: link it without `--import-memory`".into()
        }
        "env" if imports.iter().all(|import| import.kind == "table") => {
            "let it define its table: link it without `--import-table`".into()
        }
        "env" => format!(
            "these are symbols that its linker was allowed to leave undefined: link the object files or libraries \
             that define them (without `--allow-undefined`), {adapt}"
        ),
        "wasi" if has("thread-spawn") => {
            "it starts threads, which components cannot do: build it without them (no `-pthread`)".into()
        }
        "__main_module__" => "it is an adapter itself: give it with `--adapt NAME=FILE` and link the program".into(),
        "wbg" | "__wbindgen_placeholder__" | "__wbindgen_externref_xform__" => {
            "it was built for JavaScript by wasm-bindgen: build it for `wasm32-wasip1`".into()
        }
        "go" | "gojs" => "it was built for JavaScript: build it with `GOOS=wasip1 GOARCH=wasm`".into(),
        _ if module.starts_with("wasix_") => "it was built for WASIX: build it for preview1 (`wasm32-wasip1`)".into(),
        _ if module.starts_with("wasi_ephemeral_") || module.starts_with("wasi_experimental_") => {
            format!("this is a proposal outside preview1 that hosts offer as an extension: build it without, {adapt}")
        }
        _ if module.contains([':', '/']) || module == "$root" || module.starts_with("cm32p2") => {
            "this looks like a WIT interface, but the module does not carry WIT that has it: embed the WIT with \
             `wasm-tools component embed` first"
                .into()
        }
        _ => format!("build it without these imports, {adapt}"),
    }
}
