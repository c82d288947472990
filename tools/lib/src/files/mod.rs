//! Files that are embedded in a component.
//!
//! | file | part |
//! |---|---|
//! | `read.rs` | reads files and directories of this machine |
//! | `devices.rs` | `/dev` |
//! | `links.rs` | checks that links lead somewhere within |
//! | `paths.rs` | checks the lengths of paths |
//! | `writable.rs` | the directories that can be changed, and the memory for them |
//! | `image.rs` | the form that the files have in the component |
//! | `embedded.rs` | finds and reads that form, for reports and extraction |

mod devices;
mod embedded;
mod image;
mod links;
mod paths;
mod read;
#[cfg(test)]
mod tests;
mod writable;
pub use embedded::{Embedded, EmbeddedError, Entry, EntryKind};
pub(crate) use image::Image;

use devices::Device;

use crate::names::quoted;
use crate::plan::{Problem, ProblemCode};
use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The most bytes that all files together have: engines take modules up to this size.
const MOST: u64 = 1 << 30;
/// The most bytes of a name.
const NAME: usize = 255;
/// The most bytes of a path.
const PATH: usize = 4095;

/// A tree of files, directories and symbolic links for [`Linker::embed`](crate::Linker::embed).
///
/// Programs see it in addition to the directories that the host preopens, read-only but for the directories that are made
/// [writable](FileTree::writable). Several directories may be put into one: what is added later replaces files of the same
/// name. Equal contents are stored once.
///
/// ```
/// use wasi_adapt::{FileTree, Linker};
///
/// let mut tree = FileTree::new();
/// tree.file("/etc/greeting", "hello\n").preopen("/etc");
/// let module = r#"(module
///     (import "wasi_snapshot_preview1" "fd_prestat_get" (func (param i32 i32) (result i32)))
///     (memory (export "memory") 1) (func (export "_start") (drop (call 0 (i32.const 3) (i32.const 8)))))"#;
/// let linked = Linker::new().embed(tree).link(module.as_bytes())?;
/// let embedded = wasi_adapt::Embedded::find(&linked.wasm).unwrap().unwrap();
/// assert_eq!(embedded.entries()[2].path, "etc/greeting");
/// # Ok::<(), wasi_adapt::LinkError>(())
/// ```
#[derive(Clone, Debug)]
pub struct FileTree {
    /// The root is the first.
    nodes: Vec<Node>,
    /// The preopened directories, with their names.
    mounts: Vec<(usize, String)>,
    /// The directories that can be changed, and the number of bytes that each adds to the memory for changes.
    writable: BTreeMap<usize, u32>,
    /// All contents.
    contents: HashSet<Arc<[u8]>>,
    /// The number of bytes in `contents`.
    bytes: u64,
    /// The time of everything, in seconds since 1970.
    seconds: u64,
    problems: Vec<Problem>,
}

#[derive(Clone, Debug)]
struct Node {
    name: String,
    parent: usize,
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    /// The nodes in it by name.
    Directory(BTreeMap<String, usize>),
    File(Arc<[u8]>),
    Device(Device),
    /// The directory of descriptors.
    Numbers,
    Link {
        target: String,
        /// For a link that was read: its path on this machine, and the directory that it must not leave.
        read: Option<(PathBuf, usize)>,
    },
}

impl Default for FileTree {
    fn default() -> FileTree {
        let root = Node { name: String::new(), parent: 0, kind: Kind::Directory(BTreeMap::new()) };
        FileTree {
            nodes: vec![root],
            mounts: Vec::new(),
            writable: BTreeMap::new(),
            contents: HashSet::new(),
            bytes: 0,
            seconds: 0,
            problems: Vec::new(),
        }
    }
}

impl FileTree {
    pub fn new() -> FileTree {
        FileTree::default()
    }

    /// Sets the time of all files, in seconds since 1970, by default 0.
    pub fn time(&mut self, seconds: u64) -> &mut FileTree {
        self.seconds = seconds;
        self
    }

    /// Adds a directory or file of this machine. A directory is preopened under the name `guest`; of a file, the directory
    /// in which `guest` is, unless another that is preopened contains it.
    ///
    /// Everything that cannot be embedded is a [problem](crate::LinkError::Problems) when a module is linked.
    pub fn embed(&mut self, host: impl AsRef<Path>, guest: &str) -> &mut FileTree {
        read::read(self, host.as_ref(), guest);
        self
    }

