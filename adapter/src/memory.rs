//! The adapter's own memory, and where the host puts what it returns.
//!
//! All state lies in one block: the shadow stack, [`State`], a little scratch space, the descriptors, and more scratch
//! space up to the block's end. What a simple program touches of it is one page of the host's. The block is what
//! is below the guest, or else [`BLOCK`] bytes that were linked into the guest or are taken from it. A host's results
//! land where the plan set before the call says: bytes in the guest's own buffer where that is possible, everything else
//! in scratch space. Scratch space belongs to one preview1 call, but for strings that the next call is about to ask for
//! ([`Held`]). One that needs more than is left takes another block from the guest for good. Where the adapter is below
//! the guest there is no more: whatever was added above the guest's end, the guest could reach.
//!
//! # Safety
//! One thread, and no preview1 function is entered twice but through the guest's allocator while [`grow`] calls it.
//! State is shared through cells; no reference into a cell outlives a call that can reach the guest or the host.
#![allow(unsafe_code)]

use core::arch::wasm32;
use core::cell::Cell;

use crate::answers;
use crate::errno::{Errno, Result};
use crate::guest::Buffer;
use crate::scratch::{Region, Space};
use crate::state::State;
use crate::strings::Held;
use crate::waiting::{FREE, while_host_waits};

/// What `linked_block` has, and a page, because that is all that `main_realloc` can give where the guest has no allocator.
const BLOCK: usize = 1 << 16;
/// The shadow stack grows down from here to the start of the block. Its end, the state, scratch space close to it and the
/// first descriptors share one of the host's pages, half each, so that a simple program takes no more than that.
const STACK: usize = (8 << 10) + HOST_PAGE / 2;
/// As large as pages are on most hosts.
const HOST_PAGE: usize = 4 << 10;

/// Finds the adapter's memory: below the guest, or else the guest gives a block. The packer calls this before the first
/// preview1 call does anything, so there is no shadow stack before `set_stack_pointer`: the packer checks that nothing
/// uses one until then.
#[unsafe(no_mangle)]
extern "C" fn setup() {
    let below = answers::guest_base();
    let (block, size, source) = if below > 0 {
        (0, below, Source::Memory)
    } else {
        match first_block() {
            Some((block, source)) => (block, BLOCK, source),
            None => return,
        }
    };
    answers::set_stack_pointer(block + STACK);
    answers::set_state(block + STACK);
    // SAFETY: the block is ours, aligned to 8, and large enough (asserted below).
    unsafe { State::initialise((block + STACK) as *mut State, size - STACK, size / BLOCK, source) };
}

/// Forgets everything, for a program whose state is about to be stored for other hosts to go on with: there, no handle of
/// this host means anything.
#[unsafe(no_mangle)]
extern "C" fn reset_adapter_state() {
    let below = answers::guest_base();
    let size = if below > 0 { below } else { BLOCK };
    let source = crate::state::state().memory.source;
    // SAFETY: as in `setup`, and no reference into the state is left.
    unsafe { State::initialise(answers::state() as *mut State, size - STACK, size / BLOCK, source) };
}

/// Takes the first block from the guest; none if a call in between has done so.
#[inline(always)] // there is no stack yet
fn first_block() -> Option<(usize, Source)> {
    let linked = answers::linked_block();
    if linked != 0 {
        return Some((linked, if answers::has_main_realloc() { Source::Allocator } else { Source::Memory }));
    }
    let (block, source) = if !answers::has_main_realloc() || answers::allocating() || answers::host() != FREE {
        // There is no allocator, or it calls preview1 itself while it makes a block for us or for the host, and must not be
        // entered again.
        (grow_memory(1), Source::Memory)
    } else {
        let end = memory_end();
        answers::set_allocating(true);
        let block = answers::main_realloc(0, 0, 8, BLOCK);
        answers::set_allocating(false);
        if answers::state() != 0 {
            return None;
        }
        // Memory that is just the page by which the memory grew comes from `memory.grow`, whoever called it.
        let grown = block == end && memory_end() == end + BLOCK;
        (block, if grown { Source::Memory } else { Source::Allocator })
    };
    if block == 0 {
        wasm32::unreachable();
    }
    Some((block, source))
}

const _: () = assert!(STACK + crate::state::SIZE + (8 << 10) <= BLOCK, "scratch space is at least 8 KiB");
const _: () = assert!(crate::state::FIRST <= HOST_PAGE / 2, "what every program needs is close together");

/// Where further blocks come from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The guest's `cabi_realloc`.
    Allocator,
    /// `memory.grow`.
    Memory,
}

/// Scratch space, and the plan for the host's next results.
pub struct Memory {
    pub source: Source,
    /// What is free.
    pub scratch: Cell<Space>,
    /// Where the results go.
    pub results: Cell<Space>,
    /// Where strings and lists of bytes go instead, if anywhere.
    pub strings: Cell<Option<Space>>,
    /// How many bytes stay free behind each string.
    pub gap: Cell<usize>,
    pub overlap: Cell<Overlap>,
    /// What is in scratch space for another call, as long as no call has used scratch space since.
    pub held: Cell<Option<Held>>,
}

/// Whether strings may overwrite one another where there is no room for all, because only their lengths matter. If they
/// did, or had to go elsewhere, they are not there for another call.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Overlap {
    Forbidden,
    Allowed,
    Happened,
}

