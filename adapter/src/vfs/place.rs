//! A place in the tree of files: a node of the image, or an inode of the memory file system.

use super::Tree;
use super::device::Device;
use super::image::{Image, Index, Node};
use super::memfs::{At, Inode, Parent};
use super::numbers::{self, Number};
use crate::calls::fd::stat;
use crate::errno::{Errno, Result};
use crate::guest::Buffer;
use crate::intrinsics::{has_devices, has_writable_files};
use crate::sealed_data::Text;
use crate::types::{Filestat, filetype};

#[derive(Clone, Copy)]
pub enum Place {
    /// A node, which cannot be changed.
    Image(Index, Node),
    Memory(Changeable),
    /// A name in the directory of descriptors.
    Number(Number),
}

/// An inode. Without writable files there is none, and the packer removes the code behind each use.
#[derive(Clone, Copy, PartialEq)]
pub struct Changeable(At<Inode>);

impl Changeable {
    #[inline(always)]
    pub fn get(self) -> At<Inode> {
        if !has_writable_files() {
            core::arch::wasm32::unreachable();
        }
        self.0
    }
}

impl From<At<Inode>> for Place {
    fn from(inode: At<Inode>) -> Self {
        Self::Memory(Changeable(inode))
    }
}

impl Place {
    /// The place of a node, which may stand for a writable directory.
    pub fn of_node(tree: &Tree<'_>, index: Index, node: Node) -> Result<Self> {
        match tree.image.memfs {
            Some(memfs) if has_writable_files() && node.root() != 0 => Ok(memfs.root(index, &node)?.into()),
            _ => Ok(Self::Image(index, node)),
        }
    }

    pub fn filetype(&self) -> u8 {
        match self {
            Self::Image(_, node) => node.filetype(),
            Self::Memory(inode) => inode.get().filetype(),
            Self::Number(_) => filetype::UNKNOWN,
        }
    }

    pub fn is_directory(&self) -> bool {
        self.filetype() == filetype::DIRECTORY
    }

    pub fn is_link(&self) -> bool {
        self.filetype() == filetype::SYMBOLIC_LINK
    }

    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Image(index, _), Self::Image(other, _)) => index == other,
            (Self::Memory(inode), Self::Memory(other)) => inode == other,
            _ => false,
        }
    }

    /// The [start](Node::start) of its node.
    #[inline(never)]
    fn start(&self) -> u32 {
        match self {
            Self::Image(_, node) => node.start,
            Self::Memory(inode) => inode.get().start(),
            Self::Number(_) => 0,
        }
    }

    #[inline(always)]
    pub fn is_device(&self) -> bool {
        has_devices() && self.filetype() == filetype::CHARACTER_DEVICE
    }

    /// This as a device, which it must be.
    #[inline(always)]
    pub fn device(&self) -> Device {
        if !has_devices() {
            core::arch::wasm32::unreachable();
        }
        Device::of(self.start())
    }

    /// Returns whether this is the directory of descriptors.
    #[inline(always)]
    pub fn has_numbers(&self) -> bool {
        has_devices() && self.is_directory() && self.start() == Node::NUMBERS
    }

    /// The inode. What is embedded cannot be changed ([`Errno::PERM`]).
    pub fn inode(&self) -> Result<At<Inode>> {
        match self {
            Self::Memory(inode) => Ok(inode.get()),
            Self::Image(..) | Self::Number(_) => Err(Errno::PERM),
        }
    }

    /// The directory around a directory.
    pub fn parent(&self) -> Self {
        let index = match self {
            Self::Image(_, node) => node.parent(),
            Self::Memory(inode) => match inode.get().parent.get() {
                Parent::Embedded(index) => index,
                Parent::Inode(parent) => return parent.into(),
                // Only the directory itself leads to it.
                Parent::Removed => return *self,
            },
            Self::Number(_) => return *self,
        };
        Self::Image(index, Image::node(index))
    }

    /// The place of this name in a directory.
    pub fn find(&self, tree: &Tree<'_>, name: &[u8]) -> Result<Self> {
        match self {
            _ if name.len() > Text::MOST => Err(Errno::NAMETOOLONG),
            _ if self.has_numbers() => numbers::find(tree.state, name).map(Self::Number),
            Self::Number(_) => Err(Errno::NOTDIR),
            Self::Image(index, _) => {
                let (index, node) = tree.lookup(*index, name).ok_or(Errno::NOENT)?;
                Self::of_node(tree, index, node)
            }
            Self::Memory(inode) => {
                let found = tree.memfs()?.find(inode.get(), name)?.ok_or(Errno::NOENT)?;
                Ok(found.inode.get().into())
            }
        }
    }

    pub fn filestat(&self, tree: &Tree<'_>) -> Result<Filestat> {
        Ok(match self {
            Self::Image(index, node) => Image::filestat(*index, node),
            Self::Memory(inode) => inode.get().filestat(|| tree.now()),
            Self::Number(number) => stat::of(tree.state, number.get())?,
        })
    }

    /// Copies the target of a link, as far as it fits. One that leads out is told to nobody, as hosts have it.
    pub fn put_target(&self, buffer: Buffer) -> Result<usize> {
        let target = Target::of(self);
        if target.beginning().as_slice().first() == Some(&b'/') {
            return Err(Errno::PERM);
        }
        Ok(target.copy(buffer))
    }
}

/// The target of a link, or what is left of it.
#[derive(Clone, Copy)]
pub struct Target {
    inode: Option<Changeable>,
    start: u32,
    len: u32,
}

impl Target {
    pub const NONE: Self = Self { inode: None, start: 0, len: 0 };

    pub fn of(link: &Place) -> Self {
        match link {
            Place::Image(_, node) => Self::sealed(node.start, node.len),
            Place::Memory(inode) => Self { inode: Some(*inode), start: 0, len: inode.get().size() as u32 },
            Place::Number(_) => Self::NONE,
        }
    }

    /// Text in the sealed data.
    pub fn sealed(start: u32, len: u32) -> Self {
        Self { inode: None, start, len }
    }

    pub fn is_empty(self) -> bool {
        self.len == 0
    }

    /// As much as is read together.
    pub fn beginning(self) -> Text {
        match self.inode {
            None => Text::read(self.start, self.len as usize),
            Some(inode) => Text::of(self.len as usize, |buffer| _ = inode.get().target(self.start, buffer)),
        }
    }

    pub fn skip(&mut self, bytes: usize) {
        self.start += bytes as u32;
        self.len -= bytes as u32;
    }

    fn copy(self, buffer: Buffer) -> usize {
        let part = buffer.until(self.len as usize);
        match self.inode {
            _ if part.len() == 0 => {}
            None => crate::sealed_data::copy(part, self.start),
            Some(inode) => _ = inode.get().target(self.start, part),
        }
        part.len()
    }
}
