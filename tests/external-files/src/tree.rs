//! Directories and files.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::{Rc, Weak};

use crate::bindings::exports::wasi::filesystem::types::ErrorCode;

pub type Result<T> = std::result::Result<T, ErrorCode>;

/// A directory or file.
pub struct Node {
    pub number: u64,
    pub kind: Kind,
    parent: RefCell<Weak<Node>>,
}

pub enum Kind {
    Directory(RefCell<BTreeMap<String, Rc<Node>>>),
    File(RefCell<Vec<u8>>),
}

/// The names that a path leads to: a directory, and what is or can be in it. The last name is missing if the path leads back to a
/// directory.
pub struct Place {
    pub directory: Rc<Node>,
    pub name: Option<String>,
}

impl Kind {
    pub fn directory() -> Kind {
        Kind::Directory(RefCell::default())
    }

    pub fn file(contents: &[u8]) -> Kind {
        Kind::File(RefCell::new(contents.into()))
    }
}

impl Node {
    pub fn new(kind: Kind) -> Rc<Node> {
        thread_local!(static NEXT: Cell<u64> = const { Cell::new(1) });
        let number = NEXT.replace(NEXT.get() + 1);
        Rc::new(Node { number, kind, parent: RefCell::default() })
    }

    pub fn is_directory(&self) -> bool {
        matches!(self.kind, Kind::Directory(_))
    }

    pub fn entries(&self) -> Result<&RefCell<BTreeMap<String, Rc<Node>>>> {
        match &self.kind {
            Kind::Directory(entries) => Ok(entries),
            Kind::File(_) => Err(ErrorCode::NotDirectory),
        }
    }

    pub fn contents(&self) -> Result<&RefCell<Vec<u8>>> {
        match &self.kind {
            Kind::File(contents) => Ok(contents),
            Kind::Directory(_) => Err(ErrorCode::IsDirectory),
        }
    }

    pub fn add(self: &Rc<Node>, name: &str, node: Rc<Node>) -> Result<()> {
        *node.parent.borrow_mut() = Rc::downgrade(self);
        self.entries()?.borrow_mut().insert(name.into(), node);
        Ok(())
    }

    pub fn get(&self, name: &str) -> Result<Rc<Node>> {
        self.entries()?.borrow().get(name).cloned().ok_or(ErrorCode::NoEntry)
    }

    /// Returns the place that a path leads to, within this directory.
    pub fn place(self: &Rc<Node>, path: &str) -> Result<Place> {
        match path {
            "" => return Err(ErrorCode::NoEntry),
            _ if path.starts_with('/') => return Err(ErrorCode::NotPermitted),
            _ => {}
        }
        let (mut directory, mut last) = (Rc::clone(self), None::<&str>);
        for name in path.split('/').filter(|name| !matches!(*name, "" | ".")) {
            if let Some(before) = last.take() {
                directory = directory.get(before)?;
            }
            directory.entries()?;
            if name != ".." {
                last = Some(name);
                continue;
            }
            if Rc::ptr_eq(&directory, self) {
                return Err(ErrorCode::NotPermitted);
            }
            let parent = directory.parent.borrow().upgrade().ok_or(ErrorCode::NoEntry)?;
            directory = parent;
        }
        Ok(Place { directory, name: last.map(Into::into) })
    }

    /// Returns what a path leads to, within this directory.
    pub fn find(self: &Rc<Node>, path: &str) -> Result<Rc<Node>> {
        let node = self.place(path)?.node()?;
        if path.ends_with('/') && !node.is_directory() { Err(ErrorCode::NotDirectory) } else { Ok(node) }
    }
}

impl Place {
    pub fn node(&self) -> Result<Rc<Node>> {
        match &self.name {
            Some(name) => self.directory.get(name),
            None => Ok(Rc::clone(&self.directory)),
        }
    }

    /// The name, of which there must be one.
    pub fn name(&self) -> Result<&str> {
        self.name.as_deref().ok_or(ErrorCode::Busy)
    }

    /// Takes the node out of its directory.
    pub fn remove(&self) -> Result<Rc<Node>> {
        self.directory.entries()?.borrow_mut().remove(self.name()?).ok_or(ErrorCode::NoEntry)
    }
}
