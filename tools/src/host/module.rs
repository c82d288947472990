//! The preview1 host: `wasi-common`.

use super::stdio::{Captured, Input, Output};
use super::{Invocation, Outcome, ending, into_anyhow};
use crate::link::with_exported_memory;
use anyhow::{Context, Result};
use wasi_common::WasiCtx;
use wasi_common::sync::{Dir, WasiCtxBuilder, ambient_authority};
use wasmtime::{Engine, InstancePre, Linker, Module, Store};

pub fn run(engine: &Engine, wasm: &[u8], invocation: &Invocation) -> Result<Outcome> {
    // This host asks for an exported memory even in calls that pass no pointer; others do not.
    let wasm = with_exported_memory(wasm, 0)?;
    let module = Module::new(engine, &wasm).map_err(into_anyhow).context("compiling the module")?;
    let mut linker = Linker::new(engine);
    wasi_common::sync::add_to_linker(&mut linker, |wasi: &mut WasiCtx| wasi).map_err(into_anyhow)?;
    let pre =
        linker.instantiate_pre(&module).map_err(into_anyhow).context("linking the module to the preview1 host")?;

    let captured = Captured::new(invocation)?;
    let mut store = Store::new(engine, context(invocation, captured.as_ref())?);
    let (exit, trap_chain) = ending(call(&pre, &mut store));
    let (stdout, stderr) = captured.map(Captured::output).transpose()?.unwrap_or_default();
    Ok(Outcome { exit, stdout, stderr, trap_chain })
}

/// A module may have either entry point, both, or none: a library is only initialised.
fn call(pre: &InstancePre<WasiCtx>, mut store: &mut Store<WasiCtx>) -> wasmtime::Result<i32> {
    let instance = pre.instantiate(&mut store)?;
    for entry in ["_initialize", "_start"] {
        if instance.get_func(&mut store, entry).is_some() {
            instance.get_typed_func::<(), ()>(&mut store, entry)?.call(&mut store, ())?;
        }
    }
    Ok(0)
}

fn context(invocation: &Invocation, captured: Option<&Captured>) -> Result<WasiCtx> {
    let mut wasi = WasiCtxBuilder::new();
    wasi.args(&invocation.args).context("passing the arguments")?;
    wasi.envs(&invocation.env).context("passing the environment")?;
    match captured {
        None => {
            wasi.inherit_stdio();
        }
        Some(captured) => {
            let [stdin, stdout, stderr] = captured.handles()?;
            wasi.stdin(Box::new(Input(stdin)));
            wasi.stdout(Box::new(Output(stdout))).stderr(Box::new(Output(stderr)));
        }
    }
    for mapping in &invocation.dirs {
        let dir = Dir::open_ambient_dir(&mapping.host, ambient_authority())
            .with_context(|| format!("opening the directory `{}`", mapping.host.display()))?;
        wasi.preopened_dir(dir, &mapping.guest)?;
    }
    Ok(wasi.build())
}
