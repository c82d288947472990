//! Values that the one thread has by keys. Some C libraries, when a key is deleted, look for other threads for ever.
//!
//! # Safety
//! The names and signatures are POSIX's, or the library's own. The functions return their error.
#![allow(unsafe_code)]

use core::cell::Cell;
use core::ffi::c_void;
use core::ptr::null_mut;

use crate::c;
use crate::errno::{Errno, Result};
use crate::one_thread::OneThread;

/// As many as `PTHREAD_KEYS_MAX` says.
const COUNT: usize = 128;

/// The value of each key that there is.
struct Keys([Cell<Option<*mut c_void>>; COUNT]);

static KEYS: OneThread<Keys> = OneThread(Keys([const { Cell::new(None) }; COUNT]));

impl Keys {
    fn create(&self) -> Result<u32> {
        let free = self.0.iter().position(|value| value.get().is_none()).ok_or(Errno::AGAIN)?;
        self.0[free].set(Some(null_mut()));
        Ok(free as u32)
    }

    fn get(&self, key: u32) -> Option<*mut c_void> {
        self.0.get(key as usize)?.get()
    }

    fn set(&self, key: u32, value: Option<*mut c_void>) -> Result {
        self.get(key).ok_or(Errno::INVAL)?;
        self.0[key as usize].set(value);
        Ok(())
    }
}

/// Makes a key. Its function would be called at the end of another thread.
///
/// Returns an error: `EAGAIN` if there are too many.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/pthread_key_create.html>
// SAFETY: see the head of this file.
#[unsafe(export_name = "wasi_sockets_pthread_key_create")]
extern "C" fn pthread_key_create(key: *mut u32, _at_end: usize) -> i32 {
    Errno::code(KEYS.create().and_then(|new| c::put(key, new)))
}

/// Returns an error: `EINVAL`.
// SAFETY: as above.
#[unsafe(export_name = "wasi_sockets_pthread_key_delete")]
extern "C" fn pthread_key_delete(key: u32) -> i32 {
    Errno::code(KEYS.set(key, None))
}

/// The value of a key, at first null.
// SAFETY: as above.
#[unsafe(export_name = "wasi_sockets_pthread_getspecific")]
extern "C" fn pthread_getspecific(key: u32) -> *mut c_void {
    KEYS.get(key).unwrap_or(null_mut())
}

/// Returns an error: `EINVAL`.
// SAFETY: as above.
#[unsafe(export_name = "wasi_sockets_pthread_setspecific")]
extern "C" fn pthread_setspecific(key: u32, value: *mut c_void) -> i32 {
    Errno::code(KEYS.set(key, Some(value)))
}
