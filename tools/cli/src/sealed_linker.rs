//! The linker of each program, where policies may have files for some.

use crate::file_options::{self, FileArgs};
use crate::seal::SealArgs;
use anyhow::Result;
use std::collections::HashMap;
use std::path::Path;
use std::ptr;
use std::sync::{Mutex, PoisonError};
use wasi_adapt::Linker;

/// Makes the linker of each program. Files of policies are read once for all programs that have the same.
pub struct SealedLinker<'a> {
    /// It has the files of the command line.
    linker: Linker,
    seal: &'a SealArgs,
    files: &'a FileArgs,
    /// The linkers with files of policies, by the addresses of these options.
    with_files: Mutex<HashMap<Vec<usize>, Linker>>,
}

impl<'a> SealedLinker<'a> {
    pub fn new(linker: Linker, seal: &'a SealArgs, files: &'a FileArgs) -> Self {
        SealedLinker { linker, seal, files, with_files: Mutex::default() }
    }

    /// Returns the linker of the program in a file.
    pub fn of(&self, file: &Path) -> Result<Linker> {
        Ok(self.with_files(file)?.seal(self.seal.seal(file)))
    }

    fn with_files(&self, file: &Path) -> Result<Linker> {
        let files = self.seal.files(file);
        if files.is_empty() {
            return Ok(self.linker.clone());
        }
        let key = files.iter().map(|files| ptr::from_ref(*files).addr()).collect();
        let mut known = self.with_files.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(linker) = known.get(&key) {
            return Ok(linker.clone());
        }
        let linker = self.linker.clone().embed(file_options::read(files.into_iter().chain([self.files]))?);
        known.insert(key, linker.clone());
        Ok(linker)
    }
}
