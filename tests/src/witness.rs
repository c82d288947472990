//! Other implementations of preview1, each of which can run a guest. Where wasmtime's host and a component differ, they
//! show which of the two is alone.

use crate::built;
use crate::child;
use crate::guests::{Guest, Start};
use crate::run::{self, Adapter, Observed};
use anyhow::{Result, bail};
use serde::Deserialize;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;
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

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum WitnessOutcome {
    Code(i32),
    Trap(String),
}

/// Runs a witness program.
fn spawn(mut program: Command, module: &[u8], invocation: &Invocation, start: &Start) -> Result<Outcome> {
    let dir = tempfile::tempdir()?;
    let [module_path, request, answer] =
        ["module.wasm", "request.json", "answer.json"].map(|name| dir.path().join(name));
    // These hosts require an exported memory even in calls without pointers.
    fs::write(&module_path, with_exported_memory(module)?)?;
    fs::write(&request, child::request(&module_path, invocation)?)?;
    program.args([&request, &answer]);
    let name = format!("{program:?}");
    let ended = child::run(program, &start.stdin, TIMEOUT)?;
    let exit = match ended.status {
        // Node crashes on some subscriptions.
        None => Exit::Trap("it crashed, or had not ended in time".into()),
        Some(0) => match serde_json::from_slice(&fs::read(&answer)?)? {
            WitnessOutcome::Code(code) => Exit::Code(code),
            WitnessOutcome::Trap(message) => Exit::Trap(message),
        },
        Some(_) => bail!("{name} failed: {}", String::from_utf8_lossy(&ended.stderr)),
    };
    Ok(Outcome::new(exit, ended.stdout, ended.stderr))
}
