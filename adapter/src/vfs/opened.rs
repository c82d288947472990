//! An open file or directory of those in the component.

use core::cell::Cell;
use core::num::NonZeroU32;
use core::ops::Deref;

use super::changes;
use super::device::{self, Device};
use super::image::{Image, Index, Mount};
use super::numbers::{self, Number};
use super::place::{Changeable, Place};
use super::{Tree, can_write, walk};
use crate::bindings::wasi::filesystem::types::NewTimestamp;
use crate::bindings::wasi::io::poll::Pollable;
use crate::calls::fd::readdir::Listing;
use crate::contents::{Contents, check_end, read_from};
use crate::descriptor::Descriptor;
use crate::errno::{Errno, Result};
use crate::file::Access;
use crate::gather::Buffers;
use crate::guest::Buffer;
use crate::intrinsics::{has_devices, has_embedded_files, has_writable_files};
use crate::io::write_all;
use crate::snapshot::FilestatOut;
use crate::table::Table;
use crate::types::{Fd, Fdstat, Filestat, fdflags, filetype, oflags, rights};
use crate::unread::Entry;

/// Like what is open of the host's, it has to fit into a slot of the descriptor table. Its functions are
/// cold: those that call them are compiled as if they did not, for programs without embedded files.
pub struct Opened {
    what: What,
    filetype: u8,
    /// Its `fdflags`, [`Self::READ`] and [`Self::WRITE`].
    mode: Cell<u8>,
    /// The number of its mount, if it is preopened. Else [`Self::UNKNOWN`], or its identity, once somebody has asked for it.
    number: Cell<u16>,
    /// The offset of a file; of a terminal the handle of a stream.
    pub position: Cell<u64>,
}

#[derive(Clone, Copy)]
enum What {
    /// A node, by its inode number, and its contents.
    Image(NonZeroU32, Contents),
    Memory(Changeable),
}

/// The result of opening.
pub enum Opening {
    New(Opened),
    /// Another number for what is open already.
    Duplicate(Number),
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
    /// Mounts have the numbers before this one, and everything else has those from here on.
    const NOT_MOUNTED: u16 = 1 << 15;
    const UNKNOWN: u16 = u16::MAX;
    const READ: u8 = 1 << 5;
    const WRITE: u8 = 1 << 6;

    /// Counts as one that is open until it is [closed](Self::close).
    fn new(place: &Place, access: Access, flags: u16) -> Self {
        let what = match place {
            Place::Image(index, node) => What::Image(index.inode(), Contents { start: node.start, len: node.len }),
            Place::Memory(inode) => {
                inode.get().open();
                What::Memory(*inode)
            }
            // It is opened as the descriptor that it is.
            Place::Number(_) => core::arch::wasm32::unreachable(),
        };
        let (read, write) = (if access.read { Self::READ } else { 0 }, if access.write { Self::WRITE } else { 0 });
        let (mode, position) = (Cell::new(flags as u8 | read | write), Cell::new(0));
        Self { what, filetype: place.filetype(), mode, number: Cell::new(Self::UNKNOWN), position }
    }

    /// The directory of a mount. It cannot be changed where there is no memory.
    #[cold]
    pub fn mounted(tree: &Tree<'_>, number: u32) -> Self {
        let mount = tree.mount(number);
        let place = walk::mount(tree, &mount).unwrap_or_else(|_| Place::Image(mount.node, Image::node(mount.node)));
        Self { number: Cell::new(number as u16), ..Self::new(&place, Access::READ, 0) }
    }

    /// To be called before it is dropped.
    #[cold]
    pub fn close(&self, tree: &Tree<'_>) {
        if let (What::Memory(inode), Some(memfs)) = (&self.what, tree.memfs) {
            inode.get().close(&memfs.cells, || tree.now());
        }
        if self.is_terminal() {
            device::close_terminal(&self.position);
        }
    }

