//! The edge of the ABI: how a preview1 function is written.

/// Exports preview1 functions. A body is what fails with an errno; the ABI returns that errno, or success.
macro_rules! entry {
    ($(
        $(#[$doc:meta])*
        fn $name:ident($($argument:ident: $type:ty),* $(,)?) $body:block
    )*) => {$(
        $(#[$doc])*
        // Unsafe only because the name could clash with another's, and what links the adapter would say so.
        #[allow(unsafe_code)]
        #[unsafe(no_mangle)]
        extern "C" fn $name($($argument: $type),*) -> $crate::errno::Errno {
            #[inline(always)]
            #[allow(clippy::too_many_arguments)] // preview1 has as many as it has
            fn body($($argument: $type),*) -> $crate::errno::Result $body
            $crate::errno::Errno::of(body($($argument),*))
        }
    )*};
}

pub(crate) use entry;
