//! Runs a module on the other preview1 host, wasi-common, which has an engine of its own and so is a program of its own.

use super::engine::Launch;
use crate::built;
use anyhow::{Context, Result, bail};
use serde::Serialize;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use tempfile::TempDir;

/// The module, compiled, in a process that runs it when told.
pub struct WasiCommon {
    pipes: Mutex<(ChildStdin, BufReader<ChildStdout>)>,
    child: Child,
    _module: TempDir,
}

#[derive(Serialize)]
struct Run<'a> {
    args: &'a [String],
    env: &'a [(String, String)],
}

impl WasiCommon {
    /// Compiles a module, which will see the directory as `/`.
    pub fn new(module: &[u8], files: &Path) -> Result<Self> {
        let place = tempfile::tempdir()?;
        let path = place.path().join("module.wasm");
        fs::write(&path, module)?;
        let mut witness = Command::new(built::binary("wasi-adapt-witness"));
        witness.arg("--timed").arg(path).arg(files).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = witness.spawn().context("starting wasi-adapt-witness")?;
        let pipes = child.stdin.take().zip(child.stdout.take()).context("its streams are piped")?;
        Ok(Self { pipes: Mutex::new((pipes.0, BufReader::new(pipes.1))), child, _module: place })
    }

    /// Runs the program, and returns the nanoseconds of processor time that it takes.
    pub fn time(&self, start: &Launch) -> Result<f64> {
        let mut pipes = self.pipes.lock().unwrap_or_else(PoisonError::into_inner);
        let (stdin, stdout) = &mut *pipes;
        let mut run = serde_json::to_vec(&Run { args: &start.args, env: &start.env })?;
        run.push(b'\n');
        stdin.write_all(&run)?;
        let mut time = String::new();
        if stdout.read_line(&mut time)? == 0 {
            bail!("wasi-adapt-witness has ended; its message is above");
        }
        time.trim().parse().context("a time")
    }
}

impl Drop for WasiCommon {
    fn drop(&mut self) {
        // It may have ended already.
        _ = self.child.kill();
        _ = self.child.wait();
    }
}
