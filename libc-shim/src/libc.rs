//! The functions of the C library that a layer has no C library for.
//!
//! Memory is in blocks of powers of two, each in the list of its size while it is free.
//!
//! # Safety
//! The names and signatures are those of C. A component has one thread. A block has its size before it, or while it is free
//! the next free one of its size.
#![allow(unsafe_code)]

use core::arch::wasm32;
use core::cell::Cell;
use core::ffi::CStr;
use core::net::Ipv4Addr;
use core::ptr::null_mut;

use crate::one_thread::OneThread;

/// The length of the part before a block. It aligns the block.
const HEAD: usize = 8;
const PAGE: usize = 1 << 16;

struct Heap {
    /// The first free block of each size.
    free: [Cell<*mut u8>; 32],
    /// Memory that has never been used.
    next: Cell<usize>,
    end: Cell<usize>,
}

static HEAP: OneThread<Heap> =
    OneThread(Heap { free: [const { Cell::new(null_mut()) }; 32], next: Cell::new(0), end: Cell::new(0) });

// SAFETY: see the head of this file.
#[unsafe(no_mangle)]
unsafe extern "C" fn malloc(size: usize) -> *mut u8 {
    let Some(class) = size.checked_add(HEAD).and_then(usize::checked_next_power_of_two) else { return null_mut() };
    let class = class.max(2 * HEAD);
    let free = &HEAP.free[class.trailing_zeros() as usize];
    let mut block = free.get();
    if block.is_null() {
        block = fresh(class);
    } else {
        // SAFETY: as above.
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
        // Nobody else makes the memory grow, so the rest lies right before.
        if HEAP.end.get() != start * PAGE {
            HEAP.next.set(start * PAGE);
        }
        HEAP.end.set((start + pages) * PAGE);
    }
    let block = HEAP.next.get();
    HEAP.next.set(block + size);
    block as *mut u8
}

// SAFETY: see the head of this file.
#[unsafe(no_mangle)]
unsafe extern "C" fn free(block: *mut u8) {
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

// SAFETY: see the head of this file.
#[unsafe(no_mangle)]
unsafe extern "C" fn realloc(block: *mut u8, size: usize) -> *mut u8 {
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
// SAFETY: see the head of this file.
#[unsafe(no_mangle)]
extern "C" fn aligned_alloc(_align: usize, _size: usize) -> *mut u8 {
    null_mut()
}

/// Functions of C report by it, which nobody calls here.
// SAFETY: see the head of this file.
#[unsafe(no_mangle)]
static mut errno: i32 = 0;

/// Reads an IPv4 address in four decimal parts. C has other forms too.
// SAFETY: see the head of this file.
#[unsafe(no_mangle)]
extern "C" fn inet_aton(text: *const u8, to: *mut [u8; 4]) -> i32 {
    // SAFETY: the text ends with a zero.
    let text = unsafe { CStr::from_ptr(text.cast()) }.to_str();
    let Some(address) = text.ok().and_then(|text| text.parse::<Ipv4Addr>().ok()) else { return 0 };
    crate::c::put(to, address.octets()).is_ok().into()
}

type AtExit = extern "C" fn();

static AT_EXIT: OneThread<Cell<Option<AtExit>>> = OneThread(Cell::new(None));

/// There is one such function.
// SAFETY: see the head of this file.
#[unsafe(no_mangle)]
extern "C" fn atexit(function: AtExit) -> i32 {
    AT_EXIT.set(Some(function));
    0
}

/// The program has returned.
// SAFETY: the name is the one by which a layer learns of it.
#[unsafe(export_name = "wasi_adapt:exit")]
extern "C" fn exit() {
    if let Some(function) = AT_EXIT.get() {
        function();
    }
}
