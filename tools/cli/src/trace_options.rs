//! The options for tracing.

use clap::Args;
use std::convert::Infallible;
use std::str::FromStr;
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
    /// The descriptor, or the file in a directory of the program's, that the report is written to
    ///
    /// The program has the same descriptors as without a trace.
    #[arg(long, value_name = "FD|FILE", default_value = "2", requires = "trace")]
    trace_output: TraceOutput,
}

#[derive(Clone)]
enum TraceOutput {
    Descriptor(u32),
    File(String),
}

impl FromStr for TraceOutput {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<TraceOutput, Infallible> {
        Ok(text.parse().map_or_else(|_| TraceOutput::File(text.into()), TraceOutput::Descriptor))
    }
}

impl TraceArgs {
    pub fn read(&self) -> Option<Trace> {
        let trace = self.trace.clone()?.unwrap_or_default();
        Some(match &self.trace_output {
            TraceOutput::Descriptor(descriptor) => trace.output(*descriptor),
            TraceOutput::File(path) => trace.file(path),
        })
    }
}
