//! Protocols by name and by number: `getprotobyname`, `getprotobynumber`, `getprotoent`.
//!
//! # Safety
//! The names and signatures are POSIX's. What they return is overwritten by the next call; a component has one thread.
#![allow(unsafe_code)]

use core::cell::{Cell, UnsafeCell};
use core::ffi::{CStr, c_char};
use core::ptr::null_mut;

use super::NO_ALIASES;
use crate::c;
use crate::one_thread::OneThread;

/// From IANA's registry, by numbers.
const PROTOCOLS: [(&CStr, i32); 36] = [
    (c"ip", 0),
    (c"icmp", 1),
    (c"igmp", 2),
    (c"ggp", 3),
    (c"ipencap", 4),
    (c"st", 5),
    (c"tcp", 6),
    (c"egp", 8),
    (c"pup", 12),
    (c"udp", 17),
    (c"hmp", 20),
    (c"xns-idp", 22),
    (c"rdp", 27),
    (c"iso-tp4", 29),
    (c"xtp", 36),
    (c"ddp", 37),
    (c"idpr-cmtp", 38),
    (c"ipv6", 41),
    (c"ipv6-route", 43),
    (c"ipv6-frag", 44),
    (c"idrp", 45),
    (c"rsvp", 46),
    (c"gre", 47),
    (c"esp", 50),
    (c"ah", 51),
    (c"skip", 57),
    (c"ipv6-icmp", 58),
    (c"ipv6-nonxt", 59),
    (c"ipv6-opts", 60),
    (c"rspf", 73),
    (c"vmtp", 81),
    (c"ospf", 89),
    (c"ipip", 94),
    (c"encap", 98),
    (c"pim", 103),
    (c"raw", 255),
];

/// `struct protoent`
#[repr(C)]
struct Protoent {
    name: *const c_char,
    aliases: *const *const c_char,
    number: i32,
}

struct Last {
    protoent: UnsafeCell<Protoent>,
    /// The place that `getprotoent` has come to.
    next: Cell<usize>,
}

static LAST: OneThread<Last> = OneThread(Last {
    protoent: UnsafeCell::new(Protoent { name: null_mut(), aliases: null_mut(), number: 0 }),
    next: Cell::new(0),
});

fn answer(found: Option<&(&'static CStr, i32)>) -> *mut Protoent {
    let Some((name, number)) = found else { return null_mut() };
    let protoent = Protoent { name: name.as_ptr(), aliases: NO_ALIASES.0.as_ptr(), number: *number };
    // SAFETY: see the head of this file.
    unsafe { LAST.protoent.get().write(protoent) };
    LAST.protoent.get()
}

/// Looks the number of a protocol up.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/getprotobyname.html>
// SAFETY: as above.
#[unsafe(no_mangle)]
extern "C" fn getprotobyname(name: *const u8) -> *mut Protoent {
    let name = c::text(name);
    answer(PROTOCOLS.iter().find(|(other, _)| Some(*other) == name))
}

/// Looks the name of a protocol up.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/getprotobynumber.html>
// SAFETY: as above.
#[unsafe(no_mangle)]
extern "C" fn getprotobynumber(number: i32) -> *mut Protoent {
    answer(PROTOCOLS.iter().find(|(_, other)| *other == number))
}

/// The next protocol.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/getprotoent.html>
// SAFETY: as above.
#[unsafe(no_mangle)]
extern "C" fn getprotoent() -> *mut Protoent {
    let next = LAST.next.get();
    LAST.next.set((next + 1).min(PROTOCOLS.len()));
    answer(PROTOCOLS.get(next))
}

/// Starts over with [`getprotoent`].
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/setprotoent.html>
// SAFETY: as above.
#[unsafe(no_mangle)]
extern "C" fn setprotoent(_stay_open: i32) {
    LAST.next.set(0);
}

/// Ends the use of [`getprotoent`].
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/endprotoent.html>
// SAFETY: as above.
#[unsafe(no_mangle)]
extern "C" fn endprotoent() {
    LAST.next.set(0);
}
