//! The packer: makes each form of the adapter from the raw adapter, the one module that the build script has built.
//!
//! The raw adapter imports link-time intrinsics from the module `wasi_adapt`, for everything that differs between the
//! forms: the address of the state, whether there is a file system, and so on. The packer defines them
//! (`intrinsics.rs`; `target.rs` has those about the host), prunes calls that need resources which cannot exist (`prune.rs`),
//! folds constants (`fold.rs`), and encodes the code that can still be reached (`reach.rs`, `encode.rs`).
//!
//! Programs may also import `wasi_unstable`, for which some functions exist a second time (`snapshots.rs`).
//!
//! In some forms the host may wait for the program, and cannot be called meanwhile (`waiting.rs`).
//!
//! | form | file |
//! |---|---|
//! | drop-in, for `wasm-tools component new --adapt` and the like | `drop_in.rs` |
//! | merged with one program, below it or within its memory | `merged.rs`, `dispatch.rs`, `exception.rs` |
//! | static library, for linkers | `static_library.rs`, `object.rs`, `archive.rs` |
//!
//! This project's layers become layers for one program (`layer.rs`).
//!
//! The libc-shim, which the build script has built as an object, becomes an archive (`sockets.rs`,
//! `rewrite_symbols.rs`).

use std::sync::OnceLock;

mod archive;
mod body;
mod check;
mod demangle;
mod dispatch;
mod drop_in;
mod encode;
mod exception;
mod fold;
mod intrinsics;
mod layer;
mod memo;
mod merged;
mod module;
mod object;
mod prologue;
mod prune;
mod reach;
mod rewrite_symbols;
mod sections;
mod snapshots;
mod sockets;
mod static_library;
mod target;
mod waiting;
mod world;

pub(crate) use drop_in::drop_in_for;
pub(crate) use drop_in::{IMPORT_REALLOC, interfaces_called_in_drop_in};
pub use sockets::{socket_headers, socket_packages, sockets_library};
pub use static_library::static_library;

pub(crate) use encode::{Base, Part, name_map};
pub(crate) use layer::{beside, layer};
pub(crate) use merged::{
    AdapterMemory, BetweenLayers, GUEST_BASE, GUEST_END, Needs, REALLOC, Reallocs, SET_HOST, interfaces_called, merged,
    opens_files,
};
pub(crate) use sections::Sections;
pub(crate) use target::Target;
pub(crate) use waiting::WAITING;
pub(crate) use world::{WorldWit, exported_funcs, has_list};

/// The raw adapter, chosen at the first use.
static RAW: OnceLock<&[u8]> = OnceLock::new();

/// Returns the raw adapter: the one that the build script built, unless [`use_raw_adapter`] has replaced it.
fn raw() -> &'static [u8] {
    RAW.get_or_init(|| include_bytes!(concat!(env!("OUT_DIR"), "/adapter.wasm")))
}

/// Replaces the raw adapter by another build of it, for tests. Returns false if it is already in use.
#[doc(hidden)]
pub fn use_raw_adapter(raw: &'static [u8]) -> bool {
    *RAW.get_or_init(|| raw) == raw
}
