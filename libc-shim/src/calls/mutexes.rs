//! Mutexes of a program that has one thread. Some C libraries take recursive ones for others.
//!
//! # Safety
//! The names and signatures are POSIX's, or the library's own.
#![allow(unsafe_code)]

use crate::c;
use crate::errno::{Errno, Result};

/// `pthread_mutex_t`, of which the initializers set the type.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Mutex {
    kind: i32,
    unused: [i32; 4],
    count: i32,
}

const RECURSIVE: i32 = 1;
const KIND: i32 = 3;

/// Locks a mutex that nobody else can have.
fn lock(mutex: *mut Mutex, taken: Errno) -> Result {
    let it = c::get(mutex.cast_const())?;
    let is_recursive = it.kind & KIND == RECURSIVE;
    match it.count {
        1.. if !is_recursive => Err(taken),
        i32::MAX => Err(Errno::AGAIN),
        count => c::put(mutex, Mutex { count: count + 1, ..it }),
    }
}

/// Returns an error: `EDEADLK` if it has the mutex already, and that is not recursive, or `EAGAIN`.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/pthread_mutex_lock.html>
// SAFETY: see the head of this file.
#[unsafe(export_name = "wasi_sockets_pthread_mutex_lock")]
extern "C" fn pthread_mutex_lock(mutex: *mut Mutex) -> i32 {
    Errno::code(lock(mutex, Errno::DEADLK))
}

/// Returns an error: `EBUSY` if it has the mutex already, and that is not recursive, or `EAGAIN`.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/pthread_mutex_lock.html>
// SAFETY: see the head of this file.
#[unsafe(export_name = "wasi_sockets_pthread_mutex_trylock")]
extern "C" fn pthread_mutex_trylock(mutex: *mut Mutex) -> i32 {
    Errno::code(lock(mutex, Errno::BUSY))
}
