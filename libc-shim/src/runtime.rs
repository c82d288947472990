//! The parts of a runtime that `no_std` requires of a program. Memory is the C library's.
//!
//! A program may be out of memory at any time, and has to hear of it by an `errno`. So nothing here is allocated in a way
//! that cannot fail: a list grows by `try_reserve`, something shared is made by [`Room`], and what the host returns comes to
//! where there is room for it already ([`lend`]), for a host that asks for memory has no use for an answer without.
//!
//! # Safety
//! `malloc` and its kin are the C library's, with the signatures that C gives them.
#![allow(unsafe_code)]

use alloc::rc::Rc;
use alloc::vec::Vec;
use core::alloc::{GlobalAlloc, Layout};
use core::cell::Cell;
use core::marker::PhantomData;
use core::panic::PanicInfo;
use core::ptr::{NonNull, null_mut};

use crate::errno::{Errno, Result};
use crate::one_thread::OneThread;

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
        let room = RESERVED.take();
        if !room.is_null() {
            return room;
        }
        // SAFETY: see the head of this file; the size is rounded up as C11 wants it.
        unsafe {
            match layout.align() {
                ..=ALIGN => malloc(layout.size()),
                align => aligned_alloc(align, layout.size().next_multiple_of(align)),
            }
        }
    }

    // SAFETY: the caller has it from `alloc`, or it is lent.
    unsafe fn dealloc(&self, block: *mut u8, _: Layout) {
        if !LENT.holds(block) {
            // SAFETY: it came from `alloc`.
            unsafe { free(block) }
        }
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

/// The next allocation gets this, if it is not null.
static RESERVED: OneThread<Cell<*mut u8>> = OneThread(Cell::new(null_mut()));

/// Memory for something that is to be shared.
pub struct Room<T> {
    block: *mut u8,
    what: PhantomData<T>,
}

impl<T> Room<T> {
    pub fn reserve() -> Result<Self> {
        const { assert!(align_of::<T>() <= ALIGN) }
        // A shared value has two counters before it.
        // SAFETY: see the head of this file.
        let block = unsafe { malloc(2 * ALIGN + size_of::<T>()) };
        if block.is_null() { Err(Errno::NOMEM) } else { Ok(Self { block, what: PhantomData }) }
    }

    pub fn share(mut self, value: T) -> Rc<T> {
        RESERVED.set(core::mem::replace(&mut self.block, null_mut()));
        Rc::new(value)
    }
}

impl<T> Drop for Room<T> {
    fn drop(&mut self) {
        // SAFETY: it came from `malloc`, or is null.
        unsafe { free(self.block) }
    }
}

/// Shares a value.
pub fn share<T>(value: T) -> Result<Rc<T>> {
    Ok(Room::reserve()?.share(value))
}

/// A list of zeros.
pub fn zeros<T: Copy + Default>(len: usize) -> Result<Vec<T>> {
    let mut zeros = Vec::new();
    zeros.try_reserve_exact(len).map_err(|_| Errno::NOMEM)?;
    zeros.resize(len, T::default());
    Ok(zeros)
}

/// Puts a value at the end of a list.
pub fn push<T>(list: &mut Vec<T>, value: T) -> Result {
    list.try_reserve(1).map_err(|_| Errno::NOMEM)?;
    list.push(value);
    Ok(())
}

/// Memory that is lent: from `next` on it is free.
#[derive(Clone, Copy)]
struct Region {
    start: *mut u8,
    len: usize,
    next: usize,
}

impl Region {
    const NONE: Self = Self { start: null_mut(), len: 0, next: 0 };

    fn new<T>(memory: &mut [T]) -> Self {
        Self { start: memory.as_mut_ptr().cast(), len: size_of_val(memory), next: 0 }
    }

    fn take(&mut self, size: usize) -> Option<*mut u8> {
        let start = self.start.wrapping_add(self.next);
        self.next = self.next.checked_add(size).filter(|end| *end <= self.len)?;
        Some(start)
    }

    fn holds(&self, block: *mut u8) -> bool {
        block.addr().wrapping_sub(self.start.addr()) < self.len
    }
}

/// Lent to the host: memory for a list of bytes, and for lists of anything else.
struct Lent {
    bytes: Cell<Region>,
    words: Cell<Region>,
}

static LENT: OneThread<Lent> = OneThread(Lent { bytes: Cell::new(Region::NONE), words: Cell::new(Region::NONE) });

impl Lent {
    fn holds(&self, block: *mut u8) -> bool {
        self.bytes.get().holds(block) || self.words.get().holds(block)
    }

    fn take(&self, size: usize, align: usize) -> Option<*mut u8> {
        let region = match align {
            1 => &self.bytes,
            2 | 4 => &self.words,
            _ => return None,
        };
        let mut free = region.get();
        let block = free.take(size.next_multiple_of(align))?;
        region.set(free);
        Some(block)
    }
}

/// Makes a call that gets lists from the host, or gives it some: `bytes` has room for a list of bytes, `words` for all other
/// lists. If the program has a `cabi_realloc` of its own, which knows nothing of that, they lie elsewhere. `call` lets go of
/// the lists that it gets before it returns.
pub fn lend<T: Copy>(bytes: &mut [u8], words: &mut [u32], call: impl FnOnce() -> T) -> T {
    LENT.bytes.set(Region::new(bytes));
    LENT.words.set(Region::new(words));
    let value = call();
    LENT.bytes.set(Region::NONE);
    LENT.words.set(Region::NONE);
    value
}

/// Calls the host for a list of bytes, and has it put them where they are wanted. Returns how many there are.
pub fn receive(to: &mut [u8], call: impl FnOnce() -> Result<Option<Vec<u8>>>) -> Result<Option<usize>> {
    let to = NonNull::from(to);
    // SAFETY: the host writes there during the call, and only then; what it returns lies there, or does not overlap.
    lend(unsafe { &mut *to.as_ptr() }, &mut [], || {
        let Some(bytes) = call()? else { return Ok(None) };
        if !LENT.holds(bytes.as_ptr().cast_mut()) {
            // SAFETY: as above.
            unsafe { &mut (&mut *to.as_ptr())[..bytes.len()] }.copy_from_slice(&bytes);
        }
        Ok(Some(bytes.len()))
    })
}

/// Gives the host memory for the lists that it returns. The build exports it, unless the program has its own.
// SAFETY: every program's function of this name does the same.
#[unsafe(no_mangle)]
extern "C" fn cabi_realloc(old: *mut u8, old_size: usize, align: usize, size: usize) -> *mut u8 {
    if size == 0 {
        return core::ptr::without_provenance_mut(align);
    }
    if old_size == 0
        && let Some(block) = LENT.take(size, align)
    {
        return block;
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

/// The bindings call this so that a linker keeps the allocator; this one is never dropped.
pub fn maybe_link_cabi_realloc() {}

/// A block that the bindings use for the time of one call. It is lent.
pub struct Cleanup;

impl Cleanup {
    pub fn new(layout: Layout) -> (*mut u8, Option<Self>) {
        if layout.size() == 0 {
            return (null_mut(), None);
        }
        let Some(block) = LENT.take(layout.size(), layout.align()) else { core::arch::wasm32::unreachable() };
        (block, Some(Self))
    }
}
