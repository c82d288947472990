//! The sockets of C over `wasi:sockets`, for programs that a C library for preview1 is linked to.
//!
//! A descriptor number is either the adapter's or in the [`table`] here, while the adapter has it reserved. Every function
//! of C that takes a number ([`exports`], [`calls`]) looks it up there: it finds a [`description::Description`], which is a
//! [`tcp`] or [`udp`] socket or a [`pipe`], or hands the call on to the adapter. Pointers of C become references in [`c`].
//!
//! Every call ends in a result or an `errno`; nothing here aborts.
//!
//! With the feature `layer` the same table serves a finished module, from below: the functions of preview1 come to
//! [`calls`] with pointers into the memory of the [`caller`], sockets are open from the start (`preopened/`), and there
//! are functions that preview1 does not have (`dialects/`). The linker leaves out all that a program does not import.

#![cfg(target_arch = "wasm32")]
#![no_std]
#![deny(unsafe_code)]

extern crate alloc;

mod address;
mod c;
mod caller;
mod calls;
mod description;
#[cfg(feature = "layer")]
mod dialects;
mod errno;
mod exit;
mod exports;
#[cfg(feature = "layer")]
mod libc;
mod locks;
mod network;
mod one_thread;
mod options;
mod pipe;
#[cfg(feature = "layer")]
mod preopened;
mod preview1;
mod runtime;
mod table;
mod tcp;
mod udp;
mod wait;

#[allow(unsafe_code, unused_qualifications, clippy::all, clippy::undocumented_unsafe_blocks, dead_code)] // generated
mod bindings {
    include!(concat!(env!("OUT_DIR"), "/bindings.rs"));
}
