//! Errors about one of several files, which reports have beside the others.

use super::foreign::Foreign;
use anyhow::Error;
use serde::Serialize;
use std::borrow::Cow;
use std::fmt;
use wasi_adapt::LinkError;
use wasi_adapt::names::escaped;

/// An error about a file, for programs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// The kind of the file (`empty`, `gzip`, `html` ..), or `unreadable`, or `invalid`; stable.
    pub code: &'static str,
    pub message: String,
    pub remedy: Option<Cow<'static, str>>,
}

impl Failure {
    pub fn of(error: &Error) -> Failure {
        if let Some(Foreign { code, message, remedy }) = error.downcast_ref() {
            return Failure { code, message: message.clone(), remedy: Some((*remedy).into()) };
        }
        let invalid = error.chain().any(|cause| cause.is::<LinkError>() || cause.is::<wat::Error>());
        let message = format!("{error:#}").split('\n').map(escaped).collect::<Vec<_>>().join("\n");
        Failure { code: if invalid { "invalid" } else { "unreadable" }, message, remedy: None }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        self.remedy.as_ref().map_or(Ok(()), |remedy| write!(f, "\n  remedy: {remedy}"))
    }
}
