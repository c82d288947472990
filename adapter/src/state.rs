//! The adapter's state: all of it, in one place.
#![allow(unsafe_code)]

use core::cell::Cell;

use crate::block::BlockSource;
use crate::cgi::Cgi;
use crate::descriptor::Descriptor;
use crate::errno::{Errno, Result};
use crate::filestat::CachedStat;
use crate::intrinsics::{has_embedded_files, sealed_clock, sealed_random};
use crate::memory::Memory;
use crate::repeatable::Elapsed;
use crate::scratch::{Region, Space};
use crate::table::{Slot, Table};
use crate::unread::Unread;
use crate::vfs::Image;
use crate::waiting::LastRead;

pub struct State {
    pub memory: Memory,
    pub table: Table<Descriptor>,
    /// The directory entry that did not fit into the guest's last buffer.
    pub unread: Unread,
    /// The result of the last `fd_filestat_get`.
    pub cached_stat: CachedStat,
    /// The name `..`, and with one byte less `.`: a constant would need a data section.
    pub dots: [u8; 2],
    /// True once the preopens are in the table.
    pub preopens_loaded: Cell<bool>,
    /// The embedded files, once the preopens are in the table.
    pub image: Cell<Image>,
    /// The results of `args_sizes_get` and `environ_sizes_get`.
    pub args: Cell<Option<Sizes>>,
    pub environ: Cell<Option<Sizes>>,
    pub last_read: LastRead,
    pub elapsed: Elapsed,
    /// The request that a CGI program answers.
    pub request: Cell<Option<&'static Cgi>>,
}

/// The number of strings, and of their bytes with terminators.
#[derive(Clone, Copy)]
pub struct Sizes {
    pub count: u32,
    pub bytes: u32,
}

impl Sizes {
    pub const NONE: Self = Self { count: 0, bytes: 0 };
}

impl State {
    /// # Safety
    /// `this` is valid for writes of `size` bytes. [`NEAR`] bytes of scratch space follow, then the descriptors' slots, as
    /// many as there are for a block of so many pages; what is left becomes more scratch space.
    #[inline(never)] // its frame must come from the stack that `setup` has just made
    pub unsafe fn initialise(this: *mut State, size: usize, pages: usize, source: BlockSource) {
        let unknown = None;
        let capacity = capacity(pages);
        let start = this as usize;
        let used = SLOTS + capacity as usize * size_of::<Slot<Descriptor>>();
        let near = Region::new(start + size_of::<State>(), NEAR);
        let scratch = Space::new(near, Region::new(start + used, size.saturating_sub(used)));
        // SAFETY: of the caller. Field by field, because a `State` in one piece would be made on the shadow stack.
        let table = unsafe {
            (&raw mut (*this).memory).write(Memory::new(source, scratch));
            (&raw mut (*this).table).write(Table::new((start + SLOTS) as *mut _, capacity));
            Unread::initialise(&raw mut (*this).unread);
            (&raw mut (*this).cached_stat).write(CachedStat::new());
            (&raw mut (*this).dots).write([b'.'; 2]);
            (&raw mut (*this).preopens_loaded).write(Cell::new(false));
            if has_embedded_files() {
                (&raw mut (*this).image).write(Cell::new(Image::NONE));
            }
            (&raw mut (*this).args).write(Cell::new(unknown));
            (&raw mut (*this).environ).write(Cell::new(unknown));
            (&raw mut (*this).last_read).write(LastRead::new());
            if sealed_clock() != 0 || sealed_random() != 0 {
                (&raw mut (*this).elapsed).write(Elapsed::new());
            }
            (&raw mut (*this).request).write(Cell::new(None));
            &(*this).table
        };
        table.push(Descriptor::stdin());
        table.push(Descriptor::stdout());
        table.push(Descriptor::stderr());
    }

    /// The request that a CGI program answers. Before there is one, its standard streams are closed: [`Errno::BADF`].
    pub fn cgi(&self) -> Result<&'static Cgi> {
        self.request.get().ok_or(Errno::BADF)
    }

    /// The name by which a directory knows itself.
    pub fn dot(&self) -> &[u8] {
        &self.dots[..1]
    }
}

/// The number of descriptors, stdio included, that can always be open at once.
const CAPACITY: u32 = 1024 + 64;
/// More descriptors for each page of the adapter beyond [`PAGES`], the default below the guest.
const CAPACITY_PER_PAGE: u32 = 1024;
const PAGES: usize = 31;

/// The number of slots in a block of `pages`.
const fn capacity(pages: usize) -> u32 {
    CAPACITY + pages.saturating_sub(PAGES) as u32 * CAPACITY_PER_PAGE
}

/// The size of the scratch space next to the state: enough for the arguments and variables of most programs.
const NEAR: usize = 960;
/// The offset of the descriptors' slots from the state.
const SLOTS: usize = size_of::<State>() + NEAR;
/// The size of the state, the scratch space next to it and the slots, in a block of one page.
pub const SIZE: usize = SLOTS + capacity(1) as usize * size_of::<Slot<Descriptor>>();
/// The part of it that a program uses which opens little.
pub const FIRST: usize = SLOTS + 8 * size_of::<Slot<Descriptor>>();
const _: () = assert!(SLOTS.is_multiple_of(align_of::<Slot<Descriptor>>()));
const _: () = assert!(size_of::<Slot<Descriptor>>() * CAPACITY_PER_PAGE as usize <= 3 * (1 << 16) / 4);
