//! A component that exports `wasi-adapt:locks`: it keeps the locks of all components that it is composed with. `link
//! --locks composed PROGRAM --plug` takes it, as do `wac` and its like.
//!
//! Nobody else runs while a component waits here, so one that would have to wait is told of a deadlock.

#[cfg(target_arch = "wasm32")]
mod manager;
#[cfg(target_arch = "wasm32")]
#[path = "../../../src/locks/ranges.rs"]
#[allow(dead_code)] // the library needs more of it
mod ranges;

/// The core module, with its WIT inside.
#[cfg(not(target_arch = "wasm32"))]
pub const MODULE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/lock_manager.wasm"));

#[cfg(target_arch = "wasm32")]
extern crate alloc;

#[cfg(target_arch = "wasm32")]
#[allow(unsafe_code, unsafe_op_in_unsafe_fn, unused_qualifications, clippy::all, clippy::undocumented_unsafe_blocks)] // generated
mod bindings {
    include!(concat!(env!("OUT_DIR"), "/bindings.rs"));
    export!(Component);
    pub use super::manager::Component;
}
