//! Makes WASI 0.2 components out of `wasi_snapshot_preview1` core modules.
//!
//! ```
//! let module = r#"(module (memory (export "memory") 1) (func (export "_start")))"#;
//! let linked = wasi_adapt::Linker::new().link(module.as_bytes())?;
//! for warning in &linked.warnings {
//!     eprintln!("warning: {warning}");
//! }
//! assert!(linked.wasm.starts_with(b"\0asm\x0d"));
//! # Ok::<(), wasi_adapt::LinkError>(())
//! ```
//!
//! | item | purpose |
//! |---|---|
//! | [`Linker`] | makes a component, or says why not |
//! | `compose` | makes one component of several modules (with the feature `compose`) |
//! | [`FileTree`], [`Embedded`] | files to embed in a component, and those that are in one |
//! | [`inspect`] | what a module is, and who serves its imports |
//! | [`seal`] | what lies in the component instead of in the host, and what is denied |
//! | [`sdk`] | adapters and libraries for other tools |
//! | [`preview1`] | the one table of preview1 signatures |
//! | [`names`] | names that come out of files, fit to be printed |
//!
//! The crate `wasi-adapt-host` runs modules and components; `wasi-adapt-cli` is the command line over both.

mod cgi;
#[cfg(feature = "compose")]
pub mod compose;
mod dwarf;
mod embed;
mod error;
mod files;
pub mod inspect;
mod layer;
mod link;
mod linker;
mod merge;
pub mod names;
mod options;
mod pack;
mod plan;
mod preopened;
pub mod preview1;
mod program;
pub mod sdk;
pub mod seal;
mod top_level;
mod trace;
mod validate;

use wasmparser::{FuncType, ValType};

pub use cgi::{Cgi, CgiError};
pub use embed::WitWorld;
pub use error::{LinkError, Source};
pub use files::{Embedded, EmbeddedError, Entry as EmbeddedEntry, EntryKind, FileTree};
pub use layer::Layer;
pub use link::{Linked, Sizes, with_exported_memory};
pub use linker::Linker;
pub use options::{AdapterPages, Emit, ExitCodes, Layout, Locks, OutOfRange, World};
pub use plan::{Problem, ProblemCode, Problems};
pub use preopened::{Connection, Listener, NoSocket};
pub use trace::{NoSuchCalls, Trace};

#[doc(hidden)]
pub use pack::use_raw_adapter;

/// A function type as reports show it.
fn signature(ty: &FuncType) -> String {
    let list = |types: &[ValType]| types.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    match ty.results() {
        [one] => format!("({}) -> {one}", list(ty.params())),
        results => format!("({}) -> ({})", list(ty.params()), list(results)),
    }
}
