//! What became of each input of `link --out-dir`, for programs.
//!
//! The shape is stable: fields may be added, and `schema` grows when one changes its meaning or goes.

use crate::failure::Failure;
use serde::Serialize;
use wasi_adapt::Layout;
use wasi_adapt::inspect::Problem;

pub const SCHEMA: u32 = 1;

#[derive(Serialize)]
pub struct Report {
    pub schema: u32,
    pub files: Vec<File>,
}

/// What became of an input. It has every field, whatever it is: what does not apply is null or empty.
#[derive(Serialize)]
pub struct File {
    pub file: String,
    pub status: Status,
    /// The file that was written.
    pub output: Option<String>,
    /// In bytes, of what was read, in binary form.
    pub input_size: Option<usize>,
    /// In bytes, of what was written.
    pub size: Option<usize>,
    pub layout: Option<Layout>,
    pub warnings: Vec<String>,
    /// What keeps the module from becoming a component, as `inspect` has it.
    pub problems: Vec<Problem>,
    /// What else went wrong.
    pub error: Option<Failure>,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    Linked,
    Skipped,
    Failed,
}

impl File {
    /// An input that nothing has been made of.
    pub fn failed(file: String) -> File {
        File {
            file,
            status: Status::Failed,
            output: None,
            input_size: None,
            size: None,
            layout: None,
            warnings: Vec::new(),
            problems: Vec::new(),
            error: None,
        }
    }
}
