//! Reports the result of `verify`, as text and as JSON.

use anyhow::{Error, Result};
use serde::Serialize;
use std::fmt::Write;
use std::path::Path;
use wasi_adapt_host::{CallDifference, Compared, Difference, Exit, Outcome, TracedCalls, Verdict};

pub fn text(name: &str, verdict: &Verdict) -> String {
    let calls = verdict.calls.as_ref().map(|calls| format!("{calls}\n"));
    calls.unwrap_or_default() + &behaviour(name, verdict)
}

fn behaviour(name: &str, verdict: &Verdict) -> String {
    let ended = &verdict.module;
    let calls = || ended.results.iter().map(|result| format!(", {result}")).collect::<String>();
    if verdict.differences.is_empty() {
        let (stdout, stderr) = (ended.stdout.len(), ended.stderr.len());
        let files = if verdict.files > 0 { format!(", {} files", verdict.files) } else { String::new() };
        let what = match verdict.compared {
            Compared::Initialization => {
                return format!(
                    "{name} was only initialised, nothing was called: module and component did the same in that, \
                     {stdout} bytes of stdout, {stderr} of stderr{files}\n  \
                     remedy: name functions to call, with `--invoke NAME,ARG..`\n"
                );
            }
            Compared::Calls => format!("{} calls{}", ended.results.len(), calls()),
            _ => ended.exit.to_string(),
        };
        return format!(
            "{name} behaves the same as a component: {what}, {stdout} bytes of stdout, {stderr} of stderr{files}\n"
        );
    }
    let count = verdict.differences.len();
    let mut text =
        format!("{name} behaves differently as a component, in {count} way{}\n", if count == 1 { "" } else { "s" });
    for difference in &verdict.differences {
        let _ = writeln!(text, "{difference}");
    }
    if !verdict.steady {
        text += "(under preview1, too, no two runs are the same: what it does depends on time or chance)\n";
    }
    text
}

/// The JSON of `verify --json`. Fields are added at its end; for any other change the schema's number changes.
#[derive(Serialize)]
struct Report {
    schema: u32,
    file: String,
    /// `same`, `different`, or `failed`: one of both could not be run.
    result: &'static str,
    /// `program`, `calls`, or `initialization`: nothing was called. Null if it failed.
    compared: Option<&'static str>,
    module: Option<Run>,
    component: Option<Run>,
    /// The number of files, directories and links compared.
    files: usize,
    differences: Vec<Differs>,
    /// True if the module did the same when it was run again; null if nothing differs.
    steady: Option<bool>,
    /// Null unless it failed.
    error: Option<Failure>,
    /// Null unless calls were traced.
    trace: Option<Trace>,
}

const SCHEMA: u32 = 1;

#[derive(Serialize)]
struct Run {
    /// Null after a trap.
    exit_status: Option<i32>,
    /// Null unless there was a trap.
    trap: Option<String>,
    /// In WAVE, one of each call that came back.
    results: Vec<String>,
    stdout_bytes: usize,
    stderr_bytes: usize,
}

#[derive(Serialize)]
struct Differs {
    /// `exit`, `result`, `stdout`, `stderr`, `only-in-module`, `only-in-component`, `property`, `content`.
    kind: &'static str,
    /// Of what differs in files.
    path: Option<String>,
    message: String,
}

#[derive(Serialize)]
struct Trace {
    /// The number of calls that are the same on both sides, up to the first that differs.
    same: usize,
    /// The last of these.
    before: Vec<String>,
    /// Null if no call differs.
    difference: Option<DifferingCall>,
}

/// A side that made no more calls has null.
#[derive(Serialize)]
struct DifferingCall {
    module: Option<String>,
    component: Option<String>,
    /// True if the module made the same calls when it was run again.
    steady: bool,
}

#[derive(Serialize)]
struct Failure {
    message: String,
    causes: Vec<String>,
}

pub fn json(file: &Path, verdict: &Verdict) -> Result<String> {
    let different = !verdict.differences.is_empty();
    print(&Report {
        schema: SCHEMA,
        file: file.display().to_string(),
        result: if different { "different" } else { "same" },
        compared: Some(match verdict.compared {
            Compared::Calls => "calls",
            Compared::Initialization => "initialization",
            _ => "program",
        }),
        module: Some(Run::of(&verdict.module)),
        component: Some(Run::of(&verdict.component)),
        files: verdict.files,
        differences: verdict.differences.iter().map(Differs::of).collect(),
        steady: different.then_some(verdict.steady),
        error: None,
        trace: verdict.calls.as_ref().map(Trace::of),
    })
}

pub fn failed(file: &Path, error: &Error) -> Result<String> {
    let causes = error.chain().skip(1).map(ToString::to_string).collect();
    print(&Report {
        schema: SCHEMA,
        file: file.display().to_string(),
        result: "failed",
        compared: None,
        module: None,
        component: None,
        files: 0,
        differences: Vec::new(),
        steady: None,
        error: Some(Failure { message: error.to_string(), causes }),
        trace: None,
    })
}

fn print(report: &Report) -> Result<String> {
    Ok(serde_json::to_string_pretty(report)? + "\n")
}

impl Run {
    fn of(outcome: &Outcome) -> Run {
        let (exit_status, trap) = match &outcome.exit {
            Exit::Code(code) => (Some(*code), None),
            Exit::Trap(message) => (None, Some(message.clone())),
        };
        let results = outcome.results.iter().map(ToString::to_string).collect();
        Run { exit_status, trap, results, stdout_bytes: outcome.stdout.len(), stderr_bytes: outcome.stderr.len() }
    }
}

impl Trace {
    fn of(calls: &TracedCalls) -> Trace {
        let difference = calls.difference.clone();
        let differing = |CallDifference { module, component, steady, .. }| DifferingCall { module, component, steady };
        Trace { same: calls.same, before: calls.before.clone(), difference: difference.map(differing) }
    }
}

impl Differs {
    fn of(difference: &Difference) -> Differs {
        use wasi_adapt_host::Side;
        let (kind, path) = match difference {
            Difference::Exit { .. } => ("exit", None),
            Difference::Result { .. } => ("result", None),
            Difference::Stdout(_) => ("stdout", None),
            Difference::Stderr(_) => ("stderr", None),
            Difference::OnlyIn { side: Side::Module, path } => ("only-in-module", Some(path)),
            Difference::OnlyIn { side: Side::Component, path } => ("only-in-component", Some(path)),
            Difference::Property { path, .. } => ("property", Some(path)),
            Difference::Content { path, .. } => ("content", Some(path)),
            _ => ("other", None),
        };
        Differs { kind, path: path.map(|path| path.display().to_string()), message: difference.to_string() }
    }
}