    /// Adds a file.
    pub fn file(&mut self, path: &str, contents: impl AsRef<[u8]>) -> &mut FileTree {
        let contents = self.content(contents.as_ref());
        self.put(path, Kind::File(contents));
        self
    }

    /// Adds a symbolic link. It may lead nowhere.
    pub fn link(&mut self, path: &str, target: &str) -> &mut FileTree {
        self.put(path, Kind::Link { target: target.into(), read: None });
        self
    }

    /// Adds a directory, with those around it.
    pub fn directory(&mut self, path: &str) -> &mut FileTree {
        if let Some(names) = self.names(path) {
            self.directories(&names, path);
        }
        self
    }

    /// Preopens a directory under the name `path`, and adds it.
    pub fn preopen(&mut self, path: &str) -> &mut FileTree {
        if let Some(names) = self.names(path)
            && let Some(node) = self.directories(&names, path)
        {
            self.mount(node, path.starts_with('/'), &names);
        }
        self
    }

    fn mount(&mut self, node: usize, absolute: bool, names: &[&str]) {
        let name = match (absolute, names) {
            (true, _) => format!("/{}", names.join("/")),
            (false, []) => ".".into(),
            (false, _) => names.join("/"),
        };
        if !self.mounts.iter().any(|(mounted, _)| *mounted == node) {
            self.mounts.push((node, name));
        }
    }

    fn put(&mut self, path: &str, kind: Kind) {
        let Some(names) = self.names(path) else { return };
        let Some((name, parents)) = names.split_last() else {
            return self.problem(format!("{} names no file", quoted(path)), GIVE_A_NAME);
        };
        if let Some(directory) = self.directories(parents, path) {
            self.add(directory, name, kind, path);
        }
    }

    /// The names in a path of the program's.
    fn names<'a>(&mut self, path: &'a str) -> Option<Vec<&'a str>> {
        let names: Vec<_> = path.split('/').filter(|name| !matches!(*name, "" | ".")).collect();
        let wrong = if names.contains(&"..") {
            "leads out of where it begins"
        } else if path.contains('\0') {
            "contains a NUL"
        } else if path.len() > PATH || names.iter().any(|name| name.len() > NAME) {
            "is longer than a path can be"
        } else {
            return Some(names);
        };
        let shown = quoted(path.get(..80).unwrap_or(path));
        self.problem(format!("the program cannot have a file at {shown}, which {wrong}"), GIVE_A_NAME);
        None
    }

    /// Returns the directory to which the names lead from the root, and adds those that are missing.
    fn directories(&mut self, names: &[&str], path: &str) -> Option<usize> {
        names.iter().try_fold(0, |directory, name| self.add(directory, name, Kind::Directory(BTreeMap::new()), path))
    }

    /// Adds a node to a directory. A directory that is there already stays; `path` is for messages.
    fn add(&mut self, directory: usize, name: &str, kind: Kind, path: &str) -> Option<usize> {
        let added = self.nodes.len();
        let Kind::Directory(entries) = &mut self.nodes[directory].kind else { return None };
        let node = *entries.entry(name.into()).or_insert(added);
        if node == added {
            self.nodes.push(Node { name: name.into(), parent: directory, kind });
            return Some(node);
        }
        match (&mut self.nodes[node].kind, kind) {
            (Kind::Directory(_), Kind::Directory(_)) => {}
            (Kind::Directory(_), _) | (_, Kind::Directory(_)) => {
                let message = format!("{} would be both a directory and a file, at {}", quoted(name), quoted(path));
                self.problem(message, "give one of them another name with `--embed HOST::GUEST`");
                return None;
            }
            (old, new) => *old = new,
        }
        Some(node)
    }

    /// Stores contents, if they are not there already.
    fn content(&mut self, bytes: &[u8]) -> Arc<[u8]> {
        if let Some(known) = self.contents.get(bytes) {
            return Arc::clone(known);
        }
        let contents: Arc<[u8]> = bytes.into();
        self.bytes += contents.len() as u64;
        self.contents.insert(Arc::clone(&contents));
        contents
    }

    fn problem(&mut self, message: String, remedy: &str) {
        self.problems.push(Problem::new(ProblemCode::UnfitFile, message, remedy));
    }
}

const GIVE_A_NAME: &str = "give the path that the program is to see with `--embed HOST::GUEST`";
