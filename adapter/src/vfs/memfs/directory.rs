//! The entries of a directory: in the order in which they were added, and in a tree by hash.
//!
//! Each entry has a cookie, greater than all before it, so that listing goes on after the entry with which it stopped, whatever was
//! removed. In the tree, an entry goes by the bits of its hash to where there is room; so it is as deep as the hash has
//! bits, at most.
//!
//! # Safety
//! A name follows its entry.
#![allow(unsafe_code)]

use core::cell::Cell;

use super::cells::{At, Cells, Link};
use super::inode::Inode;
use crate::errno::Result;
use crate::vfs::image::Index;

pub struct Entries {
    tree: Link<Entry>,
    first: Link<Entry>,
    last: Link<Entry>,
    /// The cookie of the next entry.
    cookie: Cell<u64>,
    /// The nodes of the image for which there is no entry yet: the first, and how many there are.
    embedded: Cell<(u32, u32)>,
}

pub struct Entry {
    pub cookie: u64,
    pub inode: Cell<At<Inode>>,
    before: Link<Entry>,
    after: Link<Entry>,
    below: [Link<Entry>; 2],
    hash: u32,
    len: u8,
}

/// The cookies 0 and 1 are of the directory itself and of that around it.
const FIRST: u64 = 2;

impl Entries {
    pub fn empty() -> Self {
        Self::embedded(0, 0)
    }

    /// The entries of a directory that has nodes in the image.
    pub fn embedded(first: u32, len: u32) -> Self {
        let none = || Cell::new(None);
        Self { tree: none(), first: none(), last: none(), cookie: Cell::new(FIRST), embedded: Cell::new((first, len)) }
    }

    /// The node of the image that gets an entry next.
    pub fn next_embedded(&self) -> Option<Index> {
        let (first, len) = self.embedded.get();
        (len > 0).then_some(Index(first))
    }

    /// The number of that node, whether or not there is one.
    pub fn start(&self) -> u32 {
        self.embedded.get().0
    }

    pub fn skip_embedded(&self) {
        let (first, len) = self.embedded.get();
        self.embedded.set((first + 1, len.saturating_sub(1)));
    }

    pub fn is_empty(&self) -> bool {
        self.first.get().is_none()
    }

    pub fn find(&self, name: &[u8]) -> Option<At<Entry>> {
        let hash = hash(name);
        let (mut next, mut bits) = (self.tree.get(), hash);
        while let Some(entry) = next {
            if entry.hash == hash && entry.name() == name {
                return Some(entry);
            }
            next = entry.get().toward(&mut bits).get();
        }
        None
    }

    /// The first entry that has this cookie or a greater one.
    pub fn from(&self, cookie: u64) -> Option<At<Entry>> {
        let mut entries = core::iter::successors(self.first.get(), |entry| entry.after.get());
        entries.find(|entry| entry.cookie >= cookie)
    }

    /// Adds an entry of a name that has none, at most 255 bytes.
    pub fn add(&self, cells: &Cells, name: &[u8], inode: At<Inode>) -> Result<At<Entry>> {
        let none = || Cell::new(None);
        let entry = Entry {
            cookie: self.cookie.get(),
            inode: Cell::new(inode),
            before: Cell::new(self.last.get()),
            after: none(),
            below: [none(), none()],
            hash: hash(name),
            len: name.len() as u8,
        };
        let entry = cells.put(entry, name.len())?;
        // SAFETY: there is room for the name behind the entry.
        unsafe { core::ptr::copy_nonoverlapping(name.as_ptr(), entry.name_place(), name.len()) }
        self.cookie.set(self.cookie.get() + 1);
        match self.last.replace(Some(entry)) {
            Some(before) => before.after.set(Some(entry)),
            None => self.first.set(Some(entry)),
        }
        let (mut place, mut bits) = (&self.tree, entry.hash);
        while let Some(other) = place.get() {
            place = other.get().toward(&mut bits);
        }
        place.set(Some(entry));
        Ok(entry)
    }

    pub fn remove(&self, cells: &Cells, entry: At<Entry>) {
        self.remove_from_tree(entry);
        match entry.before.get() {
            Some(before) => before.after.set(entry.after.get()),
            None => self.first.set(entry.after.get()),
        }
        match entry.after.get() {
            Some(after) => after.before.set(entry.before.get()),
            None => self.last.set(entry.before.get()),
        }
        cells.give(entry.address(), size_of::<Entry>() + usize::from(entry.len));
    }

    /// Any entry below one that is removed can take its place; one without others below is taken.
    fn remove_from_tree(&self, entry: At<Entry>) {
        let (mut place, mut bits) = (&self.tree, entry.hash);
        while let Some(other) = place.get()
            && other != entry
        {
            place = other.get().toward(&mut bits);
        }
        let (mut leaf, mut place_of_leaf) = (entry, place);
        while let Some(link) = leaf.get().below.iter().find(|link| link.get().is_some())
            && let Some(below) = link.get()
        {
            (leaf, place_of_leaf) = (below, link);
        }
        place_of_leaf.set(None);
        if leaf != entry {
            for (to, from) in leaf.below.iter().zip(&entry.below) {
                to.set(from.get());
            }
            place.set(Some(leaf));
        }
    }
}

impl Entry {
    /// The place below for hashes with this next bit, which is used up.
    fn toward(&self, bits: &mut u32) -> &Link<Entry> {
        let [left, right] = &self.below;
        let is_right = *bits >> 31 != 0;
        *bits <<= 1;
        if is_right { right } else { left }
    }
}

impl At<Entry> {
    pub fn next(self) -> Option<Self> {
        self.after.get()
    }

    pub fn name<'a>(self) -> &'a [u8] {
        // SAFETY: the name is there as long as the entry is.
        unsafe { core::slice::from_raw_parts(self.name_place(), self.len.into()) }
    }

    fn name_place(self) -> *mut u8 {
        (self.address() + size_of::<Entry>()) as *mut u8
    }
}

/// FNV-1a, and the bits mixed once more, because the first ones count most.
fn hash(name: &[u8]) -> u32 {
    let step = |hash: u32, byte: &u8| (hash ^ u32::from(*byte)).wrapping_mul(16_777_619);
    let hash = name.iter().fold(2_166_136_261, step);
    let hash = (hash ^ (hash >> 16)).wrapping_mul(0x85eb_ca6b);
    hash ^ (hash >> 13)
}

// The linker reckons with this (`files/writable.rs`).
const _: () = assert!(size_of::<Entry>() <= if cfg!(target_arch = "wasm32") { 40 } else { 128 });
