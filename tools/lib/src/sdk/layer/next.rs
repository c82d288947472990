//! The functions of preview1 one layer down, and the memory of the caller.
//!
//! Pointers are the caller's, and passed on as they are. What they point to is reached by [`read`],
//! [`write`] and [`address`] only.
#![allow(dead_code)]

#[link(wasm_import_module = "wasi_adapt:next")]
unsafe extern "C" {
    // FUNCTIONS
}

mod guest {
    #[link(wasm_import_module = "wasi_adapt:guest")]
    unsafe extern "C" {
        pub fn read(to: *mut u8, from: u32, len: usize) -> u32;
        pub fn write(to: u32, from: *const u8, len: usize) -> u32;
        pub safe fn address(from: u32, len: usize) -> *mut u8;
    }
}

/// Copies from the caller's memory. Returns 0, or 21 (`EFAULT`) if the bytes are not all inside of it.
pub fn read(to: &mut [u8], from: u32) -> u32 {
    // SAFETY: the slice is valid for writes of its length.
    unsafe { guest::read(to.as_mut_ptr(), from, to.len()) }
}

/// Copies to the caller's memory. Returns 0, or 21 (`EFAULT`) if there is not all that room inside of it.
pub fn write(to: u32, from: &[u8]) -> u32 {
    // SAFETY: the slice is valid for reads of its length.
    unsafe { guest::write(to, from.as_ptr(), from.len()) }
}

/// Returns where the caller's bytes are for this layer, or null if they are not all inside of the caller's memory.
pub fn address(from: u32, len: usize) -> *mut u8 {
    guest::address(from, len)
}
