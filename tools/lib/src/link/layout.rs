//! Which layout and world a component is given.

use crate::inspect::{Entry, Report, Role, Server};
use crate::link::{LinkOptions, World};
use crate::preview1::Snapshot;
use serde::Serialize;
use std::fmt;

/// How module and adapter live together in the component.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Layout {
    /// Isolated for a program without WIT of its own, guest for one with it, adapter if adapters are given
    #[default]
    Auto,
    /// The adapter is a module of its own beside the program and lives in the program's memory
    Adapter,
    /// Program and adapter are merged, the adapter in pages of its own below the program's memory
    Isolated,
    /// Program and adapter are merged, the adapter in memory that the program's allocator gives
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

/// A layout, and what it was chosen for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// Never [`Layout::Auto`].
    #[serde(rename = "name")]
    pub layout: Layout,
    pub why: &'static str,
}

impl Choice {
    /// The layout for a module that has been read.
    pub fn of(report: &Report, options: &LinkOptions) -> Choice {
        let other_imports =
            report.imports.iter().any(|import| !matches!(import.served_by, Server::Adapter | Server::Component));
        let unstable = report.imports.iter().any(|import| import.module == Snapshot::Unstable.module());
        let own_wit = has_own_wit(report);
        let (layout, why) = match options.layout {
            Layout::Auto if !options.adapters.is_empty() => (Layout::Adapter, "adapters are given for it"),
            Layout::Auto if own_wit => (Layout::Guest, "it has WIT of its own, so the host sees its pointers"),
            Layout::Auto if other_imports => (Layout::Adapter, "it imports more than preview1"),
            Layout::Auto if unstable => (Layout::Isolated, "it imports nothing but preview1 and its predecessor"),
            Layout::Auto => (Layout::Isolated, "it imports nothing but preview1"),
            asked => (asked, "as asked for"),
        };
        Choice { layout, why }
    }
}

/// The world of its adapter, which has nothing to run where the module has that itself.
pub fn world_of(report: &Report, options: &LinkOptions) -> World {
    match (options.world, report.entry) {
        (None | Some(World::Command), Some(Entry::Wit)) | (None, None) => World::Reactor,
        (None, Some(_)) => World::Command,
        (Some(world), _) => world,
    }
}

/// Whether a module imports or exports WIT, besides what adapters do for it.
pub fn has_own_wit(report: &Report) -> bool {
    report.exports.iter().any(|export| export.role == Role::Wit)
        || report.imports.iter().any(|import| import.served_by == Server::Host)
}
