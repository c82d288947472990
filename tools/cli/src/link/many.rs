//! Many modules at once: side by side, each component into a file of its own.

use super::Link;
use crate::link_options::link_file;
use crate::values::Emit;
use crate::{Common, io};
use anyhow::{Context, Result, bail};
use indicatif::{ProgressBar, ProgressStyle};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use wasi_adapt::Linker;

/// What became of a module.
struct Done {
    warnings: Vec<String>,
    /// In bytes.
    module: usize,
    component: usize,
}

impl Link {
    /// Links every module that can be, and says what is wrong with the others.
    pub fn run_many(&self, directory: &Path, linker: &Linker, common: &Common) -> Result<ExitCode> {
        let targets = self.targets(directory)?;
        fs::create_dir_all(directory).with_context(|| format!("making `{}`", directory.display()))?;
        let mut failed = 0;
        for ((module, target), outcome) in targets.iter().zip(self.link_all(&targets, linker)?) {
            match outcome {
                Ok(done) => {
                    for warning in &done.warnings {
                        common.warn(&format!("{}: {warning}", io::display(module)))?;
                    }
                    let Done { module, component, .. } = done;
                    common
                        .say(|| format!("`{}`: {component} bytes, of which the module had {module}", target.display()));
                }
                Err(error) => {
                    failed += 1;
                    common.complain_of(&error)?;
                }
            }
        }
        match failed {
            0 => Ok(ExitCode::SUCCESS),
            _ => bail!("{failed} of {} modules were not linked", targets.len()),
        }
    }

    /// The outcomes, in the order of the modules.
    fn link_all(&self, targets: &[(&Path, PathBuf)], linker: &Linker) -> Result<Vec<Result<Done>>> {
        let style = ProgressStyle::with_template("{bar:30} {pos} of {len}  {wide_msg}")?;
        let progress = ProgressBar::new(targets.len() as u64).with_style(style);
        let link = |(module, target): &(&Path, PathBuf)| {
            progress.set_message(io::display(module));
            let done = self.link_into(module, target, linker);
            progress.inc(1);
            done
        };
        let outcomes = targets.par_iter().map(link).collect();
        progress.finish_and_clear();
        Ok(outcomes)
    }

    fn link_into(&self, module: &Path, target: &Path, linker: &Linker) -> Result<Done> {
        let wasm = io::read_wasm(module)?;
        let linked = link_file(module, &wasm, linker)?;
        let component = linked.wasm.len();
        io::write_file(target, &self.in_format(linked.wasm)?)?;
        Ok(Done { warnings: linked.warnings, module: wasm.len(), component })
    }

    /// The modules and where their components go. What is wrong with that is said before anything is written.
    fn targets(&self, directory: &Path) -> Result<Vec<(&Path, PathBuf)>> {
        let what = if self.emit == Emit::Component { ".component" } else { "" };
        let format = if self.wat { "wat" } else { "wasm" };
        let (mut targets, mut taken, mut problems) = (Vec::new(), BTreeMap::new(), Vec::new());
        for module in &self.modules {
            let name = io::display(module);
            let Some(stem) = module.file_stem().filter(|_| !io::is_stdin(module)) else {
                problems.push(format!("{name} has no name for a file below `--out-dir`"));
                continue;
            };
            let target = directory.join(format!("{}{what}.{format}", stem.display()));
            if let Some(other) = taken.insert(target.clone(), module) {
                problems.push(format!("{} and {name} would both become `{}`", io::display(other), target.display()));
            }
            if is_same(module, &target) {
                problems.push(format!("{name} would be overwritten"));
            }
            targets.push((&**module, target));
        }
        if !problems.is_empty() {
            bail!("{}\n  remedy: link them one by one, with `-o FILE`", problems.join("\n"));
        }
        Ok(targets)
    }
}

/// Whether both are the same file, by whatever names.
fn is_same(a: &Path, b: &Path) -> bool {
    a.canonicalize().ok().zip(b.canonicalize().ok()).is_some_and(|(a, b)| a == b)
}
