//! Sockets that are open when a program starts, by the libc-shim as a layer.

use crate::layer::Layer;
use std::fmt::{self, Write};
use std::net::SocketAddr;
use std::str::FromStr;

/// The libc-shim as a layer, as the build script built it.
const SHIM: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/sockets.wasm"));

/// The number of pages that it can have: for what is read ahead of a thousand connections.
const PAGES: u32 = 1024;

/// A socket that is open when the program starts: a listener of TCP, or a bound socket of UDP.
///
/// ```
/// use wasi_adapt::Listener;
///
/// let listener: Listener = "tcp:127.0.0.1:8080=web".parse()?;
/// assert_eq!(listener.to_string(), "tcp:127.0.0.1:8080=web");
/// assert!("8080".parse::<Listener>().is_err());
/// # Ok::<(), wasi_adapt::NoListener>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listener(String);

impl fmt::Display for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The error for a text that is not a [`Listener`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoListener;

impl fmt::Display for NoListener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it is `tcp:ADDRESS:PORT` or `udp:ADDRESS:PORT`, such as `tcp:127.0.0.1:8080`, and may have `=NAME` behind it")
    }
}

impl std::error::Error for NoListener {}

impl FromStr for Listener {
    type Err = NoListener;

    fn from_str(text: &str) -> Result<Listener, NoListener> {
        let (socket, name) = text.split_once('=').unwrap_or((text, ""));
        let address = ["tcp:", "udp:"].iter().find_map(|protocol| socket.strip_prefix(protocol)).ok_or(NoListener)?;
        let is_address = match address.strip_prefix("localhost:") {
            Some(port) => port.parse::<u16>().is_ok(),
            None => address.parse::<SocketAddr>().is_ok(),
        };
        if is_address && !name.contains([',', '=']) { Ok(Listener(text.into())) } else { Err(NoListener) }
    }
}

impl Listener {
    /// The environment variable that names the listeners of a program, with commas between them. It takes the place of those
    /// that were given at linking.
    pub const VARIABLE: &str = "WASI_LISTEN";

    /// Returns the value of [`Self::VARIABLE`] for these listeners.
    pub fn value(listeners: &[Listener]) -> String {
        let texts: Vec<_> = listeners.iter().map(|listener| &*listener.0).collect();
        texts.join(",")
    }
}

/// Returns the layers: the libc-shim, and what tells it of the listeners.
pub(crate) fn layers(listeners: &[Listener]) -> [Layer; 2] {
    let text = Listener::value(listeners);
    let mut data = String::new();
    for byte in text.bytes() {
        let _ = write!(data, "\\{byte:02x}"); // A string takes it.
    }
    let (len, pages) = (text.len(), text.len().div_ceil(1 << 16));
    let list = format!(
        r#"(module
          (import "wasi_adapt:guest" "write" (func $write (param i32 i32 i32) (result i32)))
          (memory {pages})
          (data (i32.const 0) "{data}")
          (func (export "listeners") (param $to i32) (param $room i32) (result i32)
            (if (i32.ge_u (local.get $room) (i32.const {len}))
              (then (drop (call $write (local.get $to) (i32.const 0) (i32.const {len})))))
            (i32.const {len})))"#
    );
    [
        Layer::new("sockets", SHIM).pages(PAGES),
        Layer::new("listeners", list).serve("wasi_adapt:listen").pages(pages as u32),
    ]
}
