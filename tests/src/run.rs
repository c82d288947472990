//! One guest, under one host, in a fixture directory of its own.

use crate::fixture;
use crate::guests::{Guest, Start};
use std::path::Path;
use std::sync::OnceLock;
use wasi_adapt::preview1;
use wasi_adapt::{FileTree, Layout, Linker};
use wasi_adapt_host::{DirMapping, Exit, Host, Invocation, Outcome};

/// The engine with both hosts, one for all tests of a program.
pub fn host() -> &'static Host {
    static HOST: OnceLock<Host> = OnceLock::new();
    HOST.get_or_init(|| Host::new().expect("the engine starts"))
}

/// All that a run showed.
#[derive(Clone, Debug)]
pub struct Observed {
    pub exit: Exit,
    pub stdout: String,
    pub stderr: String,
    /// The contents of the fixture directory afterwards, one line per file.
    pub files: Vec<String>,
    /// For a trap: its messages with the backtrace.
    pub trap_chain: Vec<String>,
}

impl Observed {
    /// The exit code; a trap fails the test with its report.
    #[track_caller]
    pub fn code(&self) -> i32 {
        match &self.exit {
            Exit::Code(code) => *code,
            Exit::Trap(message) => {
                panic!("trapped: {message}\n{}\nstdout so far:\n{}", self.trap_chain.join("\n"), self.stdout)
            }
        }
    }
}

/// The adapter that a component is made with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Adapter {
    /// Ours, in the layout that `link` chooses.
    Ours,
    /// Ours, in a certain layout.
    OursIn(Layout),
    /// The one that wasmtime publishes; some tests show that it fails where ours must not.
    Official,
}

/// The layouts that ours can have.
pub const LAYOUTS: [Layout; 3] = [Layout::Isolated, Layout::Guest, Layout::Adapter];
/// Ours, in each layout.
pub const OURS: [Adapter; 3] = [Adapter::OursIn(LAYOUTS[0]), Adapter::OursIn(LAYOUTS[1]), Adapter::OursIn(LAYOUTS[2])];

/// The component that `wasi-adapt link` makes of a module.
pub fn link(module: &[u8], adapter: Adapter) -> anyhow::Result<Vec<u8>> {
    let linker = match adapter {
        Adapter::Ours => Linker::new(),
        Adapter::OursIn(layout) => Linker::new().layout(layout),
        Adapter::Official => {
            let bytes = wasi_preview1_component_adapter_provider::WASI_SNAPSHOT_PREVIEW1_COMMAND_ADAPTER;
            Linker::new().adapter(preview1::MODULE, bytes)
        }
    };
    Ok(linker.link(module)?.wasm)
}

/// Runs a guest under the preview1 host.
#[track_caller]
pub fn on_preview1(guest: &Guest, start: &Start) -> Observed {
    observe(start, |invocation| host().run_module(&guest.module(), invocation))
}

/// Runs a guest as a component made with our adapter.
#[track_caller]
pub fn as_component(guest: &Guest, start: &Start) -> Observed {
    with_adapter(guest, start, Adapter::Ours)
}

/// Runs a guest as a component.
#[track_caller]
pub fn with_adapter(guest: &Guest, start: &Start, adapter: Adapter) -> Observed {
    let component =
        link(&guest.module(), adapter).unwrap_or_else(|error| panic!("{} does not link: {error:#}", guest.id));
    observe(start, |invocation| host().run_component(&component, invocation))
}

/// Runs a guest as a component that has its directories in itself, and gets none of the host.
#[track_caller]
pub fn with_own_files(guest: &Guest, start: &Start, layout: Layout, tree: FileTree) -> Observed {
    let linked = Linker::new().layout(layout).embed(tree).link(&guest.module()).expect("the guest is linked");
    observe(start, |invocation| {
        let mut invocation = invocation.clone();
        invocation.dirs.clear();
        host().run_component(&linked.wasm, &invocation)
    })
}

/// The directories that a start preopens: the name that the program sees, and the path in the fixture.
pub fn mapped(start: &Start) -> impl Iterator<Item = (&str, &str)> {
    start.dirs.iter().map(|dir| dir.split_once('=').unwrap_or((dir, "")))
}

/// Runs any program in a fresh fixture directory.
#[track_caller]
pub fn observe<E: Into<anyhow::Error>>(start: &Start, run: impl FnOnce(&Invocation) -> Result<Outcome, E>) -> Observed {
    observe_in(|_| Ok(()), start, run)
}

/// Runs any program in a fresh fixture directory to which `add` has added something.
#[track_caller]
pub fn observe_in<E: Into<anyhow::Error>>(
    add: impl FnOnce(&Path) -> std::io::Result<()>,
    start: &Start,
    run: impl FnOnce(&Invocation) -> Result<Outcome, E>,
) -> Observed {
    let fixture = tempfile::tempdir().expect("a directory for the fixture");
    fixture::make(fixture.path()).and_then(|()| add(fixture.path())).expect("the fixture can be made");
    let dirs = mapped(start).map(|(guest, path)| DirMapping::new(fixture.path().join(path), guest));
    let variable = |text: &String| {
        let (name, value) = text.split_once('=').expect("a variable is NAME=VALUE");
        (name.to_owned(), value.to_owned())
    };
    let mut invocation = Invocation::new(start.args.clone()).capture(start.stdin.clone());
    invocation.env = start.env.iter().map(variable).collect();
    invocation.dirs = dirs.collect();
    invocation.max_resources = start.resources;
    let started = run(&invocation).map_err(Into::into);
    let outcome = started.unwrap_or_else(|error| panic!("the program could not be started: {error:#}"));
    Observed {
        exit: outcome.exit,
        stdout: String::from_utf8_lossy(&outcome.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&outcome.stderr).into_owned(),
        files: fixture::snapshot(fixture.path()).expect("the fixture can be read afterwards"),
        trap_chain: outcome.trap_chain,
    }
}
