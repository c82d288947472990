//! A witness of preview1: runs a module under wasi-common, an implementation that shares no code with the tool's host.
//!
//! Usage: `wasi-adapt-witness REQUEST OUTCOME`. REQUEST is a JSON file that describes how to start the program; the
//! outcome is written to OUTCOME, as JSON. The program uses the standard streams of this process.
//! `tests/src/witness.rs` is the other side; `node.mjs` beside this folder has the same interface.
//!
//! `wasi-adapt-witness --timed MODULE DIRECTORY` measures (`timed.rs`).

mod timed;

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::{env, fs};
use wasi_common::sync::{Dir, WasiCtxBuilder, ambient_authority};
use wasi_common::{I32Exit, WasiCtx};
use wasmtime::{Config, Engine, Linker, Module, OptLevel, Store};

#[derive(Deserialize)]
struct Request {
    module: PathBuf,
    args: Vec<String>,
    env: Vec<(String, String)>,
    /// The host directory, and its name in the program.
    dirs: Vec<(PathBuf, String)>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
enum Outcome {
    Code(i32),
    Trap(String),
}

fn main() -> Result<()> {
    let args: Vec<_> = env::args_os().skip(1).map(PathBuf::from).collect();
    let (request, outcome) = match &args[..] {
        [option, module, files] if option.as_os_str() == "--timed" => return timed::run(module, files),
        [request, outcome] => (request, outcome),
        _ => bail!("usage: wasi-adapt-witness REQUEST OUTCOME"),
    };
    let request: Request = serde_json::from_slice(&fs::read(request)?)?;
    fs::write(outcome, serde_json::to_vec(&run(&request)?)?)?;
    Ok(())
}

fn run(request: &Request) -> Result<Outcome> {
    // The module runs only once, so fast compilation matters.
    let engine = engine_error(Engine::new(Config::new().cranelift_opt_level(OptLevel::None)))?;
    let module = engine_error(Module::from_file(&engine, &request.module))?;
    let mut linker = Linker::new(&engine);
    engine_error(wasi_common::sync::add_to_linker(&mut linker, |wasi: &mut WasiCtx| wasi))?;
    let mut store = Store::new(&engine, context(request)?);
    Ok(match call(&linker, &module, &mut store) {
        Ok(()) => Outcome::Code(0),
        Err(error) => match error.downcast_ref::<I32Exit>() {
            Some(exit) => Outcome::Code(exit.0),
            None => Outcome::Trap(error.root_cause().to_string()),
        },
    })
}

fn call(linker: &Linker<WasiCtx>, module: &Module, mut store: &mut Store<WasiCtx>) -> wasmtime::Result<()> {
    let instance = linker.instantiate(&mut store, module)?;
    for entry in ["_initialize", "_start"] {
        if instance.get_func(&mut store, entry).is_some() {
            instance.get_typed_func::<(), ()>(&mut store, entry)?.call(&mut store, ())?;
        }
    }
    Ok(())
}

fn context(request: &Request) -> Result<WasiCtx> {
    let mut wasi = WasiCtxBuilder::new();
    wasi.args(&request.args)?.envs(&request.env)?.inherit_stdio();
    for (host, guest) in &request.dirs {
        let dir = Dir::open_ambient_dir(host, ambient_authority()).with_context(|| host.display().to_string())?;
        wasi.preopened_dir(dir, guest)?;
    }
    Ok(wasi.build())
}

/// Converts the engine's error type, and keeps its chain of causes.
fn engine_error<T>(result: wasmtime::Result<T>) -> Result<T> {
    result.map_err(|error| anyhow::Error::from_boxed(error.into_boxed_dyn_error()))
}
