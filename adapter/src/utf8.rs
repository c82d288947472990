//! UTF-8 validation without the lookup table of `core::str`, which would need a data section.

/// Checks that `bytes` are well-formed UTF-8 (Unicode 15, table 3-7). A host traps on a string that is not.
pub fn is_valid(mut bytes: &[u8]) -> bool {
    while let [first, rest @ ..] = bytes {
        // The number of continuation bytes, and the range of the first.
        let (more, low, high) = match first {
            0x00..=0x7f => (0, 0x80, 0xbf),
            0xc2..=0xdf => (1, 0x80, 0xbf),
            0xe0 => (2, 0xa0, 0xbf),
            0xed => (2, 0x80, 0x9f),
            0xe1..=0xef => (2, 0x80, 0xbf),
            0xf0 => (3, 0x90, 0xbf),
            0xf1..=0xf3 => (3, 0x80, 0xbf),
            0xf4 => (3, 0x80, 0x8f),
            _ => return false,
        };
        bytes = rest;
        let (mut low, mut high) = (low, high);
        for _ in 0..more {
            match bytes {
                [next, rest @ ..] if (low..=high).contains(next) => bytes = rest,
                _ => return false,
            }
            (low, high) = (0x80, 0xbf);
        }
    }
    true
}
