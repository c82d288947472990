//! An invocation in the terms of `wasmtime-wasi`, whose preview1 and WASI 0.2 hosts have one context.

use crate::error::source_of;
use crate::outcome::{Exit, Outcome, Returned};
use crate::stdio::Captured;
use crate::{Error, Invocation, Result};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use wasmtime_wasi::cli::{InputFile, OutputFile};
use wasmtime_wasi::{FsPerms, WasiCtxBuilder};

/// The parts of a run beside the program's store.
pub struct Context {
    pub wasi: WasiCtxBuilder,
    pub watch: Watch,
}

/// State that is read when the program has ended.
pub struct Watch {
    captured: Option<Captured>,
    network_refused: Arc<AtomicBool>,
}

/// The calls that were made, and their results.
#[derive(Default)]
pub struct Calls {
    pub called: bool,
    pub results: Vec<Returned>,
    /// Those of preview1.
    pub trace: Vec<String>,
}

impl Context {
    pub fn of(invocation: &Invocation) -> Result<Context> {
        let captured = Captured::new(invocation)?;
        let mut wasi = WasiCtxBuilder::new();
        wasi.allow_blocking_current_thread(true); // Nothing else runs on this thread; a hand-over per call would cost.
        wasi.args(&invocation.args).envs(&invocation.env);
        match &captured {
            None => {
                wasi.inherit_stdio();
            }
            Some(captured) => {
                let [stdin, stdout, stderr] = captured.handles()?;
                wasi.stdin(InputFile::new(stdin)).stdout(OutputFile::new(stdout)).stderr(OutputFile::new(stderr));
            }
        }
        preopen(&mut wasi, invocation)?;
        let network_refused: Arc<AtomicBool> = Arc::default();
        // A socket without an address reaches nobody, and refusing addresses shows that the program needs the network.
        wasi.allow_tcp(true).allow_udp(true);
        if invocation.inherit_network {
            wasi.inherit_network();
        } else {
            let refused = Arc::clone(&network_refused);
            wasi.socket_addr_check(move |_, _| {
                refused.store(true, Ordering::Relaxed);
                Box::pin(async { false })
            });
        }
        wasi.allow_ip_name_lookup(invocation.allow_ip_name_lookup);
        Ok(Context { wasi, watch: Watch { captured, network_refused } })
    }
}

/// Opens the directories of an invocation.
pub fn preopen(wasi: &mut WasiCtxBuilder, invocation: &Invocation) -> Result<()> {
    for mapping in &invocation.dirs {
        let permissions = if mapping.read_only { FsPerms::ReadOnly } else { FsPerms::ReadWrite };
        wasi.preopened_dir(&mapping.host, &mapping.guest, permissions)
            .map_err(|error| Error::Preopen { path: mapping.host.clone(), source: source_of(error) })?;
    }
    Ok(())
}

impl Watch {
    /// The outcome of a program that is over, whose store is gone: a stream in it may hold output.
    pub fn outcome(self, ended: wasmtime::Result<i32>, calls: Calls) -> Result<Outcome> {
        let (exit, trap_chain) = Exit::of(ended);
        let (stdout, stderr) = self.captured.map(Captured::output).transpose()?.unwrap_or_default();
        let Calls { called, results, trace } = calls;
        let network_refused = self.network_refused.load(Ordering::Relaxed);
        Ok(Outcome { exit, called, results, stdout, stderr, trap_chain, network_refused, trace })
    }
}
