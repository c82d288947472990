//! The functions of preview1 themselves, which serve every descriptor that is not ours.
//!
//! # Safety
//! The signatures are those of preview1. The pointers are the C library's, or to places of ours.
#![allow(unsafe_code)]

use crate::errno::{Errno, Result};

#[link(wasm_import_module = "wasi_snapshot_preview1")]
unsafe extern "C" {
    fn adapter_open_badfd(result: *mut u32) -> i32;
    fn adapter_close_badfd(fd: u32) -> i32;
    fn adapter_duplicate(fd: u32, least: u32, result: *mut u32) -> i32;
    fn adapter_description(fd: u32, identity: *mut u32, numbers: *mut u32) -> i32;
    fn adapter_lock_close(holder: u32) -> i32;
    fn adapter_lock_file(holder: u32, kind: u32, waits: u32) -> i32;
    fn adapter_lock_find(holder: u32, kind: u32, first: u64, last: u64, result: *mut FoundLock) -> i32;
    fn adapter_lock_open(fd: u32, result: *mut u32) -> i32;
    fn adapter_lock_range(holder: u32, kind: u32, waits: u32, first: u64, last: u64) -> i32;
    fn adapter_subscribe(fd: u32, kind: u32, result: *mut u32) -> i32;
    fn fd_close(fd: u32) -> i32;
    fn clock_time_get(clock: u32, precision: u64, result: *mut u64) -> i32;
}

/// Declares the functions that are passed on.
macro_rules! functions {
    ($module:literal) => {
        use super::{Event, Fdstat, Filestat, Subscription};
        use crate::c::Iovec;

        #[link(wasm_import_module = $module)]
        #[allow(dead_code)] // a part of them in either module
        unsafe extern "C" {
            pub fn environ_get(pointers: *mut u32, bytes: *mut u8) -> i32;
            pub fn environ_sizes_get(count: *mut usize, bytes: *mut usize) -> i32;
            pub fn fd_fdstat_get(fd: u32, result: *mut Fdstat) -> i32;
            pub fn fd_fdstat_set_flags(fd: u32, flags: i32) -> i32;
            pub fn fd_filestat_get(fd: u32, result: *mut Filestat) -> i32;
            pub fn fd_datasync(fd: u32) -> i32;
            pub fn fd_filestat_set_size(fd: u32, size: u64) -> i32;
            pub fn fd_prestat_get(fd: u32, result: *mut [u32; 2]) -> i32;
            pub fn fd_pread(fd: u32, buffers: u32, count: u32, offset: u64, result: *mut usize) -> i32;
            pub fn fd_pwrite(fd: u32, buffers: u32, count: u32, offset: u64, result: *mut usize) -> i32;
            pub fn fd_read(fd: u32, buffers: *const Iovec, count: usize, result: *mut usize) -> i32;
            pub fn fd_renumber(from: u32, to: u32) -> i32;
            pub fn fd_seek(fd: u32, offset: i64, whence: i32, result: *mut u64) -> i32;
            pub fn fd_sync(fd: u32) -> i32;
            pub fn fd_tell(fd: u32, result: *mut u64) -> i32;
            pub fn fd_write(fd: u32, buffers: *const Iovec, count: usize, result: *mut usize) -> i32;
            pub fn proc_exit(status: i32) -> !;
            pub fn poll_oneoff(from: *const Subscription, to: *mut Event, count: usize, result: *mut usize) -> i32;
            pub fn sock_accept(fd: u32, flags: i32, result: *mut u32) -> i32;
            pub fn sock_recv(
                fd: u32,
                buffers: *const Iovec,
                count: usize,
                flags: i32,
                result: *mut usize,
                out: *mut u16,
            ) -> i32;
            pub fn sock_send(fd: u32, buffers: *const Iovec, count: usize, flags: i32, result: *mut usize) -> i32;
            pub fn sock_shutdown(fd: u32, how: i32) -> i32;
        }
    };
}

