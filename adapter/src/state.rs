//! The adapter's state: all of it, in one place, found through one question.
//!
//! # Safety
//! `answers::state` is the address of an initialised [`State`] whenever adapter code runs, because the packer has
//! `setup` of `memory.rs` run first. It is never freed.
#![allow(unsafe_code)]

use core::cell::Cell;

use crate::answers;
use crate::fd::readdir::Unread;
use crate::filestat::Known;
use crate::memory::{Memory, Overlap, Source};
use crate::preopens::Preopens;
use crate::scratch::{Region, Space};
use crate::strings::Sizes;
use crate::table::{self, Slot, Table};
use crate::types::Fd;
use crate::waiting::LastRead;

pub struct State {
    pub memory: Memory,
    pub table: Table,
    /// The directory entry that did not fit into the guest's last buffer.
    pub unread: Unread,
    /// What the last `fd_filestat_get` found.
    pub known: Known,
    /// The name `..`, and with one byte less `.`: a constant would need a data section.
    pub dots: [u8; 2],
    /// What the host has preopened, once it is known.
    pub preopens: Preopens,
    /// What `args_sizes_get` and `environ_sizes_get` found.
    pub args: Cell<Option<Sizes>>,
    pub environ: Cell<Option<Sizes>>,
    pub last_read: LastRead,
}

impl State {
    /// # Safety
    /// `this` is valid for writes of `size` bytes. [`NEAR`] bytes of scratch space follow, then the descriptors' slots, as
    /// many as there are for a block of so many pages; what is left becomes more scratch space.
    #[inline(never)] // its frame must come from the stack that `setup` has just made
    pub unsafe fn initialise(this: *mut State, size: usize, pages: usize, source: Source) {
        let unknown = None;
        let capacity = table::capacity(pages);
        let start = this as usize;
        let used = SLOTS + capacity as usize * size_of::<Slot>();
        let near = Region::new(start + size_of::<State>(), NEAR);
        let scratch = Space::new(near, Region::new(start + used, size.saturating_sub(used)));
        // SAFETY: of the caller. Field by field, because a `State` in one piece would be made on the shadow stack.
        unsafe {
            (&raw mut (*this).memory).write(Memory {
                source,
                scratch: Cell::new(scratch),
                results: Cell::new(Space::NONE),
                strings: Cell::new(None),
                gap: Cell::new(0),
                overlap: Cell::new(Overlap::Forbidden),
                held: Cell::new(None),
            });
            Unread::initialise(&raw mut (*this).unread);
            (&raw mut (*this).known).write(Known::new());
            (&raw mut (*this).dots).write([b'.'; 2]);
            (&raw mut (*this).preopens).write(Preopens::new());
            (&raw mut (*this).args).write(Cell::new(unknown));
            (&raw mut (*this).environ).write(Cell::new(unknown));
            (&raw mut (*this).last_read).write(LastRead::new());
            Table::initialise(&raw mut (*this).table, capacity);
        }
    }
}

/// How much of scratch space is close to the state: enough for what most programs are given at their start.
const NEAR: usize = 1 << 10;
/// Where the descriptors' slots begin, from the state on.
const SLOTS: usize = size_of::<State>() + NEAR;
/// What of a block of one page is taken by the state and all that follows it but the rest of scratch space.
pub const SIZE: usize = SLOTS + table::capacity(1) as usize * size_of::<Slot>();
/// What a program needs of that which opens little.
pub const FIRST: usize = SLOTS + 8 * size_of::<Slot>();
const _: () = assert!(SLOTS.is_multiple_of(align_of::<Slot>()));

impl State {
    /// The name by which a directory knows itself.
    pub fn dot(&self) -> &[u8] {
        &self.dots[..1]
    }

    /// Forgets what was kept of a descriptor that is about to get another meaning.
    pub fn forget(&self, fd: Fd) {
        self.unread.forget(fd);
        self.known.forget(fd);
    }
}

/// The first of the descriptors' slots.
pub fn slots() -> *mut Slot {
    (answers::state() + SLOTS) as *mut Slot
}

pub fn state() -> &'static State {
    // SAFETY: see the head of this file.
    unsafe { &*(answers::state() as *const State) }
}
