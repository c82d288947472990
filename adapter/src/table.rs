//! The descriptor table: numbers to descriptors, lowest free number first.
//!
//! # Safety
//! The slots below `len` are initialised, and nobody else has any of the slots. A slot is only replaced by the functions
//! below, which make no reference to it that outlives them; a descriptor is dropped after its slot has the new content.
#![allow(unsafe_code)]

use core::cell::Cell;

use crate::errno::{Errno, Result};
use crate::intrinsics::can_duplicate;
use crate::types::Fd;

pub struct Table<T> {
    slots: *mut Slot<T>,
    capacity: u32,
    /// Numbers from here on have never been used.
    len: Cell<u32>,
    /// No number below this is free.
    lowest_free: Cell<u32>,
}

/// The entry of a number.
pub enum Slot<T> {
    Free,
    /// Taken by a C library, which has a descriptor of its own with this number.
    Reserved,
    /// Another number of the descriptor with this one, which owns it.
    Alias(Fd),
    Owner(T),
}

impl<T> Table<T> {
    /// # Safety
    /// `capacity` slots are valid for writes, and nobody else's as long as the table is used.
    pub unsafe fn new(slots: *mut Slot<T>, capacity: u32) -> Self {
        Self { slots, capacity, len: Cell::new(0), lowest_free: Cell::new(0) }
    }

    /// All numbers in use are below this.
    #[inline]
    pub fn len(&self) -> u32 {
        self.len.get()
    }

    /// The descriptor with this number, if there is one.
    #[inline]
    pub fn get(&self, fd: Fd) -> Option<&T> {
        match self.slot(fd)? {
            Slot::Owner(descriptor) => Some(descriptor),
            slot if can_duplicate() => self.behind_alias(slot),
            _ => None,
        }
    }

    fn behind_alias(&self, slot: &Slot<T>) -> Option<&T> {
        let Slot::Alias(owner) = slot else { return None };
        match self.slot(*owner)? {
            Slot::Owner(descriptor) => Some(descriptor),
            _ => None,
        }
    }

    #[inline]
    fn slot(&self, fd: Fd) -> Option<&Slot<T>> {
        // SAFETY: slots below `len` are initialised.
        (fd.0 < self.len.get()).then(|| unsafe { &*self.place(fd) })
    }

    fn is_free(&self, fd: Fd) -> bool {
        matches!(self.slot(fd), None | Some(Slot::Free))
    }

    fn place(&self, fd: Fd) -> *mut Slot<T> {
        self.slots.wrapping_add(fd.0 as usize)
    }

    /// The number that [`Self::insert`] will use next; [`Errno::MFILE`] if there is none.
    pub fn lowest_free_number(&self) -> Result<Fd> {
        let free = self.lowest_free_from(self.lowest_free.get())?;
        self.lowest_free.set(free.0);
        Ok(free)
    }

    fn lowest_free_from(&self, mut free: u32) -> Result<Fd> {
        while !self.is_free(Fd(free)) {
            free += 1;
        }
        if free < self.capacity { Ok(Fd(free)) } else { Err(Errno::MFILE) }
    }

    /// Fills the number that [`Self::lowest_free_number`] found.
    pub fn insert(&self, fd: Fd, descriptor: T) {
        self.set(fd, Slot::Owner(descriptor));
    }

    fn set(&self, fd: Fd, slot: Slot<T>) {
        if fd.0 < self.len.get() {
            // SAFETY: slots below `len` are initialised.
            drop(unsafe { self.place(fd).replace(slot) });
        } else {
            self.extend(slot);
        }
    }

    /// Adds a descriptor behind all others. Beyond the capacity it is closed again.
    pub fn push(&self, descriptor: T) {
        self.extend(Slot::Owner(descriptor));
    }

    #[inline]
    fn extend(&self, slot: Slot<T>) {
        let len = self.len.get();
        if len < self.capacity {
            // SAFETY: there are so many slots, and this one is not initialised yet.
            unsafe { self.place(Fd(len)).write(slot) };
            self.len.set(len + 1);
        }
    }

    /// Takes the lowest free number for somebody else.
    pub fn reserve(&self) -> Result<Fd> {
        let fd = self.lowest_free_number()?;
        self.set(fd, Slot::Reserved);
        Ok(fd)
    }

    /// Frees a number that is reserved.
    pub fn release(&self, fd: Fd) -> Result {
        match self.slot(fd) {
            Some(Slot::Reserved) => {
                drop(self.remove(fd));
                Ok(())
            }
            _ => Err(Errno::BADF),
        }
    }

    /// Gives what `fd` is the lowest free number that is at least `least` as well. What is reserved is that twice.
    pub fn duplicate(&self, fd: Fd, least: u32) -> Result<Fd> {
        let duplicate = match self.slot(fd) {
            None | Some(Slot::Free) => return Err(Errno::BADF),
            Some(Slot::Reserved) => Slot::Reserved,
            Some(Slot::Alias(owner)) => Slot::Alias(*owner),
            Some(Slot::Owner(_)) => Slot::Alias(fd),
        };
        let free = self.lowest_free_from(least.max(self.lowest_free.get()))?;
        while self.len.get() < free.0 {
            self.extend(Slot::Free);
        }
        self.set(free, duplicate);
        Ok(free)
    }

    /// The count of numbers that the descriptor of this one has.
    pub fn numbers_of(&self, fd: Fd) -> u32 {
        let owner = match self.slot(fd) {
            Some(Slot::Alias(owner)) => *owner,
            _ => fd,
        };
        1 + self.aliases_of(owner).count() as u32
    }

    fn aliases_of(&self, owner: Fd) -> impl Iterator<Item = Fd> {
        let numbers = if can_duplicate() { self.len.get() } else { 0 };
        (0..numbers).map(Fd).filter(move |fd| matches!(self.slot(*fd), Some(Slot::Alias(other)) if *other == owner))
    }

    /// Frees a number, and returns what it was: the descriptor, or an alias of it if it has other numbers. It is dropped
    /// with the last.
    pub fn remove(&self, fd: Fd) -> Slot<T> {
        if self.is_free(fd) {
            return Slot::Free;
        }
        self.lowest_free.set(self.lowest_free.get().min(fd.0));
        // SAFETY: slots below `len` are initialised, and `is_free` has found this one there.
        match unsafe { self.place(fd).replace(Slot::Free) } {
            Slot::Owner(descriptor) if can_duplicate() => self.promote_alias(fd, descriptor),
            slot => slot,
        }
    }

    /// Makes the first alias of `fd`, if there is one, the owner of its descriptor.
    fn promote_alias(&self, fd: Fd, descriptor: T) -> Slot<T> {
        let mut aliases = self.aliases_of(fd);
        let Some(heir) = aliases.next() else { return Slot::Owner(descriptor) };
        for alias in aliases {
            self.set(alias, Slot::Alias(heir));
        }
        self.set(heir, Slot::Owner(descriptor));
        Slot::Alias(heir)
    }

    /// Moves what `from` is to `to`, in whose place it comes. Both are in use.
    pub fn renumber(&self, from: Fd, to: Fd) {
        drop(self.remove(to));
        let moved = self.remove(from);
        self.set(to, moved);
    }
}
