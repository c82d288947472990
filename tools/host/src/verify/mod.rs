//! Runs a module under a preview1 host and the component made of it under WASI 0.2, and compares what they did.
//!
//! Copying is in `tree.rs`, comparing in `difference.rs` and, of traced calls, in `calls.rs`.

mod calls;
mod difference;
mod tree;

use crate::{Error, Host, Invocation, Outcome, Result, Stdio};
use difference::Ended;
use std::fmt;
use std::path::Path;
use tree::Copies;

pub use calls::{CallDifference, TracedCalls};
pub use difference::{Bytes, Difference};

/// One of the two runs: the module's or the component's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The core module, on the preview1 host.
    Module,
    /// The component, on the WASI 0.2 host.
    Component,
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Side::Module => "module",
            Side::Component => "component",
        })
    }
}

impl Side {
    pub(crate) fn host(self) -> &'static str {
        match self {
            Side::Module => "the preview1 host",
            Side::Component => "the WASI 0.2 host",
        }
    }
}

/// The code that was run on both sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Compared {
    /// A program, from its start to its end.
    Program,
    /// The calls of the invocation.
    Calls,
    /// A library was made ready, and nothing of it was called.
    Initialization,
}

/// The result of comparing two runs.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Verdict {
    /// The outcome of the module under preview1.
    pub module: Outcome,
    /// The outcome of the component under WASI 0.2.
    pub component: Outcome,
    /// The code that was run.
    pub compared: Compared,
    /// Everything that differs; empty if nothing does.
    pub differences: Vec<Difference>,
    /// The number of files, directories and links compared.
    pub files: usize,
    /// True if the module did the same when run under preview1 again. This is tested only if something differs: the
    /// result of a program may depend on time or chance.
    pub steady: bool,
    /// The calls of preview1, if they were [traced](Invocation::trace). What differs in them and in nothing else is no
    /// difference of behaviour.
    pub calls: Option<TracedCalls>,
}

/// Runs both and compares them. The standard streams of the invocation must be captured.
///
/// Both get the same arguments, environment and standard input, and each its own copy of the directories, so neither
/// sees what the other did and the originals stay as they are. The module also gets copies of the directories that the
/// component has [inside](Invocation::embedded), of which what is left behind is not compared. Compared are the exit, what calls gave, stdout, stderr, and
/// the files left behind.
///
/// ```
/// use wasi_adapt_host::{Compared, Host, Invocation, verify};
///
/// let module = wat::parse_str(r#"(module (func (export "_start")))"#)?;
/// let component = wasi_adapt::Linker::new().link(&module)?.wasm;
/// let verdict = verify(&Host::new()?, &module, &component, &Invocation::new(["program"]).capture(""))?;
/// assert!(verdict.differences.is_empty());
/// assert_eq!(verdict.compared, Compared::Program);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// One of both could not be started, or what is given to them not copied. [`Error::NeedsWasi02`]: the module is none that
/// a preview1 host can run.
pub fn verify(host: &Host, module: &[u8], component: &[u8], invocation: &Invocation) -> Result<Verdict> {
    verify_in(&std::env::temp_dir(), host, module, component, invocation)
}

/// The same, with the copies in a directory, for whoever wants to see to it that they are removed: they are while this
/// runs, but a signal may end it.
///
/// # Errors
///
/// As [`verify`](verify()).
pub fn verify_in(
    directory: &Path,
    host: &Host,
    module: &[u8],
    component: &[u8],
    invocation: &Invocation,
) -> Result<Verdict> {
    if !matches!(invocation.stdio, Stdio::Captured { .. }) {
        return Err(Error::NotCaptured);
    }
    let in_copies = |run: &dyn Fn(&Invocation) -> Result<Outcome>| {
        let copies = Copies::of(&invocation.dirs, directory)?;
        let outcome = run(&Invocation { dirs: copies.mappings().to_vec(), ..invocation.clone() })?;
        Ok::<_, Error>(Ended { outcome, copies })
    };
    // Components have what is embedded anew in each run, too, and nobody sees what becomes of it.
    let run_module = |invocation: &Invocation| {
        let embedded = Copies::of(&invocation.embedded, directory)?;
        host.run_module(module, &Invocation { embedded: embedded.mappings().to_vec(), ..invocation.clone() })
    };
    let module = in_copies(&run_module)?;
    let component = in_copies(&|invocation| host.run_component(component, invocation))?;
    let found = difference::between(&module, &component, &invocation.calls)?;
    let between = || TracedCalls::between(&module.outcome.trace, &component.outcome.trace);
    let mut calls = invocation.trace.is_some().then(between);
    let mut steady = true;
    if !found.differences.is_empty() || calls.as_ref().is_some_and(|calls| calls.difference.is_some()) {
        let again = in_copies(&run_module)?;
        steady = difference::between(&module, &again, &invocation.calls)?.differences.is_empty();
        if let Some(calls) = &mut calls {
            calls.compare_again(&module.outcome.trace, &again.outcome.trace);
        }
    }
    let (module, component) = (module.outcome, component.outcome);
    let compared = match () {
        () if !invocation.calls.is_empty() => Compared::Calls,
        () if module.called => Compared::Program,
        () => Compared::Initialization,
    };
    Ok(Verdict { module, component, compared, differences: found.differences, files: found.files, steady, calls })
}

#[cfg(test)]
mod tests;
