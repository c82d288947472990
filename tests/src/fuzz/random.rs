//! Random choices, and damage to bytes.

use crate::random::next;

/// A generator of random numbers, determined by its seed.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        next(&mut self.0)
    }

    /// Returns a number below `end`, or 0 if `end` is 0.
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % (end as u64).max(1)) as usize
    }

    /// Returns true once in `times` times, on average.
    pub fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    pub fn bytes(&mut self, len: usize) -> Vec<u8> {
        (0..len).map(|_| self.next() as u8).collect()
    }

    /// Damages some bytes. Usually their number is unchanged, so that the surroundings can still be parsed.
    pub fn damage(&mut self, bytes: &mut Vec<u8>) {
        for _ in 0..1 + self.below(6) {
            let at = self.below(bytes.len());
            let end = (at + 1 + self.below(8)).min(bytes.len());
            match self.below(10) {
                0 => drop(bytes.drain(at.min(end)..end)),
                1 => {
                    let copied = bytes[at.min(end)..end].to_vec();
                    bytes.splice(at.min(end)..at.min(end), copied);
                }
                2 => bytes.truncate(at.max(8)),
                3 | 4 => bytes[at.min(end)..end].fill(0xff),
                5 => bytes[at.min(end)..end].fill(0x80),
                6 => {
                    if let Some(byte) = bytes.get_mut(at) {
                        *byte ^= 1 << self.below(8);
                    }
                }
                _ => {
                    if let Some(byte) = bytes.get_mut(at) {
                        *byte = self.next() as u8;
                    }
                }
            }
        }
    }
}
