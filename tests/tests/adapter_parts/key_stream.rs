//! The key stream of random bytes in a component.

use super::chacha20::{self, Start};
use super::guest::Buffer;
use std::cell::Cell;
use wasi_adapt_tests::noninterference::random::Random;

/// Two blocks with a key of zeros: test vectors 1 and 2 of RFC 8439, appendix A.1.
const ZEROS: [&str; 2] = [
    "76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586",
    "9f07e7be5551387a98ba977c732d080dcb0f29a048e3656912c6533e32ee7aed29b721769ce64e43d57133b074d839d531ed1f28510afb45ace10a1f4b794d6f",
];
/// The second block with a key that ends with 1: test vector 3.
const ONE: &str = "3aeb5224ecf849929b9d828db1ced4dd832025e8018b8160b82284f3c949aa5a8eca00bbb4a73bdad192b5c42f73f2fd4e273644c8b36125a64addeb006c13a0";

fn start(last: u8) -> Start {
    [[0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574], [0; 4], [0, 0, 0, u32::from(last) << 24]]
}

fn read(start: Start, position: &Cell<u64>, len: usize) -> String {
    let mut room = vec![0_u8; len];
    // SAFETY: the room is there as long as the buffer.
    let buffer = unsafe { Buffer::of_adapter(room.as_mut_ptr() as usize, len) };
    chacha20::fill(start, position, buffer);
    room.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn random_bytes_are_those_of_the_rfc_in_parts_of_any_length() {
    let mut random = Random::new(3);
    for _ in 0..1000 {
        let (position, mut found) = (Cell::new(0), String::new());
        while position.get() < 128 {
            let len = random.below(129 - position.get()) as usize;
            found += &read(start(0), &position, len);
        }
        assert_eq!(found, ZEROS.concat());
    }
    assert_eq!(read(start(1), &Cell::new(64), 64), ONE);
}

/// The counter has more than 32 bits.
#[test]
fn random_bytes_do_not_repeat_after_256_gib() {
    let far = Cell::new(1 << 38);
    assert_ne!(read(start(0), &far, 64), ZEROS[0]);
}
