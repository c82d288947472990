//! Prints what the library makes of a name.

use std::alloc::{Layout, alloc, realloc};
use std::ptr::without_provenance_mut;

/// A string as the canonical ABI has it.
#[repr(C)]
struct Text {
    bytes: *const u8,
    size: usize,
}

#[link(wasm_import_module = "demo:chain/words@0.1.0")]
unsafe extern "C" {
    fn describe(name: *const u8, size: usize, result: *mut Text);
}

/// # Safety
/// As the canonical ABI has it: `old` is nothing or comes from here, of `old_size` and `align`.
#[unsafe(no_mangle)]
unsafe extern "C" fn cabi_realloc(old: *mut u8, old_size: usize, align: usize, size: usize) -> *mut u8 {
    let layout = |size| Layout::from_size_align(size, align).unwrap();
    // SAFETY: the sizes are not zero, and `old` is as the caller says.
    match (old_size, size) {
        (_, 0) => without_provenance_mut(align),
        (0, _) => unsafe { alloc(layout(size)) },
        _ => unsafe { realloc(old, layout(old_size), size) },
    }
}

fn main() {
    let (name, mut result) = ("Ada", Text { bytes: std::ptr::null(), size: 0 });
    // SAFETY: the name is readable, and the result has room for a string's address and size.
    let text = unsafe {
        describe(name.as_ptr(), name.len(), &raw mut result);
        std::slice::from_raw_parts(result.bytes, result.size)
    };
    println!("{}", String::from_utf8_lossy(text));
}
