//! Other implementations of preview1, each of which can run a guest. Where wasmtime's host and a component differ, they
//! show which of the two is alone.

use crate::built;
use crate::guests::{Guest, Start};
use crate::run::{self, Adapter, Observed};
use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::OnceLock;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use wasi_adapt::with_exported_memory;
use wasi_adapt_host::{Exit, Invocation, Outcome};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Witness {
    /// wasi-common, wasmtime's host until release 46: `witnesses/wasi-common`.
    WasiCommon,
    /// Node's `node:wasi`, which is uvwasi, written in C: `witnesses/node.mjs`.
    Node,
    /// wasmtime's adapter, over WASI 0.2.
    Official,
}

/// The time that a witness may take; Node waits for ever where others return an errno.
const TIMEOUT: Duration = Duration::from_secs(10);

impl Witness {
    pub const ALL: [Witness; 3] = [Witness::WasiCommon, Witness::Node, Witness::Official];

    /// Returns its name in the table of known differences.
    pub fn name(self) -> &'static str {
        match self {
            Witness::WasiCommon => "wasi-common",
            Witness::Node => "node",
            Witness::Official => "official",
        }
    }

    /// Runs a guest in a new fixture.
    #[track_caller]
    pub fn observe(self, guest: &Guest, start: &Start) -> Observed {
        self.observe_in(|_| Ok(()), guest, start)
    }

    /// Runs a guest in a new fixture to which `add` has added something.
    #[track_caller]
    pub fn observe_in(self, add: impl FnOnce(&Path) -> std::io::Result<()>, guest: &Guest, start: &Start) -> Observed {
        let module = guest.module();
        run::observe_in(add, start, |invocation| match self {
            Witness::WasiCommon => spawn(Command::new(wasi_common()), &module, invocation, start),
            Witness::Node => {
                let mut node = Command::new("node");
                node.arg("--no-warnings").arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("witnesses/node.mjs"));
                spawn(node, &module, invocation, start)
            }
            Witness::Official => Ok(run::host().run_component(&run::link(&module, Adapter::Official)?, invocation)?),
        })
    }
}

fn wasi_common() -> &'static Path {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(|| built::binary("wasi-adapt-witness"))
}

#[derive(Serialize)]
struct Request<'a> {
    module: &'a Path,
    args: &'a [String],
    env: &'a [(String, String)],
    dirs: Vec<(&'a Path, &'a str)>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum WitnessOutcome {
    Code(i32),
    Trap(String),
}

/// Runs a witness program, with pipes for its standard streams.
fn spawn(mut program: Command, module: &[u8], invocation: &Invocation, start: &Start) -> Result<Outcome> {
    let dir = tempfile::tempdir()?;
    let [module_path, request, answer] =
        ["module.wasm", "request.json", "answer.json"].map(|name| dir.path().join(name));
    // These hosts require an exported memory even in calls without pointers.
    fs::write(&module_path, with_exported_memory(module)?)?;
    let dirs = invocation.dirs.iter().map(|dir| (dir.host.as_path(), dir.guest.as_str())).collect();
    let body = Request { module: &module_path, args: &invocation.args, env: &invocation.env, dirs };
    fs::write(&request, serde_json::to_vec(&body)?)?;

    program.args([&request, &answer]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = program.spawn().with_context(|| format!("{program:?}"))?;
    let mut stdin = child.stdin.take().context("stdin is piped")?;
    let input = start.stdin.clone();
    // A program that does not read its input may have ended already.
    thread::spawn(move || drop(stdin.write_all(input.as_bytes())));
    let [stdout, stderr] = [reader(child.stdout.take())?, reader(child.stderr.take())?];
    let ended = wait(&mut child)?;
    let [stdout, stderr] = [stdout, stderr].map(|reader| reader.join().expect("reading does not panic"));
    let exit = match ended {
        None => Exit::Trap(format!("it had not ended after {TIMEOUT:?}")),
        // Node crashes on some subscriptions.
        Some(status) if status.code().is_none() => Exit::Trap(format!("it crashed: {status}")),
        Some(status) if !status.success() => bail!("{program:?} failed: {}", String::from_utf8_lossy(&stderr)),
        Some(_) => match serde_json::from_slice(&fs::read(&answer)?)? {
            WitnessOutcome::Code(code) => Exit::Code(code),
            WitnessOutcome::Trap(message) => Exit::Trap(message),
        },
    };
    Ok(Outcome::new(exit, stdout, stderr))
}

/// Reads a stream of a child to its end, in a thread.
fn reader(pipe: Option<impl Read + Send + 'static>) -> Result<JoinHandle<Vec<u8>>> {
    let mut pipe = pipe.context("the stream is piped")?;
    Ok(thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = pipe.read_to_end(&mut bytes); // It ends with the process.
        bytes
    }))
}

/// Waits for a child, and kills it if it takes too long.
fn wait(child: &mut Child) -> Result<Option<ExitStatus>> {
    let start = Instant::now();
    while start.elapsed() < TIMEOUT {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        thread::sleep(Duration::from_millis(2));
    }
    child.kill()?;
    child.wait()?;
    Ok(None)
}
