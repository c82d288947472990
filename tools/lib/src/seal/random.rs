//! Random bytes that follow from a key in the component.

/// The key that a program's random bytes follow from, by ChaCha20 ([RFC 8439](https://www.rfc-editor.org/rfc/rfc8439)) with a
/// nonce of 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RandomKey(pub [u8; 32]);

impl RandomKey {
    /// Returns what all blocks of the key stream begin with: the constants of ChaCha20, and the key.
    pub(crate) fn encode(self) -> Vec<u8> {
        [b"expand 32-byte k".as_slice(), &self.0].concat()
    }
}
