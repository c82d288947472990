//! `wasi_snapshot_preview1` over WASI 0.2, as one core module of which every shape of the adapter is made.
//!
//! Each preview1 function can be followed in a straight line from its export (in [`exports`]) to the WASI 0.2
//! calls that the table at the head of its file lists. Integers turn into types at that edge: descriptor numbers into
//! [`descriptor::Descriptor`]s, addresses into checked pointers ([`guest`]).
//!
//! The same functions serve `wasi_unstable`, which is snapshot 0; [`snapshot`] has the differences.
//!
//! Imported functions stand for the differences between the layouts ([`intrinsics`]). No layout may have a data
//! section, because the adapter has no memory of its own to put it in: no statics, no string constants, no lookup
//! tables, no panics with messages. All state is in [`state::State`]; the exports find
//! it, and hand it on.

#![cfg(target_arch = "wasm32")]
#![no_std]
#![deny(unsafe_code)]

extern crate alloc;

mod block;
mod calls;
mod cgi;
mod chacha20;
mod contents;
mod decimal;
mod descriptor;
mod descriptors;
mod errno;
mod exports;
mod file;
mod filestat;
mod gather;
mod guest;
mod intrinsics;
mod io;
mod memory;
mod raw;
mod repeatable;
mod runtime;
mod scratch;
mod sealed;
mod sealed_data;
mod setup;
mod snapshot;
mod state;
mod table;
mod types;
mod unread;
mod utf8;
mod vfs;
mod waiting;

#[allow(unsafe_code, unused_qualifications, clippy::all, clippy::undocumented_unsafe_blocks)] // generated
mod bindings {
    /// The standard one takes references, for which constants would become data.
    macro_rules! debug_assert_eq {
        ($left:expr, $right:expr, $message:literal) => {
            debug_assert!($left == $right, $message)
        };
    }

    include!(concat!(env!("OUT_DIR"), "/bindings.rs"));
}
