//! Connections that the program has closed, with bytes that the host has yet to hand to its system.
//!
//! `close` does not wait for them, as it does not on Linux. The host would wait, or forget them, if it got its resources back
//! before.

use alloc::vec::Vec;
use core::cell::{Cell, RefCell};

use super::connection::Connection;
use crate::bindings::wasi::sockets::tcp::{ShutdownType, TcpSocket};
use crate::one_thread::OneThread;
use crate::{runtime, wait};

/// The host wants its resources back in this order.
struct Closed {
    connection: Connection,
    _host: TcpSocket,
}

/// The time that the program waits at its end for peers that read nothing, in nanoseconds.
const EXIT_TIMEOUT: u64 = 5_000_000_000;

struct Lingering {
    closed: RefCell<Vec<Closed>>,
    /// The end of the wait, once it has begun.
    deadline: Cell<Option<u64>>,
}

static LINGERING: OneThread<Lingering> =
    OneThread(Lingering { closed: RefCell::new(Vec::new()), deadline: Cell::new(None) });

/// Gives a connection back to the host, as soon as that has sent what it was given.
pub fn close(connection: Connection, host: TcpSocket) {
    sweep();
    let is_flushed = connection.is_flushed();
    if !is_flushed {
        // The peer is to learn of the end right after the rest. If it has gone, it learns nothing.
        let _ = host.shutdown(ShutdownType::Send);
    }
    let closed = Closed { connection, _host: host };
    if !is_flushed {
        // Without memory for a note, the host waits.
        let _ = runtime::push(&mut LINGERING.closed.borrow_mut(), closed);
    }
}

/// Gives back those that have sent all.
pub fn sweep() {
    LINGERING.closed.borrow_mut().retain(|closed| !closed.connection.is_flushed());
}

/// Until when the program waits at its end.
pub fn deadline() -> u64 {
    let deadline = LINGERING.deadline.get().unwrap_or_else(|| wait::deadline(EXIT_TIMEOUT));
    LINGERING.deadline.set(Some(deadline));
    deadline
}

/// Waits until all have sent all, or for the deadline.
pub fn flush(deadline: u64) {
    for closed in &*LINGERING.closed.borrow() {
        closed.connection.flush(deadline);
    }
}
