//! The descriptor table: numbers to descriptors, lowest free number first.
//!
//! # Safety
//! The slots lie behind the state, `capacity` of them. Slots below `len` are initialised. A slot is only replaced by the
//! functions below, which make no reference to it that outlives them; what they take out is dropped after the slot has its new content.
#![allow(unsafe_code)]

use core::cell::Cell;

use crate::answers::can_duplicate;
use crate::descriptor::Descriptor;
use crate::errno::{Errno, Result};
use crate::types::Fd;

/// How many descriptors can be open at once at least, stdio included.
const CAPACITY: u32 = 1024 + 64;
/// How many more for each page that the adapter has beyond [`PAGES`], which it has below the guest if nobody says otherwise.
const CAPACITY_PER_PAGE: u32 = 1024;
const PAGES: usize = 31;

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
        this.push(Descriptor::stdin());
        this.push(Descriptor::stdout());
        this.push(Descriptor::stderr());
    }

    /// Where a slot is, used or not.
    fn slot(index: u32) -> *mut Slot {
        crate::state::slots().wrapping_add(index as usize)
    }

    /// The descriptor with this number, if there is one.
    #[inline]
    pub fn get(&self, fd: Fd) -> Option<&Descriptor> {
        if fd.0 >= self.len.get() {
            // Only stdio is there from the start.
            if !crate::preopens::load() || fd.0 >= self.len.get() {
                return None;
            }
        }
        match self.peek(fd.0) {
            Some(Descriptor::Alias(owner)) if can_duplicate() => self.peek(owner.0),
            descriptor => descriptor,
        }
    }

    fn peek(&self, index: u32) -> Option<&Descriptor> {
        if index >= self.len.get() {
            return None;
        }
        // SAFETY: slots below `len` are initialised.
        unsafe { &*Self::slot(index) }.as_ref()
    }

    /// The number that [`Self::insert`] will use next; [`Errno::MFILE`] if there is none.
    pub fn vacancy(&self) -> Result<Fd> {
        crate::preopens::load();
        let free = self.vacancy_from(self.lowest_free.get())?;
        self.lowest_free.set(free.0);
        Ok(free)
    }

    fn vacancy_from(&self, mut free: u32) -> Result<Fd> {
        while self.peek(free).is_some() {
            free += 1;
        }
        if free < self.capacity { Ok(Fd(free)) } else { Err(Errno::MFILE) }
    }

    /// Fills the number that [`Self::vacancy`] found.
    pub fn insert(&self, fd: Fd, descriptor: Descriptor) {
        if fd.0 < self.len.get() {
            // SAFETY: slots below `len` are initialised.
            unsafe { *Self::slot(fd.0) = Some(descriptor) };
        } else {
            self.push(descriptor);
        }
    }

    /// Adds a descriptor behind all others. Beyond the capacity it is closed again.
    pub fn push(&self, descriptor: Descriptor) {
        self.extend(Some(descriptor));
    }

    #[inline]
    fn extend(&self, slot: Slot) {
        let len = self.len.get();
        if len < self.capacity {
            // SAFETY: there are so many slots, and this one is not initialised yet.
            unsafe { Self::slot(len).write(slot) };
            self.len.set(len + 1);
        }
    }

    /// Gives what `fd` is, which is in use, the lowest free number that is at least `least` as well.
    pub fn duplicate(&self, fd: Fd, least: u32) -> Result<Fd> {
        crate::preopens::load();
        let owner = match self.peek(fd.0) {
            Some(Descriptor::Alias(owner)) => *owner,
            _ => fd,
        };
        let free = self.vacancy_from(least.max(self.lowest_free.get()))?;
        while self.len.get() < free.0 {
            self.extend(None);
        }
        self.insert(free, Descriptor::Alias(owner));
        Ok(free)
    }

    /// Frees a number, and returns what nobody else has now: the descriptor, or an alias of it; nothing if it was free.
    pub fn remove(&self, fd: Fd) -> Option<Descriptor> {
        self.peek(fd.0)?;
        self.lowest_free.set(self.lowest_free.get().min(fd.0));
        // SAFETY: slots below `len` are initialised, and `peek` has found this one there.
        let descriptor = unsafe { (*Self::slot(fd.0)).take() }?;
        Some(if can_duplicate() && !matches!(descriptor, Descriptor::Alias(_)) {
            self.bequeath(fd, descriptor)
        } else {
            descriptor
        })
    }

    /// Makes the first alias of `fd`, if there is one, the owner of its descriptor.
    fn bequeath(&self, fd: Fd, descriptor: Descriptor) -> Descriptor {
        let is_alias = |index: &u32| matches!(self.peek(*index), Some(Descriptor::Alias(owner)) if *owner == fd);
        let mut aliases = (0..self.len.get()).filter(is_alias);
        let Some(heir) = aliases.next() else { return descriptor };
        for index in aliases {
            self.insert(Fd(index), Descriptor::Alias(Fd(heir)));
        }
        self.insert(Fd(heir), descriptor);
        Descriptor::Alias(Fd(heir))
    }

    /// Moves what `from` is to `to`, in whose place it comes. Both are in use.
    pub fn renumber(&self, from: Fd, to: Fd) {
        drop(self.remove(to));
        if let Some(descriptor) = self.remove(from) {
            self.insert(to, descriptor);
        }
    }
}
