//! The text of one line.

use core::mem;

/// More than any call needs: strings and lists are shortened.
const SIZE: usize = 4096;

pub struct Line {
    bytes: [u8; SIZE],
    len: usize,
    is_showing: bool,
    /// Of what is not shown, by FNV-1a.
    checksum: u32,
}

const EMPTY: u32 = 0x811c_9dc5;
const PRIME: u32 = 0x0100_0193;

impl Line {
    pub fn new() -> Line {
        Line { bytes: [0; SIZE], len: 0, is_showing: true, checksum: EMPTY }
    }

    pub fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }

    pub fn byte(&mut self, byte: u8) {
        if !self.is_showing {
            self.checksum = (self.checksum ^ u32::from(byte)).wrapping_mul(PRIME);
        } else if let Some(place) = self.bytes.get_mut(self.len) {
            *place = byte;
            self.len += 1;
        }
    }

    /// Adds to the checksum what `add` adds.
    pub fn without_showing(&mut self, add: impl FnOnce(&mut Line)) {
        let was_showing = mem::replace(&mut self.is_showing, false);
        add(self);
        self.is_showing = was_showing;
    }

    /// Adds the checksum of what is not shown, if there is such.
    pub fn checksum(&mut self) {
        if self.checksum != EMPTY {
            self.text(" #");
            self.digits(self.checksum.into(), 16, 8);
        }
    }

    pub fn text(&mut self, text: &str) {
        text.bytes().for_each(|byte| self.byte(byte));
    }

    /// Adds a number with a base of at most 16, and zeros before it up to a number of digits.
    fn digits(&mut self, mut number: u64, base: u64, least: usize) {
        let mut digits = [b'0'; 20];
        let mut first = digits.len();
        while number > 0 || digits.len() - first < least {
            first = first.saturating_sub(1);
            if let (Some(place), Some(digit)) =
                (digits.get_mut(first), b"0123456789abcdef".get((number % base) as usize))
            {
                *place = *digit;
            }
            number /= base;
        }
        digits.get(first..).unwrap_or_default().iter().for_each(|digit| self.byte(*digit));
    }

    pub fn number(&mut self, number: u64) {
        self.digits(number, 10, 1);
    }

    pub fn signed(&mut self, number: i64) {
        if number < 0 {
            self.text("-");
        }
        self.number(number.unsigned_abs());
    }

    pub fn hex(&mut self, number: u64) {
        self.text("0x");
        self.digits(number, 16, 1);
    }

    /// Adds a number of which the last `places` digits are after the point.
    pub fn fraction(&mut self, number: u64, places: u32) {
        let one = 10_u64.pow(places);
        self.number(number / one);
        self.text(".");
        self.digits(number % one, 10, places as usize);
    }

    /// Adds a byte of a string between quotes.
    pub fn escaped(&mut self, byte: u8) {
        match byte {
            b'\n' => self.text("\\n"),
            b'\r' => self.text("\\r"),
            b'\t' => self.text("\\t"),
            b'"' => self.text("\\\""),
            b'\\' => self.text("\\\\"),
            b' '..=b'~' => self.byte(byte),
            _ => {
                self.text("\\x");
                self.digits(byte.into(), 16, 2);
            }
        }
    }

    /// Adds what there is to the right of a column: spaces, then the text that `add` adds.
    pub fn right(&mut self, width: usize, add: impl Fn(&mut Line)) {
        let start = self.len;
        add(self);
        let len = self.len - start;
        self.len = start;
        (len..width).for_each(|_| self.byte(b' '));
        add(self);
    }
}
