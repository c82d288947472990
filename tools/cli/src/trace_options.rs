//! The options for tracing.

use clap::Args;
use wasi_adapt::Trace;

#[derive(Args)]
#[command(next_help_heading = "Tracing")]
pub struct TraceArgs {
    /// Let the component report its preview1 calls to stderr: all, or those in SPEC
    ///
    /// SPEC is a list with commas between. `path_open,fd_*` traces only these functions, `failed` only calls that fail; `summary` gives
    /// a table of counts, errors and times when the program ends, in place of a line for each call. What is not traced costs nothing.
    #[arg(long, value_name = "SPEC", num_args = 0..=1, require_equals = true)]
    trace: Option<Option<Trace>>,
    /// The descriptor that the report is written to
    #[arg(long, value_name = "FD", default_value_t = 2, requires = "trace")]
    trace_output: u32,
}

impl TraceArgs {
    pub fn read(&self) -> Option<Trace> {
        let trace = self.trace.clone()?.unwrap_or_default();
        Some(trace.output(self.trace_output))
    }
}