    pub fn place(&self) -> Place {
        match self.what {
            What::Image(inode, _) => {
                let index = Index::of(inode);
                Place::Image(index, Image::node(index))
            }
            What::Memory(inode) => Place::Memory(inode),
        }
    }

    #[inline]
    pub fn is_directory(&self) -> bool {
        self.filetype == filetype::DIRECTORY
    }

    #[cold]
    pub fn size(&self) -> u64 {
        match self.what {
            What::Image(_, Contents { len, .. }) => len.into(),
            What::Memory(inode) => inode.get().size(),
        }
    }

    #[inline(always)]
    pub fn is_device(&self) -> bool {
        has_devices() && self.filetype == filetype::CHARACTER_DEVICE
    }

    /// The device. Without devices there is none, and the packer removes the code behind each use.
    #[inline(always)]
    fn device(&self) -> Device {
        if !has_devices() {
            core::arch::wasm32::unreachable();
        }
        Device::of(match self.what {
            What::Image(_, Contents { start, .. }) => start,
            What::Memory(inode) => inode.get().start(),
        })
    }

    #[inline(always)]
    fn is_terminal(&self) -> bool {
        self.is_device() && self.device() == Device::Terminal
    }

    /// This as something that has an offset, else [`Errno::SPIPE`].
    pub fn positioned(&self) -> Result<&Self> {
        if self.is_terminal() { Err(Errno::SPIPE) } else { Ok(self) }
    }

    /// A pollable for what can be read from a terminal. Anything else is ready, and this is none.
    #[cold]
    pub fn subscribe(&self) -> Option<Pollable> {
        if !self.is_terminal() || !self.access().read {
            return None;
        }
        Some(device::terminal(&self.position, |stream| stream.subscribe()))
    }

    pub fn access(&self) -> Access {
        Access { read: self.mode.get() & Self::READ != 0, write: self.mode.get() & Self::WRITE != 0 }
    }

    fn flags(&self) -> u16 {
        u16::from(self.mode.get()) & fdflags::ALL as u16
    }

    pub fn set_flags(&self, flags: u16) {
        self.mode.set(self.mode.get() & (Self::READ | Self::WRITE) | flags as u8);
    }

    fn appends(&self) -> bool {
        self.flags() & fdflags::APPEND != 0
    }

    fn is_mounted(&self) -> bool {
        self.number.get() < Self::NOT_MOUNTED
    }

    pub fn mount(&self, image: &Image) -> Option<Mount> {
        self.is_mounted().then(|| image.mount(self.number.get().into()))
    }

    /// A number that nothing else has that is open in the component.
    #[cold]
    pub fn identity(&self, table: &Table<Descriptor>) -> Result<u16> {
        if self.number.get() == Self::UNKNOWN {
            let open = || (0..table.len()).filter_map(|fd| table.get(Fd(fd))?.as_embedded());
            let is_free = |number: &u16| open().all(|other| other.number.get() != *number);
            self.number.set((Self::NOT_MOUNTED..Self::UNKNOWN).find(is_free).ok_or(Errno::NOLCK)?);
        }
        Ok(self.number.get())
    }

    #[cold]
    pub fn fdstat(&self) -> Fdstat {
        let filetype = self.filetype;
        let (rights_base, rights_inheriting) = match filetype {
            filetype::DIRECTORY if self.is_mounted() => (rights::PREOPEN_BASE, rights::PREOPEN_INHERITING),
            filetype::DIRECTORY => (rights::DIRECTORY, rights::DIRECTORY),
            _ if self.is_terminal() => (self.access().of_terminal(), self.access().of_terminal()),
            _ => (self.access().rights(), self.access().rights()),
        };
        let flags = if self.is_directory() { 0 } else { self.flags() };
        Fdstat { filetype, flags, rights_base, rights_inheriting }
    }

    #[cold]
    pub fn filestat(&self, tree: &Tree<'_>) -> Result<Filestat> {
        self.place().filestat(tree)
    }

