//! Sets up the hosts, as similarly as possible.

use super::{Launch, anyhow};
use anyhow::{Context, Result};
use std::fs::File;
use wasmtime::component::ResourceTable;
use wasmtime_wasi::cli::OutputFile;
use wasmtime_wasi::p1::WasiP1Ctx;
use wasmtime_wasi::p2::pipe::MemoryOutputPipe;
use wasmtime_wasi::{FsPerms, WasiCtx, WasiCtxBuilder, WasiCtxView, WasiView};

/// The maximum size of a program's stderr.
const STDERR: usize = 1 << 16;

/// The file that stdout is written to.
const NOWHERE: &str = "/dev/null";

pub trait HostSetup {
    /// The host's state in a store.
    type Context: 'static;
    type Stderr;
    fn context(start: &Launch) -> Result<(Self::Context, Self::Stderr)>;
    fn text(stderr: &Self::Stderr) -> String;
}

pub struct Preview1;

/// The host for WASI 0.2, and its state in a store.
pub struct Components {
    wasi: WasiCtx,
    table: ResourceTable,
}

impl WasiView for Components {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

/// Builds the context, of the same type for both hosts.
fn builder(start: &Launch, stderr: &MemoryOutputPipe) -> Result<WasiCtxBuilder> {
    let mut wasi = WasiCtxBuilder::new();
    wasi.allow_blocking_current_thread(true); // Nothing else runs on this thread; a hand-over per call would cost.
    wasi.args(&start.args).envs(&start.env).stderr(stderr.clone());
    wasi.stdout(OutputFile::new(File::create(NOWHERE).context(NOWHERE)?));
    if let Some(dir) = &start.dir {
        anyhow(wasi.preopened_dir(dir, "/", FsPerms::ReadWrite))?;
    }
    if start.network {
        wasi.inherit_network().allow_tcp(true).allow_udp(true);
    }
    Ok(wasi)
}

fn text(stderr: &MemoryOutputPipe) -> String {
    String::from_utf8_lossy(&stderr.contents()).into_owned()
}

impl HostSetup for Components {
    type Context = Self;
    type Stderr = MemoryOutputPipe;

    fn context(start: &Launch) -> Result<(Self, Self::Stderr)> {
        let stderr = MemoryOutputPipe::new(STDERR);
        let wasi = builder(start, &stderr)?.build();
        Ok((Self { wasi, table: ResourceTable::new() }, stderr))
    }

    fn text(stderr: &Self::Stderr) -> String {
        text(stderr)
    }
}

impl HostSetup for Preview1 {
    type Context = WasiP1Ctx;
    type Stderr = MemoryOutputPipe;

    fn context(start: &Launch) -> Result<(Self::Context, Self::Stderr)> {
        let stderr = MemoryOutputPipe::new(STDERR);
        Ok((builder(start, &stderr)?.build_p1(), stderr))
    }

    fn text(stderr: &Self::Stderr) -> String {
        text(stderr)
    }
}
