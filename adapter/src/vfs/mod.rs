//! Files in the component: a tree of those that are embedded, which cannot be changed, and of those that can.
//!
//! Embedded files lie in the sealed data, a passive data segment, from which `memory.init` copies them to where they are read. So
//! they take no memory, and no time before they are used. `tools/lib/src/files/image.rs` makes the image. Directories that are
//! writable are in the memory file system with all that is in them. At first that is what is embedded there.
//!
//! | file | part |
//! |---|---|
//! | `image.rs` | the image: its nodes, and the search for a name in a directory |
//! | `memfs/` | the memory file system |
//! | `place.rs` | a place in either |
//! | `walk.rs` | from a path to a place, within the directory that it starts from |
//! | `opened.rs` | an open file or directory |
//! | `changes.rs` | names that are added, removed and changed |
//! | `device.rs` | devices: `/dev/null` and others |
//! | `numbers.rs` | the directory of descriptors: `/dev/fd` |
//!
//! Errors are those of preview1 hosts. In what cannot be changed they are those for a directory that a host may only read:
//! every change is refused with `PERM`, if nothing can be written before the path is looked at.

mod changes;
mod device;
mod image;
mod memfs;
mod numbers;
mod opened;
mod place;
mod walk;

pub use changes::{create_directory, link, remove_directory, rename, set_times, symlink, unlink};
pub use image::{Image, Mount};
pub use memfs::{At, Memfs};
pub use opened::{Embedded, Opened, Opening};

use core::ops::Deref;

use crate::calls::clock;
use crate::intrinsics::{has_devices, has_writable_files};
use crate::state::State;

/// Returns whether something in the component can be opened for writing.
#[inline(always)]
pub fn can_write() -> bool {
    has_writable_files() || has_devices()
}

/// The tree of files, and what devices and the times of changes come from.
#[derive(Clone, Copy)]
pub struct Tree<'a> {
    pub image: Image,
    pub state: &'a State,
}

impl Deref for Tree<'_> {
    type Target = Image;

    fn deref(&self) -> &Image {
        &self.image
    }
}

impl Tree<'_> {
    /// The time of a change, in nanoseconds since 1970. Without a clock it is that of what is embedded.
    fn now(&self) -> u64 {
        let now = if clock::are_there() { clock::realtime(&self.state.elapsed).ok() } else { None };
        now.unwrap_or_else(Image::time)
    }
}
