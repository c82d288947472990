//! Statics that can change.
#![allow(unsafe_code)]

use core::ops::Deref;

/// A value of a program that has one thread.
pub struct OneThread<T>(pub T);

// SAFETY: a component has one thread.
unsafe impl<T> Sync for OneThread<T> {}

impl<T> Deref for OneThread<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}
