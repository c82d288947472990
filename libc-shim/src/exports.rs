//! The functions of C that this library defines and that fail with an `errno`, with the types that C gives them.
//!
//! Each has two names. The one with the prefix `wasi_sockets_` is for programs compiled with this library's headers: they
//! get it even where the linker looks into the C library first. The C name gives way to another definition, because the
//! build makes it weak.
#![allow(unsafe_code)] // because a name could clash with another's, and the linker would say so

use core::ffi::c_void;

use crate::c::{self, Timespec, Timeval};
use crate::calls::control::{self, Stat};
use crate::calls::locks;
use crate::calls::mappings;
use crate::calls::messages::{self, Message, MessageWithLen};
use crate::calls::names::hosts;
use crate::calls::paths;
use crate::calls::poll::{self, FdSet, PollFd};
use crate::calls::process;
use crate::calls::signals::{self, Action, SignalSet};
use crate::calls::socket;
use crate::calls::system::{self, Limit, System};
use crate::calls::usage::{self, Times, Usage};
use crate::calls::{temporary, users};
use crate::options;

/// Exports the functions of a module. A function that fails returns -1, with the error in `errno`.
macro_rules! exports {
    ($(mod $module:ident { $(fn $name:ident $arguments:tt -> $result:ty;)* })*) => {
        $($(exports! { $module $name $arguments $result })*)*
    };
    ($module:ident $name:ident ($($argument:ident: $type:ty),*) $result:ty) => {
        #[unsafe(no_mangle)]
        extern "C" fn $name($($argument: $type),*) -> $result {
            #[unsafe(export_name = concat!("wasi_sockets_", stringify!($name)))]
            extern "C" fn own($($argument: $type),*) -> $result {
                c::return_value($module::$name($($argument),*))
            }
            own($($argument),*)
        }
    };
}

