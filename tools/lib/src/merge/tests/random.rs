//! Random programs. `MERGED_PROGRAMS` is their number, `MERGED_SEED` the first seed.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};

use arbitrary::Unstructured;
use wasm_smith::{Config, Module};

use super::side_by_side::{MemoryLimit, compare, engine};

/// Returns the number of programs to try: few by default, many in continuous integration.
fn count() -> u64 {
    let given = std::env::var("MERGED_PROGRAMS").ok();
    let default = if std::env::var_os("CI").is_some() { 10_000 } else { 1_000 };
    given.map_or(default, |count| count.parse().expect("MERGED_PROGRAMS is a number"))
}

/// Returns a generator of random numbers (splitmix64).
pub fn numbers(seed: u64) -> impl FnMut() -> u64 {
    let mut state = seed;
    move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

/// Returns the random program of a seed.
pub fn program(seed: u64) -> Vec<u8> {
    let with_memory_name = |memory64| with_memory_name(&module(seed, memory64));
    with_memory_name(true).or_else(|| with_memory_name(false)).expect("it has a memory")
}

fn module(seed: u64, memory64_enabled: bool) -> Vec<u8> {
    let mut next = numbers(seed);
    let bytes: Vec<u8> = (0..600).flat_map(|_| next().to_le_bytes()).collect();
    let config = Config {
        allow_start_export: true,
        canonicalize_nans: true,
        custom_page_sizes_enabled: false,
        export_everything: true,
        max_imports: 0,
        max_memories: 3,
        max_memory32_bytes: 16 << 16,
        max_memory64_bytes: 16 << 16,
        memory64_enabled,
        memory_max_size_required: seed.is_multiple_of(2),
        min_funcs: 1,
        min_memories: 1,
        relaxed_simd_enabled: false,
        shared_everything_threads_enabled: false,
        threads_enabled: false,
        wide_arithmetic_enabled: false,
        ..Config::default()
    };
    let module = Module::new(config, &mut Unstructured::new(&bytes)).expect("there are bytes enough");
    module.to_bytes()
}

/// Renames the export of a 32-bit memory to `memory`, as preview1 requires; none if there is no such memory.
fn with_memory_name(wasm: &[u8]) -> Option<Vec<u8>> {
    use wasm_encoder::reencode::{Reencode, RoundtripReencoder, utils};
    struct RenameMemory {
        /// The memories with 64-bit addresses.
        wide: Vec<u32>,
        done: bool,
    }
    impl Reencode for RenameMemory {
        type Error = std::convert::Infallible;

        fn parse_export(
            &mut self,
            exports: &mut wasm_encoder::ExportSection,
            mut export: wasmparser::Export<'_>,
        ) -> Result<(), wasm_encoder::reencode::Error> {
            let fits = export.kind == wasmparser::ExternalKind::Memory && !self.wide.contains(&export.index);
            if fits && !std::mem::replace(&mut self.done, true) {
                export.name = "memory";
            }
            utils::parse_export(&mut RoundtripReencoder, exports, export)?;
            Ok(())
        }
    }
    let mut wide = Vec::new();
    for payload in wasmparser::Parser::new(0).parse_all(wasm) {
        if let wasmparser::Payload::MemorySection(section) = payload.expect("it is valid") {
            let memories = (0..).zip(section.into_iter().flatten());
            wide.extend(memories.filter(|(_, memory)| memory.memory64).map(|(index, _)| index));
        }
    }
    let mut module = wasm_encoder::Module::new();
    let mut rename = RenameMemory { wide, done: false };
    rename
        .parse_core_module(&mut module, wasmparser::Parser::new(0), wasm)
        .expect("a valid module can be encoded again");
    rename.done.then(|| module.finish())
}

#[test]
fn random_programs_cannot_tell() {
    let first: u64 = std::env::var("MERGED_SEED").map_or(0, |seed| seed.parse().expect("MERGED_SEED is a number"));
    let count = count();
    let (next, compared) = (AtomicU64::new(first), AtomicU64::new(0));
    let work = || {
        let engine = engine();
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= first + count {
                break;
            }
            let wasm = program(seed);
            match catch_unwind(AssertUnwindSafe(|| compare(&engine, &wasm, MemoryLimit::LITTLE))) {
                Ok(Ok(())) => drop(compared.fetch_add(1, Ordering::Relaxed)),
                Ok(Err(_)) => {}
                Err(panic) => {
                    let file = std::env::temp_dir().join(format!("merged-program-{seed}.wasm"));
                    let written = std::fs::write(&file, &wasm);
                    eprintln!("MERGED_SEED={seed} MERGED_PROGRAMS=1: {} ({written:?})", file.display());
                    std::panic::resume_unwind(panic);
                }
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    let compared = compared.into_inner();
    assert!(compared * 2 > count, "only {compared} of {count} programs ran to an end that can be compared");
}
