//! Tracing: a layer that reports the calls of a program.

use crate::layer::{EXIT, Layer};
use crate::linker::binary;
use crate::preopened::Preopened;
use crate::preview1::{self, Snapshot};
use crate::program::{Program, ProgramImport};
use crate::seal::{Capability, Seal};
use crate::{LinkError, WitWorld, embed, pack};
use anyhow::Result;
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

/// The calls that a component reports on when it runs, see [`Linker::trace`](crate::Linker::trace).
///
/// It is made of a list with commas between: names of preview1 functions, in which `*` stands for any text, and the words
/// `failed` and `summary`. Without names all functions are traced.
///
/// ```
/// use wasi_adapt::{Linker, Trace};
///
/// let trace: Trace = "path_*,fd_close,failed".parse()?;
/// let linker = Linker::new().trace(trace.output(1));
/// assert!("path_opne".parse::<Trace>().unwrap_err().to_string().contains("did you mean `path_open`?"));
/// # Ok::<(), wasi_adapt::NoSuchCalls>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    names: Vec<String>,
    failed: bool,
    summary: bool,
    output: Output,
}

/// The place that calls are reported to.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Output {
    Descriptor(u32),
    File(String),
    Host,
}

impl Default for Trace {
    /// Traces every call, to stderr.
    fn default() -> Trace {
        Trace { names: Vec::new(), failed: false, summary: false, output: Output::Descriptor(2) }
    }
}

impl Trace {
    /// The name of the layer in reports.
    pub(crate) const LAYER: &str = "trace";
    /// The layer with the path of the file, and the module of which it serves the imports.
    const FILE_LAYER: &str = "file of the trace";
    const FILE_MODULE: &str = "wasi_adapt:trace";
    const WIT: &str =
        "package wasi-adapt:trace; interface calls { report: func(call: string); } world traced { import calls; }";
    /// Its stack and data.
    const PAGES: u32 = 1;

    /// Sets the descriptor that is written to.
    #[must_use]
    pub fn output(mut self, descriptor: u32) -> Trace {
        self.output = Output::Descriptor(descriptor);
        self
    }

    /// Sets the file that is written to, by its path in a directory that the program gets. An existing one is written over.
    /// Its descriptor has a high number, so those of the program are as without a trace.
    #[must_use]
    pub fn file(mut self, path: impl Into<String>) -> Trace {
        self.output = Output::File(path.into());
        self
    }

    /// Has each call reported to the host, by the import [`Self::INTERFACE`], for comparison with another run.
    ///
    /// Runs that do the same give the same reports: these have no times, `_` in place of addresses and of what clocks say,
    /// and a checksum of what is shortened. Calls of `clock_time_get` are reported only if they are named, and there is no
    /// summary.
    #[must_use]
    pub fn to_host(mut self) -> Trace {
        self.output = Output::Host;
        self.summary = false;
        self
    }

    /// The interface of [`Self::to_host`]; its function is `report: func(call: string)`.
    pub const INTERFACE: &str = "wasi-adapt:trace/calls";

    /// Returns what traces a core module on a preview1 host, in the form of [`Self::to_host`]; none if there is nothing to
    /// trace. It is a module that exports the functions to be traced, and imports those of the host, `env.memory`, which is
    /// the module's, `report(address, len)` of [`Self::INTERFACE`], and `wasi_adapt:guest.read(to, from, len)`, which copies
    /// from the module's memory to its own. It exports that as `own`.
    ///
    /// # Errors
    /// [`LinkError::Invalid`]: the module cannot be read.
    pub fn beside(&self, module: &[u8]) -> Result<Option<Vec<u8>>, LinkError> {
        let wasm = binary(module)?;
        let program = Program::read(&wasm).map_err(LinkError::invalid)?;
        let layers = self.clone().to_host().layers(&program.imports).map_err(LinkError::invalid)?;
        layers.first().map(|layer| pack::beside(&layer.wasm)).transpose().map_err(LinkError::invalid)
    }

    /// The number of calls of the clock depends on time, so they are not compared unless they are named.
    fn names(&self, name: &str) -> bool {
        let is_compared = self.output != Output::Host || name != "clock_time_get";
        self.names.is_empty() && is_compared || self.names.iter().any(|pattern| matches(pattern, name))
    }

