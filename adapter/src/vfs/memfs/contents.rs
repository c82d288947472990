//! The contents of a file: a tree of pages by position. A page that is missing has what the file had when it was embedded,
//! and zeros beyond.
//!
//! # Safety
//! The tree has pages of the file system. Inner ones are full of [`Slot`]s.
#![allow(unsafe_code)]

use core::cell::Cell;

use super::cells::{At, Cells, PAGE};
use crate::errno::Result;
use crate::guest::Buffer;
use crate::sealed_data;

/// The number of pages below an inner one, and its logarithm.
const FAN: usize = PAGE / size_of::<Slot>();
const BITS: u32 = FAN.trailing_zeros();

/// The address of a page, or 0.
type Slot = Cell<usize>;

pub struct Contents {
    root: Slot,
    /// The number of inner pages on the way to each page of contents.
    height: Cell<u32>,
    /// The place of what was embedded, and how much of it is left.
    start: u32,
    embedded: Cell<u32>,
}

impl Contents {
    pub fn empty() -> Self {
        Self::embedded(0, 0)
    }

    pub fn embedded(start: u32, len: u32) -> Self {
        Self { root: Cell::new(0), height: Cell::new(0), start, embedded: Cell::new(len) }
    }

    /// The place of what was embedded, or the number of a device.
    pub fn start(&self) -> u32 {
        self.start
    }

    /// Fills a buffer from `offset` on.
    pub fn read(&self, mut offset: u64, mut rest: Buffer) {
        if self.root.get() == 0 {
            return self.read_embedded(offset, rest);
        }
        while rest.len() > 0 {
            let within = (offset % PAGE as u64) as usize;
            let (part, after) = rest.split(PAGE - within);
            match self.find(offset / PAGE as u64) {
                0 => self.read_embedded(offset, part),
                // SAFETY: the part is inside of the page.
                page => unsafe { core::ptr::copy((page + within) as *const u8, part.start(), part.len()) },
            }
            offset += part.len() as u64;
            rest = after;
        }
    }

    /// Fills a buffer with what there is where no page is.
    fn read_embedded(&self, offset: u64, buffer: Buffer) {
        let left = u64::from(self.embedded.get()).saturating_sub(offset);
        let (embedded, zeros) = buffer.split(left.min(buffer.len() as u64) as usize);
        if embedded.len() > 0 {
            sealed_data::copy(embedded, self.start + offset as u32);
        }
        // SAFETY: a buffer is valid for writes.
        unsafe { zeros.start().write_bytes(0, zeros.len()) }
    }

    /// Writes as many of the bytes as there is space for.
    pub fn write(&self, cells: &Cells, mut offset: u64, bytes: &[u8]) -> Result<usize> {
        let mut done = 0;
        while let Some(rest) = bytes.get(done..)
            && !rest.is_empty()
        {
            let within = (offset % PAGE as u64) as usize;
            let len = rest.len().min(PAGE - within);
            let page = match self.ensure(cells, offset / PAGE as u64, len == PAGE) {
                Ok(page) => page,
                Err(_) if done > 0 => break,
                Err(errno) => return Err(errno),
            };
            // SAFETY: the part is inside of the page.
            unsafe { core::ptr::copy(rest.as_ptr(), (page + within) as *mut u8, len) }
            offset += len as u64;
            done += len;
        }
        Ok(done)
    }

    /// Removes everything from `size` on.
    pub fn cut(&self, cells: &Cells, size: u64) {
        self.embedded.set(u64::from(self.embedded.get()).min(size) as u32);
        if self.root.get() == 0 {
            return;
        }
        let within = (size % PAGE as u64) as usize;
        if within > 0 {
            let page = self.find(size / PAGE as u64);
            if page != 0 {
                // SAFETY: it ends where the page does.
                unsafe { ((page + within) as *mut u8).write_bytes(0, PAGE - within) }
            }
        }
        let first = size.div_ceil(PAGE as u64);
        let beyond = first.checked_shr(BITS * self.height.get()).unwrap_or(0);
        if beyond == 0 && cut(cells, self.root.get(), self.height.get(), first) {
            self.root.set(0);
            self.height.set(0);
        }
    }

    /// The address of a page, or 0.
    fn find(&self, number: u64) -> usize {
        let (mut page, mut height) = (self.root.get(), self.height.get());
        if number.checked_shr(BITS * height).unwrap_or(0) != 0 {
            return 0;
        }
        while height > 0 && page != 0 {
            height -= 1;
            page = slot(page, number >> (BITS * height)).get();
        }
        page
    }

    /// The address of a page, which is made if it is missing. One that will be overwritten as a whole may have any contents.
    fn ensure(&self, cells: &Cells, number: u64, whole: bool) -> Result<usize> {
        while number.checked_shr(BITS * self.height.get()).unwrap_or(0) != 0 {
            if self.root.get() != 0 {
                let inner = inner_page(cells)?;
                slot(inner, 0).set(self.root.replace(inner));
            }
            self.height.set(self.height.get() + 1);
        }
        let (mut place, mut height) = (&self.root, self.height.get());
        while height > 0 {
            if place.get() == 0 {
                place.set(inner_page(cells)?);
            }
            height -= 1;
            place = slot(place.get(), number >> (BITS * height));
        }
        if place.get() == 0 {
            let page = cells.page()?;
            if !whole {
                // SAFETY: a page of the file system's, which is nobody's yet.
                self.read_embedded(number * PAGE as u64, unsafe { Buffer::of_adapter(page, PAGE) });
            }
            place.set(page);
        }
        Ok(place.get())
    }
}

/// A slot of an inner page, by the last bits of the number.
fn slot<'a>(page: usize, number: u64) -> &'a Slot {
    let index = number as usize & (FAN - 1);
    // SAFETY: see the head of this file.
    unsafe { At::<Slot>::new(page + index * size_of::<Slot>()) }.get()
}

fn inner_page(cells: &Cells) -> Result<usize> {
    let page = cells.page()?;
    // SAFETY: a page of the file system's, which is nobody's yet.
    unsafe { (page as *mut u8).write_bytes(0, PAGE) }
    Ok(page)
}

/// Gives back the pages of a tree from the page with number `first` on. Returns whether that was all.
fn cut(cells: &Cells, page: usize, height: u32, first: u64) -> bool {
    if height > 0 {
        let shift = BITS * (height - 1);
        for index in (first >> shift)..FAN as u64 {
            let below = slot(page, index);
            let first = first.saturating_sub(index << shift);
            if below.get() != 0 && cut(cells, below.get(), height - 1, first) {
                below.set(0);
            }
        }
    }
    if first == 0 {
        cells.free_page(page);
    }
    first == 0
}
