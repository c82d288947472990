//! The packer: makes each shape of the adapter out of the one raw adapter module that the build script has built.
//!
//! The raw adapter asks what differs between the shapes through imports from the module `wasi_adapt` (is there a file
//! system, where is the state, ...). To make a shape is to answer the questions (`answers.rs`), to fold what the
//! answers decide (`fold.rs`), and to encode what is then still reached (`reach.rs`, `encode.rs`).
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

mod absent;
mod answers;
mod archive;
mod check;
mod dispatch;
mod drop_in;
mod encode;
mod fold;
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

pub(crate) use drop_in::IMPORT_REALLOC;
pub use drop_in::drop_in_for;
pub use sockets::{socket_headers, socket_packages, sockets_library};
pub use static_library::static_library;

pub(crate) use encode::{Base, Part, name_map};
pub(crate) use merged::{AdapterMemory, Needs, REALLOC, Reallocs, SET_HOST, merged};
pub(crate) use sections::Sections;
pub(crate) use waiting::WAITING;
pub(crate) use world::{Wit, exported_funcs, has_list};

/// The adapter as the build script built it.
const RAW: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/adapter.wasm"));
