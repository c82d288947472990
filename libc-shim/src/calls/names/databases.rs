//! Hosts, networks and services one after another, and networks by name. They come from files, and there are none: each
//! list is empty.
//!
//! # Safety
//! The names and signatures are POSIX's.
#![allow(unsafe_code)]

use core::ptr::null_mut;

/// Nothing is found.
macro_rules! nothing {
    ($(fn $name:ident($($type:ty),*);)*) => {$(
        // SAFETY: see the head of this file.
        #[unsafe(no_mangle)]
        extern "C" fn $name($(_: $type),*) -> *mut u8 {
            null_mut()
        }
    )*};
}

nothing! {
    fn gethostent();
    fn getnetent();
    fn getservent();
    fn getnetbyname(*const u8);
    fn getnetbyaddr(u32, i32);
}

/// There is nothing to open, and nothing to close.
macro_rules! no_effect {
    ($(fn $name:ident($($type:ty),*);)*) => {$(
        // SAFETY: as above.
        #[unsafe(no_mangle)]
        extern "C" fn $name($(_: $type),*) {}
    )*};
}

no_effect! {
    fn sethostent(i32);
    fn setnetent(i32);
    fn setservent(i32);
    fn endhostent();
    fn endnetent();
    fn endservent();
}
