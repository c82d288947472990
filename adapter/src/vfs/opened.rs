//! An open file or directory of those that are embedded.

use core::cell::Cell;
use core::ops::Deref;

use super::image::{Image, Index, Mount, Node};
use super::walk;
use crate::calls::fd::readdir::Listing;
use crate::errno::{Errno, Result};
use crate::file::Access;
use crate::gather::Buffers;
use crate::guest::Buffer;
use crate::intrinsics::has_embedded_files;
use crate::sealed_data::Contents;
use crate::snapshot::FilestatOut;
use crate::types::{Fdstat, Filestat, fdflags, filetype, oflags, rights};
use crate::unread::Entry;

/// Like what is open of the host's, it has to fit into a slot of the descriptor table. Its functions are
/// cold: those that call them are compiled as if they did not, for programs without embedded files.
pub struct Opened {
    index: Index,
    /// As its node has them.
    start: u32,
    len: u32,
    filetype: u8,
    flags: Cell<u8>,
    /// The number of its mount, if it is preopened, or [`Self::NOT_MOUNTED`].
    mount: u16,
    /// The offset of a file.
    pub position: Cell<u64>,
}

/// The same behind a descriptor that can be read from. Without embedded files nothing is, and the packer removes the code
/// behind each use.
#[derive(Clone, Copy)]
pub struct Embedded<'a>(pub &'a Opened);

impl Deref for Embedded<'_> {
    type Target = Opened;

    #[inline(always)]
    fn deref(&self) -> &Opened {
        if !has_embedded_files() {
            core::arch::wasm32::unreachable();
        }
        self.0
    }
}

impl Opened {
    const NOT_MOUNTED: u16 = u16::MAX;

    fn new(index: Index, node: &Node, flags: u16) -> Self {
        let (start, len, filetype) = (node.start, node.len, node.filetype());
        Self {
            index,
            start,
            len,
            filetype,
            flags: Cell::new(flags as u8),
            mount: Self::NOT_MOUNTED,
            position: Cell::new(0),
        }
    }

    pub fn preopened(number: u32, index: Index) -> Self {
        Self { mount: number as u16, ..Self::new(index, &Image::node(index), 0) }
    }

    #[inline]
    pub fn is_directory(&self) -> bool {
        self.filetype == filetype::DIRECTORY
    }

    pub fn size(&self) -> u64 {
        self.len.into()
    }

    pub fn set_flags(&self, flags: u16) {
        self.flags.set(flags as u8);
    }

    pub fn mount(&self, image: &Image) -> Option<Mount> {
        (self.mount != Self::NOT_MOUNTED).then(|| image.mount(self.mount.into()))
    }

    #[cold]
    pub fn fdstat(&self) -> Fdstat {
        let filetype = self.filetype;
        let (rights_base, rights_inheriting) = match filetype {
            filetype::DIRECTORY if self.mount != Self::NOT_MOUNTED => {
                (rights::PREOPEN_BASE, rights::PREOPEN_INHERITING)
            }
            filetype::DIRECTORY => (rights::DIRECTORY, rights::DIRECTORY),
            _ => (Access::READ.rights(), Access::READ.rights()),
        };
        let flags = if self.is_directory() { 0 } else { self.flags.get().into() };
        Fdstat { filetype, flags, rights_base, rights_inheriting }
    }

    #[cold]
    pub fn filestat(&self) -> Filestat {
        Image::filestat(self.index, &Image::node(self.index))
    }

    /// Fills the buffers from `offset` on, as far as the file reaches.
    #[cold]
    pub fn read_at(&self, offset: u64, buffers: Buffers) -> Result<u32> {
        Contents { start: self.start, len: self.len }.read(offset, buffers)
    }

    /// Tells the attributes of what `path` leads to from this directory.
    #[cold]
    pub fn filestat_at(&self, image: &Image, path: &[u8], follow: bool, result: FilestatOut) -> Result {
        let single = if follow { None } else { walk::single(image, self.index, path) };
        let (index, node) = match single {
            Some(found) => found?,
            None => walk::node(image, self.index, path, follow)?,
        };
        result.set(Image::filestat(index, &node));
        Ok(())
    }

    /// Opens what `path` leads to from this directory.
    #[cold]
    pub fn open_at(
        &self,
        image: &Image,
        path: &[u8],
        follow: bool,
        open: u64,
        access: Access,
        mode: u16,
    ) -> Result<Self> {
        if mode & (fdflags::SYNC | fdflags::DSYNC | fdflags::RSYNC) != 0 {
            return Err(Errno::NOTSUP);
        }
        let (changes, directory) = (open & !oflags::DIRECTORY, open & oflags::DIRECTORY != 0);
        if directory && changes != 0 {
            return Err(Errno::INVAL);
        }
        if access.write || changes & (oflags::CREAT | oflags::TRUNC) != 0 {
            return Err(Errno::PERM);
        }
        let (index, node) = walk::node(image, self.index, path, follow)?;
        if node.is_link() {
            return Err(Errno::LOOP);
        }
        if directory && !node.is_directory() {
            return Err(Errno::NOTDIR);
        }
        Ok(Self::new(index, &node, mode))
    }

    /// Reads the link that `path` leads to from this directory, as far as it fits.
    #[cold]
    pub fn readlink_at(&self, image: &Image, path: &[u8], buffer: Buffer) -> Result<usize> {
        let (_, link) = walk::node(image, self.index, path, false)?;
        if !link.is_link() {
            return Err(Errno::INVAL);
        }
        link.put_target(buffer)
    }

    /// Lists a directory from the entry with index `cookie` on.
    #[cold]
    pub fn list(&self, dots: &[u8; 2], mut cookie: u64, listing: &mut Listing) {
        while !listing.is_full() {
            match cookie.checked_sub(2) {
                None => {
                    let name = if cookie == 0 { &dots[..1] } else { &dots[..] };
                    listing.add(&Entry { ino: self.index.inode(), filetype: filetype::DIRECTORY, name }, cookie + 1);
                }
                Some(number) if number < self.size() => {
                    let index = Index(self.start + number as u32);
                    let node = Image::node(index);
                    let name = node.name();
                    let entry = Entry { ino: index.inode(), filetype: node.filetype(), name: name.as_slice() };
                    listing.add(&entry, cookie + 1);
                }
                Some(_) => break,
            }
            cookie += 1;
        }
    }
}
