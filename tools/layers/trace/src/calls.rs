//! The table of calls, each with its parameters as core values and the kinds of its arguments, in the order of preview1's
//! documents.

use crate::kinds::Kind::{self, *};
use crate::names::*;
use crate::{Traced, settings, trace_exit};

/// A function of the table.
pub struct Call {
    pub name: &'static str,
    /// Its position in the table.
    pub number: usize,
    pub kinds: &'static [Kind],
}

impl Call {
    /// Returns whether the user has asked for it. Some calls are served for another reason.
    pub fn is_traced(&self) -> bool {
        match self.number {
            FD_CLOSE => settings::fd_close(),
            FD_RENUMBER => settings::fd_renumber(),
            PROC_EXIT => settings::proc_exit(),
            _ => true,
        }
    }

    /// Returns whether the call takes a descriptor from who had it before.
    pub fn takes(&self, values: &[u64], fd: i32) -> bool {
        let taken = match self.number {
            FD_CLOSE => values.first(),
            FD_RENUMBER => values.get(1),
            _ => None,
        };
        taken == Some(&fd.unsigned())
    }
}

const FD_CLOSE: usize = Number::fd_close as usize;
const FD_RENUMBER: usize = Number::fd_renumber as usize;
const PROC_EXIT: usize = NAMES.len() - 1;

/// A core value, without a sign.
trait Value {
    fn unsigned(self) -> u64;
}

impl Value for i32 {
    fn unsigned(self) -> u64 {
        (self as u32).into()
    }
}

impl Value for i64 {
    fn unsigned(self) -> u64 {
        self as u64
    }
}

/// Defines the table, and for each row a function that traces it.
macro_rules! calls {
    ($($name:ident($($param:ident: $ty:ty),*) [$($kind:expr),*];)*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum Number { $($name),* }

        /// The names of all calls, by their numbers; the last one is `proc_exit`.
        pub const NAMES: &[&str] = &[$(stringify!($name),)* "proc_exit"];

        mod next {
            #[link(wasm_import_module = "wasi_adapt:next")]
            unsafe extern "C" {
                $(pub safe fn $name($($param: $ty),*) -> i32;)*
                pub safe fn proc_exit(status: i32) -> !;
            }
        }

        mod exports {
            use super::*;
            $(
                // SAFETY: nothing else in this crate has the name.
                #[unsafe(no_mangle)]
                extern "C" fn $name($($param: $ty),*) -> i32 {
                    const CALL: Call =
                        Call { name: stringify!($name), number: Number::$name as usize, kinds: &[$($kind),*] };
                    let values = [$(Value::unsigned($param)),*];
                    let traced = Traced::begin(&CALL, &values);
                    let errno = next::$name($($param),*);
                    traced.end(errno);
                    errno
                }
            )*

            // SAFETY: nothing else in this crate has the name.
            #[unsafe(no_mangle)]
            extern "C" fn proc_exit(status: i32) -> ! {
                trace_exit(&Call { name: "proc_exit", number: PROC_EXIT, kinds: &[] }, status);
                next::proc_exit(status)
            }
        }
    };
}

