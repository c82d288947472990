//! Many modules at once: side by side, each component into a file of its own.

use super::Link;
use super::report::{File, Report, SCHEMA, Status};
use crate::failure::Failure;
use crate::inputs::{Input, expand};
use crate::link_options::warn_of_unused;
use crate::sealed_linker::SealedLinker;
use crate::values::Emit;
use crate::{Common, io};
use anyhow::{Context, Result, bail};
use indicatif::{ProgressBar, ProgressStyle};
use rayon::prelude::*;
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use wasi_adapt::names::quoted;
use wasi_adapt::{LinkError, Linked, Problems};
use wasmparser::Parser;

/// An input and where its component goes, unless something speaks against that.
struct Job<'a> {
    input: &'a Input,
    target: PathBuf,
    refused: Option<Failure>,
}

/// The result of linking it.
struct Done {
    file: File,
    /// The adapters that it does not use, if it was linked.
    unused_adapters: Option<Vec<String>>,
}

impl Link {
    /// Links every module that can be, and says what is wrong with the others.
    pub fn run_many(&self, directory: &Path, linker: &SealedLinker<'_>, common: &Common) -> Result<ExitCode> {
        fs::create_dir_all(directory).with_context(|| format!("making the directory {}", io::display(directory)))?;
        let inputs = expand(&self.modules, Some(directory));
        let all = self.link_all(&self.jobs(&inputs, directory), linker)?;
        for Done { file, .. } in &all {
            tell(file, common)?;
        }
        warn_of_unused(all.iter().filter_map(|done| done.unused_adapters.as_ref()), common)?;
        let files: Vec<_> = all.into_iter().map(|done| done.file).collect();
        let (failed, count) = (files.iter().filter(|file| file.status == Status::Failed).count(), files.len());
        if let Some(path) = &self.report {
            io::write_file(path, io::json(&Report { schema: SCHEMA, files })?.as_bytes())?;
        }
        match failed {
            0 => Ok(ExitCode::SUCCESS),
            _ => bail!("{failed} of {count} modules were not linked"),
        }
    }

    /// Links all inputs, and returns the results in their order.
    fn link_all(&self, jobs: &[Job<'_>], linker: &SealedLinker<'_>) -> Result<Vec<Done>> {
        let style = ProgressStyle::with_template("{bar:30} {pos} of {len}  {wide_msg}")?;
        let progress = ProgressBar::new(jobs.len() as u64).with_style(style);
        let link = |job: &Job<'_>| {
            progress.set_message(io::display(&job.input.path));
            let done = self.link_one(job, linker);
            progress.inc(1);
            done
        };
        let all = jobs.par_iter().map(link).collect();
        progress.finish_and_clear();
        Ok(all)
    }

    fn link_one(&self, job: &Job<'_>, linker: &SealedLinker<'_>) -> Done {
        let mut file = File::failed(job.input.path.display().to_string());
        let unused_adapters = match &job.refused {
            Some(refused) => {
                file.error = Some(refused.clone());
                None
            }
            None => self.link_into(job, linker, &mut file).unwrap_or_else(|error| {
                file.error = Some(Failure::of(&error));
                None
            }),
        };
        // The result of an earlier run is outdated.
        if file.status != Status::Linked && job.refused.is_none() && job.target.is_file() {
            let removed = fs::remove_file(&job.target);
            file.warnings.push(match removed {
                Ok(()) => format!("{}, of an earlier run, is removed", io::display(&job.target)),
                Err(error) => {
                    format!("{} is of an earlier run, and cannot be removed: {error}", io::display(&job.target))
                }
            });
        }
        Done { file, unused_adapters }
    }

    /// Links a module and says so in `file`; gives the adapters that it does not use. It may also turn out to be skipped, or to
    /// have problems.
    fn link_into(&self, job: &Job<'_>, linker: &SealedLinker<'_>, file: &mut File) -> Result<Option<Vec<String>>> {
        let Job { input, target, .. } = job;
        let wasm = input.read()?;
        file.input_size = Some(wasm.len());
        if self.skip_components && Parser::is_component(&wasm) {
            file.status = Status::Skipped;
            return Ok(None);
        }
        let linked = match linker.of(&input.path)?.link(&wasm) {
            Err(LinkError::Problems(problems)) => {
                file.problems = problems.into_iter().collect();
                return Ok(None);
            }
            linked => linked.with_context(|| format!("linking {}", io::display(&input.path)))?,
        };
        let Linked { wasm, warnings, layout, unused_adapters, .. } = linked;
        let output = self.in_format(wasm)?;
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent).with_context(|| format!("making the directory {}", io::display(parent)))?;
        }
        io::write_file(target, &output)?;
        file.status = Status::Linked;
        (file.output, file.size) = (Some(target.display().to_string()), Some(output.len()));
        (file.layout, file.warnings) = (Some(layout), warnings);
        Ok(Some(unused_adapters))
    }

    /// Returns the inputs with the paths of their components, in a tree like that of the inputs.
    fn jobs<'a>(&self, inputs: &'a [Input], directory: &Path) -> Vec<Job<'a>> {
        let what = if self.emit == Emit::Component { ".component" } else { "" };
        let format = if self.wat { "wat" } else { "wasm" };
        let target = |input: &Input| {
            let stem = input.relative.file_stem()?;
            Some(directory.join(input.relative.with_file_name(format!("{}{what}.{format}", stem.display()))))
        };
        let targets: Vec<_> = inputs.iter().map(target).collect();
        let places = inputs.iter().filter_map(|input| Some((io::canonical(&input.path).ok()?, &input.path)));
        let places: HashMap<_, _> = places.filter(|_| !self.force).collect();
        let mut claims = HashMap::<_, Vec<_>>::new();
        for (input, target) in inputs.iter().zip(&targets) {
            claims.entry(target).or_default().push(io::display(&input.path));
        }
        let job = |(input, target): (&'a Input, &Option<PathBuf>)| {
            let name = io::display(&input.path);
            let refuse = |code, message| Failure { code, message, remedy: Some(ONE_BY_ONE.into()) };
            let refused = match target {
                None => Some(refuse("no-name", format!("{name} has no name for a file below `--out-dir`"))),
                Some(path) if claims[target].len() > 1 => {
                    let names = claims[target].join(" and ");
                    Some(refuse("same-output", format!("{names} would all become {}", io::display(path))))
                }
                Some(path) => io::canonical(path).ok().and_then(|path| places.get(&path)).map(|other| {
                    let message = format!("the component of {name} would overwrite the input {}", io::display(other));
                    Failure { code: "overwrites-input", message, remedy: Some(ELSEWHERE.into()) }
                }),
            };
            Job { input, target: target.clone().unwrap_or_default(), refused }
        };
        inputs.iter().zip(&targets).map(job).collect()
    }
}

const ONE_BY_ONE: &str = "link it by itself, with `-o FILE`";
const ELSEWHERE: &str = "name another directory with `--out-dir`, or add `--force`";

/// Says what became of an input.
fn tell(file: &File, common: &Common) -> Result<()> {
    let name = quoted(&file.file);
    if !file.problems.is_empty() {
        common.complain(&Problems::from(file.problems.clone()).of(&name), &[])?;
    }
    if let Some(error) = &file.error {
        common.complain(&error.to_string(), &[])?;
    }
    for warning in &file.warnings {
        common.warn(&format!("{name}: {warning}"))?;
    }
    if let (Some(output), Some(size), Some(input)) = (&file.output, file.size, file.input_size) {
        common.say(|| format!("{}: {size} bytes, of which the module had {input}", quoted(output)));
    }
    Ok(())
}
