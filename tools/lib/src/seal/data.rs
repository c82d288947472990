//! The sealed data: one passive data segment, which the adapter reads by its intrinsic `sealed_read`.

use crate::files::Image;

/// The sealed data, and the place of each part.
#[derive(Clone, Debug)]
pub struct SealedData {
    pub bytes: Vec<u8>,
    pub places: Places,
}

/// The offset of each part in the sealed data, for the adapter's intrinsics; 0 for a part that is not there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Places {
    pub arguments: u32,
    pub environment: u32,
    pub stdin: u32,
    pub clock: u32,
    pub random: u32,
    /// True if it begins with embedded files.
    pub files: bool,
    /// The number of bytes of memory for those that are writable; a multiple of 64 KiB.
    pub memory: u32,
    /// True if there are devices among the files.
    pub devices: bool,
}

impl Default for SealedData {
    fn default() -> Self {
        // Nothing is at 0.
        SealedData { bytes: vec![0; ALIGN], places: Places::default() }
    }
}

/// The alignment of a part.
const ALIGN: usize = 4;

impl SealedData {
    /// Data that begins with embedded files.
    pub fn with_files(image: &Image) -> SealedData {
        let places = Places { files: true, memory: image.memory, devices: image.devices, ..Places::default() };
        SealedData { bytes: image.bytes.clone(), places }
    }

    /// Adds a part and returns its place.
    pub fn add(&mut self, part: &[u8]) -> u32 {
        self.bytes.resize(self.bytes.len().next_multiple_of(ALIGN), 0);
        let place = self.bytes.len() as u32;
        self.bytes.extend(part);
        place
    }
}
