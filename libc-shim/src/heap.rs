//! The allocator of a layer: blocks of powers of two, each in the list of its size while it is free.
//!
//! # Safety
//! A component has one thread. A block has its size before it, or while it is free the next free one of its size.
#![allow(unsafe_code)]

use core::arch::wasm32;
use core::cell::Cell;
use core::ptr::null_mut;

/// The length of what is before a block, which aligns it.
const HEAD: usize = 8;
const PAGE: usize = 1 << 16;

struct Heap {
    /// The first free block of each size.
    free: [Cell<*mut u8>; 32],
    /// Memory that has never been used.
    next: Cell<usize>,
    end: Cell<usize>,
}

// SAFETY: there is one thread.
unsafe impl Sync for Heap {}

static HEAP: Heap = Heap { free: [const { Cell::new(null_mut()) }; 32], next: Cell::new(0), end: Cell::new(0) };

/// Null if there is no more memory.
pub unsafe fn malloc(size: usize) -> *mut u8 {
    let Some(class) = size.checked_add(HEAD).and_then(usize::checked_next_power_of_two) else { return null_mut() };
    let class = class.max(2 * HEAD);
    let free = &HEAP.free[class.trailing_zeros() as usize];
    let mut block = free.get();
    if block.is_null() {
        block = fresh(class);
    } else {
        // SAFETY: see the head of this file.
        free.set(unsafe { block.cast::<*mut u8>().read() });
    }
    if block.is_null() {
        return block;
    }
    // SAFETY: as above.
    unsafe {
        block.cast::<usize>().write(class);
        block.add(HEAD)
    }
}

/// Takes memory that has never been used.
fn fresh(size: usize) -> *mut u8 {
    if HEAP.end.get() - HEAP.next.get() < size {
        let pages = size.div_ceil(PAGE);
        let start = wasm32::memory_grow::<0>(pages);
        if start == usize::MAX {
            return null_mut();
        }
        // Nobody else makes the memory grow, so what is left lies right before.
        if HEAP.end.get() != start * PAGE {
            HEAP.next.set(start * PAGE);
        }
        HEAP.end.set((start + pages) * PAGE);
    }
    let block = HEAP.next.get();
    HEAP.next.set(block + size);
    block as *mut u8
}

pub unsafe fn free(block: *mut u8) {
    if block.is_null() {
        return;
    }
    // SAFETY: the caller has it from `malloc`.
    unsafe {
        let block = block.sub(HEAD);
        let free = &HEAP.free[block.cast::<usize>().read().trailing_zeros() as usize];
        block.cast::<*mut u8>().write(free.get());
        free.set(block);
    }
}

pub unsafe fn realloc(block: *mut u8, size: usize) -> *mut u8 {
    // SAFETY: the caller has it from `malloc`, and a new block is another one.
    unsafe {
        let room = block.sub(HEAD).cast::<usize>().read() - HEAD;
        if size <= room {
            return block;
        }
        let new = malloc(size);
        if !new.is_null() {
            new.copy_from_nonoverlapping(block, room);
            free(block);
        }
        new
    }
}

/// Nothing in a layer is aligned to more than a block is.
pub unsafe fn aligned_alloc(_align: usize, _size: usize) -> *mut u8 {
    null_mut()
}
