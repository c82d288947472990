//! Names of numbers: error codes, flags, and the members of enumerations. Each list begins with the name of 0.

use crate::line::Line;

const ERRNO: &[&str] = &[
    "SUCCESS",
    "E2BIG",
    "EACCES",
    "EADDRINUSE",
    "EADDRNOTAVAIL",
    "EAFNOSUPPORT",
    "EAGAIN",
    "EALREADY",
    "EBADF",
    "EBADMSG",
    "EBUSY",
    "ECANCELED",
    "ECHILD",
    "ECONNABORTED",
    "ECONNREFUSED",
    "ECONNRESET",
    "EDEADLK",
    "EDESTADDRREQ",
    "EDOM",
    "EDQUOT",
    "EEXIST",
    "EFAULT",
    "EFBIG",
    "EHOSTUNREACH",
    "EIDRM",
    "EILSEQ",
    "EINPROGRESS",
    "EINTR",
    "EINVAL",
    "EIO",
    "EISCONN",
    "EISDIR",
    "ELOOP",
    "EMFILE",
    "EMLINK",
    "EMSGSIZE",
    "EMULTIHOP",
    "ENAMETOOLONG",
    "ENETDOWN",
    "ENETRESET",
    "ENETUNREACH",
    "ENFILE",
    "ENOBUFS",
    "ENODEV",
    "ENOENT",
    "ENOEXEC",
    "ENOLCK",
    "ENOLINK",
    "ENOMEM",
    "ENOMSG",
    "ENOPROTOOPT",
    "ENOSPC",
    "ENOSYS",
    "ENOTCONN",
    "ENOTDIR",
    "ENOTEMPTY",
    "ENOTRECOVERABLE",
    "ENOTSOCK",
    "ENOTSUP",
    "ENOTTY",
    "ENXIO",
    "EOVERFLOW",
    "EOWNERDEAD",
    "EPERM",
    "EPIPE",
    "EPROTO",
    "EPROTONOSUPPORT",
    "EPROTOTYPE",
    "ERANGE",
    "EROFS",
    "ESPIPE",
    "ESRCH",
    "ESTALE",
    "ETIMEDOUT",
    "ETXTBSY",
    "EXDEV",
    "ENOTCAPABLE",
];

pub const CLOCKS: &[&str] = &["REALTIME", "MONOTONIC", "PROCESS_CPUTIME_ID", "THREAD_CPUTIME_ID"];
pub const WHENCE: &[&str] = &["SET", "CUR", "END"];
pub const ADVICE: &[&str] = &["NORMAL", "SEQUENTIAL", "RANDOM", "WILLNEED", "DONTNEED", "NOREUSE"];
pub const FILE_TYPES: &[&str] = &[
    "UNKNOWN",
    "BLOCK_DEVICE",
    "CHARACTER_DEVICE",
    "DIRECTORY",
    "REGULAR_FILE",
    "SOCKET_DGRAM",
    "SOCKET_STREAM",
    "SYMBOLIC_LINK",
];
pub const SIGNALS: &[&str] = &[
    "NONE", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM",
    "TERM", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "POLL",
    "PWR", "SYS",
];
pub const EVENTS: &[&str] = &["CLOCK", "FD_READ", "FD_WRITE"];

pub const LOOKUP: &[&str] = &["SYMLINK_FOLLOW"];
pub const OPEN: &[&str] = &["CREAT", "DIRECTORY", "EXCL", "TRUNC"];
pub const DESCRIPTOR: &[&str] = &["APPEND", "DSYNC", "NONBLOCK", "RSYNC", "SYNC"];
pub const TIMES: &[&str] = &["ATIM", "ATIM_NOW", "MTIM", "MTIM_NOW"];
pub const RECEIVE: &[&str] = &["PEEK", "WAITALL"];
pub const RECEIVED: &[&str] = &["DATA_TRUNCATED"];
pub const SHUTDOWN: &[&str] = &["RD", "WR"];
pub const NONE: &[&str] = &[];

pub fn errno(line: &mut Line, errno: i32) {
    member(line, ERRNO, errno as u32 as u64);
}

/// Adds the name of a member, or its number if it has none.
pub fn member(line: &mut Line, names: &[&str], value: u64) {
    match names.get(value as usize) {
        Some(name) => line.text(name),
        None => line.number(value),
    }
}

/// Adds the names of flags with `|` between, and a number for those without a name.
pub fn flags(line: &mut Line, names: &[&str], value: u64) {
    let mut rest = value;
    let mut separator = "";
    for (bit, name) in names.iter().enumerate() {
        if value >> bit & 1 == 1 {
            line.text(separator);
            line.text(name);
            separator = "|";
            rest &= !(1 << bit);
        }
    }
    if rest != 0 || value == 0 {
        line.text(separator);
        if rest == 0 { line.text("0") } else { line.hex(rest) }
    }
}
