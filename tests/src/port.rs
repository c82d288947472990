//! Ports that a test gives to a program.

use std::net::{Ipv4Addr, TcpListener, UdpSocket};
use std::process;
use std::sync::atomic::{AtomicU16, Ordering};

/// Linux gives ports from 32,768 on to programs that ask for any.
const RANGE: std::ops::Range<u16> = 20_000..28_000;

/// Returns a port that nobody uses. It is one of those that nobody gets without asking for it, and another one at each call, so
/// it is still free when a program asks for it. Processes begin at different ports.
pub fn unused() -> u16 {
    static COUNT: AtomicU16 = AtomicU16::new(0);
    let first = process::id().wrapping_mul(32);
    let ports = std::iter::repeat_with(|| {
        let offset = first.wrapping_add(COUNT.fetch_add(1, Ordering::Relaxed).into()) % RANGE.len() as u32;
        RANGE.start + offset as u16
    });
    let is_free = |port: &u16| {
        let place = (Ipv4Addr::LOCALHOST, *port);
        TcpListener::bind(place).is_ok() && UdpSocket::bind(place).is_ok()
    };
    ports.take(RANGE.len()).find(is_free).expect("a port that nobody uses")
}
