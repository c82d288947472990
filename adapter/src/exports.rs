//! The edge of the ABI: the functions that this module exports.
//!
//! # Safety
//! `intrinsics::state` is the address of an initialised [`State`] whenever one of these runs, because the packer has `setup`
//! of `setup.rs` run first. It is never freed.
#![allow(unsafe_code)]
#![allow(clippy::too_many_arguments)] // preview1 has as many as it has

use crate::bindings::wasi::http::types::{IncomingRequest, ResponseOutparam};
use crate::calls::fd::{read, readdir, seek, stat, sync, write};
use crate::calls::{args, badfd, clock, fd, locks, path, poll, prestat, process, socket};
use crate::cgi;
use crate::errno::Errno;
use crate::guest::Ptr;
use crate::intrinsics::{self, is_cgi};
use crate::state::State;
use crate::types::{Event, Fd, Fdstat, Filestat, FoundLock, Iovec, Prestat, Subscription};

/// The adapter's state. Only this file asks for it; all others are handed what they need.
fn state() -> &'static State {
    // SAFETY: see the head of this file.
    unsafe { &*(intrinsics::state() as *const State) }
}

/// Exports the functions of a module. In brackets is the argument that each gets before those of the ABI. The ABI returns
/// the errno of a function that fails, or success.
macro_rules! exports {
    ($(mod $module:ident $given:tt { $(fn $name:ident $arguments:tt;)* })*) => {
        $($(exports! { $module $given $name $arguments })*)*
    };
    ($module:ident ($($given:expr)?) $name:ident ($($argument:ident: $type:ty),*)) => {
        #[unsafe(no_mangle)]
        extern "C" fn $name($($argument: $type),*) -> u16 {
            Errno::code($module::$name($($given,)? $($argument),*))
        }
    };
}

