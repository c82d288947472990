//! Invalid modules, which merging refuses, without a panic.

use wasm_encoder::{CodeSection, FunctionSection, MemorySection, MemoryType, Module, TypeSection};

use super::super::{Exports, Options, merge_with};
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
            validate: false,
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
    let cases = [
        (instruction(&[&[0x10], &MOST]), "unknown function"), // call
        (instruction(&[&[0x12], &MOST]), "unknown function"), // return_call
        (instruction(&[&[0xd2], &MOST, &[0x1a]]), "unknown function"), // ref.func
        (instruction(&[&[0x10, 1]]), "unknown function"),     // the first one that is none of the program's
        (instruction(&[&[0x41, 0, 0x28, 2], &MOST64, &[0x1a]]), "offset out of range"), // i32.load
        (instruction(&[&[0x41, 0, 0xfe, 0x10, 2], &MOST64, &[0x1a]]), "offset out of range"), // i32.atomic.load
        (instruction(&[&[0x41, 0, 0x28, 0x42], &MOST, &[0, 0x1a]]), "unknown memory"), // i32.load of a memory
        (instruction(&[&[0x20], &MOST, &[0x1a]]), "unknown local"),
        (instruction(&[&[0x23], &MOST, &[0x1a]]), "unknown global"),
    ];
    for (wasm, reason) in cases {
        for merged in merge(&wasm) {
            let error = format!("{:#}", merged.unwrap_err());
            assert!(error.starts_with("function 0: ") && error.contains(reason), "{error}");
        }
    }
    // The most locals that are valid, in a function that needs scratch locals.
    let locals = [&[1, 0xd0, 0x86, 0x03, 0x7f][..], &[0x41, 0, 0x41, 0, 0x41, 0, 0xfc, 11, 0, 0x0b]].concat();
    let [moved, within] = merge(&with_body(&locals));
    assert!(within.is_ok(), "{within:?}");
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
