//! Hosts of components, as people install them. Each runs a guest's component, which must do there as in the engine of the
//! other tests.

use crate::built::installed;
use crate::child;
use crate::difference;
use crate::guests::Start;
use crate::known;
use crate::run::{self, Observed};
use anyhow::Result;
use serde::Deserialize;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;
use wasi_adapt_host::{Exit, Invocation, Outcome};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ComponentHost {
    /// The newest wasmtime of PyPI.
    Wasmtime,
    /// jco on Node.
    Jco,
}

impl ComponentHost {
    pub const ALL: [ComponentHost; 2] = [ComponentHost::Wasmtime, ComponentHost::Jco];

    /// Returns its name in the table of differences.
    pub fn name(self) -> &'static str {
        match self {
            ComponentHost::Wasmtime => "wasmtime",
            ComponentHost::Jco => "jco",
        }
    }

    /// Runs a component in a new fixture.
    #[track_caller]
    pub fn observe(self, component: &[u8], start: &Start) -> Observed {
        run::observe(start, |invocation| {
            let directory = tempfile::tempdir()?;
            let path = directory.path().join("component.wasm");
            fs::write(&path, component)?;
            match self {
                ComponentHost::Wasmtime => wasmtime(&path, invocation, start),
                ComponentHost::Jco => jco(&path, invocation, start),
            }
        })
    }
}

/// The time that a program may take; Node is slow on a machine with other work.
const TIMEOUT: Duration = Duration::from_secs(120);

/// The exit status of the command if a program traps.
const TRAPPED: i32 = 134;

fn wasmtime(component: &Path, invocation: &Invocation, start: &Start) -> Result<Outcome> {
    let mut command = Command::new(installed("python/wasmtime_cli/wasmtime")?);
    command.args(["run", "-C", "cache=n"]);
    for dir in &invocation.dirs {
        command.arg("--dir").arg(format!("{}::{}", dir.host.display(), dir.guest));
    }
    for (name, value) in &invocation.env {
        command.arg("--env").arg(format!("{name}={value}"));
    }
    if let Some(resources) = invocation.max_resources {
        command.arg("-S").arg(format!("max-resources={resources}"));
    }
    let (name, args) = invocation.args.split_first().map_or(("", &[][..]), |(name, args)| (name.as_str(), args));
    command.arg("--argv0").arg(name).arg(component).args(args);
    let mut ended = child::run(command, &start.stdin, TIMEOUT)?;
    let exit = match ended.status {
        Some(TRAPPED) | None => {
            let stderr = String::from_utf8_lossy(&ended.stderr).into_owned();
            let (program, message) = stderr.split_once("Error: failed to run main module").unwrap_or((&stderr, ""));
            ended.stderr = program.into();
            Exit::Trap(message.into())
        }
        Some(status) => Exit::Code(status),
    };
    Ok(Outcome::new(exit, ended.stdout, ended.stderr))
}

/// `witnesses/jco.mjs` writes a file if a program traps.
fn jco(component: &Path, invocation: &Invocation, start: &Start) -> Result<Outcome> {
    let beside = |name: &str| component.with_file_name(name);
    let (request, trap) = (beside("request.json"), beside("trap.txt"));
    fs::write(&request, child::request(component, invocation)?)?;
    let mut command = Command::new("node");
    command.arg("--no-warnings").arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("witnesses/jco.mjs"));
    command.arg(installed("node/node_modules/@bytecodealliance/jco/dist/api.js")?).args([&request, &trap]);
    let ended = child::run(command, &start.stdin, TIMEOUT)?;
    let exit = match (ended.status, fs::read_to_string(&trap)) {
        (_, Ok(message)) => Exit::Trap(message),
        (None, _) => Exit::Trap("it crashed, or had not ended in time".into()),
        (Some(status), _) => Exit::Code(status),
    };
    Ok(Outcome::new(exit, ended.stdout, ended.stderr))
}

/// A known difference of a host, of `host-differences.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HostDifference {
    pub host: ComponentHost,
    /// The guests in which it occurs.
    pub guests: Vec<String>,
    /// Differences of each of them, in the format of [`crate::difference`]; `*` stands for any text.
    pub lines: Vec<String>,
    /// True if it occurs by chance, and may be absent.
    #[serde(default)]
    pub sometimes: bool,
    pub reason: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct HostDifferences {
    difference: Vec<HostDifference>,
}

/// Reads the table.
pub fn differences() -> &'static [HostDifference] {
    static TABLE: OnceLock<HostDifferences> = OnceLock::new();
    let text = include_str!("../host-differences.toml");
    let read = || toml::from_str(text).unwrap_or_else(|error| panic!("host-differences.toml: {error}"));
    &TABLE.get_or_init(read).difference
}

/// Returns the entries for a guest on a host.
pub fn differences_of(host: ComponentHost, guest: &str) -> impl Iterator<Item = &'static HostDifference> {
    differences().iter().filter(move |entry| entry.host == host && entry.guests.iter().any(|name| name == guest))
}

/// Fails if a component does not do on a host as in the engine of the other tests, and the table does not say so, or the other
/// way round. A program goes on from what it has seen, so a difference in the table may have others in its wake, unless it
/// occurs by chance.
#[track_caller]
pub fn check(host: ComponentHost, guest: &str, here: &Observed, there: &Observed) {
    let found = difference::between(here, there);
    let (by_chance, certain): (Vec<_>, Vec<_>) = differences_of(host, guest).partition(|entry| entry.sometimes);
    let lines = |entries: &[&'static HostDifference]| entries.iter().flat_map(|entry| &entry.lines).collect::<Vec<_>>();
    let mut absent = lines(&certain);
    absent.retain(|line| !found.iter().any(|found| known::matches(line, found)));
    let may_occur = lines(&by_chance);
    let is_known = |found: &String| !certain.is_empty() || may_occur.iter().any(|line| known::matches(line, found));
    assert!(
        absent.is_empty() && found.iter().all(is_known),
        "{guest} on {}, against host-differences.toml:\nabsent: {absent:#?}\nfound: {found:#?}\n{:?}",
        host.name(),
        there.exit
    );
}
