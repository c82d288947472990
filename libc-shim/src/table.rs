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
use core::cell::{Cell, UnsafeCell};

use crate::description::Description;
use crate::errno::{Errno, Result};
use crate::one_thread::OneThread;
use crate::preview1;

pub type Shared = Rc<dyn Description>;

/// The entry of a number.
#[derive(Default)]
struct Slot {
    /// None if the number is the adapter's, or nobody's.
    description: Option<Shared>,
    /// `FD_CLOEXEC`. Nothing comes of it, for there is no `exec`, but it is told as it was set.
    close_on_exec: bool,
}

static TABLE: OneThread<UnsafeCell<Vec<Slot>>> = OneThread(UnsafeCell::new(Vec::new()));

fn slots<T>(work: impl FnOnce(&mut Vec<Slot>) -> T) -> T {
    // SAFETY: see the head of this file; `work` calls nothing that could come back here.
    work(unsafe { &mut *TABLE.get() })
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
pub fn lookup(fd: i32) -> Option<Shared> {
    #[cfg(feature = "layer")]
    crate::preopened::open(fd);
    described(fd)
}

fn described(fd: i32) -> Option<Shared> {
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

/// Makes a socket.
///
/// Errors: `EAFNOSUPPORT`, `EPROTONOSUPPORT`, `EINVAL` for another type or protocol, `EMFILE`, `ENOMEM`.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/socket.html>
pub fn socket(fd: i32) -> Result<Shared> {
    match lookup(fd) {
        Some(description) if description.kind().is_socket() => Ok(description),
        _ => check(fd).and(Err(Errno::NOTSOCK)),
    }
}

/// `EBADF` if nobody has this number.
pub fn check(fd: i32) -> Result {
    match lookup(fd) {
        Some(_) => Ok(()),
        None => preview1::stat(fd as u32).map(|_| ()),
    }
}

/// Does something with each description.
pub fn for_each(work: impl Fn(&dyn Description)) {
    for fd in 0..slots(|slots| slots.len()) {
        if let Some(description) = described(fd as i32) {
            work(&*description);
        }
    }
}

/// A number that is reserved, with room for a description. It is given back unless it gets one.
pub struct Reservation(u32);

impl Reservation {
    /// The lowest free number.
    pub fn lowest() -> Result<Self> {
        Self::at(preview1::reserve()?)
    }

    /// A number that has just been reserved.
    pub fn at(fd: u32) -> Result<Self> {
        let vacancy = Self(fd);
        slot(fd, |_| ())?;
        Ok(vacancy)
    }

    pub fn number(&self) -> i32 {
        self.0 as i32
    }

    pub fn fill(self, description: Shared, close_on_exec: bool) -> i32 {
        let fd = core::mem::ManuallyDrop::new(self).0;
        slots(|slots| slots[fd as usize] = Slot { description: Some(description), close_on_exec });
        fd as i32
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        preview1::release(self.0);
    }
}

/// Takes the number out of the table and gives it back, if it is ours.
pub fn remove(fd: i32) -> bool {
    #[cfg(feature = "layer")]
    if crate::preopened::forget(fd) {
        preview1::release(fd as u32);
        return true;
    }
    let old = slots(|slots| slots.get_mut(usize::try_from(fd).ok()?).map(core::mem::take));
    let Some(description) = old.and_then(|slot| slot.description) else { return false };
    preview1::release(fd as u32);
    description.close();
    true
}

/// `dup`: gives what `fd` is, ours or the adapter's, the lowest free number that is at least `least` as well.
pub fn duplicate(fd: i32, least: u32) -> Result<i32> {
    let new = preview1::duplicate(fd as u32, least)?;
    Ok(match lookup(fd) {
        Some(description) => Reservation::at(new)?.fill(description, false),
        None => new as i32,
    })
}

/// `dup2`: makes `to` another number of what `from` is. What `to` was is closed, but only if nothing can fail any more.
pub fn duplicate_onto(from: i32, to: i32) -> Result<i32> {
    check(from)?;
    if from == to {
        return Ok(to);
    }
    let number = u32::try_from(to).map_err(|_| Errno::BADF)?;
    if check(to).is_ok() {
        slot(number, |_| ())?;
        close(to)?;
    }
    // Now it is free, unless there is no such number.
    duplicate(from, number).map_err(|errno| if errno == Errno::MFILE { Errno::BADF } else { errno })
}

/// `fd_renumber`: `from` becomes `to`, which must be open.
pub fn renumber(from: i32, to: i32) -> Result {
    check(to)?;
    if lookup(from).is_some() || lookup(to).is_some() {
        if duplicate_onto(from, to)? != from {
            close(from)?;
        }
        return Ok(());
    }
    check(from)?;
    if from != to {
        closing(to);
    }
    preview1::renumber(from as u32, to as u32)
}

/// Does something before a number is closed.
type BeforeClose = fn(i32);

static BEFORE_CLOSE: OneThread<Cell<Option<BeforeClose>>> = OneThread(Cell::new(None));

/// From now on this is called before a number is closed. A program that never asks for it has no code for it.
pub fn before_close(work: BeforeClose) {
    // If the compiler knew that this is the only value, `close` would call it by name, and every program would have it.
    BEFORE_CLOSE.set(Some(core::hint::black_box(work)));
}

/// A number is about to be closed.
pub fn closing(fd: i32) {
    if let Some(work) = BEFORE_CLOSE.get() {
        work(fd);
    }
}

/// Closes what is ours or the adapter's.
pub fn close(fd: i32) -> Result {
    closing(fd);
    if remove(fd) { Ok(()) } else { preview1::close(fd as u32) }
}
