//! Bytes that look random and follow from a key: the key stream of ChaCha20 (RFC 8439), with a nonce of 0 and a block counter of
//! 64 bits. Whoever knows the key knows them.

use core::cell::Cell;

use crate::guest::Buffer;

/// Four lanes of the state.
pub type Row = [u32; 4];

/// The rows of the state that all blocks begin with: the constants of the algorithm, and the key.
pub type Start = [Row; 3];

/// Fills a buffer with the bytes of the key stream from `position` on, and moves that behind them.
pub fn fill(start: Start, position: &Cell<u64>, mut buffer: Buffer) {
    while buffer.len() > 0 {
        let place = position.get();
        let block = block(start, place / 64);
        let filled = buffer.fill(block.get((place % 64) as usize..).unwrap_or_default());
        position.set(place.wrapping_add(filled as u64));
        buffer = buffer.from(filled);
    }
}

fn block([constants, key0, key1]: Start, counter: u64) -> [u8; 64] {
    let start = [constants, key0, key1, [counter as u32, (counter >> 32) as u32, 0, 0]];
    let mut rows = start;
    for _ in 0..10 {
        quarter_rounds(&mut rows);
        let [a, [b0, b1, b2, b3], [c0, c1, c2, c3], [d0, d1, d2, d3]] = rows;
        rows = [a, [b1, b2, b3, b0], [c2, c3, c0, c1], [d3, d0, d1, d2]];
        quarter_rounds(&mut rows);
        let [a, [b1, b2, b3, b0], [c2, c3, c0, c1], [d3, d0, d1, d2]] = rows;
        rows = [a, [b0, b1, b2, b3], [c0, c1, c2, c3], [d0, d1, d2, d3]];
    }
    let mut bytes = [0; 64];
    let words = rows.iter().flatten().zip(start.iter().flatten()).map(|(word, start)| word.wrapping_add(*start));
    for (bytes, word) in bytes.as_chunks_mut().0.iter_mut().zip(words) {
        *bytes = word.to_le_bytes();
    }
    bytes
}

/// A quarter round in each lane.
#[inline(always)]
fn quarter_rounds([a, b, c, d]: &mut [Row; 4]) {
    for (first, second) in [(16, 12), (8, 7)] {
        *a = lanes(*a, *b, u32::wrapping_add);
        *d = lanes(*d, *a, |d, a| (d ^ a).rotate_left(first));
        *c = lanes(*c, *d, u32::wrapping_add);
        *b = lanes(*b, *c, |b, c| (b ^ c).rotate_left(second));
    }
}

#[inline(always)]
fn lanes([x0, x1, x2, x3]: Row, [y0, y1, y2, y3]: Row, by: impl Fn(u32, u32) -> u32) -> Row {
    [by(x0, y0), by(x1, y1), by(x2, y2), by(x3, y3)]
}