/// With pointers of ours.
pub mod own {
    functions!("wasi_snapshot_preview1");
}

/// With pointers of the program. To a library they are the same.
#[cfg(feature = "layer")]
pub mod next {
    functions!("wasi_adapt:next");
}
#[cfg(not(feature = "layer"))]
pub use own as next;

pub const UNKNOWN: u8 = 0;
pub const BLOCK_DEVICE: u8 = 1;
pub const CHARACTER_DEVICE: u8 = 2;
pub const DIRECTORY: u8 = 3;
pub const REGULAR_FILE: u8 = 4;
pub const SOCKET_DGRAM: u8 = 5;
pub const SOCKET_STREAM: u8 = 6;
pub const SYMBOLIC_LINK: u8 = 7;
pub const NONBLOCK: u16 = 4;
pub const RIGHT_READ: u64 = 1 << 1;
pub const RIGHT_WRITE: u64 = 1 << 6;
pub const RIGHT_READDIR: u64 = 1 << 14;

#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct Fdstat {
    pub filetype: u8,
    pub flags: u16,
    pub rights: u64,
    pub inherited: u64,
}

#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct Filestat {
    pub device: u64,
    pub inode: u64,
    pub filetype: u8,
    pub links: u64,
    pub size: u64,
    pub times: [u64; 3],
}

/// A lock that somebody else has.
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct FoundLock {
    pub found: u32,
    pub kind: u32,
    pub first: u64,
    pub last: u64,
    /// -1 if it is not known.
    pub process: i32,
}

/// A kind of event: [`CLOCK`], [`FD_READ`] or [`FD_WRITE`].
pub const CLOCK: u8 = 0;
pub const FD_READ: u8 = 1;
pub const FD_WRITE: u8 = 2;

#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct Subscription {
    pub userdata: u64,
    pub tag: u8,
    pub body: SubscriptionBody,
}

/// A clock, or a descriptor, which has only a number.
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct SubscriptionBody {
    pub id: u32,
    pub timeout: u64,
    pub precision: u64,
    pub flags: u16,
}

const _: () = assert!(size_of::<Subscription>() == 48 && size_of::<Event>() == 32);

#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct Event {
    pub userdata: u64,
    pub error: u16,
    pub kind: u8,
    pub nbytes: u64,
    pub flags: u16,
}

/// Takes the lowest free number from the adapter.
pub fn reserve() -> Result<u32> {
    let mut fd = 0;
    // SAFETY: see the head of this file.
    Errno::check(unsafe { adapter_open_badfd(&mut fd) })?;
    Ok(fd)
}

/// Gives a number back. It was reserved, so that this cannot fail.
pub fn release(fd: u32) {
    // SAFETY: as above.
    let _ = unsafe { adapter_close_badfd(fd) };
}

/// Another number for what `fd` is, the lowest free one that is at least `least`. It is reserved if `fd` is.
pub fn duplicate(fd: u32, least: u32) -> Result<u32> {
    let mut new = 0;
    // SAFETY: as above.
    Errno::check(unsafe { adapter_duplicate(fd, least, &mut new) })?;
    Ok(new)
}

/// The identity of an open file of the adapter's, which is not 0, and the count of numbers that lead to it.
pub fn description(fd: u32) -> Result<(u32, u32)> {
    let (mut identity, mut numbers) = (0, 0);
    // SAFETY: as above.
    Errno::check(unsafe { adapter_description(fd, &mut identity, &mut numbers) })?;
    Ok((identity, numbers))
}

/// The type, flags and rights of a descriptor of the adapter.
pub fn stat(fd: u32) -> Result<Fdstat> {
    let mut stat = Fdstat::default();
    // SAFETY: as above.
    Errno::check(unsafe { own::fd_fdstat_get(fd, &mut stat) })?;
    Ok(stat)
}

/// The attributes of a descriptor of the adapter.
pub fn file_stat(fd: u32) -> Result<Filestat> {
    let mut stat = Filestat::default();
    // SAFETY: as above.
    Errno::check(unsafe { own::fd_filestat_get(fd, &mut stat) })?;
    Ok(stat)
}

