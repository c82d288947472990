//! Problems: what keeps a module from becoming a component, with a way out.

use crate::names::escaped;
use crate::program::Missing;
use serde::Serialize;
use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;

/// The kinds of problems. Their names in JSON are those here in kebab case, and stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ProblemCode {
    /// The file is already a component.
    IsAComponent,
    /// It uses a feature that no engine with components has.
    NoEngine,
    /// Its memory is shared between threads.
    SharedMemory,
    /// Its memory has 64-bit addresses.
    Memory64,
    /// Its memory has pages of another size than 64 KiB.
    PageSize,
    /// It passes pointers into a memory that it does not export.
    NoMemoryExport,
    /// A function has another type than the one it must have.
    WrongSignature,
    /// It should be a command, but has no entry.
    NoEntryPoint,
    /// The adapter would call a function that the module imports.
    ImportedEntry,
    /// Both the module and the adapter export `wasi:cli/run`.
    TwoRuns,
    /// It imports a function that the adapter for this module name does not have.
    UnknownFunction,
    /// It imports from a module that has no provider.
    UnknownModule,
    /// Its imports or exports do not match its WIT.
    UnlikeWit,
    /// Its WIT cannot be read.
    UnreadableWit,
    /// Several of its functions would be exported under one name.
    ClashingNames,
    /// An adapter has contents that adapters cannot have.
    UnfitAdapter,
    /// A layer has contents that layers cannot have, or its functions have the wrong types.
    UnfitLayer,
    /// It cannot be linked in the chosen layout.
    UnfitLayout,
    /// A file cannot be embedded.
    UnfitFile,
    /// It would need two independent adapters.
    TwoSnapshots,
    /// Nothing imports the exports of a plug.
    UnmatchedPlug,
    /// An export of a plug has another type than the import of its name.
    MismatchedPlug,
    /// Several plugs export what is imported.
    AmbiguousPlug,
    /// Modules import from each other, in a circle.
    PlugCycle,
    /// It needs what its policy denies.
    Denied,
    /// It gets arguments, and nothing names the program.
    NoProgramName,
    /// A value or an input in the component does not fit a CGI program.
    UnfitCgi,
    /// Making the component failed.
    Unforeseen,
}

/// Something that keeps a module from becoming a component.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Problem {
    pub code: ProblemCode,
    pub message: String,
    /// A remedy that works.
    pub remedy: String,
}

/// All problems of a module, as one error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problems(pub(crate) Vec<Problem>);

impl Problems {
    /// Returns the problems, in the order memory, entry points, imports, WIT, adapters, layout, files.
    pub fn as_slice(&self) -> &[Problem] {
        &self.0
    }

    /// Formats the whole list, about the input `name`.
    pub fn of(&self, name: &str) -> String {
        let reasons = if self.0.len() == 1 { "this reason".into() } else { format!("{} reasons", self.0.len()) };
        format!("{name} cannot become a component, for {reasons}:\n{}", list(&self.0).trim_end())
    }
}

/// Formats problems as a numbered list, grouped by remedy.
pub fn list(problems: &[Problem]) -> String {
    let (mut text, mut number) = (String::new(), 0);
    for (remedy, messages) in grouped(problems.iter().map(|problem| (&problem.remedy, &problem.message))) {
        for message in messages {
            number += 1;
            text += &format!("  {number:>2}. {message}\n");
        }
        text += &format!("      remedy: {remedy}\n");
    }
    text
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.of("the module"))
    }
}

impl std::error::Error for Problems {}

impl From<Vec<Problem>> for Problems {
    fn from(problems: Vec<Problem>) -> Problems {
        Problems(problems)
    }
}

impl IntoIterator for Problems {
    type Item = Problem;
    type IntoIter = std::vec::IntoIter<Problem>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl Problem {
    pub(crate) fn new(code: ProblemCode, message: String, remedy: impl Into<String>) -> Problem {
        Problem { code, message, remedy: remedy.into() }
    }

    /// Returns a problem that no other problem predicted.
    pub(crate) fn unforeseen(error: &anyhow::Error) -> Problem {
        Problem::new(
            ProblemCode::Unforeseen,
            format!("making the component fails: {}", escaped(&format!("{error:#}"))),
            "another `--layout` may serve; if none does, please report it",
        )
    }

    /// Returns the problem of a feature that engines lack.
    pub(crate) fn missing(missing: &Missing) -> Problem {
        let message = format!("it uses {}, which no engine with components runs", missing.what);
        Problem::new(ProblemCode::NoEngine, message, missing.remedy)
    }

    pub(crate) fn component() -> Problem {
        Problem::new(
            ProblemCode::IsAComponent,
            "it is a component already, not a core module".into(),
            "there is nothing to link; run it as it is, with `wasi-adapt run` or `wasmtime run`",
        )
    }
}

/// Groups values by key, in the order of first appearance.
pub fn grouped<K: Clone + Eq + Hash, V>(pairs: impl Iterator<Item = (K, V)>) -> Vec<(K, Vec<V>)> {
    let (mut groups, mut places) = (Vec::<(K, Vec<V>)>::new(), HashMap::new());
    for (key, value) in pairs {
        let place = *places.entry(key.clone()).or_insert(groups.len());
        match groups.get_mut(place) {
            Some((_, values)) => values.push(value),
            None => groups.push((key, vec![value])),
        }
    }
    groups
}
