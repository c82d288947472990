//! A layer of `wasi-adapt link --layer`: a module between a program and the adapter.
//!
//! It exports each function of preview1 that it takes the place of, and calls the same function one layer down by [`next`].
//! Parameters and errno are [preview1's](https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md).
//!
//! Build it with `cargo build --release --target wasm32-wasip1`.

mod next;

/// Lets the program believe that it is the first of January, 2000, in nanoseconds since 1970.
#[unsafe(no_mangle)]
extern "C" fn clock_time_get(id: u32, precision: u64, time: u32) -> u32 {
    const REALTIME: u32 = 0;
    if id != REALTIME {
        return next::clock_time_get(id, precision, time);
    }
    next::write(time, &946_684_800_000_000_000_u64.to_le_bytes())
}
