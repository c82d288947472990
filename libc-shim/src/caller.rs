//! The memory of the program that calls a function of preview1.

#[cfg(feature = "layer")]
pub use layer::{buffers, get, inputs, outputs, put, text};
#[cfg(not(feature = "layer"))]
pub use library::{buffers, inputs, outputs, put};

/// The caller's memory is ours.
#[cfg(not(feature = "layer"))]
mod library {
    use core::ops::Deref;

    use crate::c;
    pub use crate::c::{put, slice_mut as outputs};
    use crate::errno::Result;

    /// A list where it is; of a layer's caller it would be a copy.
    pub struct List<'a, T>(&'a [T]);

    impl<T> Deref for List<'_, T> {
        type Target = [T];

        fn deref(&self) -> &[T] {
            self.0
        }
    }

    pub fn inputs<'a, T>(start: *const T, len: usize) -> Result<List<'a, T>> {
        c::slice(start, len).map(List)
    }

    pub use inputs as buffers;
}

/// The caller's memory is above that of a layer, and may be anything while it is not looked at: what comes from there is
/// copied before it is used.
#[cfg(feature = "layer")]
mod layer {
    #![allow(unsafe_code)]

    use alloc::ffi::CString;
    use alloc::vec::Vec;

    use crate::c::{self, Iovec};
    use crate::errno::{Errno, Result};
    use crate::runtime;

    #[link(wasm_import_module = "wasi_adapt:guest")]
    unsafe extern "C" {
        /// The place of the caller's bytes, or null if they are not all in its memory.
        safe fn address(start: *const u8, len: usize) -> *mut u8;
    }

    fn place<T>(start: *const T, len: usize) -> Result<*mut T> {
        let bytes = len.checked_mul(size_of::<T>()).ok_or(Errno::FAULT)?;
        let place = address(start.cast(), bytes);
        if place.is_null() { Err(Errno::FAULT) } else { Ok(place.cast()) }
    }

    pub fn get<T: Copy>(from: *const T) -> Result<T> {
        c::get(place(from, 1)?.cast_const())
    }

    pub fn put<T>(to: *mut T, value: T) -> Result {
        c::put(place(to, 1)?, value)
    }

    pub fn inputs<T: Copy>(start: *const T, len: usize) -> Result<Vec<T>> {
        let start = place(start, len)?;
        let mut copies = Vec::new();
        copies.try_reserve_exact(len).map_err(|_| Errno::NOMEM)?;
        for at in 0..len {
            copies.push(c::get(start.wrapping_add(at))?);
        }
        Ok(copies)
    }

    pub fn outputs<'a, T>(start: *mut T, len: usize) -> Result<&'a mut [T]> {
        c::slice_mut(place(start, len)?, len)
    }

    /// Text that ends with a zero.
    pub fn text(start: *const u8) -> Result<CString> {
        let mut bytes = Vec::new();
        loop {
            let byte = get(start.wrapping_add(bytes.len()))?;
            runtime::push(&mut bytes, byte)?;
            if byte == 0 {
                return CString::from_vec_with_nul(bytes).map_err(|_| Errno::INVAL);
            }
        }
    }

    /// Buffers, each where it is.
    pub fn buffers(start: *const Iovec, len: usize) -> Result<Vec<Iovec>> {
        let mut buffers = Vec::new();
        for Iovec { start, len } in inputs(start, len)? {
            runtime::push(&mut buffers, Iovec { start: place(start, len)?, len })?;
        }
        Ok(buffers)
    }
}