exports! {
    mod socket {
        fn socket(family: i32, kind: i32, protocol: i32) -> i32;
        fn socketpair(family: i32, kind: i32, protocol: i32, ends: *mut [i32; 2]) -> i32;
        fn pipe(ends: *mut [i32; 2]) -> i32;
        fn pipe2(ends: *mut [i32; 2], flags: i32) -> i32;
        fn bind(fd: i32, start: *const u8, len: u32) -> i32;
        fn connect(fd: i32, start: *const u8, len: u32) -> i32;
        fn listen(fd: i32, backlog: i32) -> i32;
        fn accept(fd: i32, start: *mut u8, len: *mut u32) -> i32;
        fn accept4(fd: i32, start: *mut u8, len: *mut u32, flags: i32) -> i32;
        fn getsockname(fd: i32, start: *mut u8, len: *mut u32) -> i32;
        fn getpeername(fd: i32, start: *mut u8, len: *mut u32) -> i32;
        fn sockatmark(fd: i32) -> i32;
        fn shutdown(fd: i32, how: i32) -> i32;
    }
    mod messages {
        fn send(fd: i32, start: *mut u8, len: usize, flags: i32) -> isize;
        fn sendto(fd: i32, start: *mut u8, len: usize, flags: i32, to: *const u8, to_len: u32) -> isize;
        fn sendmsg(fd: i32, message: *const Message, flags: i32) -> isize;
        fn sendmmsg(fd: i32, messages: *mut MessageWithLen, count: u32, flags: u32) -> i32;
        fn recvmmsg(fd: i32, messages: *mut MessageWithLen, count: u32, flags: u32, timeout: *const Timespec) -> i32;
        fn recv(fd: i32, start: *mut u8, len: usize, flags: i32) -> isize;
        fn recvfrom(fd: i32, start: *mut u8, len: usize, flags: i32, from: *mut u8, from_len: *mut u32) -> isize;
        fn recvmsg(fd: i32, message: *mut Message, flags: i32) -> isize;
    }
    mod poll {
        fn poll(start: *mut PollFd, count: usize, milliseconds: i32) -> i32;
        fn ppoll(start: *mut PollFd, count: usize, timeout: *const Timespec, mask: *const u8) -> i32;
        fn select(bound: i32, read: *mut FdSet, write: *mut FdSet, except: *mut FdSet, timeout: *const Timeval) -> i32;
        fn pselect(bound: i32, read: *mut FdSet, write: *mut FdSet, except: *mut FdSet, timeout: *const Timespec,
            mask: *const u8) -> i32;
    }
    mod control {
        fn ioctl(fd: i32, request: i32, arguments: *const *mut i32) -> i32;
        fn fstat(fd: i32, result: *mut Stat) -> i32;
        fn dup(fd: i32) -> i32;
        fn dup2(from: i32, to: i32) -> i32;
        fn dup3(from: i32, to: i32, flags: i32) -> i32;
    }
    mod locks {
        fn flock(fd: i32, operation: i32) -> i32;
        fn lockf(fd: i32, command: i32, len: i64) -> i32;
    }
    mod mappings {
        fn munmap(start: usize, len: usize) -> i32;
        fn mprotect(start: usize, len: usize, protection: i32) -> i32;
        fn msync(start: usize, len: usize, flags: i32) -> i32;
        fn madvise(start: usize, len: usize, advice: i32) -> i32;
    }
    mod paths {
        fn chdir(path: *const u8) -> i32;
    }
    mod hosts {
        fn gethostname(start: *mut u8, len: usize) -> i32;
    }
    mod process {
        fn getpid() -> i32;
        fn getppid() -> i32;
        fn fork() -> i32;
        fn vfork() -> i32;
        fn execve(path: *const u8, arguments: *const *const u8, environment: *const *const u8) -> i32;
        fn execv(path: *const u8, arguments: *const *const u8) -> i32;
        fn execvp(file: *const u8, arguments: *const *const u8) -> i32;
        fn execl(path: *const u8, argument: *const u8, arguments: *const *const u8) -> i32;
        fn execlp(file: *const u8, argument: *const u8, arguments: *const *const u8) -> i32;
        fn system(command: *const u8) -> i32;
        fn pclose(stream: *mut c_void) -> i32;
        fn wait(status: *mut i32) -> i32;
        fn waitpid(process: i32, status: *mut i32, options: i32) -> i32;
        fn getloadavg(averages: *mut f64, count: i32) -> i32;
    }
    mod system {
        fn uname(to: *mut System) -> i32;
        fn getrlimit(of: i32, to: *mut Limit) -> i32;
        fn setrlimit(of: i32, from: *const Limit) -> i32;
    }
    mod usage {
        fn getrusage(who: i32, usage: *mut Usage) -> i32;
        fn times(times: *mut Times) -> i64;
        fn clock() -> i64;
    }
    mod users {
        fn getuid() -> i32;
        fn geteuid() -> i32;
        fn getgid() -> i32;
        fn getegid() -> i32;
        fn getgroups(count: i32, groups: *mut u32) -> i32;
        fn setuid(user: i32) -> i32;
        fn seteuid(user: i32) -> i32;
        fn setgid(group: i32) -> i32;
        fn setegid(group: i32) -> i32;
        fn umask(mask: i32) -> i32;
        fn chmod(path: *const u8, mode: i32) -> i32;
        fn fchmod(fd: i32, mode: i32) -> i32;
        fn fchmodat(fd: i32, path: *const u8, mode: i32, flags: i32) -> i32;
        fn chown(path: *const u8, user: i32, group: i32) -> i32;
        fn lchown(path: *const u8, user: i32, group: i32) -> i32;
        fn fchown(fd: i32, user: i32, group: i32) -> i32;
        fn fchownat(fd: i32, path: *const u8, user: i32, group: i32, flags: i32) -> i32;
    }
    mod signals {
        fn sigaction(signal: i32, new: *const Action, old: *mut Action) -> i32;
        fn raise(signal: i32) -> i32;
        fn kill(process: i32, signal: i32) -> i32;
        fn sigemptyset(set: *mut SignalSet) -> i32;
        fn sigfillset(set: *mut SignalSet) -> i32;
        fn sigaddset(set: *mut SignalSet, signal: i32) -> i32;
        fn sigdelset(set: *mut SignalSet, signal: i32) -> i32;
        fn sigismember(set: *const SignalSet, signal: i32) -> i32;
        fn sigprocmask(how: i32, set: *const SignalSet, old: *mut SignalSet) -> i32;
        fn sigpending(set: *mut SignalSet) -> i32;
        fn sigsuspend(set: *const SignalSet) -> i32;
        fn alarm(seconds: i32) -> i32;
    }
    mod temporary {
        fn mkstemp(template: *mut u8) -> i32;
        fn mkostemp(template: *mut u8, flags: i32) -> i32;
        fn mkstemps(template: *mut u8, suffix: i32) -> i32;
        fn mkostemps(template: *mut u8, suffix: i32, flags: i32) -> i32;
    }
    mod options {
        fn getsockopt(fd: i32, level: i32, name: i32, value: *mut u8, len: *mut u32) -> i32;
        fn setsockopt(fd: i32, level: i32, name: i32, value: *const u8, len: u32) -> i32;
    }
}
