//! Files, directories and links: their attributes, and how long they are there.

use core::cell::Cell;

use super::cells::{At, Cells, PAGE};
use super::contents::Contents;
use super::directory::Entries;
use crate::errno::{Errno, Result};
use crate::guest::Buffer;
use crate::types::{Filestat, filetype};
use crate::vfs::image::{DEVICE, Index, Node};

/// The most bytes of a file, holes included: as on ext4.
pub const LARGEST: u64 = (1 << 44) - PAGE as u64;

pub struct Inode {
    number: u64,
    filetype: u8,
    times: Times,
    /// Of a directory.
    pub parent: Cell<Parent>,
    /// The number of names; of a directory, one more for itself and one for each in it. Nothing leads to one that has none.
    pub links: Cell<u32>,
    /// The number of descriptors.
    opens: Cell<u32>,
    /// The size of a file or link in bytes.
    size: Cell<u64>,
    /// Of a file. Of a link they are its target.
    pub contents: Contents,
    /// Of a directory.
    pub entries: Entries,
}

/// The directory around a directory.
#[derive(Clone, Copy)]
pub enum Parent {
    /// One that is embedded and cannot be changed.
    Embedded(Index),
    Inode(At<Inode>),
    /// It was removed, and is still open.
    Removed,
}

/// Times in nanoseconds since 1970. When a file is read or written, its times are only marked: POSIX allows them to be
/// updated when somebody asks, or when the file is closed. So reading and writing need not ask for the time.
pub struct Times {
    accessed: Cell<u64>,
    modified: Cell<u64>,
    changed: Cell<u64>,
    is_read: Cell<bool>,
    is_written: Cell<bool>,
}

impl Times {
    fn new(time: u64) -> Self {
        let time = || Cell::new(time);
        let (accessed, modified, changed) = (time(), time(), time());
        Self { accessed, modified, changed, is_read: Cell::new(false), is_written: Cell::new(false) }
    }
}

impl Inode {
    pub fn new(number: u64, filetype: u8, time: u64, links: u32, parent: Parent) -> Self {
        Self {
            number,
            filetype,
            times: Times::new(time),
            parent: Cell::new(parent),
            links: Cell::new(links),
            opens: Cell::new(0),
            size: Cell::new(0),
            contents: Contents::empty(),
            entries: Entries::empty(),
        }
    }

    /// The same with the contents of a node, or with its entries.
    pub fn with_embedded(self, node: &Node) -> Self {
        if self.is_directory() {
            Self { entries: Entries::embedded(node.start, node.len), ..self }
        } else {
            let contents = Contents::embedded(node.start, node.len);
            Self { size: Cell::new(node.len.into()), contents, ..self }
        }
    }

    pub fn number(&self) -> u64 {
        self.number
    }

    pub fn filetype(&self) -> u8 {
        self.filetype
    }

    pub fn is_directory(&self) -> bool {
        self.filetype == filetype::DIRECTORY
    }

    /// The [start](Node::start) of the node that this was embedded as, which of a directory is behind the nodes that have entries.
    pub fn start(&self) -> u32 {
        if self.is_directory() { self.entries.start() } else { self.contents.start() }
    }

    /// Of a file or link.
    pub fn size(&self) -> u64 {
        self.size.get()
    }

    pub fn filestat(&self, now: impl FnOnce() -> u64) -> Filestat {
        self.settle(now);
        Filestat {
            dev: DEVICE,
            ino: self.number,
            filetype: self.filetype,
            nlink: self.links.get().into(),
            size: self.size.get(),
            atim: self.times.accessed.get(),
            mtim: self.times.modified.get(),
            ctim: self.times.changed.get(),
        }
    }

    /// Updates the times that are marked.
    pub fn settle(&self, now: impl FnOnce() -> u64) {
        let (is_read, is_written) = (self.times.is_read.take(), self.times.is_written.take());
        if is_read || is_written {
            let now = now();
            if is_read {
                self.times.accessed.set(now);
            }
            if is_written {
                self.times.modified.set(now);
                self.times.changed.set(now);
            }
        }
    }

    /// The file has changed, or the directory has other entries.
    pub fn modify(&self, now: u64) {
        self.times.modified.set(now);
        self.change(now);
    }

