//! The memory file system: files that the program can change. They last as long as the program runs.
//!
//! | file | part |
//! |---|---|
//! | `cells.rs` | pages and cells of the memory that it has |
//! | `inode.rs` | files, directories and links, their attributes and their end |
//! | `contents.rs` | the bytes of a file |
//! | `directory.rs` | the entries of a directory |
//!
//! The functions take directories and names; `walk.rs` finds them. A directory that was embedded gets its entries when it is first
//! looked into, and a file's pages are copied when they are first written.

#![allow(unsafe_code)]

mod cells;
mod contents;
mod directory;
mod inode;

use core::cell::Cell;

pub use cells::{At, PAGE};
use cells::{Cells, Link};
pub use directory::Entry;
#[cfg(not(target_arch = "wasm32"))]
pub use inode::LARGEST;
pub use inode::{Inode, Parent};

use super::image::{Image, Index, Node};
use crate::errno::{Errno, Result};
use crate::types::filetype;

/// The most bytes of a name.
const NAME: usize = 255;
/// The most names of a file.
const LINKS: u32 = 65_000;
/// The most writable directories that are not within others.
const ROOTS: usize = 64;

/// All of the file system. It lies at the beginning of its memory.
pub struct Memfs {
    pub cells: Cells,
    /// The number of the last inode that was made.
    number: Cell<u64>,
    /// The writable directories, by the numbers that the image has for them.
    roots: [Link<Inode>; ROOTS],
}

impl Memfs {
    /// Makes a file system in memory with any contents. There is none if the memory is too small.
    ///
    /// # Safety
    /// The memory is nobody else's, from now on.
    pub unsafe fn make(start: usize, size: usize, first_number: u64) -> Option<At<Self>> {
        let end = (start + size) & !(PAGE - 1);
        let place = start.next_multiple_of(PAGE);
        if place + Self::OWN >= end {
            return None;
        }
        // SAFETY: of the caller; the first page is within the memory.
        unsafe {
            Self::write(place, end, first_number);
            Some(At::new(place))
        }
    }

    /// The size of the memory before its cells.
    const OWN: usize = size_of::<Self>().next_multiple_of(PAGE);

    /// # Safety
    /// The memory from `place` to `end` is nobody else's, and more than [`Self::OWN`].
    unsafe fn write(place: usize, end: usize, first_number: u64) {
        // SAFETY: of the caller.
        unsafe {
            let cells = Cells::new(place + Self::OWN, end);
            let roots = [const { Cell::new(None) }; ROOTS];
            (place as *mut Self).write(Self { cells, number: Cell::new(first_number), roots });
        }
    }

    /// The writable directory that a node of the image stands for, which has a number for it.
    pub fn root(&self, index: Index, node: &Node) -> Result<At<Inode>> {
        let root = self.roots.get(usize::from(node.root())).ok_or(Errno::NOSPC)?;
        if let Some(inode) = root.get() {
            return Ok(inode);
        }
        let inode = self.embedded(index, node, Parent::Embedded(node.parent()))?;
        root.set(Some(inode));
        Ok(inode)
    }

    /// An inode for a node of the image.
    fn embedded(&self, index: Index, node: &Node, parent: Parent) -> Result<At<Inode>> {
        let inode = Inode::new(index.inode().get().into(), node.filetype(), Image::time(), node.links(), parent);
        self.cells.put(inode.with_embedded(node), 0)
    }

    /// Adds the entries that a directory has in the image, if they are missing.
    fn complete(&self, directory: At<Inode>) -> Result {
        while let Some(index) = directory.entries.next_embedded() {
            let node = Image::node(index);
            let inode = self.embedded(index, &node, Parent::Inode(directory))?;
            if let Err(errno) = directory.entries.add(&self.cells, node.name().as_slice(), inode) {
                self.cells.give(inode.address(), size_of::<Inode>());
                return Err(errno);
            }
            directory.entries.skip_embedded();
        }
        Ok(())
    }

    /// The entry of a name, if there is one. In a directory that was removed there are none, and can be none.
    pub fn find(&self, directory: At<Inode>, name: &[u8]) -> Result<Option<At<Entry>>> {
        if directory.links.get() == 0 {
            return Err(Errno::NOENT);
        }
        if name.len() > NAME {
            return Err(Errno::NAMETOOLONG);
        }
        self.complete(directory)?;
        Ok(directory.entries.find(name))
    }

    /// The first entry that has this cookie or a greater one.
    pub fn list(&self, directory: At<Inode>, cookie: u64) -> Result<Option<At<Entry>>> {
        self.complete(directory)?;
        Ok(directory.entries.from(cookie))
    }

    /// Checks that there can be a new entry of this name.
    fn check_new(&self, directory: At<Inode>, name: &[u8]) -> Result {
        if self.find(directory, name)?.is_some() { Err(Errno::EXIST) } else { Ok(()) }
    }

