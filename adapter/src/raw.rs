//! Lists as the canonical ABI has them, and the five functions of WASI 0.2 whose lists the adapter takes as they are.
//!
//! # Safety
//! Results under a plan (see [`crate::memory`]) lie in memory that is ours until the next plan is made.
#![allow(unsafe_code)]

use crate::bindings::wasi::http::types::Fields;

mod imports {
    include!(concat!(env!("OUT_DIR"), "/raw.rs"));
}

/// `list<T>`, or a string.
#[repr(C)]
pub struct List<T> {
    start: *const T,
    len: usize,
}

pub type Str = List<u8>;

impl<T> List<T> {
    /// The list that `call` returns through its pointer.
    fn returned(call: impl FnOnce(*mut u8)) -> &'static [T] {
        let mut list = Self { start: core::ptr::null(), len: 0 };
        call((&raw mut list).cast());
        list.as_slice()
    }

    pub fn len(&self) -> usize {
        self.len
    }

    pub fn as_slice(&self) -> &'static [T] {
        if self.len == 0 {
            return Default::default();
        }
        // SAFETY: made by the host, see the head of this file.
        unsafe { core::slice::from_raw_parts(self.start, self.len) }
    }
}

pub fn get_arguments() -> &'static [Str] {
    // SAFETY: the signature is generated from the WIT.
    List::returned(|result| unsafe { imports::get_arguments(result) })
}

/// A variable's name and value, or a header's.
#[repr(C)]
pub struct Variable {
    pub name: Str,
    pub value: Str,
}

pub fn get_environment() -> &'static [Variable] {
    // SAFETY: as above.
    List::returned(|result| unsafe { imports::get_environment(result) })
}

/// The headers of a request, which are pairs as variables are.
pub fn get_fields(fields: &Fields) -> &'static [Variable] {
    // SAFETY: as above.
    List::returned(|result| unsafe { imports::fields_entries(fields.handle(), result) })
}

/// The lists that the host returned for `args_sizes_get` or `environ_sizes_get`.
#[derive(Clone, Copy)]
pub enum Held {
    Arguments(&'static [Str]),
    Environment(&'static [Variable]),
}

/// A preopened directory's handle and path. The handle is for the caller to own.
#[repr(C)]
pub struct Directory {
    pub handle: u32,
    pub path: Str,
}

pub fn get_directories() -> &'static [Directory] {
    // SAFETY: as above.
    List::returned(|result| unsafe { imports::get_directories(result) })
}

/// Waits for one of the pollables with these handles, and returns the indices of those that are ready.
pub fn poll(handles: &[u32]) -> &'static [u32] {
    // SAFETY: as above.
    List::returned(|result| unsafe { imports::poll(handles.as_ptr().cast_mut().cast(), handles.len(), result) })
}
