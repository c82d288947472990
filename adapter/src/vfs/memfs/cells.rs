//! The memory of the file system: pages, and pages of equal cells for what is smaller.
//!
//! A page that was never used is taken only when no other is free, so memory is touched when there is something to put into
//! it. No page and no cell is expected to have any contents.
//!
//! # Safety
//! The region is the file system's alone. An [`At`] is made of a cell that was just written, or of a page of slots, and is
//! not used after it was given back: the file system forgets it before. Everything in cells is changed through [`Cell`]s.
#![allow(unsafe_code)]

use core::cell::Cell;
use core::ops::Deref;
use core::ptr::NonNull;

use crate::errno::{Errno, Result};

/// The size of a page. Pages begin at multiples of it.
pub const PAGE: usize = 4096;
/// The size of the smallest cell.
const LEAST: usize = 64;
/// The number of sizes of cells, each twice the one before. What is larger gets a page.
const SIZES: usize = 5;

/// The place of a value in a cell.
pub struct At<T>(NonNull<T>);

impl<T> Clone for At<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for At<T> {}

impl<T> PartialEq for At<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<T> Deref for At<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.get()
    }
}

impl<T> At<T> {
    /// The address.
    pub fn address(self) -> usize {
        self.0.as_ptr() as usize
    }

    /// The value, for as long as it is there.
    pub fn get<'a>(self) -> &'a T {
        // SAFETY: see the head of this file.
        unsafe { self.0.as_ref() }
    }

    /// # Safety
    /// There is a `T`.
    pub unsafe fn new(address: usize) -> Self {
        // SAFETY: nothing of the adapter's is at address 0.
        Self(unsafe { NonNull::new_unchecked(address as *mut T) })
    }
}

/// A place that may be none.
pub type Link<T> = Cell<Option<At<T>>>;

/// Free memory.
pub struct Cells {
    /// The first page that was never used, and the end of the region.
    fresh: Cell<usize>,
    end: usize,
    free: Link<FreePage>,
    /// The first page with free cells, for each size.
    open: [Link<Slab>; SIZES],
}

struct FreePage {
    next: Option<At<FreePage>>,
}

/// The head of a page of cells, which are behind it.
struct Slab {
    before: Link<Slab>,
    after: Link<Slab>,
    free: Link<FreeCell>,
    /// The first cell that was never used.
    fresh: Cell<usize>,
    used: Cell<u32>,
}

struct FreeCell {
    next: Option<At<FreeCell>>,
}

impl Slab {
    fn is_full(&self, start: usize, size: usize) -> bool {
        self.free.get().is_none() && self.fresh.get() + size > start + PAGE
    }
}

impl Cells {
    /// # Safety
    /// The region is nobody else's. It begins and ends at a page.
    pub unsafe fn new(start: usize, end: usize) -> Self {
        Self { fresh: Cell::new(start), end, free: Cell::new(None), open: [const { Cell::new(None) }; SIZES] }
    }

    /// The end of the region.
    pub fn end(&self) -> usize {
        self.end
    }

    /// A page with any contents.
    pub fn page(&self) -> Result<usize> {
        if let Some(page) = self.free.get() {
            self.free.set(page.next);
            return Ok(page.address());
        }
        let page = self.fresh.get();
        if page >= self.end {
            return Err(Errno::NOSPC);
        }
        self.fresh.set(page + PAGE);
        Ok(page)
    }

    pub fn free_page(&self, page: usize) {
        self.free.set(Some(write(page, FreePage { next: self.free.get() })));
    }

    /// At least `len` bytes with any contents, at most [`PAGE`], aligned to 8.
    pub fn take(&self, len: usize) -> Result<usize> {
        let Some((size, open)) = self.size(len) else { return self.page() };
        let slab = match open.get() {
            Some(slab) => slab,
            None => {
                let (page, fresh) = (self.page()?, (size_of::<Slab>() + 7) & !7);
                let (before, after, free) = (Cell::new(None), Cell::new(None), Cell::new(None));
                let slab = Slab { before, after, free, fresh: Cell::new(page + fresh), used: Cell::new(0) };
                let slab = write(page, slab);
                open.set(Some(slab));
                slab
            }
        };
        let cell = match slab.free.get() {
            Some(cell) => {
                slab.free.set(cell.next);
                cell.address()
            }
            None => slab.fresh.replace(slab.fresh.get() + size),
        };
        slab.used.set(slab.used.get() + 1);
        if slab.is_full(slab.address(), size) {
            unlink(open, slab);
        }
        Ok(cell)
    }

    /// Gives back what [`Self::take`] gave for this length.
    pub fn give(&self, cell: usize, len: usize) {
        let Some((size, open)) = self.size(len) else { return self.free_page(cell) };
        // SAFETY: a page of cells begins with its head.
        let slab = unsafe { At::<Slab>::new(cell & !(PAGE - 1)) };
        if slab.is_full(slab.address(), size) {
            slab.before.set(None);
            slab.after.set(open.get());
            if let Some(first) = open.replace(Some(slab)) {
                first.before.set(Some(slab));
            }
        }
        slab.free.set(Some(write(cell, FreeCell { next: slab.free.get() })));
        slab.used.set(slab.used.get() - 1);
        if slab.used.get() == 0 {
            unlink(open, slab);
            self.free_page(slab.address());
        }
    }

    /// Puts a value into a cell. `more` bytes follow it.
    pub fn put<T>(&self, value: T, more: usize) -> Result<At<T>> {
        Ok(write(self.take(size_of::<T>() + more)?, value))
    }

    /// The size of a cell for so many bytes, and the first page with a free one.
    fn size(&self, len: usize) -> Option<(usize, &Link<Slab>)> {
        let size = len.max(LEAST).next_power_of_two();
        let number = size.trailing_zeros() - LEAST.trailing_zeros();
        Some((size, self.open.get(number as usize)?))
    }

    /// The number of pages that are in use, for tests.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn used(&self, start: usize) -> usize {
        let free = core::iter::successors(self.free.get(), |page| page.next).count();
        (self.fresh.get() - start) / PAGE - free
    }
}

/// Takes a page out of the list that begins with `first`.
fn unlink(first: &Link<Slab>, slab: At<Slab>) {
    let (before, after) = (slab.before.take(), slab.after.take());
    match before {
        Some(before) => before.after.set(after),
        None => first.set(after),
    }
    if let Some(after) = after {
        after.before.set(before);
    }
}

fn write<T>(address: usize, value: T) -> At<T> {
    // SAFETY: a cell or page that is large enough, aligned to 8, and nobody else's.
    unsafe {
        (address as *mut T).write(value);
        At::new(address)
    }
}