    /// Makes a file or directory, or a link to `target`.
    pub fn create(
        &self,
        directory: At<Inode>,
        name: &[u8],
        filetype: u8,
        target: &[u8],
        now: u64,
    ) -> Result<At<Inode>> {
        self.check_new(directory, name)?;
        let (number, is_directory) = (self.number.get() + 1, filetype == filetype::DIRECTORY);
        let links = if is_directory { 2 } else { 1 };
        let inode = Inode::new(number, filetype, now, links, Parent::Inode(directory));
        let inode = self.cells.put(inode, 0)?;
        let whole = inode.set_target(&self.cells, target);
        if let Err(errno) = whole.and_then(|()| directory.entries.add(&self.cells, name, inode)) {
            inode.discard(&self.cells);
            return Err(errno);
        }
        self.number.set(number);
        if is_directory {
            directory.links.set(directory.links.get() + 1);
        }
        directory.modify(now);
        Ok(inode)
    }

    /// Gives a file another name.
    pub fn link(&self, inode: At<Inode>, directory: At<Inode>, name: &[u8], now: u64) -> Result {
        self.check_new(directory, name)?;
        match inode.links.get() {
            _ if inode.is_directory() => return Err(Errno::PERM),
            0 => return Err(Errno::NOENT),
            LINKS.. => return Err(Errno::MLINK),
            links => {
                directory.entries.add(&self.cells, name, inode)?;
                inode.links.set(links + 1);
            }
        }
        inode.change(now);
        directory.modify(now);
        Ok(())
    }

    /// Removes a name of a file or link.
    pub fn unlink(&self, directory: At<Inode>, name: &[u8], now: u64) -> Result {
        let entry = self.find(directory, name)?.ok_or(Errno::NOENT)?;
        if entry.inode.get().is_directory() {
            return Err(Errno::ISDIR);
        }
        self.remove(directory, entry, now);
        Ok(())
    }

    /// Removes an empty directory.
    pub fn remove_directory(&self, directory: At<Inode>, name: &[u8], now: u64) -> Result {
        let entry = self.find(directory, name)?.ok_or(Errno::NOENT)?;
        self.check_empty(entry.inode.get())?;
        self.remove(directory, entry, now);
        Ok(())
    }

    fn check_empty(&self, inode: At<Inode>) -> Result {
        if !inode.is_directory() {
            return Err(Errno::NOTDIR);
        }
        self.complete(inode)?;
        if inode.entries.is_empty() { Ok(()) } else { Err(Errno::NOTEMPTY) }
    }

    fn remove(&self, directory: At<Inode>, entry: At<Entry>, now: u64) {
        let inode = entry.inode.get();
        directory.entries.remove(&self.cells, entry);
        self.lose(directory, inode, now);
        directory.modify(now);
    }

    /// Takes from an inode the name that it had in a directory.
    fn lose(&self, directory: At<Inode>, inode: At<Inode>, now: u64) {
        if inode.is_directory() {
            directory.links.set(directory.links.get() - 1);
        }
        inode.remove_link(&self.cells, now);
    }

    /// Renames a file or directory. `slash` is true if only a directory will do.
    pub fn rename(
        &self,
        (old_directory, old_name): (At<Inode>, &[u8]),
        (new_directory, new_name): (At<Inode>, &[u8]),
        slash: bool,
        now: u64,
    ) -> Result {
        let old = self.find(old_directory, old_name)?.ok_or(Errno::NOENT)?;
        let (new, inode) = (self.find(new_directory, new_name)?, old.inode.get());
        if slash && !inode.is_directory() {
            return Err(Errno::NOTDIR);
        }
        if new_directory.is_within(inode) {
            return Err(Errno::INVAL);
        }
        match new {
            Some(new) => {
                let replaced = new.inode.get();
                if old_directory.is_within(replaced) {
                    return Err(Errno::NOTEMPTY);
                }
                if replaced == inode {
                    return Ok(());
                }
                if inode.is_directory() {
                    self.check_empty(replaced)?;
                } else if replaced.is_directory() {
                    return Err(Errno::ISDIR);
                }
                new.inode.set(inode);
                self.lose(new_directory, replaced, now);
            }
            None => _ = new_directory.entries.add(&self.cells, new_name, inode)?,
        }
        old_directory.entries.remove(&self.cells, old);
        if inode.is_directory() {
            inode.parent.set(Parent::Inode(new_directory));
            old_directory.links.set(old_directory.links.get() - 1);
            new_directory.links.set(new_directory.links.get() + 1);
        }
        inode.change(now);
        old_directory.modify(now);
        new_directory.modify(now);
        Ok(())
    }
}

impl At<Memfs> {
    /// Makes it anew in the same memory. Nothing of it is in use.
    pub fn remake(self, first_number: u64) -> Self {
        let (place, end) = (self.address(), self.cells.end());
        // SAFETY: the memory is that of this file system, which nothing leads to any more.
        unsafe { Memfs::write(place, end, first_number) };
        self
    }
}