    /// Reads at the offset of the descriptor.
    #[cold]
    pub fn read(&self, tree: &Tree<'_>, buffers: Buffers) -> Result<u32> {
        if self.is_device() {
            return self.read_device(tree, buffers);
        }
        let offset = self.position.get();
        let read = self.read_at(tree, offset, buffers)?;
        self.position.set(offset.wrapping_add(u64::from(read)));
        Ok(read)
    }

    /// Fills the buffers from `offset` on, as far as the file reaches.
    #[cold]
    pub fn read_at(&self, tree: &Tree<'_>, offset: u64, buffers: Buffers) -> Result<u32> {
        match self.what {
            _ if self.is_device() => self.read_device(tree, buffers),
            What::Image(_, contents) => contents.read(offset, buffers),
            What::Memory(_) if !self.access().read => Err(Errno::BADF),
            What::Memory(inode) => read_from(offset, buffers, |offset, buffer| inode.get().read(offset, buffer)),
        }
    }

    #[cold]
    fn read_device(&self, tree: &Tree<'_>, buffers: Buffers) -> Result<u32> {
        if self.access().read { self.device().read(tree.state, &self.position, buffers) } else { Err(Errno::BADF) }
    }

    /// Writes at the offset of the descriptor, or at the end if it appends.
    #[cold]
    pub fn write(&self, tree: &Tree<'_>, buffers: Buffers) -> Result<u32> {
        if self.is_device() {
            return self.write_device(buffers);
        }
        let offset = if self.appends() { self.size() } else { self.position.get() };
        let written = self.write_from(tree, offset, buffers)?;
        if written > 0 {
            self.position.set(offset + u64::from(written));
        }
        Ok(written)
    }

    /// Writes at a given offset. A file that appends ignores it.
    #[cold]
    pub fn write_at(&self, tree: &Tree<'_>, offset: u64, buffers: Buffers) -> Result<u32> {
        if self.is_device() {
            return self.write_device(buffers);
        }
        self.write_from(tree, if self.appends() { self.size() } else { offset }, buffers)
    }

    #[cold]
    fn write_device(&self, buffers: Buffers) -> Result<u32> {
        if self.access().write { self.device().write(buffers) } else { Err(Errno::BADF) }
    }

    fn write_from(&self, tree: &Tree<'_>, offset: u64, buffers: Buffers) -> Result<u32> {
        match self.what {
            What::Memory(inode) if self.access().write => {
                let memfs = tree.memfs()?;
                let mut offset = offset;
                write_all(buffers, |bytes| {
                    check_end(offset, bytes.len())?;
                    let written = inode.get().write(&memfs.cells, offset, bytes)?;
                    offset += written as u64;
                    Ok(written)
                })
            }
            _ => Err(Errno::BADF),
        }
    }

    #[cold]
    pub fn resize(&self, tree: &Tree<'_>, size: u64) -> Result {
        match self.what {
            _ if self.is_device() => Err(Errno::INVAL),
            What::Image(..) => Err(Errno::PERM),
            What::Memory(_) if !self.access().write || size > i64::MAX as u64 => Err(Errno::INVAL),
            What::Memory(inode) => inode.get().resize(&tree.memfs()?.cells, size, tree.now()),
        }
    }

    #[cold]
    pub fn set_times(&self, tree: &Tree<'_>, accessed: NewTimestamp, modified: NewTimestamp) -> Result {
        changes::set(tree, self.place().inode()?, accessed, modified);
        Ok(())
    }

    /// Tells the attributes of what `path` leads to from this directory.
    #[cold]
    pub fn filestat_at(&self, tree: &Tree<'_>, path: &[u8], follow: bool, result: FilestatOut) -> Result {
        let single = if follow { None } else { walk::single(tree, self.place(), path) };
        let place = match single {
            Some(found) => found?,
            None => walk::place(tree, self.place(), path, follow)?,
        };
        result.set(place.filestat(tree)?);
        Ok(())
    }

