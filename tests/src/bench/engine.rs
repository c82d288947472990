//! The hosts, in one engine with one configuration. What is run was compiled before.

use anyhow::{Context, Result, bail};
use std::fs::File;
use std::path::PathBuf;
use wasmtime::Store;
use wasmtime::component::{Component, Linker, ResourceTable};
use wasmtime_wasi::cli::OutputFile;
use wasmtime_wasi::p2::bindings::sync::CommandPre;
use wasmtime_wasi::p2::pipe::MemoryOutputPipe;
use wasmtime_wasi::{DirPerms, FilePerms, WasiCtx, WasiCtxBuilder, WasiCtxView, WasiView};

/// How much a program may write to stderr.
const STDERR: usize = 1 << 16;

/// How a program is started. It reads nothing, its stdout is lost, and its stderr is what it has to say.
#[derive(Clone, Default)]
pub struct Start {
    pub args: Vec<String>,
    pub env: Vec<(String, String)>,
    /// A directory that it has as `/`.
    pub dir: Option<PathBuf>,
    pub network: bool,
}

pub struct Engine(wasmtime::Engine);

/// What a component's host keeps.
pub struct State {
    wasi: WasiCtx,
    table: ResourceTable,
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

/// A program that is compiled and linked to its host.
pub struct Prepared(CommandPre<State>);

impl Engine {
    pub fn new() -> Result<Self> {
        Ok(Self(anyhow(wasmtime::Engine::new(&wasmtime::Config::new()))?))
    }

    pub fn component(&self, bytes: &[u8]) -> Result<Prepared> {
        let mut linker = Linker::new(&self.0);
        anyhow(wasmtime_wasi::p2::add_to_linker_sync(&mut linker))?;
        let component = anyhow(Component::new(&self.0, bytes))?;
        Ok(Prepared(anyhow(linker.instantiate_pre(&component).and_then(CommandPre::new))?))
    }
}

impl Prepared {
    /// Runs the program from instantiation to its end, and gives what it wrote to stderr.
    pub fn run(&self, start: &Start) -> Result<String> {
        let stderr = MemoryOutputPipe::new(STDERR);
        let state = State { wasi: start.context(&stderr)?.build(), table: ResourceTable::new() };
        let mut store = Store::new(self.0.engine(), state);
        let ended = self.0.instantiate(&mut store).and_then(|it| it.wasi_cli_run().call_run(&mut store));
        drop(store);
        let stderr = String::from_utf8_lossy(&stderr.contents()).into_owned();
        match anyhow(ended) {
            Ok(Ok(())) => Ok(stderr),
            Ok(Err(())) => bail!("the program has failed: {stderr}"),
            Err(error) => Err(error.context(stderr)),
        }
    }
}

impl Start {
    fn context(&self, stderr: &MemoryOutputPipe) -> Result<WasiCtxBuilder> {
        let mut wasi = WasiCtxBuilder::new();
        wasi.allow_blocking_current_thread(true); // Nothing else runs on this thread; a hand-over per call would cost.
        wasi.args(&self.args).envs(&self.env).stderr(stderr.clone());
        wasi.stdout(OutputFile::new(File::create("/dev/null").context("opening /dev/null")?));
        if let Some(dir) = &self.dir {
            anyhow(wasi.preopened_dir(dir, "/", DirPerms::all(), FilePerms::all()))?;
        }
        if self.network {
            wasi.inherit_network();
        }
        Ok(wasi)
    }
}

/// The engine's error type is its own; this keeps its chain of causes.
fn anyhow<T>(result: wasmtime::Result<T>) -> Result<T> {
    result.map_err(|error| anyhow::Error::from_boxed(error.into_boxed_dyn_error()))
}
