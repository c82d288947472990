//! The guest's lists of buffers, for scattering and gathering: as few host calls as possible.
//!
//! Buffers next to each other that are small together go through scratch space in one call. A large one goes by
//! itself, without a copy. Entries are copied and checked so many at a time, before anything is read or written.
#![allow(unsafe_code)]

use crate::errno::{Errno, Result};
use crate::guest::{Buffer, GuestSize, Inputs, Ptr};
use crate::scratch::ScratchVec;
use crate::types::Iovec;

/// The most entries that are checked together.
const ENTRIES: usize = 128;
/// The most bytes that are copied together.
const JOIN: usize = 7 << 10;
/// The scratch space that [`Buffers::check`] takes: every layout has so much.
const ROOM: usize = ENTRIES * size_of::<Buffer>() + JOIN;

/// The guest's buffers, each inside its memory.
pub enum Buffers {
    One(Buffer),
    Many(Many),
}

impl Buffers {
    /// Copies and checks the list, or the beginning of a long one. `scratch` gives memory aligned to 8.
    #[inline(always)] // for one buffer, which most are
    pub fn check(iovs: Ptr<Iovec>, len: u32, scratch: impl FnOnce(usize) -> Result<Buffer>) -> Result<Self> {
        let mut list = iovs.inputs(len)?;
        if len <= 1 {
            return Ok(Self::One(list.next().map_or(Ok(Buffer::EMPTY), |iovec| GuestSize::now().buffer(iovec))?));
        }
        Ok(Self::Many(Many::check(list, scratch(ROOM)?)?))
    }

    /// The length of all.
    #[cold] // only what is written to nowhere
    pub fn length(self) -> Result<u32> {
        match self {
            Self::One(buffer) => Ok(buffer.len() as u32),
            Self::Many(mut many) => {
                while many.next_run()?.is_some() {}
                Ok(many.total)
            }
        }
    }
}

/// More than one buffer.
pub struct Many {
    unread: Inputs<Iovec>,
    /// The entries at hand, and how many of them are done with.
    entries: ScratchVec<Buffer>,
    done: usize,
    /// The length of all entries up to now.
    total: u32,
    /// Scratch space, in which bytes are joined.
    room: Buffer,
}

impl Many {
    #[inline(never)]
    fn check(unread: Inputs<Iovec>, scratch: Buffer) -> Result<Self> {
        let (entries, room) = scratch.split(ENTRIES * size_of::<Buffer>());
        // SAFETY: scratch space of this call, of which nobody else has this part.
        let entries = unsafe { ScratchVec::new(entries) };
        let mut many = Self { unread, entries, done: 0, total: 0, room };
        many.read_entries()?;
        Ok(many)
    }

    /// Copies and checks the next entries.
    fn read_entries(&mut self) -> Result {
        // Not in place: the compiler would take into account that the list may lie over them.
        let (mut unread, mut total, size) = (core::mem::take(&mut self.unread), self.total, GuestSize::now());
        self.done = 0;
        self.entries.refill(unread.by_ref().map(|iovec| {
            total = total.checked_add(iovec.len).ok_or(Errno::INVAL)?;
            size.buffer(iovec)
        }))?;
        (self.unread, self.total) = (unread, total);
        Ok(())
    }

    /// The buffers that go to the host in the next call.
    pub fn next_run(&mut self) -> Result<Option<Run<'_>>> {
        if self.done >= self.entries.len() {
            self.read_entries()?;
        }
        let entries = self.entries.get(self.done..).unwrap_or_default();
        if entries.is_empty() {
            return Ok(None);
        }
        let (run, taken) = join(entries, self.room);
        self.done += taken;
        Ok(Some(run))
    }
}

/// The first of `entries`, for one call of the host, and their number.
fn join(entries: &[Buffer], room: Buffer) -> (Run<'_>, usize) {
    let (mut only, mut bytes, mut joined) = (Buffer::EMPTY, 0, false);
    let mut taken = entries.len();
    for (index, buffer) in entries.iter().enumerate() {
        if buffer.len() == 0 {
            continue;
        }
        if bytes == 0 {
            only = *buffer;
        } else if buffer.len() > room.len().saturating_sub(bytes) {
            taken = index;
            break;
        } else {
            joined = true;
        }
        bytes += buffer.len();
    }
    if joined {
        (Run { buffer: room.until(bytes), joined: entries.get(..taken).unwrap_or_default() }, taken)
    } else {
        (Run { buffer: only, joined: &[] }, taken)
    }
}

/// The bytes of one call of the host.
pub struct Run<'a> {
    /// The memory that the host reads or writes: the guest's buffer itself, or scratch space.
    buffer: Buffer,
    /// The buffers for which scratch space stands.
    joined: &'a [Buffer],
}

impl Run<'_> {
    pub fn buffer(&self) -> Buffer {
        self.buffer
    }

    /// The bytes for the host to read.
    pub fn gather(&self) -> Buffer {
        let mut scratch = self.buffer;
        for guest in self.joined {
            scratch = scratch.from(scratch.fill(guest.as_slice()));
        }
        self.buffer
    }

    /// Hands out the first `len` bytes, which the host has written.
    pub fn scatter(&self, len: usize) {
        let mut scratch = self.buffer.until(len);
        for guest in self.joined {
            scratch = scratch.from(guest.fill(scratch.as_slice()));
        }
    }
}
