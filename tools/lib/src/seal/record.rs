//! The description of a seal in a sealed component: a custom section at its root.

use super::{Capability, Clock, Seal};
use crate::names::quoted;
use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use std::fmt;
use wasm_encoder::{ComponentSection, CustomSection};
use wasmparser::{Parser, Payload};

/// The name of the section, which has a [`SealRecord`] as JSON.
const SECTION: &str = "wasi-adapt-seal";

/// The description of a seal. Values of variables and arguments are not part of it, because they may be secret; they
/// are in the component all the same.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct SealRecord {
    /// The capabilities that the component was denied, those in place of which it has something of its own included.
    pub denied: Vec<Capability>,
    /// The names of the variables in the component.
    pub variables: Vec<String>,
    /// True if the program's name is in the component.
    pub argv0: bool,
    /// The number of arguments in the component, besides the program's name.
    pub arguments: usize,
    /// The number of bytes in place of the host's standard input.
    pub stdin: Option<usize>,
    /// The clock in place of the host's.
    pub clock: Option<Clock>,
    /// True if random bytes follow from a key in the component.
    pub predictable_random: bool,
}

impl SealRecord {
    fn of(seal: &Seal) -> SealRecord {
        let denied = seal.denied();
        SealRecord {
            denied: Capability::ALL.into_iter().filter(|capability| denied.has(*capability)).collect(),
            variables: seal.variables.iter().map(|variable| variable.name().into()).collect(),
            argv0: seal.argv0.is_some(),
            arguments: seal.arguments.len(),
            stdin: seal.stdin.as_ref().map(Vec::len),
            clock: seal.clock,
            predictable_random: seal.random.is_some(),
        }
    }

    /// Reads those of a component and of the components in it.
    pub(crate) fn read(component: &[u8]) -> Result<Vec<SealRecord>> {
        let mut records = Vec::new();
        for payload in Parser::new(0).parse_all(component) {
            if let Payload::CustomSection(section) = payload?
                && section.name() == SECTION
            {
                let record = serde_json::from_slice(section.data());
                records.push(record.with_context(|| format!("the section {} is damaged", quoted(SECTION)))?);
            }
        }
        Ok(records)
    }
}

/// Adds the record of a seal to a component. One without a seal stays as it is.
pub fn record(component: &mut Vec<u8>, seal: &Seal) -> Result<()> {
    let record = SealRecord::of(seal);
    if record != SealRecord::default() {
        let data = serde_json::to_vec(&record).context("writing what is sealed")?;
        CustomSection { name: SECTION.into(), data: data.into() }.append_to_component(component);
    }
    Ok(())
}

impl fmt::Display for SealRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = |label: &str, value: String| {
            if value.is_empty() { Ok(()) } else { write!(f, "\n  {label:<9}  {value}") }
        };
        let denied: Vec<_> = self.denied.iter().map(|capability| capability.name()).collect();
        line("without", denied.join(", "))?;
        let variables: Vec<_> = self.variables.iter().map(|name| quoted(name).to_string()).collect();
        line("variables", variables.join(", "))?;
        line(
            "arguments",
            match (self.argv0, self.arguments) {
                (false, 0) => String::new(),
                (true, 0) => "the program's name".into(),
                (false, count) => count.to_string(),
                (true, count) => format!("the program's name, and {count}"),
            },
        )?;
        line("stdin", self.stdin.map(|bytes| format!("{bytes} bytes")).unwrap_or_default())?;
        line("clock", self.clock.map(|clock| clock.to_string()).unwrap_or_default())?;
        let random = "not random: the same in each run, and known to whoever has the component";
        line("random", if self.predictable_random { random.into() } else { String::new() })
    }
}
