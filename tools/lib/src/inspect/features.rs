//! Features of WebAssembly that are valid, and that no engine with components has.

use super::Problem;
use crate::validate;
use anyhow::Result;
use wasmparser::WasmFeatures;
use wasmparser::types::Types;

struct Feature {
    flag: WasmFeatures,
    /// It uses this.
    what: &'static str,
    remedy: &'static str,
}

/// What engines with components run is all else.
const FEATURES: [Feature; 7] = [
    Feature {
        flag: WasmFeatures::LEGACY_EXCEPTIONS,
        what: "exceptions as they were before the standard (`try`, `catch`, `catch_all`, `rethrow`, `delegate`)",
        remedy: "build it for standard exceptions (LLVM: `-mllvm -wasm-use-legacy-eh=false`; Emscripten: \
                 `-sWASM_LEGACY_EXCEPTIONS=0`), or translate it with Binaryen's `wasm-opt --translate-to-exnref`",
    },
    Feature {
        flag: WasmFeatures::MEMORY_CONTROL,
        what: "`memory.discard` (memory control)",
        remedy: "build it without; memory that nobody needs can stay as it is",
    },
    Feature {
        flag: WasmFeatures::STACK_SWITCHING,
        what: "stack switching (`cont.new`, `suspend`, `resume` and their like)",
        remedy: "build it without; Binaryen's `wasm-opt --asyncify` switches stacks in any engine",
    },
    Feature {
        flag: WasmFeatures::SHARED_EVERYTHING_THREADS,
        what: "what threads are to share besides memory (shared-everything threads)",
        remedy: "build it without threads",
    },
    Feature {
        flag: WasmFeatures::CUSTOM_DESCRIPTORS,
        what: "custom descriptors or exact types",
        remedy: "build it without (Binaryen: `--disable-custom-descriptors`)",
    },
    Feature {
        flag: WasmFeatures::ACQUIRE_RELEASE_ATOMICS,
        what: "atomics with acquire and release ordering",
        remedy: "build it with sequentially consistent atomics, or without threads",
    },
    Feature {
        flag: WasmFeatures::MULTIBYTE_ARRAY_ACCESS,
        what: "accesses of several bytes of an array",
        remedy: "build it without; elements can be read one by one",
    },
];

/// The types of a module that is valid, and a problem for each feature that it needs and engines lack.
pub fn validated(wasm: &[u8]) -> Result<(Types, Vec<Problem>)> {
    let engines = FEATURES.iter().fold(WasmFeatures::all(), |features, lacking| features - lacking.flag);
    if let Ok(types) = validate::with_features(wasm, engines) {
        return Ok((types, Vec::new()));
    }
    let types = validate::everything(wasm)?;
    let needed = |feature: &&Feature| validate::with_features(wasm, WasmFeatures::all() - feature.flag).is_err();
    let problems = FEATURES.iter().filter(needed).map(|Feature { what, remedy, .. }| {
        Problem::new("no-engine", format!("it uses {what}, which no engine with components runs"), *remedy)
    });
    Ok((types, problems.collect()))
}
