//! Errors before a program runs, and after it.

use crate::Side;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use wasi_adapt::Source;

/// A program could not be run, or two runs could not be compared. How a program *ended* is no error: see
/// [`Exit`](crate::Exit).
///
/// The causes are those of [`source`](std::error::Error::source), and a message does not repeat them.
///
/// ```
/// use wasi_adapt_host::{Error, Host, Invocation};
///
/// let module = wat::parse_str(r#"(module (import "env" "f" (func)))"#)?;
/// let error = Host::new()?.run_module(&module, &Invocation::new(["program"])).unwrap_err();
/// assert!(matches!(&error, Error::Imports { imports, .. } if imports == &["env.f"]));
/// assert_eq!(error.to_string(), "the preview1 host has nothing for the imports \"env.f\" of the module");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the fields are what their names say")]
pub enum Error {
    /// The engine does not start on this machine.
    #[error("starting the WebAssembly engine")]
    Engine(#[source] Source),
    /// The directory for compiled code cannot be used.
    #[error("opening the cache of compiled code{}", directory.as_ref().map(|it| format!(" `{}`", it.display())).unwrap_or_default())]
    Cache {
        /// None for wasmtime's own.
        directory: Option<PathBuf>,
        source: Source,
    },
    /// It is not valid WebAssembly, or not what the engine takes.
    #[error("compiling the {side}")]
    Compile { side: Side, source: Source },
    /// The host has not all that is imported.
    #[error("{} has nothing for the imports {} of the {side}", side.host(), quoted(imports))]
    Imports { side: Side, imports: Vec<String> },
    /// The host has what is imported, but with other types.
    #[error("linking the {side} to {}", side.host())]
    Link { side: Side, source: Source },
    /// A core module that imports WASI 0.2 itself.
    #[error("the module imports WASI 0.2 itself ({}), and no preview1 host can run it", quoted(imports))]
    NeedsWasi02 { imports: Vec<String> },
    /// An adapter given with [`Invocation::adapter`](crate::Invocation::adapter) cannot serve the module here.
    #[error("the adapter {name:?} cannot serve a module on the preview1 host")]
    Adapter { name: String, source: Source },
    /// A component that is to be served does not handle requests.
    #[error("the component does not handle HTTP requests: it exports no `wasi:http/incoming-handler`")]
    NoHandler,
    /// The address of a server is not to be had.
    #[error("listening on {address}")]
    Listen { address: SocketAddr, source: io::Error },
    /// There is no such function to be called.
    #[error("there is no exported function {name:?}{}", candidates(functions))]
    NoFunction {
        name: String,
        /// Those that there are, with their types.
        functions: Vec<String>,
    },
    /// More than one interface has such a function.
    #[error("more than one exported function is named {name:?}: name one of {}", quoted(functions))]
    AmbiguousFunction { name: String, functions: Vec<String> },
    /// A call that cannot be read, or whose arguments are not what the function takes.
    #[error("reading the call `{call}`")]
    Call { call: String, source: Source },
    /// A directory cannot be given to the program.
    #[error("opening the directory `{}`", path.display())]
    Preopen { path: PathBuf, source: Source },
    /// A file or directory of this machine cannot be read, copied or compared.
    #[error("{action} `{}`", path.display())]
    File { action: &'static str, path: PathBuf, source: io::Error },
    /// The files behind captured streams, or the thread on which a program runs.
    #[error("{action}")]
    System { action: &'static str, source: io::Error },
    /// Runs are only compared with captured standard streams.
    #[error("only runs with captured standard streams can be compared")]
    NotCaptured,
}

/// The result of what this crate does.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Names that come out of files.
fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ")
}

fn candidates(functions: &[String]) -> String {
    match functions {
        [] => "; nothing that can be called is exported".into(),
        functions => format!("; there are:\n  {}", functions.join("\n  ")),
    }
}

/// Adds what was being done to an error of the operating system.
pub(crate) trait Doing<T> {
    fn doing(self, action: &'static str) -> Result<T>;
    fn doing_to(self, action: &'static str, path: &std::path::Path) -> Result<T>;
}

impl<T> Doing<T> for io::Result<T> {
    fn doing(self, action: &'static str) -> Result<T> {
        self.map_err(|source| Error::System { action, source })
    }

    fn doing_to(self, action: &'static str, path: &std::path::Path) -> Result<T> {
        self.map_err(|source| Error::File { action, path: path.into(), source })
    }
}

/// The engine's error with its chain of causes.
pub(crate) fn source_of(error: wasmtime::Error) -> Source {
    error.into_boxed_dyn_error()
}