    /// Something else about it has changed, as its names have.
    pub fn change(&self, now: u64) {
        self.times.changed.set(now);
    }

    pub fn set_times(&self, accessed: Option<u64>, modified: Option<u64>, now: u64) {
        self.settle(|| now);
        accessed.inspect(|time| self.times.accessed.set(*time));
        modified.inspect(|time| self.times.modified.set(*time));
        if accessed.is_some() || modified.is_some() {
            self.change(now);
        }
    }

    /// As on Linux by default, reading counts if nothing was read since the last change.
    fn mark_read(&self) {
        let Times { accessed, modified, changed, is_written, .. } = &self.times;
        if is_written.get() || accessed.get() <= modified.get().max(changed.get()) {
            self.times.is_read.set(true);
        }
    }

    /// Fills the buffer from an offset on, as far as the file reaches.
    pub fn read(&self, offset: u64, buffer: Buffer) -> usize {
        let left = self.size.get().saturating_sub(offset);
        let part = buffer.until(left.min(buffer.len() as u64) as usize);
        if part.len() > 0 {
            self.contents.read(offset, part);
            self.mark_read();
        }
        part.len()
    }

    /// Writes all of the bytes, or as many as there is space for.
    pub fn write(&self, cells: &Cells, offset: u64, bytes: &[u8]) -> Result<usize> {
        let left = usize::try_from(LARGEST.saturating_sub(offset)).unwrap_or(usize::MAX);
        if left == 0 && !bytes.is_empty() {
            return Err(Errno::FBIG);
        }
        let written = self.contents.write(cells, offset, bytes.get(..left).unwrap_or(bytes))?;
        if written > 0 {
            self.size.set(self.size.get().max(offset + written as u64));
            self.times.is_written.set(true);
        }
        Ok(written)
    }

    /// Changes the size of a file.
    pub fn resize(&self, cells: &Cells, size: u64, now: u64) -> Result {
        if size > LARGEST {
            return Err(Errno::FBIG);
        }
        if size < self.size.get() {
            self.contents.cut(cells, size);
        }
        self.size.set(size);
        self.modify(now);
        Ok(())
    }

    /// Sets the target of a new link.
    pub fn set_target(&self, cells: &Cells, target: &[u8]) -> Result {
        self.size.set(target.len() as u64);
        let written = self.contents.write(cells, 0, target)?;
        if written < target.len() { Err(Errno::NOSPC) } else { Ok(()) }
    }

    /// The target of a link, from a place on, as far as it fits.
    pub fn target(&self, from: u32, buffer: Buffer) -> usize {
        let left = self.size.get().saturating_sub(from.into());
        let part = buffer.until(left.min(buffer.len() as u64) as usize);
        self.contents.read(from.into(), part);
        part.len()
    }

    pub fn open(&self) {
        self.opens.set(self.opens.get() + 1);
    }
}

impl At<Inode> {
    /// Returns whether this directory is `other`, or is somewhere in it.
    pub fn is_within(self, other: Self) -> bool {
        let mut at = self;
        while at != other {
            match at.parent.get() {
                Parent::Inode(parent) => at = parent,
                Parent::Embedded(_) | Parent::Removed => return false,
            }
        }
        true
    }

    pub fn close(self, cells: &Cells, now: impl FnOnce() -> u64) {
        self.settle(now);
        self.opens.set(self.opens.get() - 1);
        self.free_if_unused(cells);
    }

    /// Takes away a name.
    pub fn remove_link(self, cells: &Cells, now: u64) {
        if self.is_directory() {
            self.links.set(0);
            self.parent.set(Parent::Removed);
        } else {
            self.links.set(self.links.get() - 1);
        }
        self.change(now);
        self.free_if_unused(cells);
    }

    fn free_if_unused(self, cells: &Cells) {
        if self.links.get() == 0 && self.opens.get() == 0 {
            self.discard(cells);
        }
    }

    /// Frees an inode that nothing leads to.
    pub fn discard(self, cells: &Cells) {
        self.contents.cut(cells, 0);
        cells.give(self.address(), size_of::<Inode>());
    }
}

// The linker reckons with this (`files/writable.rs`).
const _: () = assert!(size_of::<Inode>() <= if cfg!(target_arch = "wasm32") { 128 } else { PAGE });
