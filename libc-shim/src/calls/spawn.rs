//! `posix_spawn` and what belongs to it. WASI has no processes, so a list of actions is not kept, but checked.
//!
//! # Safety
//! The names and signatures are POSIX's. These functions return their error.
#![allow(unsafe_code)]

use super::signals::SignalSet;
use crate::c;
use crate::errno::{Errno, Result};

/// All of `POSIX_SPAWN_..`, of which none is for scheduling.
const FLAGS: i16 = 0xcf;

/// `posix_spawnattr_t`
#[repr(C)]
#[derive(Clone, Copy, Default)]
struct Attributes {
    default: SignalSet,
    mask: SignalSet,
    group: i32,
    flags: i16,
}

/// `posix_spawn_file_actions_t`
type Actions = i32;

fn check(fd: i32) -> Result {
    if fd < 0 { Err(Errno::BADF) } else { Ok(()) }
}

/// Would run another program.
///
/// Errors: `ENOSYS`.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/posix_spawn.html>
// SAFETY: see the head of this file.
#[unsafe(no_mangle)]
extern "C" fn posix_spawn(
    _process: *mut i32,
    _path: *const u8,
    _actions: *const Actions,
    _attributes: *const Attributes,
    _arguments: *const *const u8,
    _environment: *const *const u8,
) -> i32 {
    Errno::code(Err(Errno::NOSYS))
}

/// See [`posix_spawn`].
// SAFETY: as above.
#[unsafe(no_mangle)]
extern "C" fn posix_spawnp(
    _process: *mut i32,
    _file: *const u8,
    _actions: *const Actions,
    _attributes: *const Attributes,
    _arguments: *const *const u8,
    _environment: *const *const u8,
) -> i32 {
    Errno::code(Err(Errno::NOSYS))
}

/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/posix_spawnattr_init.html>
// SAFETY: as above.
#[unsafe(no_mangle)]
extern "C" fn posix_spawnattr_init(attributes: *mut Attributes) -> i32 {
    Errno::code(c::put(attributes, Attributes::default()))
}

/// See [`posix_spawnattr_init`].
// SAFETY: as above.
#[unsafe(no_mangle)]
extern "C" fn posix_spawnattr_destroy(_attributes: *mut Attributes) -> i32 {
    0
}

/// Functions that read and write an attribute.
macro_rules! attribute {
    ($get:ident $set:ident $field:ident: $type:ty, $value:ident as $given:ty => $read:expr) => {
        // SAFETY: as above.
        #[unsafe(no_mangle)]
        extern "C" fn $get(attributes: *const Attributes, value: *mut $type) -> i32 {
            Errno::code(c::get(attributes).and_then(|attributes| c::put(value, attributes.$field)))
        }

        // SAFETY: as above.
        #[unsafe(no_mangle)]
        extern "C" fn $set(attributes: *mut Attributes, $value: $given) -> i32 {
            let set = |old| Ok::<_, Errno>(Attributes { $field: $read?, ..old });
            Errno::code(c::get(attributes).and_then(set).and_then(|new| c::put(attributes, new)))
        }
    };
}

attribute!(posix_spawnattr_getflags posix_spawnattr_setflags
    flags: i16, flags as i16 => if flags & !FLAGS == 0 { Ok(flags) } else { Err(Errno::INVAL) });
attribute!(posix_spawnattr_getpgroup posix_spawnattr_setpgroup group: i32, group as i32 => Ok::<_, Errno>(group));
attribute!(posix_spawnattr_getsigdefault posix_spawnattr_setsigdefault
    default: SignalSet, set as *const SignalSet => c::get(set));
attribute!(posix_spawnattr_getsigmask posix_spawnattr_setsigmask mask: SignalSet, set as *const SignalSet => c::get(set));

/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/posix_spawn_file_actions_init.html>
// SAFETY: as above.
#[unsafe(no_mangle)]
extern "C" fn posix_spawn_file_actions_init(actions: *mut Actions) -> i32 {
    Errno::code(c::put(actions, 0))
}

/// See [`posix_spawn_file_actions_init`].
// SAFETY: as above.
#[unsafe(no_mangle)]
extern "C" fn posix_spawn_file_actions_destroy(_actions: *mut Actions) -> i32 {
    0
}

/// Errors: `EBADF`.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/posix_spawn_file_actions_addopen.html>
// SAFETY: as above.
#[unsafe(no_mangle)]
extern "C" fn posix_spawn_file_actions_addopen(
    _actions: *mut Actions,
    fd: i32,
    _path: *const u8,
    _flags: i32,
    _mode: u32,
) -> i32 {
    Errno::code(check(fd))
}

/// See [`posix_spawn_file_actions_addopen`].
// SAFETY: as above.
#[unsafe(no_mangle)]
extern "C" fn posix_spawn_file_actions_addclose(_actions: *mut Actions, fd: i32) -> i32 {
    Errno::code(check(fd))
}

/// Errors: `EBADF`.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/posix_spawn_file_actions_adddup2.html>
// SAFETY: as above.
#[unsafe(no_mangle)]
extern "C" fn posix_spawn_file_actions_adddup2(_actions: *mut Actions, from: i32, to: i32) -> i32 {
    Errno::code(check(from).and_then(|()| check(to)))
}
