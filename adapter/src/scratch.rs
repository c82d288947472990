//! Free memory, and lists that live in it.
#![allow(unsafe_code)]

use core::ops::{Deref, DerefMut};

use crate::guest::Buffer;

/// `left` bytes from `next` on, not yet used. (Their end may be that of the address space, which no address can say.)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region {
    next: usize,
    left: usize,
}

impl Region {
    pub const NONE: Self = Self { next: 0, left: 0 };

    pub fn new(start: usize, len: usize) -> Self {
        Self { next: start, left: len }
    }

    pub fn of(buffer: Buffer) -> Self {
        Self { next: buffer.start() as usize, left: buffer.len() }
    }

    /// `size` bytes, if so many are left. `align` is a power of two.
    #[inline]
    pub fn take(&mut self, align: usize, size: usize) -> Option<usize> {
        let padding = self.next.wrapping_neg() & align.wrapping_sub(1);
        let left = self.left.checked_sub(padding)?.checked_sub(size)?;
        let start = self.next.wrapping_add(padding);
        *self = Self { next: start.wrapping_add(size), left };
        Some(start)
    }
}

/// Free memory in two places, of which the first is used first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Space {
    near: Region,
    far: Region,
}

impl Space {
    pub const NONE: Self = Self { near: Region::NONE, far: Region::NONE };

    pub fn new(near: Region, far: Region) -> Self {
        Self { near, far }
    }

    pub fn only(region: Region) -> Self {
        Self { near: region, far: Region::NONE }
    }

    /// None of it, at an address that it has.
    pub fn empty(self) -> Self {
        Self::only(Region { left: 0, ..self.near })
    }

    /// The same with another second place.
    pub fn with_far(self, far: Region) -> Self {
        Self { far, ..self }
    }

    /// [`Self::take`] from the first place alone.
    #[inline]
    pub fn take_near(&mut self, align: usize, size: usize) -> Option<usize> {
        self.near.take(align, size)
    }

    /// Once the second place is in use, it is the only one.
    pub fn take(&mut self, align: usize, size: usize) -> Option<usize> {
        self.near.take(align, size).or_else(|| {
            let start = self.far.take(align, size)?;
            *self = Self::only(self.far);
            Some(start)
        })
    }

    /// Takes back the last bytes of those that were just taken.
    pub fn give_back(&mut self, bytes: usize) {
        let Region { next, left } = self.near;
        self.near = Region { next: next.wrapping_sub(bytes), left: left.wrapping_add(bytes) };
    }
}

/// A list in scratch space, as long as fits there.
pub struct ScratchVec<T> {
    start: *mut T,
    len: usize,
    capacity: usize,
}

impl<T: Copy> ScratchVec<T> {
    /// # Safety
    /// The room is the adapter's, and nobody else's as long as the list is used.
    pub unsafe fn new(room: Buffer) -> Self {
        let mut region = Region::of(room);
        let start = region.take(align_of::<T>(), 0).unwrap_or(0);
        Self { start: start as *mut T, len: 0, capacity: region.left / size_of::<T>() }
    }

    /// Has other values instead, as many of them as there is room for.
    #[inline]
    pub fn refill<E>(&mut self, mut values: impl Iterator<Item = Result<T, E>>) -> Result<(), E> {
        let mut len = 0;
        while len < self.capacity
            && let Some(value) = values.next()
        {
            // SAFETY: within the room.
            unsafe { self.start.add(len).write(value?) };
            len += 1;
        }
        self.len = len;
        Ok(())
    }

    /// Adds a value, or says that there is no room for it.
    #[inline]
    #[must_use]
    pub fn push(&mut self, value: T) -> bool {
        let fits = self.len < self.capacity;
        if fits {
            // SAFETY: within the room.
            unsafe { self.start.add(self.len).write(value) };
            self.len += 1;
        }
        fits
    }
}

impl<T> Deref for ScratchVec<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        if self.len == 0 {
            return Default::default();
        }
        // SAFETY: `push` has written so many.
        unsafe { core::slice::from_raw_parts(self.start, self.len) }
    }
}

impl<T> DerefMut for ScratchVec<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        if self.len == 0 {
            return Default::default();
        }
        // SAFETY: as above.
        unsafe { core::slice::from_raw_parts_mut(self.start, self.len) }
    }
}
