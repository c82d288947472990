//! The two hosts of `wasmtime-wasi`, in one engine: preview1 for modules, WASI 0.2 for components. It is what people's
//! modules run on today, so a module and the component made of it are run with the same [`Invocation`] and compared by
//! [`verify`](verify()).
//!
//! ```
//! use wasi_adapt_host::{Host, Invocation};
//!
//! let host = Host::new()?;
//! let module = wat::parse_str(r#"(module
//!     (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
//!     (memory (export "memory") 1)
//!     (func (export "_start") (call $exit (i32.const 7))))"#)?;
//! let outcome = host.run_module(&module, &Invocation::new(["program"]).dir(".", "/").capture("some input"))?;
//! assert_eq!(outcome.exit.to_string(), "exit status 7");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! - `host.rs`: the engine; `module.rs`: preview1, `component.rs`: WASI 0.2
//! - `invocation.rs`, `context.rs`: what the program may see and touch, the same for both
//! - `adapters.rs`: what serves a module's other imports; `call.rs`: calls of exported functions
//! - `trace.rs`: the calls of preview1 that a module makes
//! - `outcome.rs`, `error.rs`: what comes of it; `stdio.rs`: captured standard streams
//! - `locks/`: locks on files that native programs see, too
//! - `serve/`: a server for components that handle HTTP requests
//! - `verify/`: both runs, each in copies of the directories, and what differs

#![warn(missing_docs)]

mod adapters;
mod call;
mod component;
mod context;
mod error;
mod host;
mod invocation;
#[cfg(any(target_os = "linux", windows))]
pub mod locks;
mod module;
mod outcome;
mod serve;
mod stdio;
mod trace;
mod verify;

pub use call::Call;
pub use error::{Error, Result};
pub use host::Host;
pub use invocation::{DirMapping, Invocation, Stdio};
pub use outcome::{Exit, Outcome, Returned};
pub use serve::{Access, Event, Limits, Replace, Server};
pub use verify::{Bytes, CallDifference, Compared, Difference, Side, TracedCalls, Verdict, verify, verify_in};

#[cfg(test)]
mod tests;
