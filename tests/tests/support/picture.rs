//! Pictures, as a person sees them: pixels of three colours.

use std::io::Read as _;
use std::path::Path;

use flate2::read::ZlibDecoder;

pub type Pixel = [u8; 3];

/// A picture of three bytes for each pixel.
pub struct Picture {
    pub rows: Vec<Vec<Pixel>>,
}

impl Picture {
    /// Reads a file in the format PNG, as browsers write it: 8 bits for each of red, green and blue, not interlaced.
    pub fn read(path: &Path) -> Picture {
        let file = std::fs::read(path).expect("the picture");
        let number = |at: usize| u32::from_be_bytes(file[at..at + 4].try_into().expect("four bytes")) as usize;
        assert_eq!(&file[..8], b"\x89PNG\r\n\x1a\n");
        let (width, height) = (number(16), number(20));
        assert_eq!(&file[24..29], [8, 2, 0, 0, 0], "eight bits, red green blue, nothing unusual");
        let (mut at, mut packed) = (8, Vec::new());
        while at < file.len() {
            let length = number(at);
            if &file[at + 4..at + 8] == b"IDAT" {
                packed.extend_from_slice(&file[at + 8..at + 8 + length]);
            }
            at += 12 + length;
        }
        let mut bytes = Vec::new();
        ZlibDecoder::new(&packed[..]).read_to_end(&mut bytes).expect("it is packed by zlib");
        let (mut rows, mut above) = (Vec::new(), vec![0; 3 * width]);
        for row in bytes.chunks(1 + 3 * width) {
            above = unfiltered(row[0], &row[1..], &above);
            rows.push(above.chunks(3).map(|pixel| pixel.try_into().expect("three bytes")).collect());
        }
        assert_eq!(rows.len(), height);
        Picture { rows }
    }

    /// Lines of text, from the top: rows side by side that have more than a background.
    pub fn lines(&self, background: Pixel) -> Vec<&[Vec<Pixel>]> {
        let is_empty = |row: &Vec<Pixel>| row.iter().all(|pixel| *pixel == background);
        let parts = self.rows.chunk_by(|one, next| is_empty(one) == is_empty(next));
        parts.filter(|rows| !is_empty(&rows[0])).collect()
    }
}

/// The share of the pixels of rows that have a colour.
pub fn share(rows: &[Vec<Pixel>], colour: Pixel) -> f64 {
    let pixels = || rows.iter().flatten();
    pixels().filter(|pixel| **pixel == colour).count() as f64 / pixels().count() as f64
}

/// The bytes of a row, which are differences from their neighbours (PNG, section 9).
fn unfiltered(filter: u8, row: &[u8], above: &[u8]) -> Vec<u8> {
    let mut bytes: Vec<u8> = Vec::with_capacity(row.len());
    for (at, byte) in row.iter().enumerate() {
        let before = |bytes: &[u8]| at.checked_sub(3).map_or(0, |at| i32::from(bytes[at]));
        let (left, up, corner) = (before(&bytes), i32::from(above[at]), before(above));
        let expected = match filter {
            0 => 0,
            1 => left,
            2 => up,
            3 => (left + up) / 2,
            _ => {
                let distance = |neighbour: i32| (left + up - corner - neighbour).abs();
                // The first of those that are as near.
                [left, up, corner].into_iter().min_by_key(|neighbour| distance(*neighbour)).expect("there are three")
            }
        };
        bytes.push(byte.wrapping_add(expected as u8));
    }
    bytes
}
