//! A component that exports `wasi:filesystem`: files in its memory, which a program can have in place of the host's.
//!
//! It has directories and files, no links and no streams. `stat` tells no times.

#[cfg(target_arch = "wasm32")]
mod descriptor;
#[cfg(target_arch = "wasm32")]
mod tree;

/// The core module, with its WIT inside.
#[cfg(not(target_arch = "wasm32"))]
pub const MODULE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/files.wasm"));

#[cfg(target_arch = "wasm32")]
#[allow(unsafe_code, unsafe_op_in_unsafe_fn, unused_qualifications, clippy::all, clippy::undocumented_unsafe_blocks)] // generated
mod bindings {
    include!(concat!(env!("OUT_DIR"), "/bindings.rs"));
    export!(Component);
    pub use super::descriptor::Component;
}
