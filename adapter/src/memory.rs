//! Scratch space, and the places of a host's results.
//!
//! A plan is made before each call of the host: bytes go into the guest's own buffer if possible, all other results into
//! scratch space. Scratch space belongs to one preview1 call, except for strings that the next call will probably ask for
//! ([`Held`]). A call that needs more than is left takes another block from the guest for good.
//!
//! # Safety
//! One thread, and no preview1 function is entered twice but through the guest's allocator while [`block::further`] calls
//! it. State is shared through cells; no reference into a cell outlives a call that can reach the guest or the host.
#![allow(unsafe_code)]

use core::arch::wasm32;
use core::cell::Cell;

use crate::block::{self, BlockSource};
use crate::errno::{Errno, Result};
use crate::guest::Buffer;
use crate::raw::Held;
use crate::scratch::{Region, Space};
use crate::waiting::while_host_waits;

/// Scratch space, and the plan for the host's next results.
pub struct Memory {
    pub source: BlockSource,
    /// Free scratch space.
    scratch: Cell<Space>,
    /// The memory for results.
    results: Cell<Space>,
    /// The memory for strings and lists of bytes, unless they go with the other results.
    strings: Cell<Space>,
    placing: Cell<Placing>,
    /// The number of bytes that stay free behind each string.
    gap: Cell<usize>,
    /// Results in scratch space for another call, as long as no call has used scratch space since.
    pub held: Cell<Option<Held>>,
}

/// The placement of strings and lists of bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Placing {
    /// With the other results.
    Together,
    /// In a place of their own.
    Apart,
    /// Behind the other results. Only their lengths matter: where there is no room for all, they may overwrite one another.
    Lengths,
    /// Some of those were overwritten, or had to go elsewhere. They are not there for another call.
    LengthsOnly,
}

impl Memory {
    pub fn new(source: BlockSource, scratch: Space) -> Self {
        Self {
            source,
            scratch: Cell::new(scratch),
            results: Cell::new(Space::NONE),
            strings: Cell::new(scratch.empty()),
            placing: Cell::new(Placing::Together),
            gap: Cell::new(0),
            held: Cell::new(None),
        }
    }

    /// Plans for results in scratch space.
    pub fn plan_scratch(&self) {
        self.results.set(self.scratch.get());
        self.strings.set(self.scratch.get().empty());
        self.placing.set(Placing::Together);
        self.gap.set(0);
        self.held.set(None);
    }

    /// Plans for one list of anything but bytes, which goes to `buffer`.
    pub fn plan_records(&self, buffer: Buffer) {
        self.results.set(Space::only(Region::of(buffer)));
    }

    /// Plans for one list of bytes, which goes to `buffer`.
    pub fn plan_bytes(&self, buffer: Buffer) {
        self.strings.set(Space::only(Region::of(buffer)));
        self.placing.set(Placing::Apart);
        self.gap.set(0);
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
        self.placing.set(Placing::Lengths);
    }

    /// Holds what came under [`Self::plan_lengths`] for another call, if all of it is in scratch space.
    pub fn hold(&self, results: Held) {
        if self.placing.get() == Placing::Lengths {
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

    /// `len` bytes for good, aligned to 8.
    pub fn keep(&self, len: usize) -> Result<Buffer> {
        Ok(self.keep_start(self.scratch(len)?, len))
    }

    /// Keeps the first `len` bytes of `given` for good, which is what [`Self::scratch`] has just given.
    pub fn keep_start(&self, given: Buffer, len: usize) -> Buffer {
        let mut space = self.scratch.get();
        space.take(8, given.len());
        space.give_back(given.len().saturating_sub(len));
        self.scratch.set(space);
        given.until(len)
    }

    /// Puts a value where it stays for good.
    pub fn keep_value<T>(&self, value: T) -> Result<&'static T> {
        let place = self.keep(size_of::<T>())?.start().cast::<T>();
        // SAFETY: the bytes are ours, aligned as no type is more than to 8, and nobody else's from now on.
        unsafe {
            place.write(value);
            Ok(&*place)
        }
    }

    /// A new block of at least `len` bytes, which is scratch space from now on.
    fn extend(&self, len: usize) -> Option<Region> {
        let block = block::further(self.source, len)?;
        // The guest's allocator may have called what uses scratch space.
        if self.placing.get() == Placing::Lengths {
            self.placing.set(Placing::LengthsOnly);
        }
        self.scratch.set(self.scratch.get().with_far(block));
        Some(block)
    }

    /// Gives the host memory for what it returns, or for more of it.
    ///
    /// # Safety
    /// `old`, if it has a size, was given out by this.
    #[inline]
    pub unsafe fn reallocate(&self, old: usize, old_size: usize, align: usize, new_size: usize) -> usize {
        if old_size == 0 {
            return self.allocate(align, new_size);
        }
        if new_size <= old_size {
            return old;
        }
        let new = self.allocate(align, new_size);
        // SAFETY: both were given out by `allocate`, with at least these sizes.
        unsafe { core::ptr::copy(old as *const u8, new as *mut u8, old_size) };
        new
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

    /// Places bytes as planned. All that is read comes this way.
    #[inline]
    fn place(&self, size: usize) -> Option<usize> {
        let mut strings = self.strings.get();
        let start = strings.take_near(1, size.saturating_add(self.gap.get()))?;
        self.strings.set(strings);
        Some(start)
    }

    #[cold]
    fn find_place(&self, align: usize, size: usize) -> usize {
        let (string, placing) = (align == 1, self.placing.get());
        let apart = string && placing != Placing::Together;
        let size = if string { size.saturating_add(self.gap.get()) } else { size };
        let mut space = if apart { self.strings.get() } else { self.results.get() };
        let mut start = space.take(align, size);
        if start.is_none() && apart && placing != Placing::Apart {
            self.placing.set(Placing::LengthsOnly);
            space = self.results.get();
            start = space.take(align, size);
        }
        let start = start.unwrap_or_else(|| {
            // The plan has too little room: this and the following results go to a new block. Without one there is no
            // memory for the host to write to, and the host takes no refusal.
            space = Space::only(while_host_waits(|| self.extend(size.saturating_add(align))).unwrap_or(Region::NONE));
            space.take(align, size).unwrap_or_else(|| wasm32::unreachable())
        });
        if apart || placing == Placing::Lengths {
            self.strings.set(space);
        }
        if !apart {
            self.results.set(space);
        }
        start
    }
}
