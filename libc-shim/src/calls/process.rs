//! The process that a component is.

use crate::errno::Result;

/// WASI has no processes, so this is no number of another. wasi-libc's emulation gives the same.
pub const PROCESS_ID: i32 = 42;

/// Tells the number of the process.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/getpid.html>
pub fn getpid() -> Result<i32> {
    Ok(PROCESS_ID)
}
