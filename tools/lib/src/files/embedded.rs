//! Finds the files that are embedded in a component or module, and reads them. Nothing in the input is trusted.

use super::PATH;
use super::image::{DEVICE, DIRECTORY, FILE, HEADER, LINK, MAGIC, MOUNT, NODE, VERSION};
use std::collections::BTreeSet;
use std::fmt;
use std::time::{Duration, SystemTime};
use wasmparser::{DataKind, Parser, Payload};

/// The files in a component.
#[derive(Clone, Debug)]
pub struct Embedded<'a> {
    preopens: Vec<String>,
    writable: Vec<String>,
    time: SystemTime,
    entries: Vec<Entry<'a>>,
}

/// A file, directory or link that is embedded.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry<'a> {
    /// The path from the root, without a slash at its beginning. That of the root is empty.
    pub path: String,
    pub kind: EntryKind<'a>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EntryKind<'a> {
    Directory,
    File(&'a [u8]),
    /// With its target.
    Link(&'a str),
    /// A device of [`FileTree::devices`](crate::FileTree::devices).
    Device,
}

/// The embedded files cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmbeddedError(String);

impl fmt::Display for EmbeddedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the embedded files cannot be read: {}", self.0)
    }
}

impl std::error::Error for EmbeddedError {}

impl<'a> Embedded<'a> {
    /// Finds the files in a binary component or module; none if it has none.
    ///
    /// # Errors
    /// The input is not WebAssembly, or the files are damaged.
    pub fn find(wasm: &'a [u8]) -> Result<Option<Embedded<'a>>, EmbeddedError> {
        for payload in Parser::new(0).parse_all(wasm) {
            if let Payload::DataSection(section) = payload.map_err(other)? {
                for data in section {
                    let data = data.map_err(other)?;
                    if matches!(data.kind, DataKind::Passive) && data.data.starts_with(MAGIC) {
                        return Image(data.data).read().map(Some);
                    }
                }
            }
        }
        Ok(None)
    }

    /// The names of the preopened directories.
    pub fn preopens(&self) -> &[String] {
        &self.preopens
    }

    /// The paths of the directories that are writable with all that is in them, without a slash at the beginning.
    pub fn writable(&self) -> &[String] {
        &self.writable
    }

    /// The time of everything.
    pub fn time(&self) -> SystemTime {
        self.time
    }

    /// All entries. A directory comes before what is in it.
    pub fn entries(&self) -> &[Entry<'a>] {
        &self.entries
    }
}

fn other(error: impl fmt::Display) -> EmbeddedError {
    EmbeddedError(error.to_string())
}

fn error<T>(message: &str) -> Result<T, EmbeddedError> {
    Err(EmbeddedError(message.into()))
}

struct Image<'a>(&'a [u8]);

impl<'a> Image<'a> {
    fn read(&self) -> Result<Embedded<'a>, EmbeddedError> {
        let [low, high, nodes, buckets, mounts, version] = self.words(HEADER - 24)?;
        let time = SystemTime::UNIX_EPOCH + Duration::from_nanos(u64::from(high) << 32 | u64::from(low));
        if version != VERSION {
            return error("they are of a version that this tool does not know");
        }
        let (mut entries, mut writable): (Vec<Entry<'a>>, _) = (Vec::new(), Vec::new());
        let mut paths = BTreeSet::new();
        for number in 0..nodes {
            let at = HEADER.saturating_add((number as usize).saturating_mul(NODE));
            let [kind] = self.words(at)?;
            let [name, parent, place, len] = self.words(at + 4)?;
            let path = match number {
                0 => String::new(),
                _ => self.path(&entries, parent, self.text(name, kind >> 16)?)?,
            };
            if !paths.insert(path.clone()) {
                return error("two have one name");
            }
            let [kind, root, ..] = kind.to_le_bytes();
            if root != 0 {
                writable.push(path.clone());
            }
            let kind = match kind {
                DIRECTORY => EntryKind::Directory,
                FILE => EntryKind::File(self.bytes(place as usize, len as usize)?),
                DEVICE => EntryKind::Device,
                LINK => EntryKind::Link(self.text(place, len)?),
                _ => return error("one of them is of an unknown kind"),
            };
            entries.push(Entry { path, kind });
        }
        let after = HEADER as u64 + u64::from(nodes) * NODE as u64 + u64::from(buckets) * 8;
        let mount = |number: u32| {
            let at = after + u64::from(number) * MOUNT as u64;
            let [_, name, len] = self.words(usize::try_from(at).map_err(other)?)?;
            Ok(self.text(name, len)?.to_string())
        };
        Ok(Embedded { preopens: (0..mounts).map(mount).collect::<Result<_, _>>()?, writable, time, entries })
    }

    fn path(&self, entries: &[Entry<'_>], parent: u32, name: &str) -> Result<String, EmbeddedError> {
        if matches!(name, "" | "." | "..") || name.contains(['/', '\0']) {
            return error("one of them has a name that no file can have");
        }
        let path = match entries.get(parent as usize) {
            Some(Entry { path, kind: EntryKind::Directory }) if path.is_empty() => name.into(),
            Some(Entry { path, kind: EntryKind::Directory }) => format!("{path}/{name}"),
            _ => return error("one of them is in no directory"),
        };
        if path.len() > PATH { error("one of them has a path that is too long") } else { Ok(path) }
    }

    fn words<const N: usize>(&self, at: usize) -> Result<[u32; N], EmbeddedError> {
        let bytes = self.bytes(at, 4 * N)?;
        let mut words = [0; N];
        for (word, bytes) in words.iter_mut().zip(bytes.chunks_exact(4)) {
            *word = bytes.iter().rev().fold(0, |word, byte| word << 8 | u32::from(*byte));
        }
        Ok(words)
    }

    fn text(&self, at: u32, len: u32) -> Result<&'a str, EmbeddedError> {
        std::str::from_utf8(self.bytes(at as usize, len as usize)?).map_err(other)
    }

    fn bytes(&self, at: usize, len: usize) -> Result<&'a [u8], EmbeddedError> {
        let bytes = self.0.get(at..).and_then(|rest| rest.get(..len));
        bytes.ok_or_else(|| EmbeddedError("they end too early".into()))
    }
}
