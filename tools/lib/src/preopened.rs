//! Sockets that are open when a program starts, by the libc-shim as a layer.

use crate::layer::{DIALECT, EXIT, Layer, NEXT};
use crate::names::quoted;
use crate::pack;
use crate::preview1::Snapshot;
use crate::program::ProgramImport;
use anyhow::Result;
use std::collections::BTreeSet;
use std::fmt;
use std::iter;
use std::net::SocketAddr;
use std::str::FromStr;
use wasmparser::{Parser, Payload};

/// The module from which the libc-shim imports the lists of sockets.
const LISTS: &str = "wasi_adapt:sockets";

/// The libc-shim as a layer, as the build script built it.
const SHIM: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/sockets.wasm"));

/// Functions that tell a program of sockets that are open from the start.
const TELLING: [&str; 3] = ["environ_get", "environ_sizes_get", "fd_prestat_get"];

/// The libc-shim's functions of preview1 begin with this, as wasi-libc names its imports.
const PREFIX: &str = "__imported_wasi_snapshot_preview1_";

/// A socket that is open when the program starts: a listener of TCP, or a bound socket of UDP.
///
/// ```
/// use wasi_adapt::Listener;
///
/// let listener: Listener = "tcp:127.0.0.1:8080=web".parse()?;
/// assert_eq!(listener.to_string(), "tcp:127.0.0.1:8080=web");
/// assert!("8080".parse::<Listener>().is_err());
/// # Ok::<(), wasi_adapt::NoSocket>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listener(String);

/// A socket that is connected when the program starts, of TCP or UDP, to an address or a host by its name.
///
/// ```
/// use wasi_adapt::Connection;
///
/// let connection: Connection = "tcp:example.com:80".parse()?;
/// assert!("tcp:example.com".parse::<Connection>().is_err(), "it has no port");
/// # Ok::<(), wasi_adapt::NoSocket>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection(String);

impl Listener {
    /// The environment variable that names the listeners of a program, with commas between them. It takes the place of those
    /// that were given at linking.
    pub const VARIABLE: &str = "WASI_LISTEN";

    /// Returns the value of [`Self::VARIABLE`] for these listeners.
    pub fn value(listeners: &[Listener]) -> String {
        joined(listeners)
    }
}

impl Connection {
    /// The environment variable that names the connections of a program, with commas between them. It takes the place of those
    /// that were given at linking.
    pub const VARIABLE: &str = "WASI_CONNECT";

    /// Returns the value of [`Self::VARIABLE`] for these connections.
    pub fn value(connections: &[Connection]) -> String {
        joined(connections)
    }
}

fn joined(sockets: &[impl ToString]) -> String {
    let texts: Vec<_> = sockets.iter().map(ToString::to_string).collect();
    texts.join(",")
}

impl fmt::Display for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The error for a text that is no [`Listener`], or no [`Connection`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoSocket {
    /// It begins with no protocol.
    Protocol,
    /// An address and a port are missing behind the protocol.
    Address(String),
    /// A host and a port are missing behind the protocol.
    Host(String),
    /// The name is empty, or has other characters than visible ones of ASCII, or one that separates.
    Name(String),
}

impl fmt::Display for NoSocket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NoSocket::Protocol => f.write_str("it has to begin with `tcp:` or `udp:`"),
            NoSocket::Address(text) => write!(
                f,
                "{} is not an address with a port, such as `127.0.0.1:8080`, `[::1]:8080` or `localhost:8080`",
                quoted(text)
            ),
            NoSocket::Host(text) => {
                write!(f, "{} is not a host with a port, such as `example.com:80` or `[::1]:80`", quoted(text))
            }
            NoSocket::Name(text) => write!(
                f,
                "{} cannot be a name: that has visible ASCII characters, without comma, colon and equals sign",
                quoted(text)
            ),
        }
    }
}

impl std::error::Error for NoSocket {}

impl FromStr for Listener {
    type Err = NoSocket;

    fn from_str(text: &str) -> Result<Listener, NoSocket> {
        let place = place(text)?;
        let is_address = match place.strip_prefix("localhost:") {
            Some(port) => is_port(port),
            None => place.parse::<SocketAddr>().is_ok(),
        };
        if is_address { Ok(Listener(text.into())) } else { Err(NoSocket::Address(place.into())) }
    }
}

impl FromStr for Connection {
    type Err = NoSocket;

    fn from_str(text: &str) -> Result<Connection, NoSocket> {
        let place = place(text)?;
        let is_host = |host: &str| {
            !host.is_empty() && host.chars().all(|c| c.is_ascii_graphic() && !matches!(c, ',' | ':' | '[' | ']'))
        };
        let is_place = place.parse::<SocketAddr>().is_ok()
            || place.rsplit_once(':').is_some_and(|(host, port)| is_host(host) && is_port(port));
        if is_place { Ok(Connection(text.into())) } else { Err(NoSocket::Host(place.into())) }
    }
}

