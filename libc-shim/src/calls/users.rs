//! Users, and what belongs to them. There is one, the owner of all files by what `stat` says: number 0, in group 0.

use core::cell::Cell;

use super::control::{self, Stat};
use super::paths::{self, AT_FDCWD, AT_SYMLINK_NOFOLLOW};
use crate::errno::{Errno, Result};
use crate::one_thread::OneThread;

/// The number of the user and of its group.
const ONE: i32 = 0;
/// The permissions that the owner of a file has in fact.
const READ_AND_WRITE: i32 = 0o600;
/// The bits of permissions in a mode.
const PERMISSIONS: i32 = 0o777;

/// The mask of [`umask`].
static MASK: OneThread<Cell<i32>> = OneThread(Cell::new(0o022));

/// Tells the number of the user.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/getuid.html>
pub fn getuid() -> Result<i32> {
    Ok(ONE)
}

/// See [`getuid`].
pub fn geteuid() -> Result<i32> {
    Ok(ONE)
}

/// Tells the number of the user's group.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/getgid.html>
pub fn getgid() -> Result<i32> {
    Ok(ONE)
}

/// See [`getgid`].
pub fn getegid() -> Result<i32> {
    Ok(ONE)
}

/// Tells the further groups of the user: there is none.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/getgroups.html>
pub fn getgroups(count: i32, _groups: *mut u32) -> Result<i32> {
    if count < 0 { Err(Errno::INVAL) } else { Ok(0) }
}

/// Becomes a user: the only one.
///
/// Errors: `EPERM` for another.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/setuid.html>
pub fn setuid(user: i32) -> Result<i32> {
    if user == ONE { Ok(0) } else { Err(Errno::PERM) }
}

/// See [`setuid`].
pub fn seteuid(user: i32) -> Result<i32> {
    setuid(user)
}

/// See [`setuid`].
pub fn setgid(group: i32) -> Result<i32> {
    setuid(group)
}

/// See [`setuid`].
pub fn setegid(group: i32) -> Result<i32> {
    setuid(group)
}

/// Sets the permissions that new files do not get, and returns those before. Files have no permissions in WASI, so the
/// mask is only kept.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/umask.html>
pub fn umask(mask: i32) -> Result<i32> {
    Ok(MASK.replace(mask & PERMISSIONS))
}

/// Sets the permissions of a file. Its owner can always read and write it, and more WASI does not know: so the rest is
/// ignored, as on file systems without permissions.
///
/// Errors: `EPERM` for a mode by which its owner could not read or write it, but for the one without any permission: `stat`
/// tells that one of each file, and programs give copies the mode of the original; those of looking the file up.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/chmod.html>
pub fn fchmodat(fd: i32, path: *const u8, mode: i32, flags: i32) -> Result<i32> {
    paths::stat(fd, path, flags)?;
    check_mode(mode)
}

/// See [`fchmodat`].
pub fn chmod(path: *const u8, mode: i32) -> Result<i32> {
    fchmodat(AT_FDCWD, path, mode, 0)
}

/// See [`fchmodat`].
pub fn fchmod(fd: i32, mode: i32) -> Result<i32> {
    is_open(fd)?;
    check_mode(mode)
}

fn check_mode(mode: i32) -> Result<i32> {
    if mode & PERMISSIONS == 0 || mode & READ_AND_WRITE == READ_AND_WRITE { Ok(0) } else { Err(Errno::PERM) }
}

/// Gives a file to a user and a group: to the only ones, or it leaves them with -1.
///
/// Errors: `EPERM` for others; those of looking the file up.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/chown.html>
pub fn fchownat(fd: i32, path: *const u8, user: i32, group: i32, flags: i32) -> Result<i32> {
    paths::stat(fd, path, flags)?;
    check_owner(user, group)
}

/// See [`fchownat`].
pub fn chown(path: *const u8, user: i32, group: i32) -> Result<i32> {
    fchownat(AT_FDCWD, path, user, group, 0)
}

/// See [`fchownat`].
pub fn lchown(path: *const u8, user: i32, group: i32) -> Result<i32> {
    fchownat(AT_FDCWD, path, user, group, AT_SYMLINK_NOFOLLOW)
}

/// See [`fchownat`].
pub fn fchown(fd: i32, user: i32, group: i32) -> Result<i32> {
    is_open(fd)?;
    check_owner(user, group)
}

fn check_owner(user: i32, group: i32) -> Result<i32> {
    if [user, group].into_iter().all(|owner| owner == ONE || owner == -1) { Ok(0) } else { Err(Errno::PERM) }
}

fn is_open(fd: i32) -> Result {
    control::fstat(fd, &mut Stat::default()).map(drop)
}
