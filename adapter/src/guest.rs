//! Guest memory: the pointers and buffers that preview1 functions are given, checked before they are used.
//!
//! A check turns an argument of the ABI into a value with private fields and total operations. Each byte of the guest's
//! memory is read once: [`Inputs`] yields an element of an array when it reads it, so the adapter uses the value that it
//! has checked, whatever is written over the array in the meantime.
//!
//! | type | for |
//! |---|---|
//! | [`Ptr`] | a pointer as the ABI passes it, not checked |
//! | [`Inputs`] | an array of arguments, each read once |
//! | [`Out`], [`Outs`] | a place for a result, places for several |
//! | [`Buffer`] | bytes, for the host to fill or to read |
//!
//! # Safety
//! The guest's memory lies between `guest_base` and `guest_end`: if the adapter is below the guest, only the guest makes the
//! memory grow. Every pointer is checked against these bounds, so a wild one gives
//! [`Errno::FAULT`].
//! Memory never shrinks. All accesses are unaligned.
#![allow(unsafe_code)]

use core::marker::PhantomData;

use crate::errno::{Errno, Result};
use crate::intrinsics;
use crate::snapshot::UnstableSubscription;
use crate::types::{Iovec, Subscription};

/// The size of the guest's memory in bytes. An array of buffers is checked against one reading of it.
#[derive(Clone, Copy)]
pub struct GuestSize(u64);

impl GuestSize {
    #[inline(always)]
    pub fn now() -> Self {
        Self(intrinsics::guest_end() - intrinsics::guest_base() as u64)
    }

    /// The address in the module's memory of the guest's `len` bytes at `offset`, if they are all inside of it. An empty
    /// range may be anywhere.
    #[inline(always)]
    fn address(self, offset: u32, len: u64) -> Result<usize> {
        if len > 0 && u64::from(offset) + len > self.0 {
            return Err(Errno::FAULT);
        }
        Ok(intrinsics::guest_base().wrapping_add(offset as usize))
    }

    #[inline(always)]
    pub fn buffer(self, Iovec { buf, len }: Iovec) -> Result<Buffer> {
        Ok(Buffer { start: self.address(buf.0, u64::from(len))?, len: len as usize })
    }
}

/// A guest pointer as the ABI passes it.
#[repr(transparent)]
pub struct Ptr<T>(u32, PhantomData<T>);

impl<T> Clone for Ptr<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Ptr<T> {}

impl<T> Ptr<T> {
    pub fn cast<U>(self) -> Ptr<U> {
        Ptr(self.0, PhantomData)
    }

    fn elements(self, len: u32) -> Result<*mut T> {
        Ok(GuestSize::now().address(self.0, u64::from(len) * size_of::<T>() as u64)? as *mut T)
    }
}

impl<T: Argument> Ptr<T> {
    pub fn inputs(self, len: u32) -> Result<Inputs<T>> {
        Ok(Inputs { next: self.elements(len)?, left: len })
    }
}

impl<T: Store> Ptr<T> {
    /// Checks the place of a result before the work is done that makes it.
    pub fn check(self) -> Result<Out<T>> {
        Ok(Out(self.elements(1)?))
    }

    pub fn write(self, value: T) -> Result {
        self.check()?.set(value);
        Ok(())
    }

    pub fn outs(self, len: u32) -> Result<Outs<T>> {
        Ok(Outs { next: self.elements(len)?, left: len })
    }
}

impl Ptr<u8> {
    pub fn buffer(self, len: u32) -> Result<Buffer> {
        GuestSize::now().buffer(Iovec { buf: self, len })
    }
}

/// A type of arguments that a guest passes in its memory.
///
/// # Safety
/// Any bytes are a value of it.
pub unsafe trait Argument: Copy {}

// SAFETY: they are made of integers.
unsafe impl Argument for Iovec {}
// SAFETY: as above.
unsafe impl Argument for Subscription {}
// SAFETY: as above.
unsafe impl Argument for UnstableSubscription {}

/// A value in the guest's memory, for volatile accesses: Rust allows no others at address 0, which the guest may use.
#[repr(C, packed)]
#[derive(Clone, Copy)]
struct InGuest<T>(T);

/// A checked array of arguments. It gives away each once.
pub struct Inputs<T> {
    next: *const T,
    left: u32,
}

impl<T> Default for Inputs<T> {
    fn default() -> Self {
        Self { next: core::ptr::null(), left: 0 }
    }
}

impl<T: Argument> Iterator for Inputs<T> {
    type Item = T;

    #[inline]
    fn next(&mut self) -> Option<T> {
        self.left = self.left.checked_sub(1)?;
        // SAFETY: one of those that `Ptr::inputs` found inside guest memory.
        let InGuest(element) = unsafe { self.next.cast::<InGuest<T>>().read_volatile() };
        self.next = self.next.wrapping_add(1);
        Some(element)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left as usize, Some(self.left as usize))
    }
}

/// A type of results in the guest's memory: a number, or fields. Bytes between fields stay unchanged.
pub trait Store: Copy {
    fn store(self, out: Out<Self>);
}

