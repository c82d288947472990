//! Features of WebAssembly that are valid, but that no engine with components supports.

use crate::validate;
use anyhow::Result;
use wasmparser::WasmFeatures;

/// A feature that engines lack.
pub struct Missing {
    flag: WasmFeatures,
    /// A description of the feature, as used in "a module uses ..".
    pub what: &'static str,
    pub remedy: &'static str,
}

/// The features. Engines with components support all others.
const FEATURES: [Missing; 7] = [
    Missing {
        flag: WasmFeatures::LEGACY_EXCEPTIONS,
        what: "exceptions as they were before the standard (`try`, `catch`, `catch_all`, `rethrow`, `delegate`)",
        remedy: "build it for standard exceptions (LLVM: `-mllvm -wasm-use-legacy-eh=false`; Emscripten: \
                 `-sWASM_LEGACY_EXCEPTIONS=0`), or translate it with Binaryen's `wasm-opt --translate-to-exnref`",
    },
    Missing {
        flag: WasmFeatures::MEMORY_CONTROL,
        what: "`memory.discard` (memory control)",
        remedy: "build it without; memory that nobody needs can stay as it is",
    },
    Missing {
        flag: WasmFeatures::STACK_SWITCHING,
        what: "stack switching (`cont.new`, `suspend`, `resume` and their like)",
        remedy: "build it without; Binaryen's `wasm-opt --asyncify` switches stacks in any engine",
    },
    Missing {
        flag: WasmFeatures::SHARED_EVERYTHING_THREADS,
        what: "what threads are to share besides memory (shared-everything threads)",
        remedy: "build it without threads",
    },
    Missing {
        flag: WasmFeatures::CUSTOM_DESCRIPTORS,
        what: "custom descriptors or exact types",
        remedy: "build it without (Binaryen: `--disable-custom-descriptors`)",
    },
    Missing {
        flag: WasmFeatures::ACQUIRE_RELEASE_ATOMICS,
        what: "atomics with acquire and release ordering",
        remedy: "build it with sequentially consistent atomics, or without threads",
    },
    Missing {
        flag: WasmFeatures::MULTIBYTE_ARRAY_ACCESS,
        what: "accesses of several bytes of an array",
        remedy: "build it without; elements can be read one by one",
    },
];

/// Returns the features that engines have.
pub fn of_engines() -> WasmFeatures {
    FEATURES.iter().fold(WasmFeatures::all(), |features, missing| features - missing.flag)
}

/// Validates a module, its functions included, and returns the features that it needs and engines lack.
pub fn missing(wasm: &[u8]) -> Result<Vec<&'static Missing>> {
    if validate::with_features(wasm, of_engines()).is_ok() {
        return Ok(Vec::new());
    }
    validate::everything(wasm)?;
    let needed = |missing: &&Missing| validate::with_features(wasm, WasmFeatures::all() - missing.flag).is_err();
    Ok(FEATURES.iter().filter(needed).collect())
}
