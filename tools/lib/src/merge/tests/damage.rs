//! Invalid modules, which merging may see before validation has rejected them: the result is an error or any module,
//! but no panic.

use wasm_encoder::{CodeSection, FunctionSection, MemorySection, MemoryType, Module, TypeSection};

use super::super::{Exports, Options, Validation, merge_with};
use super::random::{numbers, program};
use crate::pack::Target;
use crate::program::PreScan;
use crate::seal::SealedData;
use crate::{AdapterPages, ExitCodes, World};

fn merge(wasm: &[u8]) -> [anyhow::Result<Vec<u8>>; 2] {
    [Some(AdapterPages::default().get()), None].map(|pages_below| {
        let sealed = SealedData::default();
        let options = Options {
            target: Target::new(World::Reactor, ExitCodes::Exact),
            pages_below,
            tables: &[],
            validation: Validation::None,
            sealed: &sealed,
            layers: &[],
        };
        Ok(merge_with(wasm, &PreScan::of(wasm)?, options, Exports::All)?.wasm)
    })
}

/// Returns a module with one function, encoded in `body` from its locals on.
fn with_body(body: &[u8]) -> Vec<u8> {
    let (mut types, mut functions, mut code) = (TypeSection::new(), FunctionSection::new(), CodeSection::new());
    types.ty().function([], []);
    functions.function(0);
    let mut memories = MemorySection::new();
    memories.memory(MemoryType { minimum: 1, maximum: None, memory64: false, shared: false, page_size_log2: None });
    code.raw(body);
    let mut module = Module::new();
    module.section(&types).section(&functions).section(&memories).section(&code);
    module.finish()
}

#[test]
fn indices_and_offsets_that_are_too_large() {
    const MOST: [u8; 5] = [0xff, 0xff, 0xff, 0xff, 0x0f];
    const MOST64: [u8; 10] = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
    let instruction = |bytes: &[&[u8]]| with_body(&[&[0], &bytes.concat()[..], &[0x0b]].concat());
    let refused = [
        instruction(&[&[0x10], &MOST]),          // call
        instruction(&[&[0x12], &MOST]),          // return_call
        instruction(&[&[0xd2], &MOST, &[0x1a]]), // ref.func
        instruction(&[&[0x10, 1]]),              // the first function that is none of the program's
    ];
    for wasm in refused {
        for merged in merge(&wasm) {
            let error = format!("{:#}", merged.unwrap_err());
            assert!(error.starts_with("function 0: there is no function "), "{error}");
        }
    }
    let copied = [
        instruction(&[&[0x41, 0, 0x28, 2], &MOST64, &[0x1a]]), // i32.load
        instruction(&[&[0x41, 0, 0xfe, 0x10, 2], &MOST64, &[0x1a]]), // i32.atomic.load
        instruction(&[&[0x41, 0, 0x28, 0x42], &MOST, &[0, 0x1a]]), // i32.load of a memory
        instruction(&[&[0x20], &MOST, &[0x1a]]),               // local.get
        instruction(&[&[0x23], &MOST, &[0x1a]]),               // global.get
    ];
    for wasm in copied {
        for merged in merge(&wasm) {
            assert!(merged.is_ok(), "{merged:?}");
        }
    }
    // The most locals, in a function that needs scratch locals.
    let locals = [&[1][..], &MOST, &[0x7f], &[0x41, 0, 0x41, 0, 0x41, 0, 0xfc, 11, 0, 0x0b]].concat();
    let [moved, _] = merge(&with_body(&locals));
    let error = format!("{:#}", moved.unwrap_err());
    assert!(error.contains("the number of its locals would be"), "{error}");
}

#[test]
fn damaged_programs() {
    for seed in 0..400 {
        let (mut wasm, mut next) = (program(seed), numbers(seed));
        for _ in 0..1 + next() % 6 {
            let at = next() as usize % wasm.len();
            wasm[at] = [0xff, 0x80, 0x7f, 0, next() as u8, next() as u8][next() as usize % 6];
        }
        // Any result will do: the input was damaged.
        for merged in merge(&wasm) {
            drop(merged);
        }
    }
}
