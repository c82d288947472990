//! The parts of its host that an adapter may use: they depend on the world, the version of WASI, and the policy.

use super::drop_in::Intrinsics;
use super::exception::TAG;
use super::intrinsics::Intrinsic;
use super::module::ImportName;
use super::prune::POLL;
use super::world::WorldWit;
use crate::seal::{Capability, Denied};
use crate::{ExitCodes, Locks, World};

/// The host that an adapter is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Target {
    pub world: World,
    pub exit_codes: ExitCodes,
    pub locks: Locks,
    pub denied: Denied,
    /// True if a program exits by an exception.
    pub throws: bool,
}

impl Target {
    /// A host that denies nothing, and has no more than WASI.
    pub fn new(world: World, exit_codes: ExitCodes) -> Target {
        Target { world, exit_codes, locks: Locks::Instance, denied: Denied::NONE, throws: false }
    }

    /// Returns whether the host has something.
    pub fn has(self, capability: Capability) -> bool {
        let (in_proxies, of_cgi_programs) = match capability {
            Capability::Stderr | Capability::Clocks | Capability::Random => (true, true),
            // A CGI program has those of the request.
            Capability::Stdin | Capability::Stdout => (true, false),
            Capability::Env | Capability::Args => (false, false),
            Capability::Filesystem | Capability::Exit => (false, true),
            // The adapter asks for neither.
            Capability::Network | Capability::NameLookup => (false, false),
        };
        let has = match self.world {
            World::Command | World::Reactor => true,
            World::Proxy => in_proxies,
            World::Http => of_cgi_programs,
        };
        has && !self.denied.has(capability)
    }

    /// Defines the intrinsics about the host. `files` is true if files can be open.
    pub fn intrinsics(self, files: bool) -> Intrinsics {
        let flag = |value: bool| Intrinsic::Const(value.into());
        let has = |capability| flag(self.has(capability));
        vec![
            ("has_filesystem", flag(files)),
            ("has_locks", flag(files && self.locks == Locks::Host)),
            ("has_arguments", has(Capability::Args)),
            ("has_environment", has(Capability::Env)),
            ("has_terminals", flag(!matches!(self.world, World::Proxy | World::Http))),
            ("has_stdin", has(Capability::Stdin)),
            ("has_stdout", has(Capability::Stdout)),
            ("has_stderr", has(Capability::Stderr)),
            ("has_clocks", has(Capability::Clocks)),
            ("has_random", has(Capability::Random)),
            // A host that gives files to a CGI program gives it an exit, too.
            ("has_exit", flag(self.has(Capability::Exit) && (self.world != World::Http || files))),
            ("exits_by_exception", flag(self.throws)),
            ("throw_exit", if self.throws { Intrinsic::Throw(TAG) } else { Intrinsic::Unreachable }),
            ("is_cgi", flag(self.world == World::Http)),
            ("exact_exit_codes", flag(self.exit_codes == ExitCodes::Exact)),
        ]
    }

    /// Returns whether there can be a resource that a method, a drop or `poll` needs.
    pub fn has_resource(self, wit: &WorldWit, files: bool, import: &ImportName) -> bool {
        let of_resource = import.name.split_once(']').map(|(_, name)| name.split('.').next().unwrap_or(name));
        let resource = of_resource.unwrap_or(if import.name == POLL { "pollable" } else { &import.name });
        let is_cgi = self.world == World::Http; // The bodies of request and response are streams.
        let (input, output) = (
            files || is_cgi || self.has(Capability::Stdin),
            files || is_cgi || self.has(Capability::Stdout) || self.has(Capability::Stderr),
        );
        wit.imports(&import.module)
            && match resource {
                "descriptor" | "directory-entry-stream" | "holder" => files,
                "input-stream" => input,
                "output-stream" => output,
                "error" => input || output,
                "pollable" => input || output || self.has(Capability::Clocks),
                "terminal-input" => self.has(Capability::Stdin),
                "terminal-output" => self.has(Capability::Stdout) || self.has(Capability::Stderr),
                _ => true,
            }
    }
}
