//! The two hosts of `wasmtime-wasi`, in one engine: preview1 for modules, WASI 0.2 for components. It is what people's
//! modules run on today, so a module and the component made of it are run with the same [`Invocation`] and compared.
//!
//! - [`module`](Host::run_module): preview1, `src/host/module.rs`
//! - [`component`](Host::run_component): WASI 0.2, `src/host/component.rs`
//! - what the program may see and touch, the same for both: `src/host/context.rs`
//! - captured standard streams: `src/host/stdio.rs`

mod component;
mod context;
mod module;
mod stdio;
pub mod verify;

use anyhow::{Context, Result};
use std::fmt;
use std::path::{Path, PathBuf};
use wasmtime::{Cache, CacheConfig, Config, Engine};

/// How a program is started: what it may see and touch.
#[derive(Clone, Debug, Default)]
pub struct Invocation {
    /// The arguments, `argv[0]` included.
    pub args: Vec<String>,
    /// The environment variables, in order.
    pub env: Vec<(String, String)>,
    /// The preopened directories, in order: the first one is descriptor 3.
    pub dirs: Vec<DirMapping>,
    pub stdio: Stdio,
    pub network: Network,
    /// How many resources of WASI 0.2 (files, streams, sockets, pollables ..) a component may have at a time; beyond that
    /// it traps. As many as the host has room for by default.
    pub max_resources: Option<usize>,
    /// The export of a module to run instead of what [`wasi_adapt::inspect::Entry`] says; a component's runs in any case.
    pub entry: Option<String>,
}

/// A directory of this machine under the name the program sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirMapping {
    pub host: PathBuf,
    pub guest: String,
}

/// Where the three standard streams lead.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Stdio {
    /// To those of this process.
    #[default]
    Inherit,
    /// From `stdin`, and into the [`Outcome`]. Both hosts present these streams as they present inherited
    /// streams that are no terminal: of unknown type, not seekable, always ready.
    Captured { stdin: Vec<u8> },
}

/// What of the network is allowed; nothing by default. A preview1 module has no sockets of its own to be allowed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Network {
    /// Every address this machine can reach.
    pub inherit: bool,
    /// Looking up names (`wasi:sockets/ip-name-lookup`).
    pub name_lookup: bool,
}

/// How a program ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Exit {
    /// With an exit code; returning from `_start` is 0.
    Code(i32),
    /// With a trap, or with an error of the host; the text is the innermost message.
    Trap(String),
}

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Exit::Code(code) => write!(f, "exit status {code}"),
            Exit::Trap(message) => write!(f, "trap: {message}"),
        }
    }
}

/// What a run left behind, besides files.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub exit: Exit,
    /// What was written to stdout; empty if it was inherited.
    pub stdout: Vec<u8>,
    /// What was written to stderr; empty if it was inherited.
    pub stderr: Vec<u8>,
    /// For a trap: its messages with the WebAssembly backtrace, the innermost last; else empty.
    pub trap_chain: Vec<String>,
}

/// An engine with both hosts. Making one costs some milliseconds, so share it.
pub struct Host {
    engine: Engine,
}

/// Stack for WebAssembly: deep recursion that a native build survives should survive here too.
const WASM_STACK: usize = 16 << 20;
/// Stack for the host's own frames below and above it.
const HOST_STACK: usize = 4 << 20;

impl Host {
    /// An engine that accepts every WebAssembly feature it has.
    pub fn new() -> Result<Host> {
        Host::start(None)
    }

    /// The same, with compiled code kept in a directory, which is made if it is not there.
    pub fn with_cache(directory: &Path) -> Result<Host> {
        let open = || {
            let mut config = CacheConfig::new();
            config.with_directory(std::path::absolute(directory)?);
            Cache::new(config).map_err(into_anyhow)
        };
        let cache = open().with_context(|| format!("opening the cache `{}`", directory.display()))?;
        Host::start(Some(cache))
    }

    /// The same, with compiled code kept where `wasmtime run` keeps it, and as wasmtime's configuration says.
    pub fn with_default_cache() -> Result<Host> {
        let cache = Cache::from_file(None).map_err(into_anyhow).context("opening wasmtime's cache")?;
        Host::start(Some(cache))
    }

    fn start(cache: Option<Cache>) -> Result<Host> {
        let mut config = Config::new();
        config.max_wasm_stack(WASM_STACK).async_stack_size(WASM_STACK + HOST_STACK);
        config.wasm_exceptions(true).wasm_function_references(true).wasm_gc(true);
        config.wasm_custom_page_sizes(true).wasm_wide_arithmetic(true).shared_memory(true);
        config.cache(cache);
        let engine = Engine::new(&config).map_err(into_anyhow).context("starting the WebAssembly engine")?;
        Ok(Host { engine })
    }

    /// Runs a core module under the preview1 host: what [`wasi_adapt::inspect::Entry`] says.
    ///
    /// An error means that the program could not be started; how it ended is in the outcome.
    pub fn run_module(&self, wasm: &[u8], invocation: &Invocation) -> Result<Outcome> {
        on_large_stack(|| module::run(&self.engine, wasm, invocation))
    }

    /// Runs a component: `wasi:cli/run` if it exports it, else it is only instantiated.
    ///
    /// An error means that the program could not be started; how it ended is in the outcome.
    pub fn run_component(&self, wasm: &[u8], invocation: &Invocation) -> Result<Outcome> {
        on_large_stack(|| component::run(&self.engine, wasm, invocation))
    }
}

/// WebAssembly runs on the native stack, and that of the calling thread may be small.
fn on_large_stack<T: Send>(run: impl FnOnce() -> Result<T> + Send) -> Result<T> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .name("wasi-adapt host".into())
            .stack_size(WASM_STACK + HOST_STACK)
            .spawn_scoped(scope, run)
            .context("starting a thread for the program")?;
        thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// Sorts what a call into WebAssembly gave into how the program ended.
fn ending(result: wasmtime::Result<i32>) -> (Exit, Vec<String>) {
    let error = match result {
        Ok(code) => return (Exit::Code(code), Vec::new()),
        Err(error) => error,
    };
    if let Some(exit) = error.downcast_ref::<wasmtime_wasi::I32Exit>() {
        (Exit::Code(exit.0), Vec::new())
    } else {
        (Exit::Trap(error.root_cause().to_string()), error.chain().map(ToString::to_string).collect())
    }
}

/// The engine's error type is its own; this keeps its chain of causes.
fn into_anyhow(error: wasmtime::Error) -> anyhow::Error {
    anyhow::Error::from_boxed(error.into_boxed_dyn_error())
}

#[cfg(test)]
mod tests;
