//! Runs a module repeatedly, for `tests/src/bench/wasi_common.rs`.

#[path = "../../../src/bench/clock.rs"]
mod clock;

use anyhow::{Context, Result};
use serde::Deserialize;
use std::io::{self, BufRead, Write};
use std::path::Path;
use wasi_common::sync::file::File;
use wasi_common::sync::{Dir, WasiCtxBuilder, ambient_authority};
use wasi_common::{I32Exit, WasiCtx};
use wasmtime::{Config, Engine, InstancePre, Linker, Module, Store};

use crate::engine_error;

#[derive(Deserialize)]
struct Run {
    args: Vec<String>,
    env: Vec<(String, String)>,
}

/// Compiles the module, then reads how to start it from lines of JSON on stdin, and writes for each the nanoseconds of
/// processor time that it took, from instantiation to its end. It sees `files` as `/`, and its stdout is discarded.
pub fn run(module: &Path, files: &Path) -> Result<()> {
    let engine = engine_error(Engine::new(&Config::new()))?;
    let mut linker = Linker::new(&engine);
    engine_error(wasi_common::sync::add_to_linker(&mut linker, |wasi: &mut WasiCtx| wasi))?;
    let module = engine_error(Module::from_file(&engine, module))?;
    let program = engine_error(linker.instantiate_pre(&module))?;
    for line in io::stdin().lock().lines() {
        let began = clock::now();
        once(&program, &serde_json::from_str(&line?)?, files)?;
        let mut stdout = io::stdout().lock();
        writeln!(stdout, "{}", (clock::now() - began).as_nanos())?;
        stdout.flush()?;
    }
    Ok(())
}

fn once(program: &InstancePre<WasiCtx>, run: &Run, files: &Path) -> Result<()> {
    let mut wasi = WasiCtxBuilder::new();
    let null = directory(Path::new("/dev"))?.create("null").context("/dev/null")?;
    wasi.args(&run.args)?.envs(&run.env)?.stdout(Box::new(File::from_cap_std(null))).inherit_stderr();
    wasi.preopened_dir(directory(files)?, "/")?;
    let mut store = Store::new(program.module().engine(), wasi.build());
    let instance = engine_error(program.instantiate(&mut store))?;
    let start = engine_error(instance.get_typed_func::<(), ()>(&mut store, "_start"))?;
    match start.call(&mut store, ()) {
        Err(error) if error.downcast_ref::<I32Exit>().is_none_or(|exit| exit.0 != 0) => engine_error(Err(error)),
        _ => Ok(()),
    }
}

fn directory(path: &Path) -> Result<Dir> {
    Dir::open_ambient_dir(path, ambient_authority()).with_context(|| path.display().to_string())
}
