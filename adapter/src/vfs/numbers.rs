//! The directory of descriptors, `/dev/fd`: the names in it are the numbers of those that are open. To open one is to duplicate the
//! descriptor, so both have one offset.

use super::Tree;
use crate::calls::fd::readdir::Listing;
use crate::calls::fd::stat;
use crate::decimal::{digits, parse};
use crate::descriptor::Open;
use crate::errno::{Errno, Result};
use crate::file::Access;
use crate::intrinsics::has_devices;
use crate::state::State;
use crate::types::{Fd, oflags};
use crate::unread::Entry;

/// The number of a descriptor. Without devices there is none, and the packer removes the code behind each use.
#[derive(Clone, Copy)]
pub struct Number(Fd);

impl Number {
    #[inline(always)]
    pub fn get(self) -> Fd {
        if !has_devices() {
            core::arch::wasm32::unreachable();
        }
        self.0
    }
}

/// The open descriptor of this name.
pub fn find(state: &State, name: &[u8]) -> Result<Number> {
    let number = parse(name).and_then(|number| u32::try_from(number).ok()).map(Fd);
    let number = number.filter(|fd| digits(&mut [0; 20], fd.0.into()) == name && state.get(*fd).is_ok());
    number.map(Number).ok_or(Errno::NOENT)
}

/// Checks that a descriptor has the access that is wanted of another number of it, and truncates a file if that is.
pub fn reopen(tree: &Tree<'_>, fd: Fd, open: u64, access: Access) -> Result {
    let descriptor = tree.state.get(fd)?;
    if descriptor.directory().is_ok() {
        return if access.write || open & (oflags::CREAT | oflags::TRUNC) != 0 { Err(Errno::ISDIR) } else { Ok(()) };
    }
    if open & oflags::DIRECTORY != 0 {
        return Err(Errno::NOTDIR);
    }
    let allowed = match descriptor.open()? {
        Open::Input(_) => Access { read: true, write: false },
        Open::Output(_) => Access { read: false, write: true },
        Open::File(file) => Access { read: file.readable().is_ok(), write: file.writable().is_ok() },
        Open::Embedded(file) => file.access(),
    };
    if access.read && !allowed.read || access.write && !allowed.write {
        return Err(Errno::ACCES);
    }
    if open & oflags::TRUNC == 0 {
        return Ok(());
    }
    match descriptor.open()? {
        Open::File(file) => Ok(file.handle.set_size(0)?),
        Open::Embedded(file) if !file.is_device() => file.resize(tree, 0),
        _ => Ok(()),
    }
}

/// Lists those that are open, from a cookie on.
pub fn list(state: &State, cookie: u64, listing: &mut Listing) {
    let mut number = cookie.saturating_sub(2);
    while !listing.is_full() && number < state.table.len().into() {
        if let Ok(stat) = stat::of(state, Fd(number as u32)) {
            let mut room = [0; 20];
            let name = digits(&mut room, number);
            listing.add(&Entry { ino: stat.ino, filetype: stat.filetype, name }, number + 3);
        }
        number += 1;
    }
}
