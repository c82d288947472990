//! The image of the embedded files, with which the sealed data begins. All numbers are little-endian, all offsets count from its start:
//!
//! | part | contents |
//! |---|---|
//! | [`Header`] | the number of everything else |
//! | nodes | a [`Node`] each; those of a directory follow one another, sorted by name |
//! | buckets | a hash table of [`Bucket`]s: directory and name to node |
//! | mounts | a [`Mount`] each |
//! | text | names, and targets of links |
//! | contents | of files, equal ones once |
#![allow(unsafe_code)]

use core::num::NonZeroU32;

use super::memfs::{At, Memfs};
use crate::errno::{Errno, Result};
use crate::guest::Buffer;
use crate::sealed_data::{Plain, Text, copy, is, value};
use crate::types::{Filestat, filetype};

#[repr(C)]
#[derive(Clone, Copy)]
struct Header {
    /// Tells the image from other data segments.
    _magic: [u64; 2],
    /// The time of everything, in nanoseconds since 1970.
    time: u64,
    nodes: u32,
    /// The number of buckets, a power of two.
    buckets: u32,
    mounts: u32,
    _version: u32,
}

/// The device on which all files in the component are. Those of the host are on another.
pub const DEVICE: u64 = 2;

/// A file, directory, link or device.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Node {
    /// A preview1 `filetype`, and of a directory that is writable with all that is in it its number, from 1 on.
    kind: [u8; 2],
    name_len: u16,
    name: u32,
    parent: Index,
    /// The contents of a file and the target of a link; the first node in a directory, or [`Self::NUMBERS`]; the number of a
    /// device.
    pub start: u32,
    /// The size of a file or link in bytes; the number of nodes in a directory.
    pub len: u32,
    links: u32,
}

/// The number of a node.
#[repr(transparent)]
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Index(pub u32);

#[repr(C)]
#[derive(Clone, Copy)]
struct Bucket {
    hash: u32,
    node: Index,
}

impl Bucket {
    const FREE: Index = Index(u32::MAX);
}

/// A preopened directory.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Mount {
    pub node: Index,
    name: u32,
    pub name_len: u32,
    /// The length of the name without what is the same as nothing: a slash at its beginning, or a single dot.
    plain_len: u32,
}

// SAFETY: they are made of integers.
unsafe impl Plain for Header {}
// SAFETY: as above.
unsafe impl Plain for Node {}
// SAFETY: as above.
unsafe impl Plain for Bucket {}
// SAFETY: as above.
unsafe impl Plain for Mount {}

/// The places of the image's parts.
#[derive(Clone, Copy)]
pub struct Image {
    /// The offset of the buckets.
    buckets: u32,
    /// The number of buckets less one.
    mask: u32,
    /// The file system that has what is writable, if there is memory for one.
    pub memfs: Option<At<Memfs>>,
}

impl Image {
    pub const NONE: Self = Self::unknown(None);

    /// An image that is not found yet, and the file system that there is already.
    pub const fn unknown(memfs: Option<At<Memfs>>) -> Self {
        Self { buckets: 0, mask: 0, memfs }
    }

    pub fn find() -> Self {
        let Header { nodes, buckets, .. } = value(0);
        Self { buckets: Self::place(Index(nodes)), mask: buckets - 1, memfs: None }
    }

    /// The file system that has what is writable.
    pub fn memfs(&self) -> Result<At<Memfs>> {
        self.memfs.ok_or(Errno::NOSPC)
    }

    pub fn root() -> Index {
        Index(0)
    }

    /// The number of nodes.
    pub fn nodes() -> u32 {
        value::<Header>(0).nodes
    }

    pub fn mounts() -> u32 {
        value::<Header>(0).mounts
    }

    pub fn mount(&self, number: u32) -> Mount {
        let mounts = self.buckets + (self.mask + 1) * size_of::<Bucket>() as u32;
        value(mounts + number * size_of::<Mount>() as u32)
    }

