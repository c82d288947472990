//! Describes a name, by the numbers of another module.

use std::alloc::{Layout, alloc, realloc};
use std::ptr::without_provenance_mut;

#[link(wasm_import_module = "demo:chain/numbers@0.1.0")]
unsafe extern "C" {
    safe fn mix(a: i32, b: i32) -> i32;
}

/// # Safety
/// The name is readable, and in UTF-8.
#[unsafe(no_mangle)]
unsafe extern "C" fn describe(name: *const u8, size: usize) -> *const (*const u8, usize) {
    // SAFETY: as the caller says.
    let name = unsafe { std::str::from_utf8_unchecked(std::slice::from_raw_parts(name, size)) };
    eprintln!("middle");
    let text = format!("Rust: {name}={}", mix(size as i32, 100)).leak();
    Box::leak(Box::new((text.as_ptr(), text.len())))
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
