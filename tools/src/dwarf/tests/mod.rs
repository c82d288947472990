//! The parts by themselves; what compilers make is rewritten in `tests/tests/dwarf.rs`.

mod expressions;
mod sections;

use std::ops::Range;

use wasm_encoder::{CodeSection, Function};

use super::{CodeMap, Recorder};

/// A map of functions of 4 bytes, of which each instruction but the first takes 3 bytes more than before.
pub fn stretched(functions: u32) -> CodeMap {
    let mut code = CodeSection::new();
    let mut recorder = Recorder::new(100..100 + 1 + u64::from(functions) * 5, functions * 5);
    for index in 0..u64::from(functions) {
        let body: Range<u64> = 102 + index * 5..106 + index * 5;
        let mut function = Function::new([]);
        recorder.function();
        for (at, bytes) in [(1, 1), (2, 4), (3, 4)] {
            recorder.instruction(body.start + at, &function);
            function.raw(vec![1; bytes]);
        }
        code.function(&function);
        recorder.added(body, function.byte_len(), &code);
    }
    recorder.finish(code.len())
}

#[test]
fn code_goes_where_its_instructions_go() {
    let map = stretched(2);
    // The size of the first function stands at 1, before and after.
    let expected = [(1, 1), (2, 2), (3, 3), (4, 4), (5, 8), (6, 12), (7, 13), (8, 14), (9, 15), (10, 19), (11, 23)];
    for (old, new) in expected {
        assert_eq!(map.get(old), Some(new), "{old}");
    }
    for dropped in [0, 12, 0xffff_fffe, 0xffff_ffff, u64::MAX] {
        assert_eq!(map.get(dropped), None, "{dropped:#x}");
    }
}

#[test]
fn a_longer_number_of_functions_moves_all_of_them() {
    let mut code = CodeSection::new();
    let mut recorder = Recorder::new(50..51 + 127 * 3, 127 * 3);
    for index in 0..127 {
        code.raw(&[0, 0x0b]);
        recorder.added(52 + index * 3..54 + index * 3, 2, &code);
    }
    code.raw(&[0, 0x0b]);
    let map = recorder.finish(code.len());
    assert_eq!((map.get(1), map.get(2), map.get(127 * 3 + 1)), (Some(2), Some(3), Some(127 * 3 + 2)));
}

#[test]
fn what_is_within_an_instruction_stays_within_it() {
    let mut code = CodeSection::new();
    let mut recorder = Recorder::new(0..12, 11);
    let mut function = Function::new([]);
    recorder.instruction(3, &function);
    function.raw([1]);
    recorder.instruction(8, &function);
    function.raw([1]);
    code.function(&function);
    recorder.added(2..12, function.byte_len(), &code);
    let map = recorder.finish(1);
    let found: Vec<_> = (3..=9).map(|old| map.get(old).expect("code")).collect();
    assert_eq!(found, [3, 4, 4, 4, 4, 4, 5]);
}
