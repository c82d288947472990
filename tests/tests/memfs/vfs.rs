//! The parts of the adapter's virtual file system that are tried.

#[path = "../../../adapter/src/vfs/image.rs"]
pub mod image;
#[path = "../../../adapter/src/vfs/memfs/mod.rs"]
pub mod memfs;
