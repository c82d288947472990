//! Sockets that are open from the start, by a layer that has data of its own.

use anyhow::{Context, Result};
use wasi_adapt::{Connection, Linker, Listener};

use super::instance::Contents;
use super::program::{self, ProgramOptions};

/// The size of the layer's stack, at the start of the memory. Data and heap follow.
const STACK: usize = 64 << 10;

/// The variables by which programs learn of these sockets.
const VARIABLES: &str = "LISTEN_FDS=3\0LISTEN_FDNAMES=web:unknown:unknown\0";

/// Adds sockets, and says what lies below the program then: the layer, of which only the stack means nothing at first, and
/// above it the adapter.
pub fn open(linker: Linker, program: ProgramOptions, adapter_pages: u32, value: u8) -> Result<(Linker, Contents)> {
    let listeners: [Listener; 2] = ["tcp:127.0.0.1:80=web".parse()?, "udp:[::1]:53".parse()?];
    let connections: [Connection; 1] = ["tcp:example.com:80".parse()?];
    let linker = linker.listen(listeners).connect(connections);
    let report = linker.inspect(program::text(program).as_bytes())?;
    let layer = report.layers.iter().find(|layer| layer.name == "sockets").context("a layer of sockets")?;
    let [adapter, end] = [layer.pages, layer.pages + adapter_pages].map(|page| (page as usize) << 16);
    let variables = (VARIABLES.matches('\0').count() as u32, VARIABLES.len() as u32);
    Ok((linker, Contents { value, free: Some([0..STACK, adapter..end]), stack: STACK, variables }))
}
