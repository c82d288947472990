//! The parts of a runtime that `no_std` requires of a program.
#![allow(unsafe_code)]

use alloc::alloc::{GlobalAlloc, Layout};
use core::panic::PanicInfo;

/// The generated bindings free what the host returned. It lies in scratch space or in the guest's own buffers, where
/// nothing is to be freed, and nothing is ever allocated this way.
struct NoAllocator;

// SAFETY: `alloc` may always fail, and `dealloc` may do nothing.
unsafe impl GlobalAlloc for NoAllocator {
    unsafe fn alloc(&self, _: Layout) -> *mut u8 {
        core::ptr::null_mut()
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}

#[global_allocator]
static ALLOCATOR: NoAllocator = NoAllocator;

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}
