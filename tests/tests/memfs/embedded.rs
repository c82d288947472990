//! Embedded files, with which the memory file systems begin: an image as the linker makes it, as far as it is read here.

use crate::types::filetype;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::sync::LazyLock;

/// The contents of `/w/file`: more than two pages.
pub static CONTENTS: LazyLock<Vec<u8>> = LazyLock::new(|| (0..10_000_u32).map(|number| (number * 7) as u8).collect());

/// The number of nodes.
pub const NODES: u64 = 6;
/// The node of the writable directory.
pub const ROOT: u32 = 1;

/// The first node of a directory and their number, or contents.
type NodesOrBytes<'a> = Result<(u32, u32), &'a [u8]>;

static IMAGE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut text: Vec<u8> = Vec::new();
    // The type, the number of a writable directory, the name, the parent, and what is in it.
    let nodes: [(u8, u8, &str, u32, NodesOrBytes<'_>); NODES as usize] = [
        (filetype::DIRECTORY, 0, "", 0, Ok((1, 1))),
        (filetype::DIRECTORY, 1, "w", 0, Ok((2, 3))),
        (filetype::DIRECTORY, 0, "d", 1, Ok((5, 1))),
        (filetype::REGULAR_FILE, 0, "file", 1, Err(&CONTENTS)),
        (filetype::SYMBOLIC_LINK, 0, "link", 1, Err(b"file")),
        (filetype::REGULAR_FILE, 0, "a", 2, Err(b"short")),
    ];
    let mut image = [b"wasi-adapt files".as_slice(), &1_u64.to_le_bytes()].concat();
    image.extend([NODES as u32, 0, 0, 1].map(u32::to_le_bytes).concat());
    let end = image.len() + nodes.len() * 24;
    let mut add = |bytes: &[u8]| {
        text.extend(bytes);
        (end + text.len() - bytes.len()) as u32
    };
    for (ty, root, name, parent, contents) in nodes {
        let (start, len) = contents.unwrap_or_else(|bytes| (add(bytes), bytes.len() as u32));
        let links = if ty != filetype::DIRECTORY { 1 } else { 2 + u32::from(parent == 0) };
        image.extend([ty, root, name.len() as u8, 0]);
        image.extend([add(name.as_bytes()), parent, start, len, links].map(u32::to_le_bytes).concat());
    }
    image.extend(text);
    image
});

/// # Safety
/// There is room for so many bytes.
pub unsafe fn sealed_read(address: *mut u8, offset: u32, len: usize) {
    let bytes = &IMAGE[offset as usize..][..len];
    // SAFETY: of the caller.
    unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), address, len) }
}

/// Makes the same files in a directory.
pub fn make(root: &Path) -> std::io::Result<()> {
    std::fs::write(root.join("file"), &*CONTENTS)?;
    symlink("file", root.join("link"))?;
    std::fs::create_dir(root.join("d"))?;
    std::fs::write(root.join("d/a"), "short")
}