exports! {
    mod args(state()) {
        fn args_sizes_get(count: Ptr<u32>, bytes: Ptr<u32>);
        fn args_get(pointers: Ptr<u32>, buffer: Ptr<u8>);
        fn waiting_args_sizes_get(count: Ptr<u32>, bytes: Ptr<u32>);
        fn waiting_args_get(pointers: Ptr<u32>, buffer: Ptr<u8>);
        fn environ_sizes_get(count: Ptr<u32>, bytes: Ptr<u32>);
        fn environ_get(pointers: Ptr<u32>, buffer: Ptr<u8>);
        fn waiting_environ_sizes_get(count: Ptr<u32>, bytes: Ptr<u32>);
        fn waiting_environ_get(pointers: Ptr<u32>, buffer: Ptr<u8>);
    }
    mod badfd(state()) {
        fn adapter_open_badfd(result: Ptr<Fd>);
        fn adapter_close_badfd(fd: Fd);
        fn adapter_duplicate(fd: Fd, least: u32, result: Ptr<Fd>);
        fn adapter_description(fd: Fd, identity: Ptr<u32>, numbers: Ptr<u32>);
    }
    mod clock(state()) {
        fn clock_time_get(id: u32, precision: u64, result: Ptr<u64>);
        fn paused_clock_time_get(id: u32, precision: u64, result: Ptr<u64>);
    }
    mod clock() {
        fn clock_res_get(id: u32, result: Ptr<u64>);
    }
    mod fd(state()) {
        fn fd_close(fd: Fd);
        fn fd_renumber(from: Fd, to: Fd);
        fn fd_fdstat_get(fd: Fd, result: Ptr<Fdstat>);
        fn fd_fdstat_set_flags(fd: Fd, new: u32);
        fn fd_fdstat_set_rights(fd: Fd, base: u64, inheriting: u64);
    }
    mod locks(state()) {
        fn adapter_lock_open(fd: Fd, result: Ptr<u32>);
    }
    mod locks() {
        fn adapter_lock_close(holder: u32);
        fn adapter_lock_range(holder: u32, kind: u32, waits: u32, first: u64, last: u64);
        fn adapter_lock_find(holder: u32, kind: u32, first: u64, last: u64, result: Ptr<FoundLock>);
        fn adapter_lock_file(holder: u32, kind: u32, waits: u32);
    }
    mod read(state()) {
        fn fd_read(fd: Fd, iovs: Ptr<Iovec>, iovs_len: u32, nread: Ptr<u32>);
        fn fd_pread(fd: Fd, iovs: Ptr<Iovec>, iovs_len: u32, offset: u64, nread: Ptr<u32>);
    }
    mod readdir(state()) {
        fn fd_readdir(fd: Fd, buf: Ptr<u8>, len: u32, cookie: u64, used: Ptr<u32>);
    }
    mod seek(state()) {
        fn fd_seek(fd: Fd, delta: i64, whence: u32, offset: Ptr<u64>);
        fn fd_tell(fd: Fd, offset: Ptr<u64>);
    }
    mod stat(state()) {
        fn fd_filestat_get(fd: Fd, result: Ptr<Filestat>);
        fn fd_filestat_set_size(fd: Fd, size: u64);
        fn fd_filestat_set_times(fd: Fd, accessed: u64, modified: u64, which: u32);
    }
    mod sync(state()) {
        fn fd_advise(fd: Fd, offset: u64, len: u64, advice: u32);
        fn fd_allocate(fd: Fd, offset: u64, len: u64);
        fn fd_datasync(fd: Fd);
        fn fd_sync(fd: Fd);
    }
    mod write(state()) {
        fn fd_write(fd: Fd, iovs: Ptr<Iovec>, iovs_len: u32, nwritten: Ptr<u32>);
        fn fd_pwrite(fd: Fd, iovs: Ptr<Iovec>, iovs_len: u32, offset: u64, nwritten: Ptr<u32>);
    }
    mod path(state()) {
        fn path_create_directory(fd: Fd, start: Ptr<u8>, len: u32);
        fn path_filestat_get(fd: Fd, lookup: u32, start: Ptr<u8>, len: u32, result: Ptr<Filestat>);
        fn path_filestat_set_times(fd: Fd, lookup: u32, start: Ptr<u8>, len: u32, accessed: u64, modified: u64,
            which: u32);
        fn path_link(old_fd: Fd, lookup: u32, old_start: Ptr<u8>, old_len: u32, new_fd: Fd, new_start: Ptr<u8>,
            new_len: u32);
        fn path_open(fd: Fd, lookup: u32, start: Ptr<u8>, len: u32, open: u32, base: u64, inheriting: u64, mode: u32,
            result: Ptr<Fd>);
        fn path_readlink(fd: Fd, start: Ptr<u8>, len: u32, buf: Ptr<u8>, buf_len: u32, used: Ptr<u32>);
        fn path_remove_directory(fd: Fd, start: Ptr<u8>, len: u32);
        fn path_rename(old_fd: Fd, old_start: Ptr<u8>, old_len: u32, new_fd: Fd, new_start: Ptr<u8>, new_len: u32);
        fn path_symlink(target_start: Ptr<u8>, target_len: u32, fd: Fd, start: Ptr<u8>, len: u32);
        fn path_unlink_file(fd: Fd, start: Ptr<u8>, len: u32);
    }
    mod poll(state()) {
        fn poll_oneoff(subscriptions: Ptr<Subscription>, events: Ptr<Event>, count: u32, result: Ptr<u32>);
        fn adapter_subscribe(fd: Fd, kind: u32, result: Ptr<u32>);
    }
    mod prestat(state()) {
        fn fd_prestat_get(fd: Fd, result: Ptr<Prestat>);
        fn fd_prestat_dir_name(fd: Fd, buf: Ptr<u8>, len: u32);
    }
    mod process(state()) {
        fn random_get(buf: Ptr<u8>, len: u32);
    }
    mod process() {
        fn proc_raise(signal: u32);
        fn sched_yield();
    }
    mod socket(state()) {
        fn sock_accept(fd: Fd, flags: u32, result: Ptr<Fd>);
        fn sock_recv(fd: Fd, iovs: Ptr<Iovec>, len: u32, flags: u32, nread: Ptr<u32>, result: Ptr<u16>);
        fn sock_send(fd: Fd, iovs: Ptr<Iovec>, len: u32, flags: u32, nwritten: Ptr<u32>);
        fn sock_shutdown(fd: Fd, how: u32);
    }
}

#[link(wasm_import_module = "__main_module__")]
unsafe extern "C" {
    safe fn _start();
}

/// `wasi:cli/run`. A program that returns has succeeded; any other result it tells with `proc_exit`.
#[unsafe(no_mangle)]
extern "C" fn run() -> u32 {
    _start();
    0
}

/// `wasi:http/incoming-handler`: the program answers the request.
#[unsafe(no_mangle)]
extern "C" fn handle(request: u32, response: u32) {
    // SAFETY: the host gives these handles to us, and only here.
    let (request, response) =
        unsafe { (IncomingRequest::from_handle(request), ResponseOutparam::from_handle(response)) };
    let state = state();
    if cgi::begin(state, &request, response) {
        _start();
        if let Ok(cgi) = state.cgi() {
            cgi.end(0);
        }
    }
}

#[unsafe(no_mangle)]
extern "C" fn proc_exit(status: u32) -> ! {
    if is_cgi()
        && let Ok(cgi) = state().cgi()
    {
        cgi.end(status);
    }
    process::proc_exit(status)
}

/// The realloc that the host calls to place what it returns.
///
/// # Safety
/// Only for the canonical ABI, while a call to the host is under way.
#[unsafe(no_mangle)]
unsafe extern "C" fn cabi_import_realloc(old: usize, old_size: usize, align: usize, new_size: usize) -> usize {
    // SAFETY: what the canonical ABI has, it has from here.
    unsafe { state().memory.reallocate(old, old_size, align, new_size) }
}
