//! The files that a command line names, itself or by the directories that they are in.

use super::io;
use anyhow::{Context, Result, anyhow};
use std::ffi::OsStr;
use std::fs::{self, DirEntry};
use std::path::{Path, PathBuf};

/// A file to read.
pub struct Input {
    pub path: PathBuf,
    /// Its path within the directory that was named, else its name. Stdin has none.
    pub relative: PathBuf,
    /// The reason why the file cannot be read.
    failure: Option<String>,
}

impl Input {
    /// Its name without the directory.
    pub fn name(&self) -> String {
        if io::is_stdin(&self.path) { "stdin".into() } else { self.relative.display().to_string() }
    }

    /// Its contents as binary WebAssembly.
    pub fn read(&self) -> Result<Vec<u8>> {
        match &self.failure {
            Some(failure) => Err(anyhow!("{failure}")),
            None => io::read_wasm(&self.path),
        }
    }
}

/// The files that are named, in that order, and for each directory the modules below it, sorted, but those below `except`.
pub fn expand(named: &[PathBuf], except: Option<&Path>) -> Vec<Input> {
    let except = except.and_then(|path| io::canonical(path).ok());
    let mut inputs = Vec::new();
    for path in named {
        if !path.is_dir() {
            let relative = path.file_name().filter(|_| !io::is_stdin(path)).unwrap_or_default().into();
            inputs.push(Input { path: path.clone(), relative, failure: None });
            continue;
        }
        let mut walk = Walk { root: path, except: except.as_deref(), inputs: Vec::new() };
        if let Err(error) = walk.directory(path) {
            walk.fail(path, format!("{error:#}"));
        } else if walk.inputs.is_empty() {
            walk.fail(path, format!("there is no file `.wasm` or `.wat` in {}", io::display(path)));
        }
        inputs.append(&mut walk.inputs);
    }
    inputs
}

struct Walk<'a> {
    root: &'a Path,
    /// A directory that is passed over, unless it is the root.
    except: Option<&'a Path>,
    inputs: Vec<Input>,
}

impl Walk<'_> {
    /// Adds what is below a directory. Links to files are followed; those to directories could lead in circles.
    fn directory(&mut self, directory: &Path) -> Result<()> {
        let reading = || format!("reading the directory {}", io::display(directory));
        let entries = fs::read_dir(directory).and_then(Iterator::collect::<std::io::Result<Vec<_>>>);
        let mut entries = entries.with_context(reading)?;
        entries.sort_by_key(DirEntry::path);
        for entry in entries {
            let path = entry.path();
            if entry.file_type().with_context(reading)?.is_dir() {
                let excepted = || self.except.is_some() && io::canonical(&path).ok().as_deref() == self.except;
                if !excepted()
                    && let Err(error) = self.directory(&path)
                {
                    self.fail(&path, format!("{error:#}"));
                }
            } else if is_module(&path) {
                self.add(&path, None);
            }
        }
        Ok(())
    }

    fn fail(&mut self, path: &Path, failure: String) {
        self.add(path, Some(failure));
    }

    fn add(&mut self, path: &Path, failure: Option<String>) {
        let relative = path.strip_prefix(self.root).unwrap_or(path).into();
        self.inputs.push(Input { path: path.into(), relative, failure });
    }
}

fn is_module(path: &Path) -> bool {
    let is = |extension: &OsStr| ["wasm", "wat"].iter().any(|it| extension.eq_ignore_ascii_case(it));
    path.extension().is_some_and(is)
}
