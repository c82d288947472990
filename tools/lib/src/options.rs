//! Options for the component that is made.

use serde::Serialize;
use std::fmt;
use std::str::FromStr;

/// The set of interfaces that the component may import and export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum World {
    /// A program with a `_start`: the component exports [`wasi:cli/run`](https://github.com/WebAssembly/wasi-cli).
    Command,
    /// A library: it may import what a command may, and exports no `run`.
    Reactor,
    /// For a [`wasi:http/proxy`](https://github.com/WebAssembly/wasi-http) host: no files, no environment, no exit.
    Proxy,
    /// A CGI program with a `_start`: the component exports
    /// [`wasi:http/incoming-handler`](https://github.com/WebAssembly/wasi-http), and the program answers one request. See
    /// [`Cgi`](crate::Cgi).
    Http,
}

impl World {
    pub const ALL: [World; 4] = [World::Command, World::Reactor, World::Proxy, World::Http];
    /// The worlds of [`sdk`](crate::sdk)'s adapters. Only [`Linker`](crate::Linker) makes components of the others.
    pub const SDK: [World; 3] = [World::Command, World::Reactor, World::Proxy];

    /// Returns the name in WIT and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            World::Command => "command",
            World::Reactor => "reactor",
            World::Proxy => "proxy",
            World::Http => "http",
        }
    }

    /// Returns whether the component runs the module's entry.
    pub fn runs(self) -> bool {
        matches!(self, World::Command | World::Http)
    }
}

impl fmt::Display for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The way in which the component reports an exit status other than 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ExitCodes {
    /// The status itself is reported, through `exit-with-code` of WASI 0.2.12.
    #[default]
    Exact,
    /// Any status but 0 becomes 1, for hosts that lack `exit-with-code`.
    Portable,
}

/// The arrangement of module and adapter in the component.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Layout {
    /// Isolated for a program without its own WIT or with WIT that passes only numbers, guest for other WIT, adapter if
    /// adapters are given.
    #[default]
    Auto,
    /// The adapter is a separate module and lives in the program's memory.
    Adapter,
    /// Program and adapter are merged; the adapter has its own pages below the program's memory.
    Isolated,
    /// Program and adapter are merged; the adapter lives in memory from the program's allocator.
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

/// The reach of a program's locks on files. A program without locks is the same with any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Locks {
    /// They are between the open files of one instance.
    #[default]
    Instance,
    /// Others see them: the component imports `wasi-adapt:locks/advisory`, of the host or of another component.
    Host,
}

/// The kind of result of linking.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Emit {
    /// A component.
    #[default]
    Component,
    /// The merged core module: it imports WASI 0.2 and becomes a component without an adapter.
    Module,
}

/// The number of 64 KiB pages that the adapter has below the program in the layout [`Layout::Isolated`].
///
/// They are address space, and take memory only where they are used. The default of 31 is enough for the arguments and
/// the environment that Linux can give a process. The adapter cannot get more pages later, because the program's memory
/// begins above them. Each page beyond the default allows 1,024 more open descriptors than 1,088.
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

    /// Returns none unless the number is from [`Self::MIN`] to [`Self::MAX`].
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

/// The error for a number of pages that the adapter cannot have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfRange;

impl fmt::Display for OutOfRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "it is a number from {} to {}", AdapterPages::MIN, AdapterPages::MAX)
    }
}

impl std::error::Error for OutOfRange {}
