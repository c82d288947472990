//! Signals, which only the program itself can send: it has no other process, and no time at which something else runs. So a
//! handler is called by `raise`, `kill`, or what ends the blocking of a signal.
//!
//! # Safety
//! A handler has the type that the caller of `sigaction` promises. A component has one thread.
#![allow(unsafe_code)]

use core::cell::Cell;
use core::mem::transmute;
use core::ptr::null_mut;

use super::process::PROCESS_ID;
use crate::c;
use crate::errno::{Errno, Result};
use crate::one_thread::OneThread;
use crate::preview1::next::proc_exit;

/// Signals have the numbers from 1 to 64, and bits from 0 on in a set.
const COUNT: usize = 64;

const SIG_ERR: usize = usize::MAX;
const SIG_DFL: usize = 0;
const SIG_IGN: usize = usize::MAX - 1;

const SIGABRT: i32 = 6;
const SIGKILL: i32 = 9;
const SIGCHLD: i32 = 17;
const SIGCONT: i32 = 18;
const SIGSTOP: i32 = 19;
const SIGTTOU: i32 = 22;
const SIGURG: i32 = 23;
const SIGWINCH: i32 = 28;

const SA_SIGINFO: i32 = 4;
const SA_NODEFER: i32 = 0x4000_0000;
const SA_RESETHAND: i32 = i32::MIN;

const SIG_BLOCK: i32 = 0;
const SIG_UNBLOCK: i32 = 1;
const SIG_SETMASK: i32 = 2;

/// `sigset_t`
#[repr(transparent)]
#[derive(Clone, Copy, Default)]
pub struct SignalSet(u64);

/// `struct sigaction`
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct Action {
    handler: usize,
    mask: SignalSet,
    flags: i32,
}

/// `siginfo_t`
#[repr(C)]
struct Information {
    number: i32,
    errno: i32,
    /// `SI_USER`
    code: i32,
    process: i32,
    user: u32,
}

struct Signals {
    actions: [Cell<Action>; COUNT],
    blocked: Cell<u64>,
    /// Those that were sent while they were blocked.
    pending: Cell<u64>,
}

static SIGNALS: OneThread<Signals> = OneThread(Signals {
    actions: [const { Cell::new(Action { handler: SIG_DFL, mask: SignalSet(0), flags: 0 }) }; COUNT],
    blocked: Cell::new(0),
    pending: Cell::new(0),
});

/// The signals that cannot be blocked or handled.
const STUBBORN: u64 = 1 << (SIGKILL - 1) | 1 << (SIGSTOP - 1);

fn action(signal: i32) -> Result<&'static Cell<Action>> {
    let index = usize::try_from(signal).ok().and_then(|signal| signal.checked_sub(1));
    index.and_then(|index| SIGNALS.actions.get(index)).ok_or(Errno::INVAL)
}

/// Sets what a signal does, and tells what it did.
///
/// Errors: `EINVAL` for another number, and to handle `SIGKILL` or `SIGSTOP`.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/sigaction.html>
pub fn sigaction(signal: i32, new: *const Action, old: *mut Action) -> Result<i32> {
    let action = action(signal)?;
    if !new.is_null() && STUBBORN & bit(signal) != 0 {
        return Err(Errno::INVAL);
    }
    let before = action.get();
    if !new.is_null() {
        action.set(c::get(new)?);
        if is_ignored(signal) {
            SIGNALS.pending.set(SIGNALS.pending.get() & !bit(signal));
        }
    }
    if !old.is_null() {
        c::put(old, before)?;
    }
    Ok(0)
}

/// Sets the handler of a signal, and returns the one before, or `SIG_ERR`.
///
/// Errors: those of [`sigaction`].
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/signal.html>
// SAFETY: the name is the library's own.
#[unsafe(no_mangle)]
extern "C" fn wasi_sockets_signal(signal: i32, handler: usize) -> usize {
    let mut old = Action::default();
    match sigaction(signal, &Action { handler, ..Action::default() }, &mut old) {
        Ok(_) => old.handler,
        Err(errno) => {
            c::set_errno(errno);
            SIG_ERR
        }
    }
}

/// Sends a signal to the program.
///
/// Errors: `EINVAL` for another number.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/raise.html>
pub fn raise(signal: i32) -> Result<i32> {
    if signal == 0 {
        return Ok(0);
    }
    action(signal)?;
    if SIGNALS.blocked.get() & bit(signal) == 0 {
        deliver(signal);
    } else if !is_ignored(signal) {
        SIGNALS.pending.set(SIGNALS.pending.get() | bit(signal));
    }
    Ok(0)
}

/// Sends a signal to a process, which can only be this one: its number, its group (0) or all (-1).
///
/// Errors: `EINVAL` for another signal, `ESRCH` for another process.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/kill.html>
pub fn kill(process: i32, signal: i32) -> Result<i32> {
    if signal != 0 {
        action(signal)?;
    }
    match process {
        PROCESS_ID | 0 | -1 => raise(signal),
        _ => Err(Errno::SRCH),
    }
}

/// Makes a set without signals.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/sigemptyset.html>
pub fn sigemptyset(set: *mut SignalSet) -> Result<i32> {
    c::put(set, SignalSet(0)).map(|()| 0)
}

