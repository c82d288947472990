//! Wrong usage, which is reported as clap does it: with exit status 2.

use super::{Common, command};
use anyhow::Result;
use clap::Error;
use clap::error::ErrorKind;
use std::ffi::OsStr;
use std::process::ExitCode;

/// The exit status that clap has for it.
const STATUS: u8 = 2;

/// Says what is wrong with arguments that clap accepts one by one.
pub fn wrong(message: &str, common: &Common) -> Result<ExitCode> {
    common.complain(message, &[])?;
    Ok(ExitCode::from(STATUS))
}

/// Arguments that have to be UTF-8 and are not.
pub fn not_utf8<T: AsRef<OsStr>>(arguments: impl IntoIterator<Item = T>) -> Error {
    let quoted: Vec<_> = arguments.into_iter().map(|argument| format!("{:?}", argument.as_ref())).collect();
    command().error(ErrorKind::InvalidUtf8, format!("arguments are UTF-8 text, but not {}", quoted.join(" and ")))
}
