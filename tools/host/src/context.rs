//! An invocation in the terms of `wasmtime-wasi`, whose preview1 and WASI 0.2 hosts have one context.

use super::stdio::Captured;
use super::{Invocation, into_anyhow};
use anyhow::{Context, Result};
use wasmtime_wasi::cli::{InputFile, OutputFile};
use wasmtime_wasi::{FsPerms, WasiCtxBuilder};

pub fn of(invocation: &Invocation, captured: Option<&Captured>) -> Result<WasiCtxBuilder> {
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
        wasi.preopened_dir(&mapping.host, &mapping.guest, FsPerms::ReadWrite)
            .map_err(into_anyhow)
            .with_context(|| format!("opening the directory `{}`", mapping.host.display()))?;
    }
    if invocation.network.inherit {
        wasi.inherit_network().allow_tcp(true).allow_udp(true);
    }
    wasi.allow_ip_name_lookup(invocation.network.name_lookup);
    Ok(wasi)
}
