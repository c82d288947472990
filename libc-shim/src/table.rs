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

/// What belongs to a number.
#[derive(Default)]
struct Slot {
    /// None if the number is the adapter's, or nobody's.
    description: Option<Shared>,
    /// `FD_CLOEXEC`. Nothing comes of it, for there is no `exec`, but it is told as it was set.
    close_on_exec: bool,
}

struct Table {
    slots: UnsafeCell<Vec<Slot>>,
    /// Closed, but with bytes that the host has yet to send.
    lingering: UnsafeCell<Vec<Shared>>,
}

// SAFETY: there is one thread.
unsafe impl Sync for Table {}

static TABLE: Table = Table { slots: UnsafeCell::new(Vec::new()), lingering: UnsafeCell::new(Vec::new()) };

fn slots<T>(work: impl FnOnce(&mut Vec<Slot>) -> T) -> T {
    // SAFETY: see the head of this file; `work` calls nothing that could come back here.
    work(unsafe { &mut *TABLE.slots.get() })
}

/// Works on the slot of a number that somebody has.
fn slot<T>(fd: u32, work: impl FnOnce(&mut Slot) -> T) -> Result<T> {
    let index = fd as usize;
    slots(|slots| {
        if index >= slots.len() {
            slots.try_reserve(index + 1 - slots.len()).map_err(|_| Errno::NOMEM)?;
            slots.resize_with(index + 1, Slot::default);
        }
        Ok(work(&mut slots[index]))
    })
}

/// The description with this number, if it is one of ours.
pub fn find(fd: i32) -> Option<Shared> {
    slots(|slots| slots.get(usize::try_from(fd).ok()?)?.description.clone())
}

pub fn closes_on_exec(fd: i32) -> bool {
    slots(|slots| slots.get(fd as usize).is_some_and(|slot| slot.close_on_exec))
}

pub fn set_close_on_exec(fd: i32, on: bool) -> Result {
    if on == closes_on_exec(fd) {
        return Ok(());
    }
    slot(fd as u32, |slot| slot.close_on_exec = on)
}

/// The socket with this number; `ENOTSOCK` if it is something else, `EBADF` if it is nothing.
pub fn socket(fd: i32) -> Result<Shared> {
    match find(fd) {
        Some(description) if description.kind().is_socket() => Ok(description),
        _ => check(fd).and(Err(Errno::NOTSOCK)),
    }
}

/// `EBADF` if nobody has this number.
pub fn check(fd: i32) -> Result {
    match find(fd) {
        Some(_) => Ok(()),
        None => preview1::stat(fd as u32).map(|_| ()),
    }
}

/// Puts a description at a number that has just been reserved. On failure the number is given back.
fn put(fd: u32, description: Shared) -> Result {
    slot(fd, |slot| slot.description = Some(description)).inspect_err(|_| preview1::release(fd))
}

/// Gives the description the lowest free number.
pub fn insert(description: Shared) -> Result<i32> {
    sweep();
    let fd = preview1::reserve()?;
    put(fd, description)?;
    Ok(fd as i32)
}

/// The same, with the flag `CLOEXEC`.
pub fn insert_with(description: Shared, close_on_exec: bool) -> Result<i32> {
    let fd = insert(description)?;
    set_close_on_exec(fd, close_on_exec)?;
    Ok(fd)
}

/// Takes the number out of the table and gives it back, if it is ours.
pub fn remove(fd: i32) -> bool {
    let old = slots(|slots| slots.get_mut(usize::try_from(fd).ok()?).map(core::mem::take));
    let Some(description) = old.and_then(|slot| slot.description) else { return false };
    preview1::release(fd as u32);
    let_go(description);
    true
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

/// `dup`: gives what `fd` is, ours or the adapter's, the lowest free number that is at least `least` as well.
pub fn duplicate(fd: i32, least: u32) -> Result<i32> {
    let new = preview1::duplicate(fd as u32, least)?;
    if let Some(description) = find(fd) {
        put(new, description)?;
    }
    Ok(new as i32)
}

/// `dup2`: makes `to` another number of what `from` is. What `to` was is closed.
pub fn duplicate_onto(from: i32, to: i32) -> Result<i32> {
    check(from)?;
    if from == to {
        return Ok(to);
    }
    let number = u32::try_from(to).map_err(|_| Errno::BADF)?;
    if !remove(to) {
        match preview1::close(number) {
            Ok(()) | Err(Errno::BADF) => {}
            Err(errno) => return Err(errno),
        }
    }
    // Now it is free, unless there is no such number.
    duplicate(from, number).map_err(|errno| if errno == Errno::MFILE { Errno::BADF } else { errno })
}

/// `fd_renumber`, if either number is ours: `from` becomes `to`, which must be open.
pub fn renumber(from: i32, to: i32) -> Option<Result> {
    if find(from).is_none() && find(to).is_none() {
        return None;
    }
    let renumber = || {
        check(to)?;
        if duplicate_onto(from, to)? != from {
            close(from)?;
        }
        Ok(())
    };
    Some(renumber())
}

/// Closes what is ours or the adapter's.
pub fn close(fd: i32) -> Result {
    if remove(fd) { Ok(()) } else { preview1::close(fd as u32) }
}
