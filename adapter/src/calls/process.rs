//! The process, and random bytes.
//!
//! | function | WASI 0.2 calls |
//! |---|---|
//! | `proc_exit` | `exit.exit-with-code`, or `exit.exit` on hosts older than 0.2.12; none if it throws an exception |
//! | `proc_raise` | none: WASI 0.2 has no signals |
//! | `sched_yield` | none: there is nothing to yield to |
//! | `random_get` | `random.get-random-bytes`, per 64 KiB |

use core::arch::wasm32;

use crate::bindings::wasi::cli::exit::{exit, exit_with_code};
use crate::bindings::wasi::random::random::get_random_bytes;
use crate::errno::{Errno, Result};
use crate::guest::{Buffer, Ptr};
use crate::intrinsics::{exact_exit_codes, exits_by_exception, has_exit, has_random, sealed_random, throw_exit};
use crate::repeatable;
use crate::state::State;

/// The number of bytes that every host gives in one call.
const RANDOM: usize = 1 << 16;

/// Fills a buffer with random bytes, of the host or of the component.
///
/// Errors: `NOTCAPABLE` if the host has none.
///
/// Specification: <https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#random_get>
pub fn random_get(state: &State, buf: Ptr<u8>, len: u32) -> Result {
    if !has_random_bytes() {
        return Err(Errno::NOTCAPABLE);
    }
    fill_with_random_bytes(state, buf.buffer(len)?);
    Ok(())
}

/// True if there are random bytes, of the host or of the component.
#[inline(always)]
pub fn has_random_bytes() -> bool {
    sealed_random() != 0 || has_random()
}

/// Fills a buffer with random bytes, which must be there.
#[inline(always)]
pub fn fill_with_random_bytes(state: &State, buffer: Buffer) {
    if sealed_random() != 0 {
        return repeatable::random(&state.elapsed, buffer);
    }
    if !has_random() {
        wasm32::unreachable();
    }
    let mut rest = buffer;
    while rest.len() > 0 {
        let part = rest.until(RANDOM);
        state.memory.plan_bytes(part);
        rest = rest.fill_from_host(&get_random_bytes(part.len() as u64));
    }
}

/// Is refused: WASI 0.2 has no signals.
///
/// Errors: `NOTSUP`.
///
/// Specification: <https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#proc_raise>
pub fn proc_raise(_signal: u32) -> Result {
    Err(Errno::NOTSUP)
}

/// Does nothing: there is no other thread to yield to.
///
/// Specification: <https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#sched_yield>
pub fn sched_yield() -> Result {
    Ok(())
}

/// Ends the program. A status that no process can have is a failure, as `wasmtime run` has it.
///
/// Specification: <https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#proc_exit>
pub fn proc_exit(status: u32) -> ! {
    if exits_by_exception() {
        throw_exit();
    }
    if has_exit() {
        if exact_exit_codes() {
            exit_with_code(u8::try_from(status).unwrap_or(1));
        } else {
            exit(if status == 0 { Ok(()) } else { Err(()) });
        }
    }
    // Without an exit, a trap is all that is left.
    wasm32::unreachable()
}
