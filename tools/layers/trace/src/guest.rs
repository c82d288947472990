//! The caller's memory.

#[link(wasm_import_module = "wasi_adapt:guest")]
unsafe extern "C" {
    fn read(to: *mut u8, from: u32, len: u32) -> i32;
}

/// Reads bytes; none if they are not in the caller's memory.
pub fn bytes<const N: usize>(address: u32) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    fill(&mut bytes, address).then_some(bytes)
}

/// Fills a buffer from the caller's memory, if that has so many bytes there.
pub fn fill(buffer: &mut [u8], address: u32) -> bool {
    // SAFETY: the buffer has as many bytes as are asked for; the linker's function checks the caller's address.
    unsafe { read(buffer.as_mut_ptr(), address, buffer.len() as u32) == 0 }
}

pub fn u32(address: u32) -> Option<u32> {
    bytes(address).map(u32::from_le_bytes)
}

pub fn u64(address: u32) -> Option<u64> {
    bytes(address).map(u64::from_le_bytes)
}
