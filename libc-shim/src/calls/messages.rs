//! Sending and receiving.

use core::net::SocketAddr;

use crate::address::{self, Address};
use crate::c::{self, Iovec, c};
use crate::description::{Received, flags};
use crate::errno::{Errno, Result};
use crate::table;

/// `struct msghdr`. There is no control data over IP here.
#[repr(C)]
#[derive(Clone, Copy)]
struct Message {
    name: *mut u8,
    name_len: u32,
    buffers: *mut Iovec,
    count: i32,
    control: *mut u8,
    control_len: u32,
    flags: i32,
}

/// How many buffers a message can have (`IOV_MAX`).
const BUFFERS: i32 = 1024;

/// `MSG_DONTROUTE`, `MSG_EOR`, `MSG_CONFIRM` and `MSG_MORE` are hints, which nobody here has a use for.
const HINTS: i32 = 0x4 | 0x80 | 0x800 | 0x8000;

c! {
    fn send(fd: i32, start: *mut u8, len: usize, flags: i32) -> isize {
        sent(fd, &[Iovec { start, len }], flags, None)
    }

    fn sendto(fd: i32, start: *mut u8, len: usize, flags: i32, to: *const u8, to_len: u32) -> isize {
        let to = if to.is_null() { None } else { address::read(to, to_len)? };
        sent(fd, &[Iovec { start, len }], flags, to)
    }

    fn sendmsg(fd: i32, message: *const Message, flags: i32) -> isize {
        let message = c::get(message)?;
        let to = if message.name.is_null() { None } else { address::read(message.name, message.name_len)? };
        sent(fd, message.buffers()?, flags, to)
    }

    fn recv(fd: i32, start: *mut u8, len: usize, flags: i32) -> isize {
        let received = received(fd, &[Iovec { start, len }], flags)?;
        Ok(received.answer(flags))
    }

    fn recvfrom(fd: i32, start: *mut u8, len: usize, flags: i32, from: *mut u8, from_len: *mut u32) -> isize {
        let received = received(fd, &[Iovec { start, len }], flags)?;
        match received.from {
            Some(address) => address::write(Address::Ip(address), from, from_len)?,
            // The peer of a connection is known.
            None if !from.is_null() => c::put(from_len, 0)?,
            None => {}
        }
        Ok(received.answer(flags))
    }

    fn recvmsg(fd: i32, message: *mut Message, flags: i32) -> isize {
        let mut copy = c::get(message)?;
        let received = received(fd, copy.buffers()?, flags)?;
        match received.from {
            Some(address) => address::write(Address::Ip(address), copy.name, &mut copy.name_len)?,
            None => copy.name_len = 0,
        }
        copy.control_len = 0;
        copy.flags = if received.whole > received.len { flags::TRUNC } else { 0 };
        c::put(message, copy)?;
        Ok(received.answer(flags))
    }
}

impl Message {
    fn buffers(&self) -> Result<&[Iovec]> {
        match self.count {
            0..=BUFFERS => c::slice(self.buffers, self.count as usize),
            _ => Err(Errno::MSGSIZE),
        }
    }
}

impl Received {
    /// With `MSG_TRUNC`, how long the datagram was.
    fn answer(&self, flags: i32) -> isize {
        (if flags & flags::TRUNC != 0 { self.whole } else { self.len }) as isize
    }
}

fn sent(fd: i32, buffers: &[Iovec], flags: i32, to: Option<SocketAddr>) -> Result<isize> {
    let socket = table::socket(fd)?;
    if flags & !(flags::DONTWAIT | flags::NOSIGNAL | HINTS) != 0 {
        return Err(Errno::NOTSUP);
    }
    Ok(socket.send(buffers, flags, to)? as isize)
}

fn received(fd: i32, buffers: &[Iovec], flags: i32) -> Result<Received> {
    let socket = table::socket(fd)?;
    let known = flags::PEEK | flags::TRUNC | flags::DONTWAIT | flags::WAITALL | flags::NOSIGNAL;
    if flags & !known != 0 {
        return Err(Errno::NOTSUP);
    }
    socket.receive(buffers, flags)
}
