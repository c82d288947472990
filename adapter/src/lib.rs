#![cfg(target_arch = "wasm32")]
#![no_std]
extern crate alloc;
mod bindings { include!(concat!(env!("OUT_DIR"), "/bindings.rs")); }
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! { core::arch::wasm32::unreachable() }
struct A;
unsafe impl core::alloc::GlobalAlloc for A { unsafe fn alloc(&self,_:core::alloc::Layout)->*mut u8{core::ptr::null_mut()} unsafe fn dealloc(&self,_:*mut u8,_:core::alloc::Layout){} }
#[global_allocator] static G: A = A;
