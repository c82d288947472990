//! What `no_std` asks of a program. Memory is the C library's.
//!
//! # Safety
//! `malloc` and its kin are the C library's, with the signatures that C gives them.
#![allow(unsafe_code)]

use alloc::vec::Vec;
use core::alloc::{GlobalAlloc, Layout};
use core::cell::Cell;
use core::mem::ManuallyDrop;
use core::panic::PanicInfo;
use core::ptr::null_mut;

unsafe extern "C" {
    pub fn malloc(size: usize) -> *mut u8;
    pub fn free(block: *mut u8);
    fn realloc(block: *mut u8, size: usize) -> *mut u8;
    fn aligned_alloc(align: usize, size: usize) -> *mut u8;
}

/// `malloc` aligns to this.
const ALIGN: usize = 8;

struct Malloc;

// SAFETY: what C allocates stays where it is until it is freed.
unsafe impl GlobalAlloc for Malloc {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: see the head of this file; the size is rounded up as C11 wants it.
        unsafe {
            match layout.align() {
                ..=ALIGN => malloc(layout.size()),
                align => aligned_alloc(align, layout.size().next_multiple_of(align)),
            }
        }
    }

    // SAFETY: the caller has it from `alloc`.
    unsafe fn dealloc(&self, block: *mut u8, _: Layout) {
        // SAFETY: it came from `alloc`.
        unsafe { free(block) }
    }

    // SAFETY: the caller has it from `alloc`.
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if layout.align() <= ALIGN {
            // SAFETY: it came from `malloc`.
            return unsafe { realloc(block, size) };
        }
        // SAFETY: the new block is another one, and as long as the shorter of the two.
        unsafe {
            let new = self.alloc(Layout::from_size_align_unchecked(size, layout.align()));
            if !new.is_null() {
                new.copy_from_nonoverlapping(block, size.min(layout.size()));
                free(block);
            }
            new
        }
    }
}

#[global_allocator]
static ALLOCATOR: Malloc = Malloc;

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}

/// Where the host puts the next list of bytes, if there is room for it.
struct Destination(Cell<(*mut u8, usize)>);

// SAFETY: there is one thread.
unsafe impl Sync for Destination {}

static DESTINATION: Destination = Destination(Cell::new((null_mut(), 0)));

/// Calls the host for a list of bytes, and has it put them where the program wants them. If the program has a
/// `cabi_realloc` of its own, which knows nothing of that, they are copied. Returns how many there are.
pub fn receive<E>(to: &mut [u8], call: impl FnOnce() -> Result<Option<Vec<u8>>, E>) -> Result<Option<usize>, E> {
    let start = to.as_mut_ptr();
    DESTINATION.0.set((start, to.len()));
    let bytes = call();
    DESTINATION.0.set((null_mut(), 0));
    let Some(bytes) = bytes? else { return Ok(None) };
    let len = bytes.len();
    if len > 0 && bytes.as_ptr() == start {
        // It has never been allocated.
        let _ = ManuallyDrop::new(bytes);
    } else {
        to[..len].copy_from_slice(&bytes);
    }
    Ok(Some(len))
}

/// Where the host puts the lists that it returns. The build exports it, unless the program has its own.
// SAFETY: every program's function of this name does the same.
#[unsafe(no_mangle)]
extern "C" fn cabi_realloc(old: *mut u8, old_size: usize, align: usize, size: usize) -> *mut u8 {
    if size == 0 {
        return core::ptr::without_provenance_mut(align);
    }
    let (start, room) = DESTINATION.0.replace((null_mut(), 0));
    if old_size == 0 && align == 1 && size <= room {
        return start;
    }
    // SAFETY: the canonical ABI gives an alignment that is a power of two, and a block that it has from here.
    let block = unsafe {
        let layout = Layout::from_size_align_unchecked(if old_size == 0 { size } else { old_size }, align);
        if old_size == 0 { ALLOCATOR.alloc(layout) } else { ALLOCATOR.realloc(old, layout, size) }
    };
    if block.is_null() {
        core::arch::wasm32::unreachable()
    }
    block
}

/// What the bindings call where an allocator could get lost; this one cannot.
pub fn maybe_link_cabi_realloc() {}

/// A block that the bindings use for the time of one call.
pub struct Cleanup {
    block: *mut u8,
}

impl Cleanup {
    pub fn new(layout: Layout) -> (*mut u8, Option<Self>) {
        if layout.size() == 0 {
            return (null_mut(), None);
        }
        // SAFETY: the size is not 0.
        let block = unsafe { ALLOCATOR.alloc(layout) };
        if block.is_null() {
            core::arch::wasm32::unreachable()
        }
        (block, Some(Self { block }))
    }
}

impl Drop for Cleanup {
    fn drop(&mut self) {
        // SAFETY: it came from `new`.
        unsafe { free(self.block) }
    }
}
