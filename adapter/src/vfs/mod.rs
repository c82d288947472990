//! The files that are embedded in the component: a tree that cannot be changed.
//!
//! They lie in the sealed data, a passive data segment, from which `memory.init` copies them to where they are read. So they take
//! no memory, and no time before they are used. `tools/lib/src/files/image.rs` makes the image.
//!
//! | file | part |
//! |---|---|
//! | `image.rs` | the image: its nodes, and the search for a name in a directory |
//! | `walk.rs` | from a path to a node, within the directory that it starts from |
//! | `opened.rs` | an open file or directory |
//!
//! Errors are those of preview1 hosts for a directory that they may only read: every change is refused with `PERM`, before
//! the path is looked at.

mod image;
mod memfs;
mod opened;
mod walk;

pub use image::{Image, Mount};
pub use opened::{Embedded, Opened};
