//! Directories that can be changed: they are in memory, with all that is in them.

use super::FileTree;
use crate::plan::{Problem, ProblemCode};
use std::path::Path;

/// The most of them that are not within others.
const ROOTS: usize = 63;
/// The most bytes of memory for them.
const MOST: u64 = 2 << 30;
/// The unit of memory.
const PAGE: u64 = 1 << 16;
/// The size of a page of the adapter's memory file system, the number of kinds of cells in pages, and the sizes of an inode and of an
/// entry without its name.
const FILE_PAGE: u64 = 4096;
const KINDS_OF_CELLS: usize = 5;
const INODE: usize = 128;
const ENTRY: usize = 40;

impl FileTree {
    /// The memory for a writable directory, if nothing else is asked for: 16 MiB.
    pub const WRITABLE: u32 = 16 << 20;

    /// Makes a directory writable, with all that is in it, and preopens it under the name `path`.
    ///
    /// Changes last as long as the program runs. They have `bytes` of memory; several such directories share the sum. What
    /// is embedded in one takes none before it is changed, except for a little for each name.
    pub fn writable(&mut self, path: &str, bytes: u32) -> &mut FileTree {
        if let Some(names) = self.names(path)
            && let Some(node) = self.directories(&names, path)
        {
            self.mount(node, path.starts_with('/'), &names);
            self.writable.insert(node, bytes);
        }
        self
    }

    /// Does the same as [`embed`](Self::embed), and makes the directory writable: of a file, that around it.
    pub fn embed_writable(&mut self, host: impl AsRef<Path>, guest: &str, bytes: u32) -> &mut FileTree {
        let is_file = host.as_ref().is_file();
        self.embed(host, guest);
        let around = guest.trim_end_matches('/').rfind('/').map_or(".", |end| &guest[..end.max(1)]);
        self.writable(if is_file { around } else { guest }, bytes)
    }

    /// The writable directories that are not within others.
    pub(super) fn roots(&self) -> Vec<usize> {
        let is_root = |node: &usize| *node == 0 || !self.is_in_memory(self.nodes[*node].parent);
        self.writable.keys().copied().filter(is_root).collect()
    }

    fn is_in_memory(&self, mut node: usize) -> bool {
        while !self.writable.contains_key(&node) {
            if node == 0 {
                return false;
            }
            node = self.nodes[node].parent;
        }
        true
    }

    /// The number of bytes of memory: what is asked for, and enough for the names that are there from the start.
    pub(super) fn memory(&self) -> Result<u32, Problem> {
        if self.writable.is_empty() {
            return Ok(0);
        }
        let roots = self.roots().len();
        if roots > ROOTS {
            return problem(
                format!("there are {roots} writable directories, and {ROOTS} are possible"),
                "make one writable that contains several of them",
            );
        }
        let cell = |bytes: usize| bytes.next_power_of_two() as u64;
        let within = self.nodes.iter().skip(1).filter(|node| self.is_in_memory(node.parent));
        let names: u64 = within.map(|node| cell(INODE) + cell(ENTRY + node.name.len())).sum();
        let fixed = (roots + KINDS_OF_CELLS + 1) as u64 * FILE_PAGE;
        let asked: u64 = self.writable.values().map(|bytes| u64::from(*bytes)).sum();
        // A page has at most an eighth that is in no cell.
        let bytes = (asked + fixed + names + names / 7).next_multiple_of(PAGE);
        if bytes > MOST {
            return problem(
                format!("the writable directories would have {bytes} bytes of memory, and {MOST} are possible"),
                "give them less with `--writable GUEST=SIZE`",
            );
        }
        Ok(bytes as u32)
    }
}

fn problem<T>(message: String, remedy: &str) -> Result<T, Problem> {
    Err(Problem::new(ProblemCode::UnfitFile, message, remedy))
}
