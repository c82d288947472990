//! The open descriptors: the table, with the preopens in it from the first time that a number above 2 matters.
#![allow(unsafe_code)]

use crate::bindings::wasi::filesystem::types::{Descriptor as Handle, DescriptorType};
use crate::block::{self, BlockSource};
use crate::descriptor::Descriptor;
use crate::errno::{Errno, Result};
use crate::file::{Access, File};
use crate::intrinsics::{files_memory, files_memory_size, has_embedded_files, has_filesystem, has_writable_files};
use crate::raw::get_directories;
use crate::state::State;
use crate::types::Fd;
use crate::vfs::{At, Image, Memfs, Opened, Tree, can_write};

impl State {
    /// The descriptor with this number. One that is closed or reserved is [`Errno::BADF`].
    #[inline(always)]
    pub fn get(&self, fd: Fd) -> Result<&Descriptor> {
        self.find(fd).ok_or(Errno::BADF)
    }

    /// Not inlined, and its result fits into a register: every function begins with this.
    #[inline(never)]
    fn find(&self, fd: Fd) -> Option<&Descriptor> {
        if fd.0 >= self.table.len() {
            self.load_preopens();
        }
        self.table.get(fd)
    }

    /// The number that [`Self::open`] will use next; [`Errno::MFILE`] if there is none.
    pub fn lowest_free_number(&self) -> Result<Fd> {
        self.load_preopens();
        self.table.lowest_free_number()
    }

    /// Fills the number that [`Self::lowest_free_number`] found.
    pub fn open(&self, fd: Fd, descriptor: Descriptor) {
        self.table.insert(fd, descriptor);
    }

    pub fn close(&self, fd: Fd) {
        self.forget(fd);
        self.release(fd);
        drop(self.table.remove(fd));
    }

    /// Takes the lowest free number for a C library.
    pub fn reserve(&self) -> Result<Fd> {
        self.load_preopens();
        self.table.reserve()
    }

    /// Gives what `fd` is, open or reserved, the lowest free number that is at least `least` as well.
    #[inline(always)] // else programs without devices keep a part of it
    pub fn duplicate(&self, fd: Fd, least: u32) -> Result<Fd> {
        self.load_preopens();
        self.table.duplicate(fd, least)
    }

    /// Moves what `from` is to `to`, in whose place it comes. Both are open.
    pub fn renumber(&self, from: Fd, to: Fd) {
        self.forget(from);
        self.forget(to);
        self.release(to);
        self.table.renumber(from, to);
    }

    /// Forgets what was kept of a descriptor that is about to get another meaning.
    fn forget(&self, fd: Fd) {
        self.unread.forget(fd);
        self.cached_stat.forget(fd);
    }

    /// The files in the component.
    pub fn tree(&self) -> Tree<'_> {
        Tree { image: self.image.get(), state: self }
    }

    /// Tells a file that can be removed, or a device, that a descriptor of it will be gone, if this is the last number of that.
    #[inline(always)]
    fn release(&self, fd: Fd) {
        if can_write()
            && let Some(opened) = self.table.get(fd).and_then(Descriptor::as_embedded)
            && self.table.numbers_of(fd) == 1
        {
            opened.close(&self.tree());
        }
    }

    /// Puts the preopens into the table, once. Those beyond the table's capacity are closed.
    pub fn load_preopens(&self) {
        if !(has_filesystem() || has_embedded_files()) || self.preopens_loaded.replace(true) {
            return;
        }
        if has_embedded_files() {
            self.load_embedded();
        }
        if !has_filesystem() {
            return;
        }
        self.memory.plan_scratch();
        let preopens = get_directories();
        self.memory.keep_results();
        for preopen in preopens {
            // SAFETY: the host gave this handle to us, and only here.
            let handle = unsafe { Handle::from_handle(preopen.handle) };
            if has_embedded_files() && self.image.get().has_mount(preopen.path.as_slice()) {
                continue;
            }
            let mut file = File::new(handle, Some(DescriptorType::Directory), Access { read: true, write: true }, 0);
            file.preopen = Some(preopen);
            self.table.push(Descriptor::File(file));
        }
    }
    /// Puts the embedded directories into the table.
    fn load_embedded(&self) {
        let mut image = Image::find();
        if has_writable_files() {
            image.memfs = match self.image.get().memfs {
                Some(memfs) => Some(memfs.remake(Image::nodes().into())),
                None => memory_files(self.memory.source),
            };
        }
        self.image.set(image);
        let tree = self.tree();
        for number in 0..Image::mounts() {
            self.table.push(Descriptor::Embedded(Opened::mounted(&tree, number)));
        }
    }
}

/// Makes the file system for what is writable, in memory that is set aside or taken from the guest for good.
#[cold]
fn memory_files(source: BlockSource) -> Option<At<Memfs>> {
    let size = files_memory_size();
    let start = match files_memory() {
        0 => block::further(source, size)?.take(8, size)?,
        start => start,
    };
    // SAFETY: nobody else has the memory.
    unsafe { Memfs::make(start, size, Image::nodes().into()) }
}
