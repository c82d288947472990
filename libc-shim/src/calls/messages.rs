//! Sending and receiving.

use core::net::SocketAddr;

use super::poll;
use crate::address::{self, Address};
use crate::c::{self, Iovec, Timespec};
use crate::description::{Received, flags};
use crate::errno::{Errno, Result};
use crate::{table, wait};

/// `struct msghdr`. There is no control data over IP here.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Message {
    name: *mut u8,
    name_len: u32,
    buffers: *mut Iovec,
    count: i32,
    control: *mut u8,
    control_len: u32,
    flags: i32,
}

/// The most buffers of a message.
const IOV_MAX: i32 = 1024;

const MSG_DONTROUTE: i32 = 0x4;
const MSG_EOR: i32 = 0x80;
const MSG_CONFIRM: i32 = 0x800;
const MSG_MORE: i32 = 0x8000;
const MSG_WAITFORONE: i32 = 0x1_0000;

/// Flags that have no effect here.
const HINTS: i32 = MSG_DONTROUTE | MSG_EOR | MSG_CONFIRM | MSG_MORE;

/// `struct mmsghdr`: a message, and how long it was.
#[repr(C)]
pub struct MessageWithLen(Message, u32);

/// Sends bytes or a datagram.
///
/// Errors: `EBADF`, `ENOTSOCK`, `EAGAIN`, `EPIPE`, `ECONNRESET`, `EDESTADDRREQ`, `EISCONN` and `EMSGSIZE` for datagrams,
/// `EOPNOTSUPP` for unknown flags, `EFAULT`, `ENOMEM`.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/send.html>
pub fn send(fd: i32, start: *mut u8, len: usize, flags: i32) -> Result<isize> {
    sent(fd, &[Iovec { start, len }], flags, None)
}

/// [`send`] to an address.
///
/// Errors: those of [`send`], `EINVAL` and `EAFNOSUPPORT` for the address.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/sendto.html>
pub fn sendto(fd: i32, start: *mut u8, len: usize, flags: i32, to: *const u8, to_len: u32) -> Result<isize> {
    let to = if to.is_null() { None } else { address::read(to, to_len)? };
    sent(fd, &[Iovec { start, len }], flags, to)
}

/// [`sendto`] from several buffers.
///
/// Errors: those of [`sendto`].
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/sendmsg.html>
pub fn sendmsg(fd: i32, message: *const Message, flags: i32) -> Result<isize> {
    send_message(fd, message, flags)
}

/// [`sendmsg`] of several messages; returns their number. An error is told only if it was the first's.
///
/// Errors: those of [`sendmsg`].
///
/// Specification: <https://man7.org/linux/man-pages/man2/sendmmsg.2.html>
pub fn sendmmsg(fd: i32, messages: *mut MessageWithLen, count: u32, flags: u32) -> Result<i32> {
    table::socket(fd)?;
    many(messages, count, |message| Ok((send_message(fd, message, flags as i32)?, true)))
}

/// [`recvmsg`] of several messages; returns their number. The timeout is checked when a message has come, as on
/// Linux.
///
/// Errors: those of [`recvmsg`], `EINVAL` for the timeout.
///
/// Specification: <https://man7.org/linux/man-pages/man2/recvmmsg.2.html>
pub fn recvmmsg(
    fd: i32,
    messages: *mut MessageWithLen,
    count: u32,
    flags: u32,
    timeout: *const Timespec,
) -> Result<i32> {
    table::socket(fd)?;
    let deadline = poll::duration(timeout)?.map(wait::deadline);
    let mut flags = flags as i32;
    let wait_for_one = flags & MSG_WAITFORONE != 0;
    flags &= !MSG_WAITFORONE;
    many(messages, count, |message| {
        let len = receive_message(fd, message, flags)?;
        flags |= if wait_for_one { flags::MSG_DONTWAIT } else { 0 };
        Ok((len, !deadline.is_some_and(wait::is_over)))
    })
}

/// Receives bytes or a datagram.
///
/// Errors: `EBADF`, `ENOTSOCK`, `ENOTCONN`, `EAGAIN`, `ECONNRESET`, `ECONNREFUSED`, `EOPNOTSUPP` for unknown flags, `EFAULT`,
/// `ENOMEM`.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/recv.html>
pub fn recv(fd: i32, start: *mut u8, len: usize, flags: i32) -> Result<isize> {
    let received = received(fd, &[Iovec { start, len }], flags)?;
    Ok(received.answer(flags))
}

/// [`recv`] with the sender's address.
///
/// Errors: those of [`recv`].
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/recvfrom.html>
pub fn recvfrom(fd: i32, start: *mut u8, len: usize, flags: i32, from: *mut u8, from_len: *mut u32) -> Result<isize> {
    let received = received(fd, &[Iovec { start, len }], flags)?;
    match received.from {
        Some(address) => address::write(Address::Ip(address), from, from_len)?,
        // The peer of a connection is known.
        None if !from.is_null() => c::put(from_len, 0)?,
        None => {}
    }
    Ok(received.answer(flags))
}

/// [`recvfrom`] into several buffers.
///
/// Errors: those of [`recv`], `EMSGSIZE` for too many buffers.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/recvmsg.html>
pub fn recvmsg(fd: i32, message: *mut Message, flags: i32) -> Result<isize> {
    receive_message(fd, message, flags)
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
    copy.flags = if received.whole > received.len { flags::MSG_TRUNC } else { 0 };
    c::put(message, copy)?;
    Ok(received.answer(flags))
}

/// Does the same with each message, until one fails or there shall be no more. An error is told only if it was the first.
fn many(
    start: *mut MessageWithLen,
    count: u32,
    mut one: impl FnMut(*mut Message) -> Result<(isize, bool)>,
) -> Result<i32> {
    for index in 0..count.min(IOV_MAX as u32) {
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
    Ok(count.min(IOV_MAX as u32) as i32)
}

impl Message {
    fn buffers(&self) -> Result<&[Iovec]> {
        match self.count {
            0..=IOV_MAX => c::slice(self.buffers, self.count as usize),
            _ => Err(Errno::MSGSIZE),
        }
    }
}

impl Received {
    /// With `MSG_TRUNC`, how long the datagram was.
    fn answer(&self, flags: i32) -> isize {
        (if flags & flags::MSG_TRUNC != 0 { self.whole } else { self.len }) as isize
    }
}

fn sent(fd: i32, buffers: &[Iovec], flags: i32, to: Option<SocketAddr>) -> Result<isize> {
    let socket = table::socket(fd)?;
    if flags & !(flags::MSG_DONTWAIT | flags::MSG_NOSIGNAL | HINTS) != 0 {
        return Err(Errno::NOTSUP);
    }
    Ok(socket.send(buffers, flags, to)? as isize)
}

fn received(fd: i32, buffers: &[Iovec], flags: i32) -> Result<Received> {
    let socket = table::socket(fd)?;
    let known = flags::MSG_PEEK | flags::MSG_TRUNC | flags::MSG_DONTWAIT | flags::MSG_WAITALL | flags::MSG_NOSIGNAL;
    if flags & !known != 0 {
        return Err(Errno::NOTSUP);
    }
    socket.receive(buffers, flags)
}
