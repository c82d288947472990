//! Sending and receiving.

use core::net::SocketAddr;

use super::poll;
use crate::address::{self, Address};
use crate::c::{self, Iovec, Timespec, c};
use crate::description::{Received, flags};
use crate::errno::{Errno, Result};
use crate::{table, wait};

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

/// `struct mmsghdr`: a message, and how long it was.
#[repr(C)]
struct Counted(Message, u32);

/// `MSG_WAITFORONE`
const WAIT_FOR_ONE: i32 = 0x1_0000;

c! {
    fn send(fd: i32, start: *mut u8, len: usize, flags: i32) -> isize {
        sent(fd, &[Iovec { start, len }], flags, None)
    }

    fn sendto(fd: i32, start: *mut u8, len: usize, flags: i32, to: *const u8, to_len: u32) -> isize {
        let to = if to.is_null() { None } else { address::read(to, to_len)? };
        sent(fd, &[Iovec { start, len }], flags, to)
    }

    fn sendmsg(fd: i32, message: *const Message, flags: i32) -> isize {
        send_message(fd, message, flags)
    }

    fn sendmmsg(fd: i32, messages: *mut Counted, count: u32, flags: u32) -> i32 {
        table::socket(fd)?;
        many(messages, count, |message| Ok((send_message(fd, message, flags as i32)?, true)))
    }

    /// The timeout is looked at when a message has come, as on Linux.
    fn recvmmsg(fd: i32, messages: *mut Counted, count: u32, flags: u32, timeout: *const Timespec) -> i32 {
        table::socket(fd)?;
        let deadline = poll::duration(timeout)?.map(wait::deadline);
        let mut flags = flags as i32;
        let wait_for_one = flags & WAIT_FOR_ONE != 0;
        flags &= !WAIT_FOR_ONE;
        many(messages, count, |message| {
            let len = receive_message(fd, message, flags)?;
            flags |= if wait_for_one { flags::DONTWAIT } else { 0 };
            Ok((len, !deadline.is_some_and(wait::is_over)))
        })
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
        receive_message(fd, message, flags)
    }
}

fn send_message(fd: i32, message: *const Message, flags: i32) -> Result<isize> {
    let message = c::get(message)?;
    let to = if message.name.is_null() { None } else { address::read(message.name, message.name_len)? };
    sent(fd, message.buffers()?, flags, to)
}

fn receive_message(fd: i32, message: *mut Message, flags: i32) -> Result<isize> {
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

/// Does the same with each message, until one fails or there shall be no more. An error is told only if it was the first.
fn many(start: *mut Counted, count: u32, mut one: impl FnMut(*mut Message) -> Result<(isize, bool)>) -> Result<i32> {
    for index in 0..count.min(BUFFERS as u32) {
        let counted = start.wrapping_add(index as usize);
        let (len, more) = match one(counted.cast()) {
            Ok(done) => done,
            Err(errno) if index == 0 => return Err(errno),
            Err(_) => return Ok(index as i32),
        };
        c::put(counted.cast::<Message>().wrapping_add(1).cast::<u32>(), len as u32)?;
        if !more {
            return Ok(index as i32 + 1);
        }
    }
    Ok(count.min(BUFFERS as u32) as i32)
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
