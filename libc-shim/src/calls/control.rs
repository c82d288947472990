//! `fcntl`, `ioctl`, `fstat` and the `dup` family.

use super::locks::Command;
use crate::c;
use crate::description::{Access, Description, S_IFSOCK};
use crate::errno::{Errno, Result};
use crate::preview1::{self, Filestat, NONBLOCK, RIGHT_READ, RIGHT_READDIR, RIGHT_WRITE};
use crate::table;

const F_DUPFD: i32 = 0;
const F_GETFD: i32 = 1;
const F_SETFD: i32 = 2;
const F_GETFL: i32 = 3;
const F_SETFL: i32 = 4;
const F_DUPFD_CLOEXEC: i32 = 1030;
const FD_CLOEXEC: i32 = 1;

/// As `fcntl.h` of the SDK has it. The C library has none.
pub const O_CLOEXEC: i32 = 0x2000_0000;
const O_RDONLY: i32 = 0x0400_0000;
const O_SEARCH: i32 = 0x0800_0000;
const O_WRONLY: i32 = 0x1000_0000;

/// File types in `st_mode`, besides those of pipes and sockets.
const S_IFMT: u32 = 0xf000;
const S_IFCHR: u32 = 0x2000;
const S_IFDIR: u32 = 0x4000;
const S_IFBLK: u32 = 0x6000;
const S_IFREG: u32 = 0x8000;
const S_IFLNK: u32 = 0xa000;

/// The size of the blocks that `fstat` names for pipes and sockets, as Linux does.
const BLOCK_SIZE: i32 = 4096;
/// The flags that preview1 has, among those of `open`.
const PREVIEW1_FLAGS: i32 = 0xfff;

const FIONREAD: i32 = 1;
const FIONBIO: i32 = 2;

/// Duplicates a descriptor, reads and changes its flags, and locks its file.
///
/// Errors: `EBADF`, `EINVAL` for another command or a negative number, `EMFILE`, `ENOMEM`; those of [`Command::run`].
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/fcntl.html>
fn with_locks(fd: i32, command: i32, arguments: *const i32) -> Result<i32> {
    match Command::new(command) {
        Some(command) => command.run(fd, c::variadic(arguments.cast())?),
        None => without_locks(fd, command, arguments),
    }
}

/// The names of `fcntl`. Unsafe are only these, as in `exports.rs`.
#[allow(unsafe_code)]
mod names {
    use super::{with_locks, without_locks};
    use crate::c;

    /// The name in the header, which has the commands about locks.
    #[unsafe(no_mangle)]
    extern "C" fn wasi_sockets_fcntl(fd: i32, command: i32, arguments: *const i32) -> i32 {
        c::return_value(with_locks(fd, command, arguments))
    }

    /// The same where the compiler knows that the command is none of them.
    #[unsafe(no_mangle)]
    extern "C" fn wasi_sockets_fcntl_without_locks(fd: i32, command: i32, arguments: *const i32) -> i32 {
        c::return_value(without_locks(fd, command, arguments))
    }

    /// The C name is for those who do not have that header: the C library, of which `fdopen` calls this, and its programs.
    #[unsafe(no_mangle)]
    extern "C" fn fcntl(fd: i32, command: i32, arguments: *const i32) -> i32 {
        wasi_sockets_fcntl_without_locks(fd, command, arguments)
    }
}

fn without_locks(fd: i32, command: i32, arguments: *const i32) -> Result<i32> {
    match command {
        F_DUPFD | F_DUPFD_CLOEXEC => {
            table::check(fd)?;
            let least = u32::try_from(c::variadic(arguments)?).map_err(|_| Errno::INVAL)?;
            let new = table::duplicate(fd, least)?;
            table::set_close_on_exec(new, command == F_DUPFD_CLOEXEC)?;
            Ok(new)
        }
        F_GETFD => {
            table::check(fd)?;
            Ok(if table::closes_on_exec(fd) { FD_CLOEXEC } else { 0 })
        }
        F_SETFD => {
            table::check(fd)?;
            table::set_close_on_exec(fd, c::variadic(arguments)? & FD_CLOEXEC != 0)?;
            Ok(0)
        }
        F_GETFL => status(fd),
        F_SETFL => {
            let flags = c::variadic(arguments)?;
            match table::lookup(fd) {
                Some(description) => description.common().nonblocking.set(flags & i32::from(NONBLOCK) != 0),
                None => preview1::set_flags(fd as u32, flags & PREVIEW1_FLAGS)?,
            }
            Ok(0)
        }
        _ => table::check(fd).and(Err(Errno::INVAL)),
    }
}

