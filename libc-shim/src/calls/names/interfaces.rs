//! Network interfaces. WASI shows none, so this is what Linux says where there are none.
//!
//! # Safety
//! The names and signatures are POSIX's, and `getifaddrs` as Linux has it. Pointers are checked in `c`.
#![allow(unsafe_code)]

use core::ptr::null_mut;

use crate::c;
use crate::errno::Errno;
use crate::runtime::{free, malloc};

/// `struct if_nameindex`
#[repr(C)]
#[derive(Clone, Copy)]
struct NameIndex {
    index: u32,
    name: *mut u8,
}

/// No interface has a name.
///
/// Errors: `ENODEV`.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/if_nametoindex.html>
// SAFETY: see the head of this file.
#[unsafe(no_mangle)]
extern "C" fn if_nametoindex(_: *const u8) -> u32 {
    c::set_errno(Errno::NODEV);
    0
}

/// No interface has a number.
///
/// Errors: `ENXIO`.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/if_indextoname.html>
// SAFETY: as above.
#[unsafe(no_mangle)]
extern "C" fn if_indextoname(_: u32, _: *mut u8) -> *mut u8 {
    c::set_errno(Errno::NXIO);
    null_mut()
}

/// A list with nothing but its end.
///
/// Errors: `ENOBUFS`.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/if_nameindex.html>
// SAFETY: as above.
#[unsafe(no_mangle)]
extern "C" fn if_nameindex() -> *mut NameIndex {
    // SAFETY: `malloc` is the C library's.
    let list: *mut NameIndex = unsafe { malloc(size_of::<NameIndex>()) }.cast();
    if c::put(list, NameIndex { index: 0, name: null_mut() }).is_err() {
        c::set_errno(Errno::NOBUFS);
    }
    list
}

/// Frees a list of [`if_nameindex`].
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/if_freenameindex.html>
// SAFETY: as above.
#[unsafe(no_mangle)]
extern "C" fn if_freenameindex(list: *mut NameIndex) {
    // SAFETY: it came from `malloc`, in `if_nameindex`.
    unsafe { free(list.cast()) }
}

/// An empty list.
///
/// Errors: `EFAULT`.
///
/// Specification: <https://man7.org/linux/man-pages/man3/getifaddrs.3.html>
// SAFETY: as above.
#[unsafe(no_mangle)]
extern "C" fn getifaddrs(list: *mut *mut u8) -> i32 {
    c::return_value(c::put(list, null_mut()).map(|()| 0))
}

/// Does nothing: an empty list has no memory.
///
/// Specification: <https://man7.org/linux/man-pages/man3/getifaddrs.3.html>
// SAFETY: as above.
#[unsafe(no_mangle)]
extern "C" fn freeifaddrs(_: *mut u8) {}
