//! Messages about sockets that cannot be opened, on the standard error.

use core::fmt::{Arguments, Write};

use super::socket::{Role, Socket};
use crate::c::Iovec;
use crate::errno::Errno;
use crate::preview1;

const STDERR: u32 = 2;

/// Writes a line.
pub fn say(line: Arguments<'_>) {
    struct Stderr;
    impl Write for Stderr {
        fn write_str(&mut self, text: &str) -> core::fmt::Result {
            let buffer = Iovec { start: text.as_ptr().cast_mut(), len: text.len() };
            // There is no other place for it.
            let _ = preview1::write(STDERR, &[buffer]);
            Ok(())
        }
    }
    let _ = writeln!(Stderr, "wasi-adapt: {line}");
}

/// Reports a text in a variable that is no socket.
pub fn malformed(variable: &str, socket: &Socket) {
    let text = socket.text.escape_debug();
    let host = match socket.role {
        Role::Listener => "ADDRESS",
        Role::Connection => "HOST",
    };
    say(format_args!("{variable} has `{text}`, which is not `tcp:{host}:PORT` or `udp:{host}:PORT`"));
}

/// Reports that a descriptor is nobody's because of an error.
pub fn failure(socket: &Socket, fd: i32, errno: Errno) {
    let act = match socket.role {
        Role::Listener => "listen on",
        Role::Connection => "connect to",
    };
    let text = socket.text.escape_debug();
    let reason = match errno {
        Errno::ACCES => {
            "the host does not allow it; a component gets the network by an option such as `-S inherit-network`"
        }
        Errno::ADDRINUSE => "the address is in use",
        Errno::ADDRNOTAVAIL => "this machine has no such address",
        Errno::CONNREFUSED => "nobody listens there",
        Errno::HOSTUNREACH | Errno::NETUNREACH => "it cannot be reached",
        Errno::INVAL => "that is no socket",
        Errno::NOENT => "no address is found for it",
        Errno::TIMEDOUT => "it does not answer",
        Errno(errno) => return say(format_args!("cannot {act} `{text}` for descriptor {fd}: errno {errno}")),
    };
    say(format_args!("cannot {act} `{text}` for descriptor {fd}: {reason}"));
}
