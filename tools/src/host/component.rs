//! The WASI 0.2 host: `wasmtime-wasi`.

use super::stdio::Captured;
use super::{Invocation, Outcome, ending, into_anyhow};
use anyhow::{Context, Result};
use wasmtime::component::{Component, InstancePre, Linker, ResourceTable};
use wasmtime::{Engine, Store};
use wasmtime_wasi::cli::{InputFile, OutputFile};
use wasmtime_wasi::p2::bindings::sync::CommandPre;
use wasmtime_wasi::{DirPerms, FilePerms, WasiCtx, WasiCtxBuilder, WasiCtxView, WasiView};

struct State {
    wasi: WasiCtx,
    table: ResourceTable,
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

pub fn run(engine: &Engine, wasm: &[u8], invocation: &Invocation) -> Result<Outcome> {
    let component = Component::new(engine, wasm).map_err(into_anyhow).context("compiling the component")?;
    let mut linker = Linker::new(engine);
    wasmtime_wasi::p2::add_to_linker_sync(&mut linker).map_err(into_anyhow)?;
    let pre = linker
        .instantiate_pre(&component)
        .map_err(into_anyhow)
        .context("linking the component to the WASI 0.2 host")?;

    let captured = Captured::new(invocation)?;
    let mut table = ResourceTable::new();
    if let Some(max) = invocation.max_resources {
        table.set_max_capacity(max);
    }
    let state = State { wasi: context(invocation, captured.as_ref())?, table };
    let mut store = Store::new(engine, state);
    let (exit, trap_chain) = ending(call(pre, &mut store));
    drop(store); // A stream may still hold output.
    let (stdout, stderr) = captured.map(Captured::output).transpose()?.unwrap_or_default();
    Ok(Outcome { exit, stdout, stderr, trap_chain })
}

/// `wasi:cli/run`'s own error says nothing more than "failed", which hosts turn into exit status 1.
fn call(pre: InstancePre<State>, store: &mut Store<State>) -> wasmtime::Result<i32> {
    let Ok(command) = CommandPre::new(pre.clone()) else {
        pre.instantiate(store)?;
        return Ok(0);
    };
    let command = command.instantiate(&mut *store)?;
    let ended = command.wasi_cli_run().call_run(store)?;
    Ok(if ended.is_ok() { 0 } else { 1 })
}

fn context(invocation: &Invocation, captured: Option<&Captured>) -> Result<WasiCtx> {
    let mut wasi = WasiCtxBuilder::new();
    wasi.allow_blocking_current_thread(true); // Nothing else runs on this thread; a hand-over per call would cost.
    wasi.args(&invocation.args).envs(&invocation.env);
    match captured {
        None => {
            wasi.inherit_stdio();
        }
        Some(captured) => {
            let [stdin, stdout, stderr] = captured.handles()?;
            wasi.stdin(InputFile::new(stdin)).stdout(OutputFile::new(stdout)).stderr(OutputFile::new(stderr));
        }
    }
    for mapping in &invocation.dirs {
        wasi.preopened_dir(&mapping.host, &mapping.guest, DirPerms::all(), FilePerms::all())
            .map_err(into_anyhow)
            .with_context(|| format!("opening the directory `{}`", mapping.host.display()))?;
    }
    if invocation.network.inherit {
        wasi.inherit_network();
    }
    wasi.allow_ip_name_lookup(invocation.network.name_lookup);
    Ok(wasi.build())
}
