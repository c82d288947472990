//! The packer: makes each shape of the adapter out of the one raw adapter module that the build script has built.
//!
//! The raw adapter imports link-time intrinsics from the module `wasi_adapt`, for all that differs between the shapes: the
//! address of the state, whether there is a file system, and so on. To make a shape is to define them (`intrinsics.rs`), to
//! fold constants (`fold.rs`), and to encode the code that is then still reached (`reach.rs`, `encode.rs`).
//!
//! Programs may also import `wasi_unstable`, for which some functions exist a second time (`snapshots.rs`).
//!
//! In some shapes the host may wait for the program, and cannot be asked meanwhile (`waiting.rs`).
//!
//! | shape | file |
//! |---|---|
//! | drop-in, for `wasm-tools component new --adapt` and its like | `drop_in.rs` |
//! | merged with one program, below it or within its memory | `merged.rs`, `dispatch.rs` |
//! | static library, for linkers | `static_library.rs`, `object.rs`, `archive.rs` |
//!
//! The libc-shim, which the build script has built as an object, becomes an archive (`sockets.rs`, `relabel.rs`).

use std::sync::OnceLock;

mod absent;
mod archive;
mod check;
mod dispatch;
mod drop_in;
mod encode;
mod fold;
mod intrinsics;
mod memo;
mod merged;
mod module;
mod names;
mod object;
mod prologue;
mod reach;
mod relabel;
mod sections;
mod snapshots;
mod sockets;
mod static_library;
mod waiting;
mod world;

pub use drop_in::drop_in_for;
pub(crate) use drop_in::{IMPORT_REALLOC, interfaces_called_in_drop_in};
pub use sockets::{socket_headers, socket_packages, sockets_library};
pub use static_library::static_library;

pub(crate) use encode::{Base, Part, name_map};
pub(crate) use merged::{AdapterMemory, Needs, REALLOC, Reallocs, SET_HOST, interfaces_called, merged};
pub(crate) use sections::Sections;
pub(crate) use waiting::WAITING;
pub(crate) use world::{Wit, exported_funcs, has_list};

/// The raw adapter that every shape is made of, chosen at the first use.
static RAW: OnceLock<&[u8]> = OnceLock::new();

/// The raw adapter: the one that the build script built, unless [`use_raw_adapter`] has said otherwise.
fn raw() -> &'static [u8] {
    RAW.get_or_init(|| include_bytes!(concat!(env!("OUT_DIR"), "/adapter.wasm")))
}

/// Has every shape made of another build of the raw adapter, for tests. Too late once a shape was made.
#[doc(hidden)]
pub fn use_raw_adapter(raw: &'static [u8]) -> bool {
    *RAW.get_or_init(|| raw) == raw
}
