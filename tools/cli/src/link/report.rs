//! The results of `link --out-dir` for each input, as JSON.
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

/// The result for an input. Every field is present; those that do not apply are null or empty.
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
    /// The problems that keep the module from becoming a component, in the format of `inspect`.
    pub problems: Vec<Problem>,
    /// Any other error.
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
