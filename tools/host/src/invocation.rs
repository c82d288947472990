//! The options of a run.

use crate::{Call, Error};
use std::collections::BTreeMap;
use std::path::PathBuf;
use wasi_adapt::Trace;
use wasmtime::{StoreLimits, StoreLimitsBuilder};

/// The options of a run: everything that the program may access. By default it may access nothing.
///
/// ```
/// use wasi_adapt_host::Invocation;
///
/// let invocation = Invocation::new(["sort", "--reverse"])
///     .env("LANG", "C")
///     .dir(".", "/work")
///     .capture("b\na\n");
/// assert_eq!(invocation.args, ["sort", "--reverse"]);
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Invocation {
    /// The arguments, `argv[0]` included.
    pub args: Vec<String>,
    /// The environment variables, in order.
    pub env: Vec<(String, String)>,
    /// The preopened directories, in order: the first one is descriptor 3.
    pub dirs: Vec<DirMapping>,
    /// The standard streams; those of this process by default.
    pub stdio: Stdio,
    /// True if a component may use every address that this machine can reach. A preview1 module has no sockets that
    /// could use them.
    pub inherit_network: bool,
    /// True if a component may look up names (`wasi:sockets/ip-name-lookup`).
    pub allow_ip_name_lookup: bool,
    /// The maximum number of WASI 0.2 resources (files, streams, sockets, pollables ..) that a component may have at a
    /// time; beyond that it traps. By default the host's own limit applies.
    pub max_resources: Option<usize>,
    /// The most bytes that each memory may have, that of garbage-collected objects included; beyond that it cannot grow.
    /// As many as the host has room for by default.
    pub max_memory: Option<usize>,
    /// The export of a module to run instead of the one that [`wasi_adapt::inspect::Entry`] names. A component's `run`
    /// stays what it is.
    pub entry: Option<String>,
    /// The exported functions to call, one after the other, instead of what runs by itself.
    pub calls: Vec<Call>,
    /// Core modules that serve a core module's imports from the modules of their names. A component has them inside.
    pub adapters: BTreeMap<String, Vec<u8>>,
    /// Directories that a core module has before `dirs`, of which it has none under the same name. A component has them inside.
    pub embedded: Vec<DirMapping>,
    /// The calls of preview1 to record in the outcome. A component has to be [linked](wasi_adapt::Linker::trace) with the
    /// same, which reports [to the host](Trace::to_host).
    pub trace: Option<Trace>,
}

impl Invocation {
    /// An invocation with these arguments, of which the first is the program's name, and nothing else.
    pub fn new<T: Into<String>>(args: impl IntoIterator<Item = T>) -> Invocation {
        Invocation { args: args.into_iter().map(Into::into).collect(), ..Invocation::default() }
    }

    /// Adds an environment variable.
    #[must_use]
    pub fn env(mut self, name: impl Into<String>, value: impl Into<String>) -> Invocation {
        self.env.push((name.into(), value.into()));
        self
    }

    /// Adds a directory of this machine, under the name that the program sees.
    #[must_use]
    pub fn dir(mut self, host: impl Into<PathBuf>, guest: impl Into<String>) -> Invocation {
        self.dirs.push(DirMapping::new(host, guest));
        self
    }

    /// Has the standard input read from `stdin`, and what is written put into the [`Outcome`](crate::Outcome).
    #[must_use]
    pub fn capture(mut self, stdin: impl Into<Vec<u8>>) -> Invocation {
        self.stdio = Stdio::Captured { stdin: stdin.into() };
        self
    }

    /// Sets [`inherit_network`](Invocation::inherit_network).
    #[must_use]
    pub fn inherit_network(mut self, yes: bool) -> Invocation {
        self.inherit_network = yes;
        self
    }

    /// Sets [`allow_ip_name_lookup`](Invocation::allow_ip_name_lookup).
    #[must_use]
    pub fn allow_ip_name_lookup(mut self, yes: bool) -> Invocation {
        self.allow_ip_name_lookup = yes;
        self
    }

    /// Sets [`max_resources`](Invocation::max_resources).
    #[must_use]
    pub fn max_resources(mut self, most: usize) -> Invocation {
        self.max_resources = Some(most);
        self
    }

    /// Sets [`max_memory`](Invocation::max_memory).
    #[must_use]
    pub fn max_memory(mut self, most: usize) -> Invocation {
        self.max_memory = Some(most);
        self
    }

    /// Sets [`trace`](Invocation::trace).
    #[must_use]
    pub fn trace(mut self, trace: Trace) -> Invocation {
        self.trace = Some(trace);
        self
    }

    pub(crate) fn limits(&self) -> StoreLimits {
        StoreLimitsBuilder::new().memory_size(self.max_memory.unwrap_or(usize::MAX)).build()
    }

    /// Sets [`entry`](Invocation::entry).
    #[must_use]
    pub fn entry(mut self, name: impl Into<String>) -> Invocation {
        self.entry = Some(name.into());
        self
    }

    /// Adds a call, in [WAVE](Call).
    ///
    /// # Errors
    ///
    /// [`Error::Call`] if it cannot be read.
    pub fn call(mut self, call: &str) -> Result<Invocation, Error> {
        self.calls.push(call.parse()?);
        Ok(self)
    }

    /// Adds a core module that serves a core module's imports from the module `name`. It may import the program's memory, as
    /// `env.memory`, and its functions, from `__main_module__`; one for preview1 itself is left out, which the host serves.
    #[must_use]
    pub fn adapter(mut self, name: impl Into<String>, wasm: impl Into<Vec<u8>>) -> Invocation {
        self.adapters.insert(name.into(), wasm.into());
        self
    }
}

impl Invocation {
    /// The directories for a core module.
    pub(crate) fn dirs_of_module(&self) -> Vec<DirMapping> {
        let is_embedded = |dir: &DirMapping| self.embedded.iter().any(|embedded| embedded.is_seen_as(dir));
        self.embedded.iter().chain(self.dirs.iter().filter(|dir| !is_embedded(dir))).cloned().collect()
    }
}

/// A directory of this machine under the name the program sees.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DirMapping {
    /// Its path here.
    pub host: PathBuf,
    /// Its path there.
    pub guest: String,
    /// True if the program may change nothing in it.
    pub read_only: bool,
}

impl DirMapping {
    /// The directory `host` as `guest`.
    pub fn new(host: impl Into<PathBuf>, guest: impl Into<String>) -> DirMapping {
        DirMapping { host: host.into(), guest: guest.into(), read_only: false }
    }

    /// Returns whether a C library takes the names of both for the same.
    fn is_seen_as(&self, other: &DirMapping) -> bool {
        let names = |dir: &DirMapping| {
            let names = dir.guest.split('/').filter(|name| !matches!(*name, "" | "."));
            names.map(str::to_owned).collect::<Vec<_>>()
        };
        names(self) == names(other)
    }

    /// The same for a program that may change nothing in it.
    #[must_use]
    pub fn read_only(mut self) -> DirMapping {
        self.read_only = true;
        self
    }
}

/// The three standard streams.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stdio {
    /// To those of this process.
    #[default]
    Inherit,
    /// From `stdin`, and into the [`Outcome`](crate::Outcome). Both hosts present these streams as they present inherited
    /// streams that are no terminal: of unknown type, not seekable, always ready.
    Captured {
        /// The contents of stdin.
        stdin: Vec<u8>,
    },
}