/// Counts readable bytes (`FIONREAD`), or sets nonblocking mode (`FIONBIO`).
///
/// Errors: `EBADF`, `ENOTTY` for another request, `EINVAL` for the bytes of a listener, `EFAULT`.
///
/// Specification: <https://man7.org/linux/man-pages/man2/ioctl.2.html>
pub fn ioctl(fd: i32, request: i32, arguments: *const *mut i32) -> Result<i32> {
    let description = table::lookup(fd);
    match request {
        FIONREAD => {
            let count = match description {
                Some(description) => description.readable()? as u64,
                None => table::check(fd).and_then(|()| preview1::readable(fd as u32))?,
            };
            c::put(c::variadic(arguments)?, count.try_into().unwrap_or(i32::MAX))?;
        }
        FIONBIO => {
            let on = c::get(c::variadic(arguments)?.cast_const())? != 0;
            match description {
                Some(description) => description.common().nonblocking.set(on),
                None => {
                    let flags = preview1::stat(fd as u32)?.flags & !NONBLOCK;
                    preview1::set_flags(fd as u32, (flags | if on { NONBLOCK } else { 0 }).into())?;
                }
            }
        }
        _ => return table::check(fd).and(Err(Errno::NOTTY)),
    }
    Ok(0)
}

/// Tells the attributes of a descriptor. The C library's own knows no pipes.
///
/// Errors: `EBADF`, `EFAULT`.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/fstat.html>
pub fn fstat(fd: i32, result: *mut Stat) -> Result<i32> {
    let stat = match table::lookup(fd) {
        Some(description) => {
            Stat { mode: description.kind().mode(), links: 1, block_size: BLOCK_SIZE, ..Stat::default() }
        }
        None => Stat::from(preview1::file_stat(fd as u32)?),
    };
    c::put(result, stat)?;
    Ok(0)
}

/// Gives a descriptor another number.
///
/// Errors: `EBADF`, `EMFILE`, `ENOMEM`.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/dup.html>
pub fn dup(fd: i32) -> Result<i32> {
    table::duplicate(fd, 0)
}

/// Gives a descriptor a certain number.
///
/// Errors: `EBADF`, `ENOMEM`.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/dup.html>
pub fn dup2(from: i32, to: i32) -> Result<i32> {
    table::duplicate_onto(from, to)
}

/// [`dup2`] with flags.
///
/// Errors: those of [`dup2`], `EINVAL` for equal numbers or other flags than `O_CLOEXEC`.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/dup.html>
pub fn dup3(from: i32, to: i32, flags: i32) -> Result<i32> {
    if from == to || flags & !O_CLOEXEC != 0 {
        return Err(Errno::INVAL);
    }
    let new = table::duplicate_onto(from, to)?;
    table::set_close_on_exec(new, flags & O_CLOEXEC != 0)?;
    Ok(new)
}

/// The flags of `open`.
fn status(fd: i32) -> Result<i32> {
    let flags = match table::lookup(fd) {
        Some(description) => nonblock(&*description),
        None => preview1::stat(fd as u32)?.flags,
    };
    let access = access(fd)?;
    let access = match (access.read, access.write) {
        (true, true) => O_RDONLY | O_WRONLY,
        (true, false) => O_RDONLY,
        (false, true) => O_WRONLY,
        (false, false) => O_SEARCH,
    };
    Ok(i32::from(flags) | access)
}

/// The directions of a descriptor; of what the adapter has, as far as the rights tell.
pub fn access(fd: i32) -> Result<Access> {
    if let Some(description) = table::lookup(fd) {
        return Ok(description.access());
    }
    let rights = preview1::stat(fd as u32)?.rights;
    let [read, write] = [RIGHT_READ | RIGHT_READDIR, RIGHT_WRITE].map(|wanted| rights & wanted != 0);
    Ok(Access { read, write })
}

/// The flags of preview1 that a description of ours has.
pub fn nonblock(description: &dyn Description) -> u16 {
    if description.common().nonblocking.get() { NONBLOCK } else { 0 }
}

/// `struct timespec` as `struct stat` has it.
#[repr(C)]
#[derive(Clone, Copy, Default)]
struct Time {
    sec: i64,
    nsec: i32,
}

impl Time {
    fn new(nanoseconds: u64) -> Self {
        Self { sec: (nanoseconds / 1_000_000_000) as i64, nsec: (nanoseconds % 1_000_000_000) as i32 }
    }
}

/// `struct stat`
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct Stat {
    device: u64,
    inode: u64,
    links: u64,
    mode: u32,
    user: u32,
    group: u32,
    padding: u32,
    special_device: u64,
    size: i64,
    block_size: i32,
    blocks: i64,
    accessed: Time,
    modified: Time,
    changed: Time,
    reserved: [i64; 3],
}

impl Stat {
    pub fn is_directory(&self) -> bool {
        self.mode & S_IFMT == S_IFDIR
    }
}

impl From<Filestat> for Stat {
    fn from(stat: Filestat) -> Self {
        let [accessed, modified, changed] = stat.times.map(Time::new);
        let mode = match stat.filetype {
            preview1::BLOCK_DEVICE => S_IFBLK,
            preview1::CHARACTER_DEVICE => S_IFCHR,
            preview1::DIRECTORY => S_IFDIR,
            preview1::REGULAR_FILE => S_IFREG,
            preview1::SOCKET_DGRAM | preview1::SOCKET_STREAM => S_IFSOCK,
            preview1::SYMBOLIC_LINK => S_IFLNK,
            _ => 0,
        };
        let Filestat { device, inode, links, size, .. } = stat;
        Self { device, inode, links, mode, size: size as i64, accessed, modified, changed, ..Self::default() }
    }
}