    /// Opens what `path` leads to from this directory.
    #[cold]
    pub fn open_at(
        &self,
        tree: &Tree<'_>,
        path: &[u8],
        follow: bool,
        open: u64,
        access: Access,
        mode: u16,
    ) -> Result<Opening> {
        if mode & (fdflags::SYNC | fdflags::DSYNC | fdflags::RSYNC) != 0 {
            return Err(Errno::NOTSUP);
        }
        let (changes, directory) = (open & !oflags::DIRECTORY, open & oflags::DIRECTORY != 0);
        if directory && changes != 0 {
            return Err(Errno::INVAL);
        }
        let (create, cut) = (open & oflags::CREAT != 0, open & oflags::TRUNC != 0);
        let writes = access.write || create || cut;
        if writes && !can_write() {
            return Err(Errno::PERM);
        }
        let place = if create && can_write() {
            walk::create(tree, self.place(), path, follow, open & oflags::EXCL != 0)?
        } else {
            walk::place(tree, self.place(), path, follow)?
        };
        if let Place::Number(number) = place {
            numbers::reopen(tree, number.get(), open, access)?;
            return Ok(Opening::Duplicate(number));
        }
        if writes && !place.is_device() {
            place.inode()?;
        }
        if place.is_link() {
            return Err(Errno::LOOP);
        }
        if directory && !place.is_directory() {
            return Err(Errno::NOTDIR);
        }
        if writes && place.is_directory() {
            return Err(Errno::ISDIR);
        }
        if place.is_device() {
            place.device().open(access)?;
        } else if cut && has_writable_files() {
            place.inode()?.resize(&tree.memfs()?.cells, 0, tree.now())?;
        }
        Ok(Opening::New(Self::new(&place, access, mode)))
    }

    /// Reads the link that `path` leads to from this directory, as far as it fits.
    #[cold]
    pub fn readlink_at(&self, tree: &Tree<'_>, path: &[u8], buffer: Buffer) -> Result<usize> {
        let link = walk::place(tree, self.place(), path, false)?;
        if !link.is_link() {
            return Err(Errno::INVAL);
        }
        link.put_target(buffer)
    }

    /// Lists a directory from the entry with index `cookie` on.
    #[cold]
    pub fn list(&self, tree: &Tree<'_>, dots: &[u8; 2], mut cookie: u64, listing: &mut Listing) -> Result {
        while !listing.is_full()
            && let 0 | 1 = cookie
        {
            let name = if cookie == 0 { &dots[..1] } else { &dots[..] };
            let ino = match self.what {
                What::Image(inode, _) => u64::from(inode.get()),
                What::Memory(inode) => inode.get().number(),
            };
            cookie += 1;
            listing.add(&Entry { ino, filetype: filetype::DIRECTORY, name }, cookie);
        }
        match self.what {
            _ if self.place().has_numbers() => numbers::list(tree.state, cookie, listing),
            What::Image(_, Contents { start, len }) => {
                while !listing.is_full() && cookie < u64::from(len) + 2 {
                    let index = Index(start + (cookie - 2) as u32);
                    let node = Image::node(index);
                    let name = node.name();
                    cookie += 1;
                    listing.add(
                        &Entry { ino: index.inode().get().into(), filetype: node.filetype(), name: name.as_slice() },
                        cookie,
                    );
                }
            }
            What::Memory(inode) => {
                let mut next = tree.memfs()?.list(inode.get(), cookie)?;
                while let Some(entry) = next
                    && !listing.is_full()
                {
                    let inode = entry.inode.get();
                    let (ino, filetype, name) = (inode.number(), inode.filetype(), entry.name());
                    listing.add(&Entry { ino, filetype, name }, entry.cookie + 1);
                    next = entry.next();
                }
            }
        }
        Ok(())
    }
}
