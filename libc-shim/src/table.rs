//! The table: descriptor numbers to descriptions.
//!
//! A number is in the table exactly while it is reserved in the adapter. Several numbers can have one description (`dup`);
//! the last that goes takes the description with it, and that closes what it holds.
//!
//! # Safety
//! A component has one thread, and no reference into the table outlives a function of this file. What is taken out of it
//! is dropped after the table has its new content.
#![allow(unsafe_code)]

use alloc::rc::Rc;
use alloc::vec::Vec;
use core::cell::UnsafeCell;

use crate::description::Description;
use crate::errno::{Errno, Result};
use crate::preview1;

pub type Shared = Rc<dyn Description>;

struct Table {
    slots: UnsafeCell<Vec<Option<Shared>>>,
    /// Closed, but with bytes that the host has yet to send.
    lingering: UnsafeCell<Vec<Shared>>,
}

// SAFETY: there is one thread.
unsafe impl Sync for Table {}

static TABLE: Table = Table { slots: UnsafeCell::new(Vec::new()), lingering: UnsafeCell::new(Vec::new()) };

fn slots<T>(work: impl FnOnce(&mut Vec<Option<Shared>>) -> T) -> T {
    // SAFETY: see the head of this file; `work` calls nothing that could come back here.
    work(unsafe { &mut *TABLE.slots.get() })
}

/// The description with this number, if it is one of ours.
pub fn find(fd: i32) -> Option<Shared> {
    slots(|slots| slots.get(usize::try_from(fd).ok()?)?.clone())
}

/// The socket with this number; `ENOTSOCK` if it is something else, `EBADF` if it is nothing.
pub fn socket(fd: i32) -> Result<Shared> {
    match find(fd) {
        Some(socket) => Ok(socket),
        None => Err(preview1::stat(u32::try_from(fd).map_err(|_| Errno::BADF)?).err().unwrap_or(Errno::NOTSOCK)),
    }
}

/// Puts a description at the number `fd`, which is reserved, and returns what was there. On failure the number is given
/// back.
fn put(fd: u32, description: Shared) -> Result<Option<Shared>> {
    let index = fd as usize;
    let old = slots(|slots| {
        if index >= slots.len() {
            slots.try_reserve(index + 1 - slots.len()).map_err(|_| Errno::NOMEM)?;
            slots.resize_with(index + 1, || None);
        }
        Ok(slots[index].replace(description))
    });
    if old.is_err() {
        preview1::release(fd);
    }
    old
}

/// Gives the description the lowest free number.
pub fn insert(description: Shared) -> Result<i32> {
    sweep();
    let fd = preview1::reserve()?;
    put(fd, description)?;
    Ok(fd as i32)
}

/// The same, but the lowest that is at least `least`.
pub fn insert_from(least: u32, description: Shared) -> Result<i32> {
    let fd = reserve(|fd| fd >= least)?;
    put(fd, description)?;
    Ok(fd as i32)
}

/// Reserves the lowest free number for which `fits` says so. What is free below is taken until it is found.
fn reserve(fits: impl Fn(u32) -> bool) -> Result<u32> {
    let mut below = Vec::new();
    let found = loop {
        match preview1::reserve() {
            Ok(fd) if fits(fd) => break Ok(fd),
            Ok(fd) => {
                if below.try_reserve(1).is_err() {
                    preview1::release(fd);
                    break Err(Errno::NOMEM);
                }
                below.push(fd);
            }
            Err(errno) => break Err(errno),
        }
    };
    below.into_iter().for_each(preview1::release);
    found
}

/// Takes the number out of the table and gives it back. None if it is not ours.
pub fn remove(fd: i32) -> Option<()> {
    let description = slots(|slots| slots.get_mut(usize::try_from(fd).ok()?)?.take())?;
    preview1::release(fd as u32);
    let_go(description);
    Some(())
}

/// Closes a description, unless another number has it.
fn let_go(description: Shared) {
    if Rc::strong_count(&description) == 1 {
        description.finish();
        if !description.is_finished() {
            // SAFETY: see the head of this file.
            let lingering = unsafe { &mut *TABLE.lingering.get() };
            if lingering.try_reserve(1).is_ok() {
                lingering.push(description);
                return;
            }
        }
    }
    drop(description);
    sweep();
}

/// Drops what has lingered long enough.
fn sweep() {
    // SAFETY: see the head of this file; to ask a description does not come back here.
    unsafe { &mut *TABLE.lingering.get() }.retain(|description| !description.is_finished());
}

/// `dup2`: makes `to` another number of the description that `from` has. What `to` was is closed.
pub fn duplicate(from: i32, to: i32) -> Result<i32> {
    let description = find(from).ok_or(Errno::BADF)?;
    let number = u32::try_from(to).map_err(|_| Errno::BADF)?;
    if from == to {
        return Ok(to);
    }
    if find(to).is_some() {
        if let Some(old) = put(number, description)? {
            let_go(old);
        }
        return Ok(to);
    }
    match preview1::close(number) {
        Ok(()) | Err(Errno::BADF) => {}
        Err(errno) => return Err(errno),
    }
    let fd = reserve(|fd| fd >= number)?;
    if fd != number {
        preview1::release(fd);
        return Err(Errno::BADF);
    }
    put(fd, description)?;
    Ok(to)
}

/// `fd_renumber`, if either number is ours: `from` becomes `to`, which must be open.
pub fn renumber(from: i32, to: i32) -> Option<Result> {
    match (find(from).is_some(), find(to).is_some()) {
        (false, false) => None,
        // The adapter has no way to put one of its own where ours was.
        (false, true) => Some(Err(preview1::stat(from as u32).err().unwrap_or(Errno::NOTSUP))),
        (true, ours) => Some(renumber_ours(from, to, ours)),
    }
}

fn renumber_ours(from: i32, to: i32, ours: bool) -> Result {
    if from == to {
        return Ok(());
    }
    if !ours {
        preview1::stat(u32::try_from(to).map_err(|_| Errno::BADF)?)?;
    }
    duplicate(from, to)?;
    remove(from);
    Ok(())
}
