//! The adapter's stack is at least half as large again as the deepest call needs, in each layout.

use wasi_adapt::preview1::{self, Function};
use wasi_adapt::{Layout, Linker};
use wasi_adapt_tests::noninterference::instance::{Beside, Compiled, Contents, Instance, STACK};
use wasi_adapt_tests::noninterference::program::{HEAP, ProgramOptions};
use wasi_adapt_tests::noninterference::random::Random;
use wasi_adapt_tests::noninterference::{self, calls};

/// The initial value of the stack and of its surroundings.
const UNUSED: u8 = 0xa5;
/// The number of random calls of each function, and of instances that make them.
const CALLS: usize = 300;
const INSTANCES: u64 = 3;
/// The size of the canary before the stack, where that is in the program's memory.
const CANARY: usize = 4096;
const PAGES: u32 = 256;

/// Calls each function; `make` makes an instance of a seed, whose stack begins at `begin`.
fn expect_enough(layout: &str, make: impl Fn(u64) -> Instance, begin: usize) {
    let functions = preview1::FUNCTIONS.iter().chain(preview1::EXTENSIONS);
    for function in functions.filter(|function| function.name != "proc_exit") {
        let unused = (0..INSTANCES).map(|seed| unused(make(seed), function, begin)).min().unwrap();
        println!("{layout}: {} needs {} bytes", function.name, STACK - unused);
        assert!(unused >= STACK / 3, "{layout}: {} leaves {unused} bytes of the stack of {STACK}", function.name);
    }
}

/// Returns the number of bytes of the stack that no call has used.
fn unused(mut instance: Instance, function: &Function, begin: usize) -> usize {
    let canary = begin.saturating_sub(CANARY)..begin;
    instance.all_memory()[canary.clone()].fill(UNUSED);
    let mut least = STACK;
    for (open, call) in noninterference::calls_of(function, PAGES, CALLS) {
        instance.write(calls::ARENA, &calls::arena(&mut Random::new(least as u64)));
        for call in [open, call] {
            instance.all_memory()[begin..begin + STACK].fill(UNUSED);
            instance.describe(&call);
            instance.make().unwrap_or_else(|error| panic!("{call:?}: {error:#}"));
        }
        let memory = instance.all_memory();
        assert!(memory[canary.clone()].iter().all(|byte| *byte == UNUSED), "{} overflows the stack", function.name);
        least = least.min(memory[begin..begin + STACK].iter().take_while(|byte| **byte == UNUSED).count());
    }
    least
}

#[test]
fn below_the_program() {
    let program = ProgramOptions { pages: PAGES, ..ProgramOptions::default() };
    for files in [None, Some(calls::files()), Some(calls::writable_files())] {
        let engine =
            Compiled::merged(program, Layout::Isolated, Linker::new().embed(files), Contents::default()).unwrap();
        expect_enough("isolated", |seed| engine.instance(seed).unwrap(), 0);
    }
}

#[test]
fn within_the_program() {
    let program = ProgramOptions { pages: PAGES, allocator: true, ..ProgramOptions::default() };
    for files in [None, Some(calls::files()), Some(calls::writable_files())] {
        let engine = Compiled::merged(program, Layout::Guest, Linker::new().embed(files), Contents::default()).unwrap();
        expect_enough("guest", |seed| engine.instance(seed).unwrap(), HEAP as usize);
    }
}

#[test]
fn beside_the_program() {
    let engine = Beside::new().unwrap();
    expect_enough("adapter", |seed| engine.instance(PAGES, seed).unwrap(), HEAP as usize);
}