    /// Returns whether programs take `path`, under which the host has preopened a directory, for a mount.
    pub fn has_mount(&self, path: &[u8]) -> bool {
        (0..Self::mounts()).any(|number| self.mount(number).is_same(path))
    }

    fn place(Index(index): Index) -> u32 {
        size_of::<Header>() as u32 + index * size_of::<Node>() as u32
    }

    pub fn node(index: Index) -> Node {
        value(Self::place(index))
    }

    /// The node of this name in a directory.
    pub fn lookup(&self, directory: Index, name: &[u8]) -> Option<(Index, Node)> {
        let hash = hash(directory, name);
        let mut place = hash & self.mask;
        loop {
            let bucket: Bucket = value(self.buckets + place * size_of::<Bucket>() as u32);
            if bucket.node == Bucket::FREE {
                return None;
            }
            if bucket.hash == hash {
                let node = Self::node(bucket.node);
                if node.parent == directory && is(node.name, node.name_len.into(), name) {
                    return Some((bucket.node, node));
                }
            }
            place = (place + 1) & self.mask;
        }
    }

    /// The time of everything, in nanoseconds since 1970.
    pub fn time() -> u64 {
        value::<Header>(0).time
    }

    /// The attributes of a node.
    pub fn filestat(index: Index, node: &Node) -> Filestat {
        let time = Self::time();
        let size = if node.is_directory() { 0 } else { node.len.into() };
        Filestat {
            dev: DEVICE,
            ino: index.inode().get().into(),
            filetype: node.filetype(),
            nlink: node.links.into(),
            size,
            atim: time,
            mtim: time,
            ctim: time,
        }
    }
}

impl Index {
    pub fn inode(self) -> NonZeroU32 {
        NonZeroU32::MIN.saturating_add(self.0)
    }

    /// The node with this inode number.
    pub fn of(inode: NonZeroU32) -> Self {
        Self(inode.get() - 1)
    }
}

impl Node {
    /// The start of the directory of descriptors, of which the image has no nodes.
    pub const NUMBERS: u32 = u32::MAX;

    pub fn filetype(&self) -> u8 {
        let [filetype, _] = self.kind;
        filetype
    }

    /// The number of a writable directory, or 0. There is none within another.
    #[inline]
    pub fn root(&self) -> u8 {
        let [_, root] = self.kind;
        root
    }

    pub fn links(&self) -> u32 {
        self.links
    }

    #[inline]
    pub fn is_directory(&self) -> bool {
        self.filetype() == filetype::DIRECTORY
    }

    pub fn parent(&self) -> Index {
        self.parent
    }

    pub fn name(&self) -> Text {
        Text::read(self.name, self.name_len.into())
    }
}

impl Mount {
    /// Writes the name into a buffer of its length.
    pub fn put_name(&self, buffer: Buffer) {
        copy(buffer, self.name);
    }

    /// The place and the length of the name without a slash at its beginning.
    pub fn path(&self) -> (u32, u32) {
        (self.name + (self.name_len - self.plain_len), self.plain_len)
    }

    fn is_same(&self, path: &[u8]) -> bool {
        let (name, len) = self.path();
        is(name, len, plain(path))
    }
}

/// A path without what makes no difference to C libraries at its ends.
fn plain(mut path: &[u8]) -> &[u8] {
    while let [b'/', rest @ ..] | [b'.', b'/', rest @ ..] = path {
        path = rest;
    }
    while let [rest @ .., b'/'] = path {
        path = rest;
    }
    if path == [b'.'] { &[] } else { path }
}

/// FNV-1a.
fn hash(directory: Index, name: &[u8]) -> u32 {
    let step = |hash: u32, byte: &u8| (hash ^ u32::from(*byte)).wrapping_mul(16_777_619);
    name.iter().fold(directory.0.to_le_bytes().iter().fold(2_166_136_261, step), step)
}
