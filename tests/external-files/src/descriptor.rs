//! `wasi:filesystem`, over the tree.

use std::cell::RefCell;
use std::rc::Rc;
use std::vec::IntoIter;

use crate::bindings::exports::wasi::filesystem::preopens::Guest as Preopens;
use crate::bindings::exports::wasi::filesystem::types::{
    Advice, Descriptor, DescriptorBorrow, DescriptorFlags, DescriptorStat, DescriptorType, DirectoryEntry,
    DirectoryEntryStream, ErrorCode, Guest, GuestDescriptor, GuestDirectoryEntryStream, MetadataHashValue,
    NewTimestamp, OpenFlags, PathFlags,
};
use crate::bindings::wasi::io::streams::{Error, InputStream, OutputStream};
use crate::tree::{Kind, Node, Result};

pub struct Component;

pub struct Open {
    node: Rc<Node>,
    flags: DescriptorFlags,
}

pub struct Listing(RefCell<IntoIter<DirectoryEntry>>);

/// The files that there are at first.
const FILES: [(&str, &str); 4] =
    [("a-longer-name.txt", "longer\n"), ("b", "b"), ("inner.txt", "inner\n"), ("deep/leaf.txt", "leaf\n")];

impl Preopens for Component {
    fn get_directories() -> Vec<(Descriptor, String)> {
        let make = || -> Result<Rc<Node>> {
            let (root, sub) = (Node::new(Kind::directory()), Node::new(Kind::directory()));
            root.add("sub", Rc::clone(&sub))?;
            sub.add("deep", Node::new(Kind::directory()))?;
            for (path, contents) in FILES {
                let place = sub.place(path)?;
                place.directory.add(place.name()?, Node::new(Kind::file(contents.as_bytes())))?;
            }
            Ok(root)
        };
        let node = make().expect("the paths fit together");
        let flags = DescriptorFlags::READ | DescriptorFlags::MUTATE_DIRECTORY;
        vec![(Descriptor::new(Open { node, flags }), "/".into())]
    }
}

impl Guest for Component {
    type Descriptor = Open;
    type DirectoryEntryStream = Listing;

    fn filesystem_error_code(_: &Error) -> Option<ErrorCode> {
        None
    }
}

impl GuestDirectoryEntryStream for Listing {
    fn read_directory_entry(&self) -> Result<Option<DirectoryEntry>> {
        Ok(self.0.borrow_mut().next())
    }
}

impl Open {
    fn stat(node: &Node) -> DescriptorStat {
        let size = node.contents().map_or(0, |contents| contents.borrow().len() as u64);
        let (data_access_timestamp, data_modification_timestamp, status_change_timestamp) = (None, None, None);
        DescriptorStat {
            type_: Self::kind(node),
            link_count: 1,
            size,
            data_access_timestamp,
            data_modification_timestamp,
            status_change_timestamp,
        }
    }

    fn kind(node: &Node) -> DescriptorType {
        if node.is_directory() { DescriptorType::Directory } else { DescriptorType::RegularFile }
    }

    fn hash(node: &Node) -> MetadataHashValue {
        MetadataHashValue { lower: node.number, upper: 0 }
    }

    /// Fails unless the descriptor was opened for this.
    fn check(&self, flags: DescriptorFlags) -> Result<()> {
        if self.flags.contains(flags) { Ok(()) } else { Err(ErrorCode::BadDescriptor) }
    }
}

impl GuestDescriptor for Open {
    fn read_via_stream(&self, _: u64) -> Result<InputStream> {
        Err(ErrorCode::Unsupported)
    }

    fn write_via_stream(&self, _: u64) -> Result<OutputStream> {
        Err(ErrorCode::Unsupported)
    }

    fn append_via_stream(&self) -> Result<OutputStream> {
        Err(ErrorCode::Unsupported)
    }

    fn advise(&self, _: u64, _: u64, _: Advice) -> Result<()> {
        Ok(())
    }

    fn sync_data(&self) -> Result<()> {
        Ok(())
    }

    fn get_flags(&self) -> Result<DescriptorFlags> {
        Ok(self.flags)
    }

    fn get_type(&self) -> Result<DescriptorType> {
        Ok(Self::kind(&self.node))
    }

    fn set_size(&self, size: u64) -> Result<()> {
        self.check(DescriptorFlags::WRITE)?;
        let size = usize::try_from(size).map_err(|_| ErrorCode::FileTooLarge)?;
        self.node.contents()?.borrow_mut().resize(size, 0);
        Ok(())
    }

    fn set_times(&self, _: NewTimestamp, _: NewTimestamp) -> Result<()> {
        Err(ErrorCode::Unsupported)
    }

    fn read(&self, length: u64, offset: u64) -> Result<(Vec<u8>, bool)> {
        self.check(DescriptorFlags::READ)?;
        let contents = self.node.contents()?.borrow();
        let start = contents.len().min(usize::try_from(offset).unwrap_or(usize::MAX));
        let end = contents.len().min(start.saturating_add(usize::try_from(length).unwrap_or(usize::MAX)));
        Ok((contents[start..end].into(), end == contents.len()))
    }

