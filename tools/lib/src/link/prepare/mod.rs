//! Prepares a module for a component beside its adapter, without changing its behaviour.
//!
//! | file | part |
//! |---|---|
//! | `memory.rs` | a memory that the adapter can live in |
//! | `allocator.rs` | a function that gives the host memory |
//! | `reallocs.rs` | functions that give memory, and do nothing else |
//! | `entry.rs` | what is run is named `_start` |
//! | `start.rs` | no code that runs before the adapter is there; what others call is of a type that they know |
//! | `debug.rs` | debugging information that is still right |
//! | `append.rs` | functions behind those of a module |
//! | `sections.rs` | changing some sections of a module and copying all others as they are |

mod allocator;
mod append;
mod debug;
mod entry;
mod memory;
mod reallocs;
mod sections;
mod start;

use anyhow::Result;
use std::borrow::Cow;

pub use allocator::with_allocator;
pub use entry::with_start;
pub use memory::with_exported_memory;
pub use reallocs::with_bare_reallocs;
pub use sections::{Change, change};

/// Returns the module with all preparations that a component needs, and descriptions of the parts that had to be left
/// out.
pub fn prepare(wasm: &[u8]) -> Result<(Vec<u8>, Vec<String>)> {
    let mut losses = Vec::new();
    let wasm = start::as_initialize(wasm, &mut losses)?;
    Ok((with_exported_memory(&wasm, memory::ADAPTER_PAGES)?.into_owned(), losses))
}

/// The result of a preparation: a changed module, or the original.
type Prepared<'a> = Result<Cow<'a, [u8]>>;
