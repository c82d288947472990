//! The engine, which both hosts share.

use crate::error::{Doing, source_of};
use crate::{Error, Invocation, Outcome, Result, component, module};
use std::path::Path;
use wasmtime::{Cache, CacheConfig, Config, Engine};

/// An engine with both hosts. Making one costs some milliseconds, so share it.
///
/// ```
/// use wasi_adapt_host::{Exit, Host, Invocation};
///
/// let host = Host::new()?;
/// let module = wat::parse_str(r#"(module (func (export "_start")))"#)?;
/// let outcome = host.run_module(&module, &Invocation::new(["program"]).capture(""))?;
/// assert_eq!(outcome.exit, Exit::Code(0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Host {
    engine: Engine,
}

/// Stack for WebAssembly: deep recursion that a native build survives should survive here too.
const WASM_STACK: usize = 16 << 20;
/// Stack for the host's own frames below and above it.
const HOST_STACK: usize = 4 << 20;

impl Host {
    /// An engine that accepts every WebAssembly feature it has, and keeps no compiled code.
    ///
    /// # Errors
    ///
    /// [`Error::Engine`] if it does not start on this machine.
    pub fn new() -> Result<Host> {
        Host::start(None)
    }

    /// The same, with compiled code kept in a directory, which is made if it is not there.
    ///
    /// ```
    /// # let directory = tempfile::tempdir()?;
    /// let host = wasi_adapt_host::Host::with_cache(directory.path())?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Cache`] if the directory cannot be used, [`Error::Engine`] as [`Host::new`].
    pub fn with_cache(directory: impl AsRef<Path>) -> Result<Host> {
        let open = |directory: &Path| {
            let mut config = CacheConfig::new();
            config.with_directory(std::path::absolute(directory)?);
            Cache::new(config)
        };
        let directory = directory.as_ref();
        let error = |error| Error::Cache { directory: Some(directory.into()), source: source_of(error) };
        Host::start(Some(open(directory).map_err(error)?))
    }

    /// The same, with compiled code kept where `wasmtime run` keeps it, and as wasmtime's [configuration] says.
    ///
    /// # Errors
    ///
    /// [`Error::Cache`] if there is no such place or it cannot be used, [`Error::Engine`] as [`Host::new`].
    ///
    /// [configuration]: https://docs.wasmtime.dev/cli-cache.html
    pub fn with_default_cache() -> Result<Host> {
        let cache =
            Cache::from_file(None).map_err(|error| Error::Cache { directory: None, source: source_of(error) })?;
        Host::start(Some(cache))
    }

    fn start(cache: Option<Cache>) -> Result<Host> {
        let mut config = Config::new();
        config.max_wasm_stack(WASM_STACK).async_stack_size(WASM_STACK + HOST_STACK);
        config.wasm_exceptions(true).wasm_function_references(true).wasm_gc(true);
        config.wasm_custom_page_sizes(true).wasm_wide_arithmetic(true).shared_memory(true);
        config.cache(cache);
        let engine = Engine::new(&config).map_err(|error| Error::Engine(source_of(error)))?;
        Ok(Host { engine })
    }

    /// Runs a core module under the preview1 host: `_initialize` if it exports that, and then the calls of the invocation,
    /// or, if there are none, what `wasmtime run` runs, the function without a name or else `_start`.
    ///
    /// The WASI functions are those of [preview1] and of its predecessor `wasi_unstable`.
    ///
    /// # Errors
    ///
    /// The program could not be started. How it ended is in the outcome.
    ///
    /// [preview1]: https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md
    pub fn run_module(&self, wasm: &[u8], invocation: &Invocation) -> Result<Outcome> {
        on_large_stack(|| module::run(&self.engine, wasm, invocation))
    }

    /// Runs a component under the WASI 0.2 host: the calls of the invocation, or, if there are none, [`wasi:cli/run`] if it
    /// exports that. Any other is only instantiated.
    ///
    /// ```
    /// use wasi_adapt_host::{Host, Invocation};
    ///
    /// let library = wat::parse_str("(component)")?;
    /// let outcome = Host::new()?.run_component(&library, &Invocation::default())?;
    /// assert!(!outcome.called);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The program could not be started. How it ended is in the outcome.
    ///
    /// [`wasi:cli/run`]: https://github.com/WebAssembly/WASI/blob/main/proposals/cli/wit/run.wit
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
            .doing("starting a thread for the program")?;
        thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}
