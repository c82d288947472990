//! The descriptor table: numbers to descriptors, lowest free number first.
//!
//! # Safety
//! Slots below `len` are initialised. A slot is only replaced by the functions below, which make no reference to it
//! that outlives them; what they take out is dropped after the slot has its new content.
#![allow(unsafe_code)]

use core::cell::{Cell, UnsafeCell};
use core::mem::MaybeUninit;

use crate::descriptor::Descriptor;
use crate::errno::{Errno, Result};
use crate::types::Fd;

/// How many descriptors can be open at once, stdio included.
pub const CAPACITY: u32 = 1024 + 64;

pub struct Table {
    /// Numbers from here on have never been used.
    len: Cell<u32>,
    /// No number below this is free.
    lowest_free: Cell<u32>,
    slots: [UnsafeCell<MaybeUninit<Option<Descriptor>>>; CAPACITY as usize],
}

impl Table {
    /// # Safety
    /// `this` is valid for writes.
    pub unsafe fn initialise(this: *mut Self) {
        // SAFETY: of the caller; slots may stay as they are, for `len` is 0.
        unsafe {
            (&raw mut (*this).len).write(Cell::new(0));
            (&raw mut (*this).lowest_free).write(Cell::new(0));
        }
        // SAFETY: all fields that are read are now written.
        let this = unsafe { &*this };
        this.push(Descriptor::stdin());
        this.push(Descriptor::stdout());
        this.push(Descriptor::stderr());
    }

    fn slot(&self, index: u32) -> *mut Option<Descriptor> {
        debug_assert!(index < CAPACITY);
        // SAFETY: callers compare with `len` or `CAPACITY`.
        unsafe { self.slots.get_unchecked(index as usize).get().cast() }
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
        if free < CAPACITY { Ok(Fd(free)) } else { Err(Errno::MFILE) }
    }

    /// Fills the number that [`Self::vacancy`] found.
    pub fn insert(&self, fd: Fd, descriptor: Descriptor) {
        if fd.0 == self.len.get() {
            self.push(descriptor);
        } else {
            // SAFETY: vacant numbers other than `len` are below it.
            unsafe { *self.slot(fd.0) = Some(descriptor) };
        }
    }

    /// Adds a descriptor behind all others. Beyond the capacity it is closed again.
    pub fn push(&self, descriptor: Descriptor) {
        let len = self.len.get();
        if len < CAPACITY {
            // SAFETY: below the capacity, and not initialised before.
            unsafe { self.slot(len).write(Some(descriptor)) };
            self.len.set(len + 1);
        }
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