impl Memory {
    /// Plans for results in scratch space.
    pub fn plan_scratch(&self) {
        self.results.set(self.scratch.get());
        self.strings.set(None);
        self.gap.set(0);
        self.overlap.set(Overlap::Forbidden);
        self.held.set(None);
    }

    /// Plans for one list of anything but bytes, which goes to `buffer`.
    pub fn plan_records(&self, buffer: Buffer) {
        self.results.set(Space::only(Region::of(buffer)));
    }

    /// Plans for one list of bytes, which goes to `buffer`.
    pub fn plan_bytes(&self, buffer: Buffer) {
        self.strings.set(Some(Space::only(Region::of(buffer))));
        self.gap.set(0);
        self.overlap.set(Overlap::Forbidden);
    }

    /// Plans for strings side by side in `buffer`, each with a byte to spare behind it, and lists in scratch space.
    pub fn plan_strings(&self, buffer: Buffer) {
        self.plan_scratch();
        self.plan_bytes(buffer);
        self.gap.set(1);
    }

    /// Plans for lists in scratch space, of strings of which only the lengths matter.
    pub fn plan_lengths(&self) {
        self.plan_scratch();
        self.overlap.set(Overlap::Allowed);
    }

    /// Holds what came under [`Self::plan_lengths`] for another call, if all of it is in scratch space.
    pub fn hold(&self, results: Held) {
        if self.overlap.get() == Overlap::Allowed {
            self.held.set(Some(results));
        }
    }

    /// Makes the results in scratch space permanent.
    pub fn keep_results(&self) {
        self.scratch.set(self.results.get());
    }

    /// `len` bytes of scratch space, aligned to 8.
    pub fn scratch(&self, len: usize) -> Result<Buffer> {
        self.held.set(None);
        let start = match self.scratch.get().take(8, len) {
            Some(start) => start,
            None => self.extend(len).and_then(|mut block| block.take(8, len)).ok_or(Errno::NOMEM)?,
        };
        // SAFETY: scratch space is ours, and this call's until it asks again.
        Ok(unsafe { Buffer::of_adapter(start, len) })
    }

    /// A new block of at least `len` bytes, which is scratch space from now on.
    fn extend(&self, len: usize) -> Option<Region> {
        let block = grow(self, len)?;
        // The guest's allocator may have called what uses scratch space.
        if self.overlap.get() == Overlap::Allowed {
            self.overlap.set(Overlap::Happened);
        }
        self.scratch.set(self.scratch.get().with_far(block));
        Some(block)
    }

    #[inline]
    fn allocate(&self, align: usize, size: usize) -> usize {
        if align == 1
            && let Some(start) = self.place(size)
        {
            start
        } else {
            self.find_place(align, size)
        }
    }

    /// Where bytes go that have been planned for: the way of everything that is read.
    #[inline]
    fn place(&self, size: usize) -> Option<usize> {
        let mut strings = self.strings.get()?;
        let start = strings.take_near(1, size.saturating_add(self.gap.get()))?;
        self.strings.set(Some(strings));
        Some(start)
    }

    #[cold]
    fn find_place(&self, align: usize, size: usize) -> usize {
        let string = align == 1;
        let overlap = string && self.overlap.get() != Overlap::Forbidden;
        let size = if string { size.saturating_add(self.gap.get()) } else { size };
        let strings = if string { self.strings.get() } else { None };
        let mut space = strings.unwrap_or(self.results.get());
        let mut start = space.take(align, size);
        if start.is_none() && overlap {
            self.overlap.set(Overlap::Happened);
            space = self.results.get();
            start = space.take(align, size);
        }
        let start = start.unwrap_or_else(|| {
            // What was planned is too small: this and what follows goes to a block of its own. If there is none, there
            // is no memory that the host could write to, and it takes no refusal.
            space = Space::only(while_host_waits(|| self.extend(size.saturating_add(align))).unwrap_or(Region::NONE));
            space.take(align, size).unwrap_or_else(|| wasm32::unreachable())
        });
        if strings.is_some() || overlap {
            self.strings.set(Some(space));
        } else {
            self.results.set(space);
        }
        start
    }
}

/// The realloc that the host calls to place what it returns.
///
/// # Safety
/// Only for the canonical ABI, while a call to the host is under way.
#[unsafe(no_mangle)]
unsafe extern "C" fn cabi_import_realloc(old: usize, old_size: usize, align: usize, new_size: usize) -> usize {
    let memory = &crate::state::state().memory;
    if old_size == 0 {
        return memory.allocate(align, new_size);
    }
    if new_size <= old_size {
        return old;
    }
    let new = memory.allocate(align, new_size);
    // SAFETY: both were given out by `allocate`, with at least these sizes.
    unsafe { core::ptr::copy(old as *const u8, new as *mut u8, old_size) };
    new
}

/// A new block of at least `len` bytes.
fn grow(memory: &Memory, len: usize) -> Option<Region> {
    if len > isize::MAX as usize - BLOCK {
        return None;
    }
    let size = (len + BLOCK - 1) & !(BLOCK - 1);
    let start = if answers::guest_base() > 0 {
        0
    } else if answers::has_main_realloc() && memory.source == Source::Allocator && !answers::allocating() {
        answers::set_allocating(true);
        let start = answers::main_realloc(0, 0, 8, size);
        answers::set_allocating(false);
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
