//! Random choices, and hashes.

use crate::random::next;

#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    pub fn number(&mut self) -> u64 {
        next(&mut self.0)
    }

    pub fn below(&mut self, limit: u64) -> u64 {
        self.number() % limit
    }

    pub fn one_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }

    pub fn pick<T: Copy>(&mut self, values: &[T]) -> T {
        values[self.below(values.len() as u64) as usize]
    }
}

/// Adds a value to a hash.
pub fn mix(seen: u64, value: u64) -> u64 {
    (seen ^ value).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29)
}

/// Adds bytes to a hash.
pub fn mix_bytes(seen: u64, bytes: &[u8]) -> u64 {
    let mut chunks = bytes.chunks_exact(8);
    let mixed = chunks.by_ref().fold(seen, |seen, chunk| mix(seen, u64::from_le_bytes(chunk.try_into().expect("8"))));
    chunks.remainder().iter().fold(mix(mixed, bytes.len() as u64), |seen, byte| mix(seen, (*byte).into()))
}
