//! Runs a module under a preview1 host and the component made of it under WASI 0.2, and compares what they did.
//!
//! Both get the same arguments, environment and standard input, and each its own copy of the directories, so neither
//! sees what the other did and the originals stay as they are. Compared are the exit, stdout, stderr, and the files
//! left behind. Copying is in `tree.rs`, comparing in `difference.rs`.

mod difference;
mod tree;

use crate::{Host, Invocation, Outcome, Stdio};
use anyhow::{Result, bail};
use difference::{Compared, Ended};
use tree::Copies;

pub use difference::{Difference, Side};

/// What two runs showed.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// How the module ended under preview1.
    pub module: Outcome,
    /// How the component ended under WASI 0.2.
    pub component: Outcome,
    /// Everything that differs; empty if nothing does.
    pub differences: Vec<Difference>,
    /// How many files, directories and links were compared.
    pub files: usize,
    /// Whether the module, run under preview1 once more, did the same again. Only looked at when something differs:
    /// a program whose result depends on time or chance differs from itself.
    pub steady: bool,
}

/// Runs both and compares them. The standard streams of the invocation must be captured.
pub fn verify(host: &Host, module: &[u8], component: &[u8], invocation: &Invocation) -> Result<Verdict> {
    if !matches!(invocation.stdio, Stdio::Captured { .. }) {
        bail!("only runs with captured standard streams can be compared");
    }
    let run_module = |invocation: &Invocation| host.run_module(module, invocation);
    let module = run_in_copies(invocation, run_module)?;
    let component = run_in_copies(invocation, |invocation| host.run_component(component, invocation))?;
    let Compared { differences, files } = difference::between(&module, &component)?;
    let steady = differences.is_empty() || {
        let again = run_in_copies(invocation, run_module)?;
        difference::between(&module, &again)?.differences.is_empty()
    };
    Ok(Verdict { module: module.outcome, component: component.outcome, differences, files, steady })
}

fn run_in_copies(invocation: &Invocation, run: impl FnOnce(&Invocation) -> Result<Outcome>) -> Result<Ended> {
    let copies = Copies::of(&invocation.dirs)?;
    let outcome = run(&Invocation { dirs: copies.mappings().to_vec(), ..invocation.clone() })?;
    Ok(Ended { outcome, copies })
}

#[cfg(test)]
mod tests;
