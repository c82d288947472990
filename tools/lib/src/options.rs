//! What can be chosen of a component.

use serde::Serialize;
use std::fmt;
use std::str::FromStr;

/// What the component promises to its host, and so what the adapter may ask of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum World {
    /// A program with a `_start`: the component exports [`wasi:cli/run`](https://github.com/WebAssembly/wasi-cli).
    Command,
    /// A library: all that a command may import, and no `run`.
    Reactor,
    /// For a [`wasi:http/proxy`](https://github.com/WebAssembly/wasi-http) host: no files, no environment, no exit.
    Proxy,
}

impl World {
    pub const ALL: [World; 3] = [World::Command, World::Reactor, World::Proxy];

    /// The name in the WIT, and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            World::Command => "command",
            World::Reactor => "reactor",
            World::Proxy => "proxy",
        }
    }
}

impl fmt::Display for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// How the component tells its host that the program exits with a status other than 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ExitCodes {
    /// The host is given the status itself, through `exit-with-code` of WASI 0.2.12.
    #[default]
    Exact,
    /// Any status but 0 becomes 1, for hosts that lack `exit-with-code`.
    Portable,
}

/// How module and adapter live together in the component.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Layout {
    /// Isolated for a program without WIT of its own or with WIT that passes numbers only, guest for other WIT, adapter if
    /// adapters are given.
    #[default]
    Auto,
    /// The adapter is a module of its own beside the program and lives in the program's memory.
    Adapter,
    /// Program and adapter are merged, the adapter in pages of its own below the program's memory.
    Isolated,
    /// Program and adapter are merged, the adapter in memory that the program's allocator gives.
    Guest,
}

impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Layout::Auto => "auto",
            Layout::Adapter => "adapter",
            Layout::Isolated => "isolated",
            Layout::Guest => "guest",
        })
    }
}

/// What comes out of linking.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Emit {
    /// A component.
    #[default]
    Component,
    /// The merged core module: it imports WASI 0.2 and becomes a component without an adapter.
    Module,
}

/// How many pages of 64 KiB the adapter has below the program in the layout [`Layout::Isolated`].
///
/// They are address space, which takes memory only where it is used. The default of 31 is enough for the arguments and
/// the environment that Linux can give a process; there is no getting more later, because the program could reach what
/// is above its own end. Each page beyond is good for 1,024 more open descriptors than 1,088.
///
/// ```
/// use wasi_adapt::AdapterPages;
///
/// assert_eq!(AdapterPages::default().get(), 31);
/// assert!("0".parse::<AdapterPages>().is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AdapterPages(u32);

impl AdapterPages {
    pub const MIN: AdapterPages = AdapterPages(1);
    pub const MAX: AdapterPages = AdapterPages(1024);

    /// None if it is not from [`Self::MIN`] to [`Self::MAX`].
    pub const fn new(pages: u32) -> Option<AdapterPages> {
        if pages < Self::MIN.0 || pages > Self::MAX.0 { None } else { Some(AdapterPages(pages)) }
    }

    pub const fn get(self) -> u32 {
        self.0
    }
}

impl Default for AdapterPages {
    fn default() -> Self {
        AdapterPages(31)
    }
}

impl fmt::Display for AdapterPages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for AdapterPages {
    type Err = OutOfRange;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().ok().and_then(AdapterPages::new).ok_or(OutOfRange)
    }
}

/// A number of pages that the adapter cannot have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfRange;

impl fmt::Display for OutOfRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "it is a number from {} to {}", AdapterPages::MIN, AdapterPages::MAX)
    }
}

impl std::error::Error for OutOfRange {}
