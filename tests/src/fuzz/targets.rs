//! The targets of fuzzing, and the conditions that they check.

use super::{modules, sections};
use crate::run::{LAYOUTS, host};
use anyhow::{Context, Result, bail, ensure};
use wasi_adapt::inspect::{Report, inspect};
use wasi_adapt::{Layout, Linker};
use wasi_adapt_host::{Exit, Invocation};
use wasmparser::{Parser, Validator, WasmFeatures};

/// A function that reads other people's files.
pub struct Target {
    pub name: &'static str,
    /// Makes the input of a number.
    pub input: fn(u64) -> Vec<u8>,
    /// Checks an input, and fails if a condition is violated.
    pub check: fn(&[u8]) -> Result<()>,
}

pub const TARGETS: [Target; 7] = [
    Target { name: "inspect", input: modules::any, check: inspected },
    Target { name: "isolated", input: modules::any, check: |input| linked(input, Layout::Isolated) },
    Target { name: "guest", input: modules::any, check: |input| linked(input, Layout::Guest) },
    Target { name: "adapter", input: modules::any, check: |input| linked(input, Layout::Adapter) },
    Target { name: "run", input: modules::program, check: behaves_the_same },
    Target { name: "sections", input: sections::described, check: linked_without_problems },
    Target { name: "dwarf", input: sections::debugged, check: linked_without_problems },
];

/// A valid module gets a report, and any other input is rejected.
fn inspected(input: &[u8]) -> Result<()> {
    match (is_valid(input), inspect(input)) {
        (true, Err(error)) => Err(error).context("a valid module is not inspected"),
        (false, Ok(_)) => bail!("what is not valid is inspected"),
        _ => Ok(()),
    }
}

/// A module is linked exactly if there is no problem.
fn linked(input: &[u8], layout: Layout) -> Result<()> {
    if Parser::is_component(input) {
        return Ok(());
    }
    let linker = Linker::new().layout(layout);
    let report = is_valid(input).then(|| linker.inspect(input)).transpose()?;
    let has_none = |report: &Report| report.problems.is_empty();
    match (report.is_some_and(|report| has_none(&report)), linker.link(input)) {
        (true, Err(error)) => Err(error).context("a module without problems is not linked"),
        (false, Ok(_)) => bail!("a module with problems is linked"),
        _ => Ok(()),
    }
}

/// Custom sections never keep a module from being linked, in any layout.
fn linked_without_problems(input: &[u8]) -> Result<()> {
    for layout in LAYOUTS {
        linked(input, layout).with_context(|| format!("in the layout {layout}"))?;
    }
    let problems = inspect(input)?.problems;
    ensure!(problems.is_empty(), "there are problems: {problems:?}");
    Ok(())
}

/// The most that a program may take for each memory. One instruction can ask for objects of billions of bytes.
const MEMORY: usize = 64 << 20;

/// A component behaves like its module.
fn behaves_the_same(input: &[u8]) -> Result<()> {
    let invocation = Invocation::new(["guest"]).capture("").max_memory(MEMORY);
    let module = host().run_module(input, &invocation)?;
    for layout in LAYOUTS {
        let component = Linker::new().layout(layout).link(input)?.wasm;
        let component = host().run_component(&component, &invocation)?;
        // Traps are equal; their messages differ between hosts if a host function fails.
        let end = |exit: &Exit| match exit {
            Exit::Code(code) => Some(*code),
            Exit::Trap(_) => None,
        };
        ensure!(
            end(&module.exit) == end(&component.exit) && module.stdout == component.stdout,
            "in the layout {layout}: {} and {:?} as a module, {} and {:?} as a component",
            module.exit,
            String::from_utf8_lossy(&module.stdout),
            component.exit,
            String::from_utf8_lossy(&component.stdout)
        );
    }
    Ok(())
}

fn is_valid(input: &[u8]) -> bool {
    Validator::new_with_features(WasmFeatures::all()).validate_all(input).is_ok()
}
