//! The form that embedded files have in a component: one data segment with an index, names and contents.
//!
//! The adapter's `vfs/image.rs` describes it and reads it.

use super::{FileTree, Kind, MOST, links, paths};
use crate::plan::{Problem, ProblemCode};
use std::collections::{BTreeMap, HashMap};

/// The first bytes of every image.
pub const MAGIC: &[u8; 16] = b"wasi-adapt files";
/// The version of the form.
pub const VERSION: u32 = 2;

/// The sizes of the parts.
pub const HEADER: usize = 40;
pub const NODE: usize = 24;
const BUCKET: usize = 8;
pub const MOUNT: usize = 16;

/// The numbers of preview1's file types.
pub const DIRECTORY: u8 = 3;
pub const FILE: u8 = 4;
pub const LINK: u8 = 7;
pub const DEVICE: u8 = 2;

/// The first node of the directory of descriptors, which has none.
const NUMBERS: u32 = u32::MAX;

/// Embedded files, and all that stands in the way.
#[derive(Clone, Debug)]
pub struct Image {
    pub bytes: Vec<u8>,
    /// The number of bytes of memory for what is writable; a multiple of 64 KiB.
    pub memory: u32,
    /// True if there are devices.
    pub devices: bool,
    pub problems: Vec<Problem>,
}

impl Image {
    pub fn of(tree: &FileTree) -> Image {
        let mut problems = tree.problems.clone();
        problems.extend(links::check(tree));
        problems.extend(paths::check(tree));
        let memory = tree.memory().unwrap_or_else(|problem| {
            problems.push(problem);
            0
        });
        let bytes = if tree.bytes > MOST { Vec::new() } else { encode(tree) };
        if problems.is_empty() && bytes.len() as u64 > MOST {
            let message = format!("the files that are embedded take {} bytes, and engines take {MOST}", bytes.len());
            problems.push(Problem::new(ProblemCode::UnfitFile, message, "embed less"));
        }
        Image { bytes, memory, devices: tree.has_devices(), problems }
    }
}

/// Names and contents, with their offsets.
#[derive(Default)]
struct Pool<'a> {
    start: usize,
    bytes: Vec<u8>,
    text: HashMap<&'a str, u32>,
    contents: HashMap<*const u8, u32>,
}

impl<'a> Pool<'a> {
    fn append(&mut self, bytes: &[u8]) -> u32 {
        let place = self.start + self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        place as u32
    }

    fn text(&mut self, text: &'a str) -> u32 {
        if let Some(place) = self.text.get(text) {
            return *place;
        }
        let place = self.append(text.as_bytes());
        self.text.insert(text, place);
        place
    }

    /// Equal contents are one.
    fn contents(&mut self, contents: &[u8]) -> u32 {
        if let Some(place) = self.contents.get(&contents.as_ptr()) {
            return *place;
        }
        let place = self.append(contents);
        self.contents.insert(contents.as_ptr(), place);
        place
    }
}

fn encode(tree: &FileTree) -> Vec<u8> {
    // Breadth first, so that the nodes of a directory follow one another.
    let (mut order, mut first) = (vec![0], BTreeMap::new());
    for next in 0.. {
        let Some(&node) = order.get(next) else { break };
        if let Kind::Directory(entries) = &tree.nodes[node].kind {
            first.insert(node, order.len() as u32);
            order.extend(entries.values());
        }
    }
    let number: HashMap<usize, u32> = order.iter().copied().zip(0..).collect();
    let buckets = (order.len() * 2).next_power_of_two();
    let start = HEADER + order.len() * NODE + buckets * BUCKET + tree.mounts.len() * MOUNT;
    let mut pool = Pool { start, ..Pool::default() };

    let mut out = MAGIC.to_vec();
    out.extend(tree.seconds.saturating_mul(1_000_000_000).to_le_bytes());
    words(&mut out, [order.len() as u32, buckets as u32, tree.mounts.len() as u32, VERSION]);
    let mut table = vec![(0, u32::MAX); buckets];
    let roots: HashMap<usize, u8> = tree.roots().into_iter().zip(1..).collect();
    // Text comes first, so that looking for a file touches few pages.
    let texts: Vec<_> = order.iter().map(|node| pool.text(&tree.nodes[*node].name)).collect();
    let mounts: Vec<_> = tree.mounts.iter().map(|(_, name)| pool.text(name)).collect();
    for (&node, text) in order.iter().zip(texts) {
        let super::Node { name, parent, kind } = &tree.nodes[node];
        let (ty, place, len, links) = match kind {
            Kind::Directory(entries) => {
                let is_directory =
                    |node: &&usize| matches!(tree.nodes[**node].kind, Kind::Directory(_) | Kind::Numbers);
                let directories = entries.values().filter(is_directory).count();
                (DIRECTORY, first[&node], entries.len(), directories + 2)
            }
            Kind::Link { target, .. } => (LINK, pool.text(target), target.len(), 1),
            Kind::Device(device) => (DEVICE, *device as u32, 0, 1),
            Kind::Numbers => (DIRECTORY, NUMBERS, 0, 2),
            Kind::File(contents) => (FILE, pool.contents(contents), contents.len(), 1),
        };
        out.extend([ty, roots.get(&node).copied().unwrap_or(0)]);
        out.extend((name.len() as u16).to_le_bytes());
        words(&mut out, [text, number[parent], place, len as u32, links as u32]);
        if node != 0 {
            let hash = hash(number[parent], name.as_bytes());
            let mut bucket = hash as usize & (buckets - 1);
            while table[bucket].1 != u32::MAX {
                bucket = (bucket + 1) & (buckets - 1);
            }
            table[bucket] = (hash, number[&node]);
        }
    }
    table.into_iter().for_each(|(hash, node)| words(&mut out, [hash, node]));
    for ((node, name), text) in tree.mounts.iter().zip(mounts) {
        let plain = name.strip_prefix('/').unwrap_or(if name == "." { "" } else { name });
        words(&mut out, [number[node], text, name.len() as u32, plain.len() as u32]);
    }
    out.append(&mut pool.bytes);
    out
}

fn words<const N: usize>(out: &mut Vec<u8>, words: [u32; N]) {
    out.extend(words.iter().flat_map(|word| word.to_le_bytes()));
}

/// FNV-1a, as in the adapter.
fn hash(directory: u32, name: &[u8]) -> u32 {
    let step = |hash: u32, byte: &u8| (hash ^ u32::from(*byte)).wrapping_mul(16_777_619);
    directory.to_le_bytes().iter().chain(name).fold(2_166_136_261, step)
}
