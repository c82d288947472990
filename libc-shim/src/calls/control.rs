//! `fcntl`, `ioctl` and the `dup` family.

use crate::c::{self, c};
use crate::errno::{Errno, Result};
use crate::preview1::{self, NONBLOCK, RIGHT_READ, RIGHT_READDIR, RIGHT_WRITE};
use crate::table;

const F_DUPFD: i32 = 0;
const F_GETFD: i32 = 1;
const F_SETFD: i32 = 2;
const F_GETFL: i32 = 3;
const F_SETFL: i32 = 4;
const F_DUPFD_CLOEXEC: i32 = 1030;
const FD_CLOEXEC: i32 = 1;

const O_RDONLY: i32 = 0x0400_0000;
const O_SEARCH: i32 = 0x0800_0000;
const O_WRONLY: i32 = 0x1000_0000;

const FIONREAD: i32 = 1;
const FIONBIO: i32 = 2;

c! {
    fn fcntl(fd: i32, command: i32, arguments: *const i32) -> i32 {
        match command {
            F_DUPFD | F_DUPFD_CLOEXEC => {
                let description = shared(fd)?;
                let least = u32::try_from(c::variadic(arguments)?).map_err(|_| Errno::INVAL)?;
                table::insert_from(least, description)
            }
            // There is no `exec`, so that every descriptor is closed by it.
            F_GETFD => open(fd).map(|()| FD_CLOEXEC),
            F_SETFD => open(fd).map(|()| 0),
            F_GETFL => status(fd),
            F_SETFL => {
                let flags = c::variadic(arguments)?;
                match table::find(fd) {
                    Some(socket) => socket.common().nonblocking.set(flags & i32::from(NONBLOCK) != 0),
                    None => preview1::set_flags(fd as u32, flags & 0xfff)?,
                }
                Ok(0)
            }
            _ => Err(Errno::INVAL),
        }
    }

    fn ioctl(fd: i32, request: i32, arguments: *const *mut i32) -> i32 {
        let socket = table::find(fd);
        match request {
            FIONREAD => {
                let count = match socket {
                    Some(socket) => {
                        socket.ready(crate::description::events::IN);
                        socket.readable() as u64
                    }
                    None => preview1::readable(fd as u32)?,
                };
                c::put(c::variadic(arguments)?, count.try_into().unwrap_or(i32::MAX))?;
            }
            FIONBIO => {
                let on = c::get(c::variadic(arguments)?.cast_const())? != 0;
                match socket {
                    Some(socket) => socket.common().nonblocking.set(on),
                    None => {
                        let flags = preview1::stat(fd as u32)?.flags & !NONBLOCK;
                        preview1::set_flags(fd as u32, (flags | if on { NONBLOCK } else { 0 }).into())?;
                    }
                }
            }
            _ => {
                if socket.is_none() {
                    preview1::stat(fd as u32)?;
                }
                return Err(Errno::NOTTY);
            }
        }
        Ok(0)
    }

    fn dup(fd: i32) -> i32 {
        table::insert(shared(fd)?)
    }

    fn dup2(from: i32, to: i32) -> i32 {
        shared(from)?;
        table::duplicate(from, to)
    }

    fn dup3(from: i32, to: i32, _flags: i32) -> i32 {
        if from == to {
            return Err(Errno::INVAL);
        }
        shared(from)?;
        table::duplicate(from, to)
    }
}

/// The description to share. What the adapter has, it can not give a second number.
fn shared(fd: i32) -> Result<table::Shared> {
    match table::find(fd) {
        Some(description) => Ok(description),
        None => Err(preview1::stat(fd as u32).err().unwrap_or(Errno::NOTSUP)),
    }
}

fn open(fd: i32) -> Result {
    match table::find(fd) {
        Some(_) => Ok(()),
        None => preview1::stat(fd as u32).map(|_| ()),
    }
}

/// The flags of `open`, as far as the rights tell.
fn status(fd: i32) -> Result<i32> {
    if let Some(socket) = table::find(fd) {
        let nonblock = if socket.common().nonblocking.get() { NONBLOCK } else { 0 };
        return Ok(O_RDONLY | O_WRONLY | i32::from(nonblock));
    }
    let stat = preview1::stat(fd as u32)?;
    let access = match (stat.rights & (RIGHT_READ | RIGHT_READDIR) != 0, stat.rights & RIGHT_WRITE != 0) {
        (true, true) => O_RDONLY | O_WRONLY,
        (true, false) => O_RDONLY,
        (false, true) => O_WRONLY,
        (false, false) => O_SEARCH,
    };
    Ok(i32::from(stat.flags) | access)
}
