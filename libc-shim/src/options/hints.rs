//! Options that WASI has no word for and that change nothing a program could see, as what routers are to think of a packet.
//! They are kept, within the bounds that Linux has for them.

use core::cell::Cell;

use super::{IP, IPV6, SOCKET, TCP};
use crate::address;
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

const IP_TOS: i32 = 1;
const IPV6_TCLASS: i32 = 67;

const HINTS: [Hint; 12] = [
    // `SO_NO_CHECK` and `SO_PRIORITY`
    hint(SOCKET, 11, 0, 1, 0),
    hint(SOCKET, 12, i32::MIN, i32::MAX, 0),
    hint(IP, IP_TOS, 0, 255, 0),
    // `IP_MTU_DISCOVER`
    hint(IP, 10, 0, 5, 1),
    Hint { reset: Some(-1), ..hint(IPV6, IPV6_TCLASS, 0, 255, 0) },
    // `IPV6_MTU_DISCOVER` and `IPV6_DONTFRAG`
    hint(IPV6, 23, 0, 5, 1),
    hint(IPV6, 62, 0, 1, 0),
    // `TCP_MAXSEG`, `TCP_CORK`, `TCP_SYNCNT`, `TCP_USER_TIMEOUT` and `TCP_NOTSENT_LOWAT`
    Hint { reset: Some(0), ..hint(TCP, 2, 88, 32_767, 536) },
    hint(TCP, 3, 0, 1, 0),
    hint(TCP, 7, 1, 127, 6),
    hint(TCP, 18, 0, i32::MAX, 0),
    hint(TCP, 25, i32::MIN, i32::MAX, 0),
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
        SOCKET => true,
        IP => domain != address::UNIX,
        IPV6 => domain == address::INET6,
        _ => protocol == TCP,
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
            (IP, IP_TOS) => value & 255,
            // A switch is on or off.
            _ if (least, most) == (0, 1) => (value != 0).into(),
            _ => value,
        };
        if !(least..=most).contains(&value) {
            return Err(Errno::INVAL);
        }
        // The last two bits are congestion's, and a stream's own.
        let is_class = matches!((level, name), (IP, IP_TOS) | (IPV6, IPV6_TCLASS));
        let mut values = self.0.get();
        values[index] = if is_class && kind == Kind::Stream { value & !3 } else { value };
        self.0.set(values);
        Ok(())
    }
}
