//! Text of a few characters, without memory of its own.

use core::fmt;

/// Longer than any address with its scope.
const ROOM: usize = 64;

pub struct Text {
    bytes: [u8; ROOM],
    len: usize,
}

impl Text {
    pub fn new(arguments: fmt::Arguments<'_>) -> Self {
        let mut text = Self { bytes: [0; ROOM], len: 0 };
        // The rest is cut.
        let _ = fmt::write(&mut text, arguments);
        text
    }

    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

impl fmt::Write for Text {
    fn write_str(&mut self, more: &str) -> fmt::Result {
        let end = self.len + more.len();
        self.bytes.get_mut(self.len..end).ok_or(fmt::Error)?.copy_from_slice(more.as_bytes());
        self.len = end;
        Ok(())
    }
}
