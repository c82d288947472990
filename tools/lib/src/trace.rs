//! Tracing: a layer that reports the calls of a program.

use crate::layer::{EXIT, Layer};
use crate::pack;
use crate::preview1::{self, Snapshot};
use crate::program::ProgramImport;
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
    output: u32,
}

impl Default for Trace {
    /// Traces every call, to stderr.
    fn default() -> Trace {
        Trace { names: Vec::new(), failed: false, summary: false, output: 2 }
    }
}

impl Trace {
    /// The name of the layer in reports.
    pub(crate) const LAYER: &str = "trace";
    /// Its stack and data.
    const PAGES: u32 = 1;

    /// Sets the descriptor that is written to.
    #[must_use]
    pub fn output(mut self, descriptor: u32) -> Trace {
        self.output = descriptor;
        self
    }

    fn names(&self, name: &str) -> bool {
        self.names.is_empty() || self.names.iter().any(|pattern| matches(pattern, name))
    }

    /// Returns the functions to trace of a program with these imports.
    fn traced<'i>(&self, imports: &'i [ProgramImport]) -> BTreeSet<&'i str> {
        traceable(imports).filter(|name| self.names(name)).collect()
    }

    /// Describes what a user may miss of a program with these imports.
    pub(crate) fn warning(&self, imports: &[ProgramImport]) -> Option<String> {
        self.traced(imports).is_empty().then(|| {
            let what = if self.names.is_empty() { "preview1" } else { "what `--trace` names" };
            format!("nothing is traced, because it imports no function of {what}")
        })
    }

    /// Returns the layer that traces a program with these imports; none if there is nothing to trace.
    pub(crate) fn layer(&self, imports: &[ProgramImport]) -> Result<Option<Layer>> {
        let traced = self.traced(imports);
        if traced.is_empty() {
            return Ok(None);
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
        settings.push(("trace_output", self.output as i32));
        let imported: BTreeSet<_> = traceable(imports).collect();
        // It has to know when its descriptor becomes another file, and when the program ends.
        let is_wanted = |export: &str| match export {
            EXIT => self.summary,
            "fd_close" | "fd_renumber" => imported.contains(export),
            "proc_exit" => imported.contains(export) && (self.summary || traced.contains(export)),
            _ => traced.contains(export),
        };
        let raw = include_bytes!(concat!(env!("OUT_DIR"), "/trace.wasm"));
        let wasm = pack::layer(raw, &settings, |name| Some(name).filter(|name| is_wanted(name)))?;
        Ok(Some(Layer::new(Trace::LAYER, wasm).pages(Trace::PAGES).serve(Snapshot::Unstable.module())))
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