pub fn set_flags(fd: u32, flags: i32) -> Result {
    // SAFETY: as above.
    Errno::check(unsafe { own::fd_fdstat_set_flags(fd, flags) })
}

pub fn renumber(from: u32, to: u32) -> Result {
    // SAFETY: as above.
    Errno::check(unsafe { own::fd_renumber(from, to) })
}

pub fn close(fd: u32) -> Result {
    // SAFETY: as above.
    Errno::check(unsafe { fd_close(fd) })
}

/// A holder of locks that others see, which is the caller's; `ENOSYS` if there are no such locks.
pub fn lock_open(fd: u32) -> Result<u32> {
    let mut handle = 0;
    // SAFETY: as above.
    Errno::check(unsafe { adapter_lock_open(fd, &mut handle) })?;
    Ok(handle)
}

pub fn lock_close(holder: u32) {
    // SAFETY: as above.
    let _ = unsafe { adapter_lock_close(holder) };
}

/// Kinds are 0 for shared, 1 for exclusive, and 2 for none.
pub fn lock_range(holder: u32, kind: u32, waits: bool, first: u64, last: u64) -> Result {
    // SAFETY: as above.
    Errno::check(unsafe { adapter_lock_range(holder, kind, waits.into(), first, last) })
}

pub fn lock_file(holder: u32, kind: u32, waits: bool) -> Result {
    // SAFETY: as above.
    Errno::check(unsafe { adapter_lock_file(holder, kind, waits.into()) })
}

pub fn lock_find(holder: u32, kind: u32, first: u64, last: u64) -> Result<FoundLock> {
    let mut found = FoundLock::default();
    // SAFETY: as above.
    Errno::check(unsafe { adapter_lock_find(holder, kind, first, last, &mut found) })?;
    Ok(found)
}

/// The position in a file.
pub fn position(fd: u32) -> Result<u64> {
    let mut position = 0;
    // SAFETY: as above.
    Errno::check(unsafe { own::fd_tell(fd, &mut position) })?;
    Ok(position)
}

/// Writes to a descriptor of the adapter.
pub fn write(fd: u32, buffers: &[crate::c::Iovec]) -> Result<usize> {
    let mut len = 0;
    // SAFETY: as above.
    Errno::check(unsafe { own::fd_write(fd, buffers.as_ptr(), buffers.len(), &mut len) })?;
    Ok(len)
}

/// The handle of a pollable for a descriptor of the adapter, for the caller to own; 0 if it is always ready.
pub fn subscribe(fd: u32, kind: u8) -> Result<u32> {
    let mut handle = 0;
    // SAFETY: as above.
    Errno::check(unsafe { adapter_subscribe(fd, kind.into(), &mut handle) })?;
    Ok(handle)
}

/// The time of a clock.
pub fn time(clock: u32) -> Result<u64> {
    let mut time = 0;
    // SAFETY: as above.
    Errno::check(unsafe { clock_time_get(clock, 1, &mut time) })?;
    Ok(time)
}

/// The number of bytes that can be read from a descriptor of the adapter without waiting.
pub fn readable(fd: u32) -> Result<u64> {
    let subscription =
        |tag, id| Subscription { userdata: 0, tag, body: SubscriptionBody { id, ..SubscriptionBody::default() } };
    let (read, now) = (subscription(FD_READ, fd), subscription(CLOCK, 1));
    let (subscriptions, mut events, mut count) = ([read, now], [Event::default(); 2], 0);
    // SAFETY: as above; there are as many events as subscriptions.
    Errno::check(unsafe { own::poll_oneoff(subscriptions.as_ptr(), events.as_mut_ptr(), 2, &mut count) })?;
    match events.iter().take(count).find(|event| event.kind == FD_READ) {
        Some(event) => Errno::check(event.error.into()).map(|()| event.nbytes),
        None => Ok(0),
    }
}
