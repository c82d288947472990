//! Blocks of memory that the adapter takes from the guest, for good.
#![allow(unsafe_code)]

use core::arch::wasm32;

use crate::intrinsics;
use crate::scratch::Region;
use crate::waiting::FREE;

/// The size of a block: a page, because `main_realloc` gives no more where the guest has no allocator.
pub const BLOCK: usize = 1 << 16;

/// The source of further blocks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum BlockSource {
    /// The guest's `cabi_realloc`.
    Allocator,
    /// `memory.grow`.
    Memory,
}

/// Takes the first block from the guest; none if a call in between has done so.
#[inline(always)] // there is no stack yet
pub fn first() -> Option<(usize, BlockSource)> {
    let linked = intrinsics::linked_block();
    if linked != 0 {
        let source = if intrinsics::has_main_realloc() { BlockSource::Allocator } else { BlockSource::Memory };
        return Some((linked, source));
    }
    let (block, source) = if !intrinsics::has_main_realloc() || intrinsics::allocating() || intrinsics::host() != FREE {
        // There is no allocator, or it calls preview1 itself while it makes a block for us or for the host, and must not be
        // entered again.
        (grow_memory(1), BlockSource::Memory)
    } else {
        let end = memory_end();
        intrinsics::set_allocating(true);
        let block = intrinsics::main_realloc(0, 0, 8, BLOCK);
        intrinsics::set_allocating(false);
        if intrinsics::state() != 0 {
            return None;
        }
        // Memory that is just the page by which the memory grew comes from `memory.grow`, whoever called it.
        let grown = block == end && memory_end() == end + BLOCK;
        (block, if grown { BlockSource::Memory } else { BlockSource::Allocator })
    };
    if block == 0 {
        wasm32::unreachable();
    }
    Some((block, source))
}

/// A further block of at least `len` bytes. Where the adapter is below the guest there is none: whatever was added above the
/// guest's end, the guest could reach.
pub fn further(source: BlockSource, len: usize) -> Option<Region> {
    if len > isize::MAX as usize - BLOCK {
        return None;
    }
    let size = (len + BLOCK - 1) & !(BLOCK - 1);
    let start = if intrinsics::adapter_size() > 0 {
        0
    } else if intrinsics::has_main_realloc() && source == BlockSource::Allocator && !intrinsics::allocating() {
        intrinsics::set_allocating(true);
        let start = intrinsics::main_realloc(0, 0, 8, size);
        intrinsics::set_allocating(false);
        start
    } else {
        grow_memory(size / BLOCK)
    };
    if start == 0 { None } else { Some(Region::new(start, size)) }
}

/// `pages` more pages of memory, or 0.
fn grow_memory(pages: usize) -> usize {
    match wasm32::memory_grow::<0>(pages) {
        usize::MAX => 0,
        old => old * BLOCK,
    }
}

fn memory_end() -> usize {
    wasm32::memory_size::<0>().wrapping_mul(BLOCK)
}