    fn write(&self, buffer: Vec<u8>, offset: u64) -> Result<u64> {
        self.check(DescriptorFlags::WRITE)?;
        let mut contents = self.node.contents()?.borrow_mut();
        let start = usize::try_from(offset).map_err(|_| ErrorCode::FileTooLarge)?;
        let end = start.checked_add(buffer.len()).ok_or(ErrorCode::FileTooLarge)?;
        if contents.len() < end {
            contents.resize(end, 0);
        }
        contents[start..end].copy_from_slice(&buffer);
        Ok(buffer.len() as u64)
    }

    fn read_directory(&self) -> Result<DirectoryEntryStream> {
        let entries = self.node.entries()?.borrow();
        let entry = |(name, node): (&String, &Rc<Node>)| DirectoryEntry { type_: Self::kind(node), name: name.clone() };
        let entries: Vec<_> = entries.iter().map(entry).collect();
        Ok(DirectoryEntryStream::new(Listing(RefCell::new(entries.into_iter()))))
    }

    fn sync(&self) -> Result<()> {
        Ok(())
    }

    fn create_directory_at(&self, path: String) -> Result<()> {
        let place = self.node.place(&path)?;
        if place.node().is_ok() {
            return Err(ErrorCode::Exist);
        }
        place.directory.add(place.name()?, Node::new(Kind::directory()))
    }

    fn stat(&self) -> Result<DescriptorStat> {
        Ok(Self::stat(&self.node))
    }

    fn stat_at(&self, _: PathFlags, path: String) -> Result<DescriptorStat> {
        Ok(Self::stat(&*self.node.find(&path)?))
    }

    fn set_times_at(&self, _: PathFlags, _: String, _: NewTimestamp, _: NewTimestamp) -> Result<()> {
        Err(ErrorCode::Unsupported)
    }

    fn link_at(&self, _: PathFlags, _: String, _: DescriptorBorrow<'_>, _: String) -> Result<()> {
        Err(ErrorCode::Unsupported)
    }

    fn open_at(&self, _: PathFlags, path: String, open: OpenFlags, flags: DescriptorFlags) -> Result<Descriptor> {
        let node = match self.node.find(&path) {
            Ok(_) if open.contains(OpenFlags::EXCLUSIVE) => return Err(ErrorCode::Exist),
            Err(ErrorCode::NoEntry) if open.contains(OpenFlags::CREATE) => {
                let (place, node) = (self.node.place(&path)?, Node::new(Kind::file(&[])));
                place.directory.add(place.name()?, Rc::clone(&node))?;
                node
            }
            found => found?,
        };
        if open.contains(OpenFlags::DIRECTORY) {
            node.entries()?;
        }
        if flags.contains(DescriptorFlags::WRITE) {
            node.contents()?;
        }
        if open.contains(OpenFlags::TRUNCATE) {
            node.contents()?.borrow_mut().clear();
        }
        Ok(Descriptor::new(Open { node, flags }))
    }

    fn readlink_at(&self, path: String) -> Result<String> {
        self.node.find(&path).and(Err(ErrorCode::Invalid))
    }

    fn remove_directory_at(&self, path: String) -> Result<()> {
        let place = self.node.place(&path)?;
        if !place.node()?.entries()?.borrow().is_empty() {
            return Err(ErrorCode::NotEmpty);
        }
        place.remove().map(drop)
    }

    fn rename_at(&self, old: String, directory: DescriptorBorrow<'_>, new: String) -> Result<()> {
        let (old, new) = (self.node.place(&old)?, directory.get::<Open>().node.place(&new)?);
        let node = old.node()?;
        if let Ok(replaced) = new.node() {
            match (node.is_directory(), replaced.is_directory()) {
                (true, false) => return Err(ErrorCode::NotDirectory),
                (false, true) => return Err(ErrorCode::IsDirectory),
                (true, true) if !replaced.entries()?.borrow().is_empty() => return Err(ErrorCode::NotEmpty),
                _ => {}
            }
        }
        new.name()?;
        old.remove()?;
        new.directory.add(new.name()?, node)
    }

    fn symlink_at(&self, _: String, _: String) -> Result<()> {
        Err(ErrorCode::Unsupported)
    }

    fn unlink_file_at(&self, path: String) -> Result<()> {
        let place = self.node.place(&path)?;
        place.node()?.contents()?;
        place.remove().map(drop)
    }

    fn is_same_object(&self, other: DescriptorBorrow<'_>) -> bool {
        Rc::ptr_eq(&self.node, &other.get::<Open>().node)
    }

    fn metadata_hash(&self) -> Result<MetadataHashValue> {
        Ok(Self::hash(&self.node))
    }

    fn metadata_hash_at(&self, _: PathFlags, path: String) -> Result<MetadataHashValue> {
        Ok(Self::hash(&*self.node.find(&path)?))
    }
}