/// Says of numbers how they are stored.
macro_rules! store_whole {
    ($($type:ty),*) => {$(
        impl $crate::guest::Store for $type {
            #[inline(always)]
            fn store(self, out: $crate::guest::Out<Self>) {
                out.put(0, self);
            }
        }
    )*};
}

/// Says of a structure how it is stored: by its fields, all of them.
macro_rules! store_fields {
    ($type:ident { $($field:ident),* }) => {
        impl $crate::guest::Store for $type {
            #[inline(always)]
            fn store(self, out: $crate::guest::Out<Self>) {
                let $type { $($field),* } = self;
                $(out.put(core::mem::offset_of!($type, $field), $field);)*
            }
        }
    };
}

pub(crate) use {store_fields, store_whole};

store_whole!(u16, u32, u64);

/// A checked place for one result.
#[derive(Clone, Copy)]
pub struct Out<T>(*mut T);

impl<T: Store> Out<T> {
    #[inline(always)]
    pub fn set(self, value: T) {
        value.store(self);
    }

    /// Stores a part of the value, if it is inside of it.
    #[inline(always)]
    pub fn put<F: Copy>(self, offset: usize, field: F) {
        if offset + size_of::<F>() <= size_of::<T>() {
            let place = self.0.wrapping_byte_add(offset).cast::<F>();
            // SAFETY: all of the place is in guest memory.
            unsafe {
                if cfg!(debug_assertions) {
                    place.cast::<InGuest<F>>().write_volatile(InGuest(field));
                } else {
                    // The same with fewer instructions, and without a check that would refuse address 0.
                    place.write_unaligned(field);
                }
            }
        }
    }
}

/// Checked places for an array of results, which are filled one after the other.
pub struct Outs<T> {
    next: *mut T,
    left: u32,
}

impl<T: Store> Outs<T> {
    /// Fills the next place, if there is one.
    #[inline]
    pub fn push(&mut self, value: T) {
        if let Some(left) = self.left.checked_sub(1) {
            Out(self.next).set(value);
            self.left = left;
            self.next = self.next.wrapping_add(1);
        }
    }
}

/// Checked bytes of the guest's, or of the adapter's scratch space. Not a slice: the host writes them, and buffers may
/// overlap.
#[derive(Clone, Copy)]
pub struct Buffer {
    start: usize,
    len: usize,
}

impl Buffer {
    pub const EMPTY: Self = Self { start: 0, len: 0 };

    /// # Safety
    /// The bytes are there for good, and nobody else's as long as this is used.
    pub unsafe fn of_adapter(start: usize, len: usize) -> Self {
        Self { start, len }
    }

    pub fn start(self) -> *mut u8 {
        self.start as *mut u8
    }

    pub fn len(self) -> usize {
        self.len
    }

    /// The guest's name for where the bytes start.
    pub fn offset(self) -> u32 {
        self.start.wrapping_sub(intrinsics::guest_base()) as u32
    }

    /// The bytes before `middle` and those from there on.
    #[inline]
    pub fn split(self, middle: usize) -> (Self, Self) {
        let middle = middle.min(self.len);
        (Self { len: middle, ..self }, Self { start: self.start.wrapping_add(middle), len: self.len - middle })
    }

    /// The bytes before `end`.
    #[inline]
    pub fn until(self, end: usize) -> Self {
        self.split(end).0
    }

    /// The bytes from `start` on.
    #[inline]
    pub fn from(self, start: usize) -> Self {
        self.split(start).1
    }

    pub fn as_slice<'a>(self) -> &'a [u8] {
        if self.len == 0 {
            return Default::default();
        }
        // SAFETY: in bounds, and nothing else runs while the adapter does.
        unsafe { core::slice::from_raw_parts(self.start(), self.len) }
    }

    /// Writes `byte` to the first place, if there is one, which is then no longer part of this.
    #[inline]
    pub fn push(&mut self, byte: u8) {
        if let Some(len) = self.len.checked_sub(1) {
            // SAFETY: in bounds.
            unsafe { self.start().write(byte) }
            *self = Self { start: self.start.wrapping_add(1), len };
        }
    }

    /// Takes what a host returned under `Memory::plan_bytes`, as far as it fits, and returns what of the buffer is behind it.
    /// A well-behaved host has already put it in place.
    #[inline]
    pub fn fill_from_host(self, bytes: &[u8]) -> Self {
        let len = bytes.len().min(self.len);
        if bytes.as_ptr() as usize != self.start {
            // SAFETY: as in `fill`.
            unsafe { core::ptr::copy(bytes.as_ptr(), self.start(), len) }
        }
        Self { start: self.start.wrapping_add(len), len: self.len - len }
    }

    /// Copies as many of `bytes` as fit and returns how many that are.
    pub fn fill(self, bytes: &[u8]) -> usize {
        let len = bytes.len().min(self.len);
        // SAFETY: both are in bounds; a copy that may overlap is allowed to.
        unsafe { core::ptr::copy(bytes.as_ptr(), self.start(), len) }
        len
    }
}
