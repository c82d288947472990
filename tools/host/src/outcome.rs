//! The outcome of a run.

use crate::error::source_of;
use std::fmt;

/// The end of a program.
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

/// The result of a run, besides files.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Outcome {
    /// The end of the program.
    pub exit: Exit,
    /// True if everything that could be called was called. A library is only initialised, unless the invocation names calls.
    pub called: bool,
    /// The results of the invocation's calls, up to the one that trapped.
    pub results: Vec<Returned>,
    /// The output on stdout; empty if it was inherited.
    pub stdout: Vec<u8>,
    /// The output on stderr; empty if it was inherited.
    pub stderr: Vec<u8>,
    /// For a trap: its messages with the WebAssembly backtrace, the innermost last; else empty.
    pub trap_chain: Vec<String>,
    /// True if the program tried an address and
    /// [`inherit_network`](crate::Invocation::inherit_network) did not allow it.
    pub network_refused: bool,
    /// The calls of preview1 that the [trace](crate::Invocation::trace) of the invocation asks for.
    pub trace: Vec<String>,
}

impl Outcome {
    /// The outcome of a run by another host, to compare.
    pub fn new(exit: Exit, stdout: Vec<u8>, stderr: Vec<u8>) -> Outcome {
        let (results, trap_chain, trace) = (Vec::new(), Vec::new(), Vec::new());
        Outcome { exit, called: true, results, stdout, stderr, trap_chain, network_refused: false, trace }
    }
}

/// The results of a call. They equal those of another call if both are the same numbers, or else the same in WAVE.
#[derive(Clone, Debug)]
pub struct Returned {
    pub(crate) wave: String,
    /// The values as a core function has them, if it can have them.
    pub(crate) bits: Option<Vec<u64>>,
}

impl PartialEq for Returned {
    fn eq(&self, other: &Returned) -> bool {
        match (&self.bits, &other.bits) {
            (Some(a), Some(b)) => a == b,
            _ => self.wave == other.wave,
        }
    }
}

impl Eq for Returned {}

/// In WAVE, as `wasmtime run --invoke` prints it.
impl fmt::Display for Returned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.wave)
    }
}

impl Exit {
    /// Sorts what a call into WebAssembly gave into how the program ended, with the messages of a trap.
    pub(crate) fn of(result: wasmtime::Result<i32>) -> (Exit, Vec<String>) {
        let error = match result {
            Ok(code) => return (Exit::Code(code), Vec::new()),
            Err(error) => error,
        };
        if let Some(exit) = error.downcast_ref::<wasmtime_wasi::I32Exit>() {
            return (Exit::Code(exit.0), Vec::new());
        }
        let innermost = error.root_cause().to_string();
        let error = source_of(error);
        let chain = std::iter::successors(Some(&*error as &dyn std::error::Error), |error| error.source());
        (Exit::Trap(innermost), chain.map(ToString::to_string).collect())
    }
}
