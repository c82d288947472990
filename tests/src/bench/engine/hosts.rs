//! How each host is set up, as alike as they can be.

use super::{Start, anyhow};
use anyhow::{Context, Result};
use std::fs::File;
use std::path::Path;
use wasi_common::pipe::WritePipe;
use wasi_common::sync::{Dir, ambient_authority};
use wasmtime::component::ResourceTable;
use wasmtime_wasi::cli::OutputFile;
use wasmtime_wasi::p1::WasiP1Ctx;
use wasmtime_wasi::p2::pipe::MemoryOutputPipe;
use wasmtime_wasi::{DirPerms, FilePerms, WasiCtx, WasiCtxBuilder, WasiCtxView, WasiView};

/// How much a program may write to stderr.
const STDERR: usize = 1 << 16;

/// Where stdout goes.
const NOWHERE: &str = "/dev/null";

pub trait Host {
    /// What a store keeps for it.
    type Context: 'static;
    type Stderr;
    fn context(start: &Start) -> Result<(Self::Context, Self::Stderr)>;
    fn text(stderr: &Self::Stderr) -> String;
}

pub struct Preview1;
pub struct Common;

/// WASI 0.2; it is what its stores keep, too.
pub struct Components {
    wasi: WasiCtx,
    table: ResourceTable,
}

impl WasiView for Components {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

/// wasmtime-wasi has one context for both.
fn builder(start: &Start, stderr: &MemoryOutputPipe) -> Result<WasiCtxBuilder> {
    let mut wasi = WasiCtxBuilder::new();
    wasi.allow_blocking_current_thread(true); // Nothing else runs on this thread; a hand-over per call would cost.
    wasi.args(&start.args).envs(&start.env).stderr(stderr.clone());
    wasi.stdout(OutputFile::new(File::create(NOWHERE).context(NOWHERE)?));
    if let Some(dir) = &start.dir {
        anyhow(wasi.preopened_dir(dir, "/", DirPerms::all(), FilePerms::all()))?;
    }
    if start.network {
        wasi.inherit_network();
    }
    Ok(wasi)
}

fn text(stderr: &MemoryOutputPipe) -> String {
    String::from_utf8_lossy(&stderr.contents()).into_owned()
}

impl Host for Components {
    type Context = Self;
    type Stderr = MemoryOutputPipe;

    fn context(start: &Start) -> Result<(Self, Self::Stderr)> {
        let stderr = MemoryOutputPipe::new(STDERR);
        let wasi = builder(start, &stderr)?.build();
        Ok((Self { wasi, table: ResourceTable::new() }, stderr))
    }

    fn text(stderr: &Self::Stderr) -> String {
        text(stderr)
    }
}

impl Host for Preview1 {
    type Context = WasiP1Ctx;
    type Stderr = MemoryOutputPipe;

    fn context(start: &Start) -> Result<(Self::Context, Self::Stderr)> {
        let stderr = MemoryOutputPipe::new(STDERR);
        Ok((builder(start, &stderr)?.build_p1(), stderr))
    }

    fn text(stderr: &Self::Stderr) -> String {
        text(stderr)
    }
}

impl Host for Common {
    type Context = wasi_common::WasiCtx;
    type Stderr = std::sync::Arc<std::sync::RwLock<Vec<u8>>>;

    fn context(start: &Start) -> Result<(Self::Context, Self::Stderr)> {
        let mut wasi = wasi_common::sync::WasiCtxBuilder::new();
        let stderr = Self::Stderr::default();
        wasi.args(&start.args)?.envs(&start.env)?.stderr(Box::new(WritePipe::from_shared(stderr.clone())));
        let open = |path: &Path| Dir::open_ambient_dir(path, ambient_authority());
        let nowhere = open("/dev".as_ref()).and_then(|dev| dev.create("null")).context(NOWHERE)?;
        wasi.stdout(Box::new(wasi_common::sync::file::File::from_cap_std(nowhere)));
        if let Some(dir) = &start.dir {
            wasi.preopened_dir(open(dir)?, "/")?;
        }
        Ok((wasi.build(), stderr))
    }

    fn text(stderr: &Self::Stderr) -> String {
        stderr.read().map(|text| String::from_utf8_lossy(&text).into_owned()).unwrap_or_default()
    }
}
