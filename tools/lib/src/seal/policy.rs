//! The capabilities of a program that a policy can deny.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Something of the host's that a program can use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Capability {
    /// Files and directories of the host's.
    Filesystem,
    /// Sockets, and HTTP requests.
    Network,
    /// The addresses of names in the network.
    NameLookup,
    /// Environment variables.
    Env,
    /// Arguments.
    Args,
    Stdin,
    Stdout,
    Stderr,
    /// The time, and waiting for a time.
    Clocks,
    /// Random bytes.
    Random,
    /// Exit statuses, and ends before the end.
    Exit,
}

impl Capability {
    pub const ALL: [Capability; 11] = [
        Capability::Filesystem,
        Capability::Network,
        Capability::NameLookup,
        Capability::Env,
        Capability::Args,
        Capability::Stdin,
        Capability::Stdout,
        Capability::Stderr,
        Capability::Clocks,
        Capability::Random,
        Capability::Exit,
    ];

    /// Returns the name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Capability::Filesystem => "filesystem",
            Capability::Network => "network",
            Capability::NameLookup => "name-lookup",
            Capability::Env => "env",
            Capability::Args => "args",
            Capability::Stdin => "stdin",
            Capability::Stdout => "stdout",
            Capability::Stderr => "stderr",
            Capability::Clocks => "clocks",
            Capability::Random => "random",
            Capability::Exit => "exit",
        }
    }

    /// Returns the capability that a function of preview1 needs. The standard streams are descriptors like others, so none is
    /// seen to need them; a C library asks for preopened directories whether the program opens files or not.
    pub(crate) fn of_preview1(function: &str) -> Option<Capability> {
        Some(match function {
            "args_get" | "args_sizes_get" => Capability::Args,
            "environ_get" | "environ_sizes_get" => Capability::Env,
            "clock_res_get" | "clock_time_get" => Capability::Clocks,
            "random_get" => Capability::Random,
            "proc_exit" => Capability::Exit,
            "fd_readdir" => Capability::Filesystem,
            _ if function.starts_with("path_") => Capability::Filesystem,
            _ => return None,
        })
    }

    /// Returns the capability that a function of WASI 0.2 is part of, by the two names of its core import.
    ///
    /// Types without functions, streams and pollables are part of none: only what makes one of these is.
    pub(crate) fn of_import(module: &str, name: &str) -> Option<Capability> {
        let module = module.trim_start_matches("cm32p2|");
        let (package, interface) = module.split_once('@').map_or(module, |(name, _)| name).split_once('/')?;
        Some(match (package, interface) {
            ("wasi:filesystem", _) => Capability::Filesystem,
            ("wasi:sockets", "ip-name-lookup") => Capability::NameLookup,
            ("wasi:sockets", _) | ("wasi:http", "outgoing-handler") => Capability::Network,
            ("wasi:cli", "environment") if name == "get-arguments" => Capability::Args,
            ("wasi:cli", "environment") => Capability::Env,
            ("wasi:cli", "stdin" | "terminal-stdin") => Capability::Stdin,
            ("wasi:cli", "stdout" | "terminal-stdout") => Capability::Stdout,
            ("wasi:cli", "stderr" | "terminal-stderr") => Capability::Stderr,
            ("wasi:cli", "exit") => Capability::Exit,
            ("wasi:clocks", _) => Capability::Clocks,
            ("wasi:random", _) => Capability::Random,
            _ => return None,
        })
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Capability {
    type Err = UnknownCapability;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Capability::ALL.into_iter().find(|capability| capability.name() == text).ok_or(UnknownCapability)
    }
}

/// The error for a name that no capability has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownCapability;

impl fmt::Display for UnknownCapability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "it is one of {}", Capability::ALL.map(Capability::name).join(", "))
    }
}

impl std::error::Error for UnknownCapability {}

/// A set of capabilities: those that a program does not have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Denied(u16);

impl Denied {
    pub const NONE: Denied = Denied(0);

    pub fn has(self, capability: Capability) -> bool {
        self.0 & Denied::bit(capability) != 0
    }

    #[must_use]
    pub fn with(self, capability: Capability) -> Denied {
        Denied(self.0 | Denied::bit(capability))
    }

    #[must_use]
    pub fn without(self, capability: Capability) -> Denied {
        Denied(self.0 & !Denied::bit(capability))
    }

    pub fn is_empty(self) -> bool {
        self == Denied::NONE
    }

    fn bit(capability: Capability) -> u16 {
        1 << capability as u16
    }
}