/// Makes a set of all signals.
pub fn sigfillset(set: *mut SignalSet) -> Result<i32> {
    c::put(set, SignalSet(u64::MAX)).map(|()| 0)
}

/// Adds a signal to a set.
///
/// Errors: `EINVAL` for another number.
pub fn sigaddset(set: *mut SignalSet, signal: i32) -> Result<i32> {
    action(signal)?;
    c::put(set, SignalSet(c::get(set.cast_const())?.0 | bit(signal))).map(|()| 0)
}

/// Takes a signal out of a set.
///
/// Errors: `EINVAL` for another number.
pub fn sigdelset(set: *mut SignalSet, signal: i32) -> Result<i32> {
    action(signal)?;
    c::put(set, SignalSet(c::get(set.cast_const())?.0 & !bit(signal))).map(|()| 0)
}

/// Tells whether a signal is in a set.
///
/// Errors: `EINVAL` for another number.
pub fn sigismember(set: *const SignalSet, signal: i32) -> Result<i32> {
    action(signal)?;
    Ok((c::get(set)?.0 & bit(signal) != 0).into())
}

/// Changes the set of blocked signals, and tells what it was.
///
/// Errors: `EINVAL` for another way.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/pthread_sigmask.html>
pub fn sigprocmask(how: i32, set: *const SignalSet, old: *mut SignalSet) -> Result<i32> {
    let before = SIGNALS.blocked.get();
    if !set.is_null() {
        let SignalSet(set) = c::get(set)?;
        let after = match how {
            SIG_BLOCK => before | set,
            SIG_UNBLOCK => before & !set,
            SIG_SETMASK => set,
            _ => return Err(Errno::INVAL),
        };
        SIGNALS.blocked.set(after & !STUBBORN);
    }
    if !old.is_null() {
        c::put(old, SignalSet(before))?;
    }
    deliver_pending();
    Ok(0)
}

/// Tells which signals were sent while they were blocked.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/sigpending.html>
pub fn sigpending(set: *mut SignalSet) -> Result<i32> {
    c::put(set, SignalSet(SIGNALS.pending.get()))?;
    Ok(0)
}

/// Waits for a signal with others blocked than usual.
///
/// Errors: `EINTR` after a signal that was pending, `ENOSYS` if none is: the wait would never end.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/sigsuspend.html>
pub fn sigsuspend(set: *const SignalSet) -> Result<i32> {
    let SignalSet(set) = c::get(set)?;
    if SIGNALS.pending.get() & !set == 0 {
        return Err(Errno::NOSYS);
    }
    let before = SIGNALS.blocked.replace(set & !STUBBORN);
    deliver_pending();
    SIGNALS.blocked.set(before);
    Err(Errno::INTR)
}

/// Would send `SIGALRM` after some seconds, and tells how many were left of the last time: none.
///
/// Errors: `ENOSYS`, though 0 is no sign of an error.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/alarm.html>
pub fn alarm(seconds: i32) -> Result<i32> {
    if seconds != 0 {
        c::set_errno(Errno::NOSYS);
    }
    Ok(0)
}

fn bit(signal: i32) -> u64 {
    1 << (signal - 1)
}

fn is_ignored(signal: i32) -> bool {
    match action(signal).map(Cell::get) {
        Ok(Action { handler: SIG_IGN, .. }) => true,
        Ok(Action { handler: SIG_DFL, .. }) => {
            matches!(signal, SIGCHLD | SIGCONT..=SIGTTOU | SIGURG | SIGWINCH)
        }
        _ => false,
    }
}

fn deliver_pending() {
    loop {
        let ready = SIGNALS.pending.get() & !SIGNALS.blocked.get();
        if ready == 0 {
            return;
        }
        SIGNALS.pending.set(SIGNALS.pending.get() & !(1 << ready.trailing_zeros()));
        deliver(ready.trailing_zeros() as i32 + 1);
    }
}

/// Does what the signal is to do.
fn deliver(signal: i32) {
    let Ok(place) = action(signal) else { return };
    let Action { handler, mask, flags } = place.get();
    if is_ignored(signal) {
        return;
    }
    if handler == SIG_DFL {
        end(signal);
    }
    if flags & SA_RESETHAND != 0 {
        place.set(Action::default());
    }
    let before = SIGNALS.blocked.get();
    let own = if flags & SA_NODEFER == 0 { bit(signal) } else { 0 };
    SIGNALS.blocked.set((before | mask.0 | own) & !STUBBORN);
    if flags & SA_SIGINFO != 0 {
        let mut information = Information { number: signal, errno: 0, code: 0, process: PROCESS_ID, user: 0 };
        // SAFETY: see the head of this file.
        let handler: extern "C" fn(i32, *mut Information, *mut u8) = unsafe { transmute(handler) };
        handler(signal, &mut information, null_mut());
    } else {
        // SAFETY: see the head of this file.
        let handler: extern "C" fn(i32) = unsafe { transmute(handler) };
        handler(signal);
    }
    SIGNALS.blocked.set(before);
    deliver_pending();
}

/// Ends the program with the status by which a shell tells of a signal. An abort is a trap, as that of the C library.
fn end(signal: i32) -> ! {
    if signal == SIGABRT {
        core::arch::wasm32::unreachable();
    }
    // SAFETY: the signature is that of preview1.
    unsafe { proc_exit(128 + signal) }
}
