//! The process that a component is, and others, of which there are none.

use core::ffi::c_void;
use core::ptr::null_mut;

use crate::c;
use crate::errno::{Errno, Result};

/// WASI has no processes, so this is no number of another. wasi-libc's emulation gives the same.
pub const PROCESS_ID: i32 = 42;

/// Tells the number of the process.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/getpid.html>
pub fn getpid() -> Result<i32> {
    Ok(PROCESS_ID)
}

/// Tells the number of the process that started this one: 0, as Linux says where that cannot be seen.
///
/// Specification: <https://man7.org/linux/man-pages/man2/getppid.2.html>
pub fn getppid() -> Result<i32> {
    Ok(0)
}

/// Would duplicate the process. `vfork` and the `exec` family fail like this, too.
///
/// Errors: `ENOSYS`.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/fork.html>
pub fn fork() -> Result<i32> {
    Err(Errno::NOSYS)
}

/// See [`fork`].
pub fn vfork() -> Result<i32> {
    Err(Errno::NOSYS)
}

/// Would run another program in this process.
///
/// Errors: `ENOSYS`.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/exec.html>
pub fn execve(_path: *const u8, _arguments: *const *const u8, _environment: *const *const u8) -> Result<i32> {
    Err(Errno::NOSYS)
}

/// See [`execve`].
pub fn execv(_path: *const u8, _arguments: *const *const u8) -> Result<i32> {
    Err(Errno::NOSYS)
}

/// See [`execve`].
pub fn execvp(_file: *const u8, _arguments: *const *const u8) -> Result<i32> {
    Err(Errno::NOSYS)
}

/// See [`execve`].
pub fn execl(_path: *const u8, _argument: *const u8, _arguments: *const *const u8) -> Result<i32> {
    Err(Errno::NOSYS)
}

/// See [`execve`].
pub fn execlp(_file: *const u8, _argument: *const u8, _arguments: *const *const u8) -> Result<i32> {
    Err(Errno::NOSYS)
}

/// Runs a command. There is no shell, which 0 for no command says.
///
/// Errors: `ENOSYS` for a command.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/system.html>
pub fn system(command: *const u8) -> Result<i32> {
    if command.is_null() { Ok(0) } else { Err(Errno::NOSYS) }
}

/// Waits for a process that this one has started.
///
/// Errors: `ECHILD`: there is none.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/wait.html>
pub fn waitpid(_process: i32, _status: *mut i32, _options: i32) -> Result<i32> {
    Err(Errno::CHILD)
}

/// See [`waitpid`].
pub fn wait(_status: *mut i32) -> Result<i32> {
    Err(Errno::CHILD)
}

/// Tells how busy the machine is, which WASI does not say. The C library has no number for this error.
///
/// Specification: <https://man7.org/linux/man-pages/man3/getloadavg.3.html>
pub fn getloadavg(_averages: *mut f64, _count: i32) -> Result<i32> {
    Err(Errno::NOSYS)
}

/// Would run a command, beside a pipe to it.
///
/// Errors: `ENOSYS`.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/popen.html>
// Unsafe only because of the name, as in `exports.rs`.
#[allow(unsafe_code)]
#[unsafe(no_mangle)]
extern "C" fn popen(_command: *const u8, _mode: *const u8) -> *mut c_void {
    c::set_errno(Errno::NOSYS);
    null_mut()
}

/// Waits for a command that `popen` has started.
///
/// Errors: `ECHILD`: there is none.
pub fn pclose(_stream: *mut c_void) -> Result<i32> {
    Err(Errno::CHILD)
}
