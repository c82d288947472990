//! Options that WASI does not have and whose effect a program cannot see, such as marks for routers. They are remembered,
//! within the bounds that Linux has for them.

use core::cell::Cell;

use super::{IPPROTO_IP, IPPROTO_IPV6, SOL_SOCKET};
use crate::address::{self, IPPROTO_TCP};
use crate::description::{Description, Kind};
use crate::errno::{Errno, Result};

struct Hint {
    level: i32,
    name: i32,
    least: i32,
    most: i32,
    usual: i32,
    /// Setting this makes it what is usual.
    reset: Option<i32>,
}

const fn hint(level: i32, name: i32, least: i32, most: i32, usual: i32) -> Hint {
    Hint { level, name, least, most, usual, reset: None }
}

const SO_NO_CHECK: i32 = 11;
const SO_PRIORITY: i32 = 12;
const IP_TOS: i32 = 1;
const IP_MTU_DISCOVER: i32 = 10;
const IPV6_MTU_DISCOVER: i32 = 23;
const IPV6_DONTFRAG: i32 = 62;
const IPV6_TCLASS: i32 = 67;
const TCP_MAXSEG: i32 = 2;
const TCP_CORK: i32 = 3;
const TCP_SYNCNT: i32 = 7;
const TCP_USER_TIMEOUT: i32 = 18;
const TCP_NOTSENT_LOWAT: i32 = 25;

const HINTS: [Hint; 12] = [
    hint(SOL_SOCKET, SO_NO_CHECK, 0, 1, 0),
    hint(SOL_SOCKET, SO_PRIORITY, i32::MIN, i32::MAX, 0),
    hint(IPPROTO_IP, IP_TOS, 0, 255, 0),
    hint(IPPROTO_IP, IP_MTU_DISCOVER, 0, 5, 1),
    Hint { reset: Some(-1), ..hint(IPPROTO_IPV6, IPV6_TCLASS, 0, 255, 0) },
    hint(IPPROTO_IPV6, IPV6_MTU_DISCOVER, 0, 5, 1),
    hint(IPPROTO_IPV6, IPV6_DONTFRAG, 0, 1, 0),
    Hint { reset: Some(0), ..hint(IPPROTO_TCP, TCP_MAXSEG, 88, 32_767, 536) },
    hint(IPPROTO_TCP, TCP_CORK, 0, 1, 0),
    hint(IPPROTO_TCP, TCP_SYNCNT, 1, 127, 6),
    hint(IPPROTO_TCP, TCP_USER_TIMEOUT, 0, i32::MAX, 0),
    hint(IPPROTO_TCP, TCP_NOTSENT_LOWAT, i32::MIN, i32::MAX, 0),
];

/// The values that they are set to.
#[derive(Clone)]
pub struct Hints(Cell<[i32; HINTS.len()]>);

impl Default for Hints {
    fn default() -> Self {
        Self(Cell::new(HINTS.each_ref().map(|hint| hint.usual)))
    }
}

/// The place of an option among them, if it is one that a socket has.
pub fn find(socket: &dyn Description, level: i32, name: i32) -> Option<usize> {
    let (domain, protocol) = socket.protocol();
    let has = match level {
        SOL_SOCKET => true,
        IPPROTO_IP => domain != address::AF_UNIX,
        IPPROTO_IPV6 => domain == address::AF_INET6,
        _ => protocol == IPPROTO_TCP,
    };
    HINTS.iter().position(|hint| has && hint.level == level && hint.name == name)
}

impl Hints {
    pub fn get(&self, index: usize) -> i32 {
        self.0.get()[index]
    }

    pub fn set(&self, index: usize, value: i32, kind: Kind) -> Result {
        let Hint { level, name, least, most, usual, reset } = HINTS[index];
        let value = match (level, name) {
            _ if reset == Some(value) => usual,
            // Its other bits are ignored.
            (IPPROTO_IP, IP_TOS) => value & 255,
            // A switch is on or off.
            _ if (least, most) == (0, 1) => (value != 0).into(),
            _ => value,
        };
        if !(least..=most).contains(&value) {
            return Err(Errno::INVAL);
        }
        // The last two bits are congestion's, and a stream's own.
        let is_class = matches!((level, name), (IPPROTO_IP, IP_TOS) | (IPPROTO_IPV6, IPV6_TCLASS));
        let mut values = self.0.get();
        values[index] = if is_class && kind == Kind::Stream { value & !3 } else { value };
        self.0.set(values);
        Ok(())
    }
}