/// Returns the part of a text between protocol and name.
fn place(text: &str) -> Result<&str, NoSocket> {
    let (socket, name) = text.split_once('=').map_or((text, None), |(socket, name)| (socket, Some(name)));
    let place = ["tcp:", "udp:"].iter().find_map(|protocol| socket.strip_prefix(protocol));
    let is_name =
        |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_graphic() && !matches!(c, ',' | ':' | '='));
    if let Some(name) = name.filter(|name| !is_name(name)) {
        return Err(NoSocket::Name(name.into()));
    }
    place.ok_or(NoSocket::Protocol)
}

fn is_port(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<u16>().is_ok()
}

/// The sockets that a component has when it starts; of neither kind unless it was asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Preopened {
    pub listeners: Option<Vec<Listener>>,
    pub connections: Option<Vec<Connection>>,
}

impl Preopened {
    /// The names of the layers in reports.
    pub(crate) const LAYER: &str = "sockets";
    const LISTS_LAYER: &str = "lists of sockets";
    /// For what is read ahead of a thousand connections.
    const PAGES: u32 = 1024;

    /// Describes what a user may miss of a program with these imports.
    pub(crate) fn warning(&self, imports: &[ProgramImport]) -> Option<String> {
        let accepts = imports.iter().any(|import| is_preview1(import) && import.name == "sock_accept");
        let listens = self.listeners.iter().flatten().any(|listener| listener.0.starts_with("tcp:"));
        (listens && !accepts).then(|| "no connection is accepted, because it does not import `sock_accept`".into())
    }

    /// Returns the layers for a program, or layers above, with these imports: the libc-shim, and what tells it of the sockets.
    /// The program needs them also for functions of the dialects, unless an adapter is given that may have them.
    pub(crate) fn layers<'i>(
        &self,
        imports: impl Iterator<Item = &'i ProgramImport>,
        serves_dialects: bool,
    ) -> Result<Vec<Layer>> {
        let imports: Vec<_> = imports.filter(|import| is_preview1(import)).collect();
        let dialects = if serves_dialects { of_dialects(&imports) } else { BTreeSet::new() };
        let has_lists = self.listeners.is_some() || self.connections.is_some();
        if !has_lists && dialects.is_empty() {
            return Ok(Vec::new());
        }
        let imported: BTreeSet<_> = imports.iter().map(|import| &*import.name).collect();
        let settings = [
            ("listens", self.listeners.is_some().into()),
            ("connects", self.connections.is_some().into()),
            ("has_directories", pack::opens_files(imported.iter().copied()).into()),
        ];
        let shim = pack::layer(SHIM, &settings, |name| match name {
            EXIT | "cabi_realloc" => Some(name),
            "_initialize" => Some(name).filter(|_| has_lists),
            _ => match name.strip_prefix(PREFIX) {
                Some(name) => {
                    Some(name).filter(|name| imported.contains(name) && (has_lists || !TELLING.contains(name)))
                }
                None => Some(name).filter(|name| dialects.contains(*name)),
            },
        })?;
        let shim = Layer::new(Preopened::LAYER, shim).pages(Preopened::PAGES);
        Ok(iter::once(shim).chain(has_lists.then(|| self.lists().serve(LISTS))).collect())
    }

    /// Returns a layer with the lists of sockets.
    fn lists(&self) -> Layer {
        let listeners = self.listeners.as_deref().map(Listener::value).unwrap_or_default();
        let connections = self.connections.as_deref().map(Connection::value).unwrap_or_default();
        Layer::of_texts(Preopened::LISTS_LAYER, &[("listeners", &listeners), ("connections", &connections)])
    }
}

/// Returns the functions that the libc-shim exports for these imports in other dialects of preview1.
fn of_dialects(imports: &[&ProgramImport]) -> BTreeSet<String> {
    let sockets = imports.iter().filter(|import| import.name.starts_with("sock_"));
    let named = |import: &&ProgramImport| {
        let params = import.func.as_ref()?.params().len();
        Some(format!("{}{DIALECT}{params}", import.name))
    };
    let named: BTreeSet<_> = sockets.filter_map(named).collect();
    if named.is_empty() {
        return named;
    }
    let exports = Parser::new(0).parse_all(SHIM).filter_map(|payload| match payload {
        Ok(Payload::ExportSection(exports)) => Some(exports.into_iter().filter_map(Result::ok)),
        _ => None,
    });
    exports.flatten().map(|export| export.name).filter(|name| named.contains(*name)).map(Into::into).collect()
}

fn is_preview1(import: &ProgramImport) -> bool {
    Snapshot::of(&import.module) == Some(Snapshot::Preview1) || import.module == NEXT
}