calls! {
    args_get(argv: i32, buffer: i32) [Address, Address];
    args_sizes_get(count: i32, size: i32) [Result32, Result32];
    environ_get(environ: i32, buffer: i32) [Address, Address];
    environ_sizes_get(count: i32, size: i32) [Result32, Result32];
    clock_res_get(clock: i32, resolution: i32) [Member(CLOCKS), Result64];
    clock_time_get(clock: i32, precision: i64, time: i32) [Member(CLOCKS), Number, ResultTime];
    fd_advise(fd: i32, offset: i64, len: i64, advice: i32) [Number, Number, Number, Member(ADVICE)];
    fd_allocate(fd: i32, offset: i64, len: i64) [Number, Number, Number];
    fd_close(fd: i32) [Number];
    fd_datasync(fd: i32) [Number];
    fd_fdstat_get(fd: i32, stat: i32) [Number, Fdstat];
    fd_fdstat_set_flags(fd: i32, flags: i32) [Number, Flags(DESCRIPTOR)];
    fd_fdstat_set_rights(fd: i32, base: i64, inheriting: i64) [Number, Hex, Hex];
    fd_filestat_get(fd: i32, stat: i32) [Number, Filestat];
    fd_filestat_set_size(fd: i32, size: i64) [Number, Number];
    fd_filestat_set_times(fd: i32, atim: i64, mtim: i64, flags: i32) [Number, Time, Time, Flags(TIMES)];
    fd_pread(fd: i32, buffers: i32, count: i32, offset: i64, size: i32) [Number, Input(4), Number, Result32];
    fd_prestat_get(fd: i32, prestat: i32) [Number, Prestat];
    fd_prestat_dir_name(fd: i32, path: i32, len: i32) [Number, ResultText(2)];
    fd_pwrite(fd: i32, buffers: i32, count: i32, offset: i64, size: i32) [Number, Output, Number, Result32];
    fd_read(fd: i32, buffers: i32, count: i32, size: i32) [Number, Input(3), Result32];
    fd_readdir(fd: i32, buffer: i32, len: i32, cookie: i64, size: i32) [Number, Address, Number, Number, Result32];
    fd_renumber(from: i32, to: i32) [Number, Number];
    fd_seek(fd: i32, offset: i64, whence: i32, position: i32) [Number, Signed, Member(WHENCE), Result64];
    fd_sync(fd: i32) [Number];
    fd_tell(fd: i32, position: i32) [Number, Result64];
    fd_write(fd: i32, buffers: i32, count: i32, size: i32) [Number, Output, Result32];
    path_create_directory(fd: i32, path: i32, len: i32) [Number, Text];
    path_filestat_get(fd: i32, lookup: i32, path: i32, len: i32, stat: i32) [Number, Flags(LOOKUP), Text, Filestat];
    path_filestat_set_times(fd: i32, lookup: i32, path: i32, len: i32, atim: i64, mtim: i64, flags: i32)
        [Number, Flags(LOOKUP), Text, Time, Time, Flags(TIMES)];
    path_link(fd: i32, lookup: i32, path: i32, len: i32, to_fd: i32, to: i32, to_len: i32)
        [Number, Flags(LOOKUP), Text, Number, Text];
    path_open(
        fd: i32, lookup: i32, path: i32, len: i32, open: i32, base: i64, inheriting: i64, flags: i32, opened: i32
    ) [Number, Flags(LOOKUP), Text, Flags(OPEN), Hex, Hex, Flags(DESCRIPTOR), Result32];
    path_readlink(fd: i32, path: i32, len: i32, buffer: i32, buffer_len: i32, size: i32)
        [Number, Text, ResultText(5), Result32];
    path_remove_directory(fd: i32, path: i32, len: i32) [Number, Text];
    path_rename(fd: i32, path: i32, len: i32, to_fd: i32, to: i32, to_len: i32) [Number, Text, Number, Text];
    path_symlink(target: i32, target_len: i32, fd: i32, path: i32, len: i32) [Text, Number, Text];
    path_unlink_file(fd: i32, path: i32, len: i32) [Number, Text];
    poll_oneoff(subscriptions: i32, events: i32, count: i32, occurred: i32)
        [Subscriptions(2), Events(3), Number, Result32];
    proc_raise(signal: i32) [Member(SIGNALS)];
    sched_yield() [];
    random_get(buffer: i32, len: i32) [Address, Number];
    sock_accept(fd: i32, flags: i32, accepted: i32) [Number, Flags(DESCRIPTOR), Result32];
    sock_recv(fd: i32, buffers: i32, count: i32, flags: i32, size: i32, received: i32)
        [Number, Input(4), Flags(RECEIVE), Result32, ResultFlags(RECEIVED)];
    sock_send(fd: i32, buffers: i32, count: i32, flags: i32, size: i32) [Number, Output, Flags(NONE), Result32];
    sock_shutdown(fd: i32, how: i32) [Number, Flags(SHUTDOWN)];
}
