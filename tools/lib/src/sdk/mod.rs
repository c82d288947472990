//! Adapters and libraries for other tools: adapters for `wasm-tools component new --adapt` and the like, static
//! libraries, and what layers are written with.

mod layer;

use crate::pack::{self, Target};
use crate::preview1::Snapshot;
use crate::{ExitCodes, Source, World};
use std::fmt;

/// Returns the adapter for `world`, in the form that `wasm-tools component new --adapt` takes.
///
/// ```
/// use wasi_adapt::{ExitCodes, World, sdk};
///
/// let adapter = sdk::drop_in(World::Command, ExitCodes::Exact)?;
/// assert!(adapter.len() < 54_000);
/// # Ok::<(), sdk::PackError>(())
/// ```
pub fn drop_in(world: World, exit_codes: ExitCodes) -> Result<Vec<u8>, PackError> {
    pack::drop_in_for(Snapshot::Preview1, Target::new(world, exit_codes)).map_err(PackError::of)
}

/// Returns the adapter for `world` as a static library, to be linked into a C program: the program then imports only
/// WASI 0.2, and becomes a component without an adapter.
pub fn static_library(world: World, exit_codes: ExitCodes) -> Result<Vec<u8>, PackError> {
    pack::static_library(world, exit_codes).map_err(PackError::of)
}

/// Returns the static library that provides POSIX sockets to C programs for preview1.
pub fn sockets_library() -> Result<Vec<u8>, PackError> {
    pack::sockets_library().map_err(PackError::of)
}

/// Returns the headers that take precedence over those of a preview1 C library, path and text.
pub fn socket_headers() -> impl Iterator<Item = (&'static str, &'static str)> {
    pack::socket_headers().iter().copied()
}

/// Returns the files by which pkg-config and CMake find [`sockets_library`], path and text.
pub fn socket_packages() -> impl Iterator<Item = (&'static str, String)> {
    pack::socket_packages()
}

/// Returns the files with which a [`Layer`](crate::Layer) is begun, path and text: a header for C, and a crate in Rust.
pub fn layer_files() -> impl Iterator<Item = (&'static str, String)> {
    layer::files().into_iter()
}

/// The error for an embedded adapter that cannot be packed, which is a fault of this crate.
#[derive(Debug)]
pub struct PackError(Source);

impl PackError {
    fn of(error: anyhow::Error) -> PackError {
        PackError(error.into())
    }
}

impl fmt::Display for PackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("packing the embedded adapter")
    }
}

impl std::error::Error for PackError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.0)
    }
}
