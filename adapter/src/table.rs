//! The descriptor table: numbers to descriptors, lowest free number first.
//!
//! # Safety
//! The slots lie behind the state, `capacity` of them. Slots below `len` are initialised. A slot is only replaced by the functions below, which make no reference to it
//! that outlives them; what they take out is dropped after the slot has its new content.
#![allow(unsafe_code)]

use core::cell::Cell;

use crate::descriptor::Descriptor;
use crate::errno::{Errno, Result};
use crate::types::Fd;

/// How many descriptors can be open at once at least, stdio included.
const CAPACITY: u32 = 1024 + 64;
/// How many more for each page that the adapter has beyond [`PAGES`].
const CAPACITY_PER_PAGE: u32 = 1024;
const PAGES: usize = 2;

pub struct Table {
    /// Numbers from here on have never been used.
    len: Cell<u32>,
    /// No number below this is free.
    lowest_free: Cell<u32>,
    capacity: u32,
}

pub type Slot = Option<Descriptor>;

/// How many slots there are in a block of `pages`.
pub const fn capacity(pages: usize) -> u32 {
    CAPACITY + pages.saturating_sub(PAGES) as u32 * CAPACITY_PER_PAGE
}

const _: () = assert!(size_of::<Slot>() * CAPACITY_PER_PAGE as usize <= 3 * (1 << 16) / 4);

impl Table {
    /// # Safety
    /// `this` is valid for writes, and `capacity` slots behind the state are.
    pub unsafe fn initialise(this: *mut Self, capacity: u32) {
        // SAFETY: of the caller; slots may stay as they are, for `len` is 0.
        let this = unsafe {
            this.write(Table { len: Cell::new(0), lowest_free: Cell::new(0), capacity });
            &*this
        };
        this.append(Descriptor::stdin());
        this.append(Descriptor::stdout());
        this.append(Descriptor::stderr());
    }

    fn slot(&self, index: u32) -> *mut Slot {
        debug_assert!(index < self.capacity);
        // SAFETY: callers compare with `len` or `capacity`.
        unsafe { crate::state::slots().add(index as usize) }
    }

    /// The descriptor with this number; [`Errno::BADF`] if there is none.
    pub fn get(&self, fd: Fd) -> Result<&Descriptor> {
        if fd.0 >= self.len.get() {
            // Only stdio is there from the start.
            if !crate::preopens::load() || fd.0 >= self.len.get() {
                return Err(Errno::BADF);
            }
        }
        // SAFETY: below `len`.
        unsafe { &*self.slot(fd.0) }.as_ref().ok_or(Errno::BADF)
    }

    /// The number that [`Self::insert`] will use next; [`Errno::MFILE`] if there is none.
    pub fn vacancy(&self) -> Result<Fd> {
        crate::preopens::load();
        let mut free = self.lowest_free.get();
        // SAFETY: below `len`.
        while free < self.len.get() && unsafe { (*self.slot(free)).is_some() } {
            free += 1;
        }
        self.lowest_free.set(free);
        if free < self.capacity { Ok(Fd(free)) } else { Err(Errno::MFILE) }
    }

    /// Fills the number that [`Self::vacancy`] found.
    pub fn insert(&self, fd: Fd, descriptor: Descriptor) {
        if fd.0 == self.len.get() {
            self.append(descriptor);
        } else {
            // SAFETY: vacant numbers other than `len` are below it.
            unsafe { *self.slot(fd.0) = Some(descriptor) };
        }
    }

    /// Adds a descriptor behind all others. Beyond the capacity it is closed again.
    pub fn push(&self, descriptor: Descriptor) {
        if self.len.get() < self.capacity {
            self.append(descriptor);
        }
    }

    /// Adds a descriptor behind all others, of which there are less than `capacity`.
    #[inline]
    fn append(&self, descriptor: Descriptor) {
        let len = self.len.get();
        // SAFETY: below the capacity, and not initialised before.
        unsafe { self.slot(len).write(Some(descriptor)) };
        self.len.set(len + 1);
    }

    /// Frees a number that is in use.
    pub fn remove(&self, fd: Fd) -> Descriptor {
        self.lowest_free.set(self.lowest_free.get().min(fd.0));
        // SAFETY: the caller has seen it with `get`, so it is below `len` and occupied.
        unsafe { (*self.slot(fd.0)).take().unwrap_unchecked() }
    }

    /// Moves what `from` is to `to`, in whose place it comes. Both are in use.
    pub fn renumber(&self, from: Fd, to: Fd) {
        let descriptor = self.remove(from);
        // SAFETY: as for `remove`.
        let old = unsafe { (*self.slot(to.0)).replace(descriptor) };
        drop(old);
    }
}
