//! Decides who serves which import, and finds everything that stands in the way.

use super::{Part, wit};
use crate::names::quoted;
use crate::plan::{Problem, ProblemCode};
use std::collections::{BTreeSet, HashSet};
use wac_graph::types::{ItemKind, SubtypeChecker, are_semver_compatible};
use wac_graph::{CompositionGraph, PackageId};

/// A connection, by the indices of the parts.
pub struct Planned {
    pub importer: usize,
    pub import: String,
    pub exporter: usize,
    /// The name under which it is exported, which may have another version.
    pub export: String,
}

/// Everything that parts serve for each other.
pub fn connect(
    graph: &CompositionGraph,
    packages: &[PackageId],
    parts: &[Part<'_>],
) -> Result<Vec<Planned>, Vec<Problem>> {
    let mut connect =
        Connect { graph, packages, parts, planned: Vec::new(), problems: Vec::new(), used: BTreeSet::new() };
    for importer in 0..parts.len() {
        for (import, kind) in &graph.types()[graph[packages[importer]].ty()].imports {
            connect.import(importer, import, *kind);
        }
    }
    connect.unmatched();
    connect.circles();
    if connect.problems.is_empty() { Ok(connect.planned) } else { Err(connect.problems) }
}

struct Connect<'a> {
    graph: &'a CompositionGraph,
    packages: &'a [PackageId],
    parts: &'a [Part<'a>],
    planned: Vec<Planned>,
    problems: Vec<Problem>,
    /// The plugs whose exports somebody imports, be it under another type.
    used: BTreeSet<usize>,
}

impl<'a> Connect<'a> {
    fn name(&self, part: usize) -> String {
        quoted(self.parts[part].name)
    }

    /// The export of a part that has the name of an import, or a compatible version.
    fn export(&self, part: usize, import: &str) -> Option<(&'a str, ItemKind)> {
        let graph = self.graph;
        let exports = &graph.types()[graph[self.packages[part]].ty()].exports;
        let compatible = || exports.iter().find(|(name, _)| are_semver_compatible(name, import));
        let (name, kind) = exports.get_key_value(import).or_else(compatible)?;
        Some((name, *kind))
    }

    fn import(&mut self, importer: usize, import: &str, expected: ItemKind) {
        let others = (0..self.parts.len()).filter(|part| *part != importer);
        let mut exporters: Vec<_> =
            others.filter_map(|part| self.export(part, import).map(|(name, kind)| (part, name, kind))).collect();
        // The program serves only what no plug does, and that would go in a circle.
        if exporters.len() > 1 {
            exporters.retain(|(part, ..)| *part != 0);
        }
        self.used.extend(exporters.iter().map(|(part, ..)| *part));
        match exporters[..] {
            [] => {}
            [(exporter, export, found)] => {
                let (types, mut cache) = (self.graph.types(), HashSet::new());
                if let Err(error) = SubtypeChecker::new(&mut cache).is_subtype(found, types, expected, types) {
                    let cause = format!("{error:#}");
                    self.mismatched(importer, import, exporter, export, cause);
                }
                let (import, export) = (import.into(), export.into());
                self.planned.push(Planned { importer, import, exporter, export });
            }
            _ => {
                let names: Vec<_> = exporters.iter().map(|(part, ..)| self.name(*part)).collect();
                let message = format!(
                    "{} imports `{import}`, which several plugs export: {}",
                    self.name(importer),
                    names.join(", ")
                );
                self.problems.push(Problem::new(
                    ProblemCode::AmbiguousPlug,
                    message,
                    "plug one of them only; if one of them wraps the other, plug that into it first, and then the result",
                ));
            }
        }
    }

    fn mismatched(&mut self, importer: usize, import: &str, exporter: usize, export: &str, cause: String) {
        let differences = wit::differences(&self.parts[importer].wasm, import, &self.parts[exporter].wasm, export);
        let details = if differences.is_empty() { cause } else { differences.join("; ") };
        let message = format!(
            "{} imports `{import}`, and {} exports `{export}` otherwise: {details}",
            self.name(importer),
            self.name(exporter)
        );
        self.problems.push(Problem::new(ProblemCode::MismatchedPlug, message, "build both against the same WIT"));
    }

    /// Plugs that serve nobody.
    fn unmatched(&mut self) {
        for plug in (1..self.parts.len()).filter(|plug| !self.used.contains(plug)) {
            let others = (0..self.parts.len()).filter(|part| *part != plug);
            let of = |part: usize| &self.graph.types()[self.graph[self.packages[part]].ty()];
            let is_own = |name: &&String| !name.starts_with("wasi:");
            let expected: BTreeSet<_> = others.flat_map(|part| of(part).imports.keys()).filter(is_own).collect();
            let found: Vec<_> = of(plug).exports.keys().collect();
            let message = format!(
                "nothing imports what {} exports: expected {}, found {}",
                self.name(plug),
                list(expected),
                list(found)
            );
            self.problems.push(Problem::new(
                ProblemCode::UnmatchedPlug,
                message,
                "build both against the same version of the WIT, give modules their WIT (`--wit PATH` when they are linked), or \
                 leave the plug out",
            ));
        }
    }

    /// Parts that import from each other. Those that import from no part are there first, then those that import from them.
    fn circles(&mut self) {
        let mut left: BTreeSet<usize> = (0..self.parts.len()).collect();
        let waits = |part: usize, left: &BTreeSet<usize>| {
            self.planned.iter().any(|planned| planned.importer == part && left.contains(&planned.exporter))
        };
        while let Some(ready) = left.iter().copied().find(|part| !waits(*part, &left)) {
            left.remove(&ready);
        }
        let within = |planned: &&Planned| left.contains(&planned.importer) && left.contains(&planned.exporter);
        let circle: Vec<_> = self.planned.iter().filter(within).collect();
        if circle.is_empty() {
            return;
        }
        let links = circle.iter().map(|planned| {
            format!("{} imports `{}` from {}", self.name(planned.importer), planned.import, self.name(planned.exporter))
        });
        let message = format!("they need each other, in a circle: {}", links.collect::<Vec<_>>().join(", "));
        self.problems.push(Problem::new(
            ProblemCode::PlugCycle,
            message,
            "components cannot call back into those that call them: link the modules into one, or move what both need into a \
             third",
        ));
    }
}

fn list<'a>(names: impl IntoIterator<Item = &'a String>) -> String {
    let names: Vec<_> = names.into_iter().map(|name| quoted(name)).collect();
    if names.is_empty() { "nothing".into() } else { names.join(", ") }
}