    /// Returns the functions to trace of a program with these imports.
    fn traced<'i>(&self, imports: &'i [ProgramImport]) -> BTreeSet<&'i str> {
        traceable(imports).filter(|name| self.names(name)).collect()
    }

    /// Describes what a user may miss of a program with these imports, seal and sockets.
    pub(crate) fn warning(&self, imports: &[ProgramImport], seal: &Seal, sockets: &Preopened) -> Option<String> {
        if self.traced(imports).is_empty() {
            let what = if self.names.is_empty() { "preview1" } else { "what `--trace` names" };
            return Some(format!("nothing is traced, because it imports no function of {what}"));
        }
        let is_denied = |stream| seal.denied().has(stream);
        let stream = match &self.output {
            Output::Descriptor(1) if is_denied(Capability::Stdout) => Capability::Stdout,
            Output::Descriptor(2) if is_denied(Capability::Stderr) => Capability::Stderr,
            Output::Descriptor(descriptor) if *descriptor == 0 || *descriptor > 2 && sockets.connections.is_none() => {
                return Some(format!(
                    "the trace goes to descriptor {descriptor}, to which nothing can be written when the program starts; \
                     1 is stdout, 2 is stderr"
                ));
            }
            Output::Descriptor(_) | Output::File(_) | Output::Host => return None,
        };
        Some(format!("nothing of the trace is seen, because it goes to {stream}, which is denied"))
    }

    /// Returns the layers that trace a program with these imports; none if there is nothing to trace.
    pub(crate) fn layers(&self, imports: &[ProgramImport]) -> Result<Vec<Layer>> {
        let traced = self.traced(imports);
        if traced.is_empty() {
            return Ok(Vec::new());
        }
        let settings = [
            ("trace_lines", !self.summary || self.failed),
            ("trace_failed", self.failed),
            ("trace_summary", self.summary),
            ("trace_fd_close", traced.contains("fd_close")),
            ("trace_fd_renumber", traced.contains("fd_renumber")),
            ("trace_proc_exit", traced.contains("proc_exit")),
        ];
        let mut settings = settings.map(|(name, value)| (name, value.into())).to_vec();
        let descriptor = match self.output {
            Output::Descriptor(descriptor) => descriptor as i32,
            Output::File(_) | Output::Host => -1,
        };
        let (to_file, compared) = (matches!(self.output, Output::File(_)), self.output == Output::Host);
        settings.extend([("trace_output", descriptor), ("trace_to_file", to_file.into())]);
        settings.push(("trace_compared", compared.into()));
        let imported: BTreeSet<_> = traceable(imports).collect();
        // It has to know when its descriptor becomes another file, and when the program ends.
        let is_wanted = |export: &str| match export {
            EXIT => self.summary,
            "fd_close" | "fd_renumber" if !compared => imported.contains(export),
            "proc_exit" => imported.contains(export) && (self.summary || traced.contains(export)),
            _ => traced.contains(export),
        };
        let raw = include_bytes!(concat!(env!("OUT_DIR"), "/trace.wasm"));
        let mut wasm = pack::layer(raw, &settings, |name| Some(name).filter(|name| is_wanted(name)))?;
        if compared {
            embed::add_world(&mut wasm, &WitWorld::parse(Trace::WIT, None)?);
        }
        let trace = Layer::new(Trace::LAYER, wasm).pages(Trace::PAGES).serve(Snapshot::Unstable.module());
        let file = match &self.output {
            Output::File(path) => Some(Layer::of_texts(Trace::FILE_LAYER, &[("file", path)]).serve(Trace::FILE_MODULE)),
            _ => None,
        };
        Ok([trace].into_iter().chain(file).collect())
    }
}

/// Returns the functions of both snapshots that can be traced. The layer has those of preview1, which serve snapshot 0
/// except where its types differ.
fn traceable(imports: &[ProgramImport]) -> impl Iterator<Item = &str> {
    let is_unstable = |import: &ProgramImport| Snapshot::of(&import.module) == Some(Snapshot::Unstable);
    let unstable = imports.iter().any(is_unstable);
    // Other dialects have functions of the same names, which are not traced.
    let is_preview1 = |import: &&ProgramImport| {
        let function = Snapshot::of(&import.module).and_then(|snapshot| snapshot.function(&import.name));
        function.map(|function| function.ty()) == import.func
    };
    let names = imports.iter().filter(is_preview1).map(|import| &*import.name);
    names.filter(move |name| {
        preview1::FUNCTIONS.iter().any(|function| function.name == *name)
            && !(unstable && preview1::CHANGED.contains(name))
    })
}

/// Returns whether a name is what a pattern with `*` for any text says.
fn matches(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((start, rest)) => name
            .strip_prefix(start)
            .is_some_and(|name| (0..=name.len()).any(|at| name.get(at..).is_some_and(|name| matches(rest, name)))),
    }
}

impl FromStr for Trace {
    type Err = NoSuchCalls;

    fn from_str(text: &str) -> Result<Trace, NoSuchCalls> {
        let mut trace = Trace::default();
        for word in text.split(',') {
            match word {
                "failed" => trace.failed = true,
                "summary" => trace.summary = true,
                name if preview1::FUNCTIONS.iter().any(|function| matches(name, function.name)) => {
                    trace.names.push(name.into());
                }
                other => return Err(NoSuchCalls(other.into())),
            }
        }
        Ok(trace)
    }
}

/// The error for a word that is neither a function of preview1 nor an option of tracing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoSuchCalls(String);

impl fmt::Display for NoSuchCalls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "preview1 has no function {}", crate::names::quoted(&self.0))?;
        match preview1::nearest(&self.0) {
            Some(near) => write!(f, "; did you mean `{near}`?"),
            None => f.write_str("; the list has names of its functions, `failed` and `summary`"),
        }
    }
}

impl std::error::Error for NoSuchCalls {}
