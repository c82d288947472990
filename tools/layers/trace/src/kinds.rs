//! Kinds of arguments, and arguments as text.

use crate::guest;
use crate::line::Line;
use crate::{names, settings};

/// The kind of an argument. It says how many values of the call it takes.
#[derive(Clone, Copy)]
pub enum Kind {
    Number,
    Signed,
    Hex,
    /// In runs that do the same it may be another one, as may times.
    Address,
    Time,
    Flags(&'static [&'static str]),
    Member(&'static [&'static str]),
    /// Address and length of text.
    Text,
    /// Address and number of buffers that the call reads.
    Output,
    /// Address of subscriptions; their number is the value at this position.
    Subscriptions(usize),

    // The following are addresses of results.
    Result32,
    Result64,
    ResultTime,
    ResultFlags(&'static [&'static str]),
    /// Address and length of a buffer; the address of the number of bytes in it is the value at this position.
    ResultText(usize),
    /// Address and number of buffers; the address of the number of bytes in them is the value at this position.
    Input(usize),
    /// Address of events; the address of their number is the value at this position.
    Events(usize),
    Prestat,
    Fdstat,
    Filestat,
}

use Kind::*;

/// The most bytes of a string that are shown.
const BYTES: u32 = 32;
/// The most members of a list that are shown.
const MEMBERS: u32 = 8;

impl Kind {
    /// Returns whether it is known only after the call.
    fn is_result(self) -> bool {
        !matches!(
            self,
            Number | Signed | Hex | Address | Time | Flags(_) | Member(_) | Text | Output | Subscriptions(_)
        )
    }

    /// Returns the number of values that it takes.
    fn values(self) -> usize {
        if matches!(self, Text | Output | ResultText(_) | Input(_)) { 2 } else { 1 }
    }
}

/// The arguments of a call.
#[derive(Clone, Copy)]
pub struct Arguments<'a> {
    pub kinds: &'static [Kind],
    pub values: &'a [u64],
}

impl Arguments<'_> {
    /// Adds the arguments up to the first result: the call may write its results over what the others point to.
    pub fn before(self, line: &mut Line) {
        self.each(line, false, |kind, at, line| self.argument(kind, at, line));
    }

    /// Adds the first result and all after it; of a call that failed, the addresses of results.
    pub fn after(self, line: &mut Line, succeeded: bool) {
        self.each(line, true, |kind, at, line| {
            if !kind.is_result() {
                self.argument(kind, at, line);
            } else if !succeeded || self.result(kind, at, line).is_none() {
                address(line, self.value(at));
                if kind.values() == 2 {
                    line.text(", ");
                    line.number(self.value(at + 1));
                }
            }
        });
    }

    fn each(self, line: &mut Line, after: bool, add: impl Fn(Kind, usize, &mut Line)) {
        let (mut at, mut is_after) = (0, false);
        for kind in self.kinds {
            is_after |= kind.is_result();
            if is_after == after {
                if at > 0 {
                    line.text(", ");
                }
                add(*kind, at, line);
            }
            at += kind.values();
        }
    }

    fn value(self, at: usize) -> u64 {
        self.values.get(at).copied().unwrap_or(0)
    }

    fn address(self, at: usize) -> u32 {
        self.value(at) as u32
    }

    fn argument(self, kind: Kind, at: usize, line: &mut Line) {
        let value = self.value(at);
        match kind {
            Signed => line.signed(value as i64),
            Hex => line.hex(value),
            Address => address(line, value),
            Time => varying(line, |line| line.number(value)),
            Flags(list) => names::flags(line, list, value),
            Member(list) => names::member(line, list, value),
            Text => text(line, self.address(at), self.address(at + 1)),
            Output => {
                buffers(line, self.address(at), self.address(at + 1), u32::MAX);
                line.text(", ");
                line.number(self.value(at + 1));
            }
            Subscriptions(count) => {
                list(line, self.address(at), self.address(count), 48, subscription);
            }
            _ => line.number(value),
        }
    }

    /// Adds a result; none if it is not in the caller's memory.
    fn result(self, kind: Kind, at: usize, line: &mut Line) -> Option<()> {
        let address = self.address(at);
        match kind {
            Result32 => in_brackets(line, guest::u32(address)?.into()),
            Result64 => in_brackets(line, guest::u64(address)?),
            ResultTime => {
                let time = guest::u64(address)?;
                line.text("[");
                varying(line, |line| line.number(time));
                line.text("]");
            }
            ResultFlags(list) => {
                let flags = guest::bytes(address).map(u16::from_le_bytes)?;
                line.text("[");
                names::flags(line, list, flags.into());
                line.text("]");
            }
            ResultText(size) => {
                let len = if size == at + 1 { self.address(size) } else { guest::u32(self.address(size))? };
                text(line, address, len);
                line.text(", ");
                line.number(self.value(at + 1));
            }
            Input(size) => {
                buffers(line, address, self.address(at + 1), guest::u32(self.address(size))?);
                line.text(", ");
                line.number(self.value(at + 1));
            }
            Events(count) => list(line, address, guest::u32(self.address(count))?, 32, event),
            Prestat => {
                line.text("{DIR, name_len=");
                line.number(guest::u32(address.checked_add(4)?)?.into());
                line.text("}");
            }
            Fdstat => fdstat(line, guest::bytes(address)?),
            Filestat => filestat(line, guest::bytes(address)?),
            _ => return None,
        }
        Some(())
    }
}

fn in_brackets(line: &mut Line, number: u64) {
    line.text("[");
    line.number(number);
    line.text("]");
}

/// Adds something that may be another one in a run that does the same.
fn varying(line: &mut Line, add: impl FnOnce(&mut Line)) {
    if settings::compared() { line.text("_") } else { add(line) }
}

fn address(line: &mut Line, address: u64) {
    varying(line, |line| line.hex(address));
}

/// Adds text between quotes, or its address if it is not in the caller's memory.
fn text(line: &mut Line, at: u32, len: u32) {
    let mut bytes = [0; BYTES as usize];
    let shown = bytes.get_mut(..len.min(BYTES) as usize).unwrap_or_default();
    if !guest::fill(shown, at) {
        return address(line, at.into());
    }
    line.text("\"");
    shown.iter().for_each(|byte| line.escaped(*byte));
    line.text(if len > BYTES { "\"..." } else { "\"" });
    if settings::compared() {
        line.without_showing(|line| {
            for rest in (BYTES..len).step_by(BYTES as usize) {
                let bytes = bytes.get_mut(..(len - rest).min(BYTES) as usize).unwrap_or_default();
                if !guest::fill(bytes, at.wrapping_add(rest)) {
                    break;
                }
                bytes.iter().for_each(|byte| line.byte(*byte));
            }
        });
    }
}

/// Adds the texts of buffers, of which the first `len` bytes are filled.
fn buffers(line: &mut Line, address: u32, count: u32, len: u32) {
    let mut rest = len;
    list(line, address, count, 8, |line, [a, b, c, d, e, f, g, h]| {
        let (address, len) = (u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h]));
        text(line, address, len.min(rest));
        rest = rest.saturating_sub(len);
    });
}

/// Adds a list of structures of `N` bytes.
fn list<const N: usize>(line: &mut Line, address: u32, count: u32, size: u32, mut add: impl FnMut(&mut Line, [u8; N])) {
    let mut member = |line: &mut Line, index: u32| {
        let at = address.wrapping_add(index.wrapping_mul(size));
        match Some(at).filter(|at| *at >= address).and_then(guest::bytes) {
            Some(bytes) => {
                add(line, bytes);
                true
            }
            None => {
                self::address(line, at.into());
                false
            }
        }
    };
    line.text("[");
    for index in 0..count.min(MEMBERS) {
        if index > 0 {
            line.text(", ");
        }
        member(line, index);
    }
    line.text(if count > MEMBERS { ", ...]" } else { "]" });
    if settings::compared() {
        // There may be said to be many more than the memory has room for.
        line.without_showing(|line| {
            let _ = (MEMBERS..count).all(|index| member(line, index));
        });
    }
}

/// Returns the number of 8 bytes at a position in a structure.
fn number(bytes: &[u8], at: usize) -> u64 {
    let mut number = [0; 8];
    for (to, from) in number.iter_mut().zip(bytes.get(at..).unwrap_or_default()) {
        *to = *from;
    }
    u64::from_le_bytes(number)
}

fn fdstat(line: &mut Line, bytes: [u8; 24]) {
    line.text("{");
    names::member(line, names::FILE_TYPES, number(&bytes, 0) & 0xff);
    line.text(", flags=");
    names::flags(line, names::DESCRIPTOR, number(&bytes, 2) & 0xffff);
    line.text(", rights=");
    line.hex(number(&bytes, 8));
    line.text(", inheriting=");
    line.hex(number(&bytes, 16));
    line.text("}");
}

fn filestat(line: &mut Line, bytes: [u8; 64]) {
    line.text("{");
    names::member(line, names::FILE_TYPES, number(&bytes, 16) & 0xff);
    line.text(", nlink=");
    line.number(number(&bytes, 24));
    line.text(", size=");
    line.number(number(&bytes, 32));
    line.text(", ...}");
}

fn subscription(line: &mut Line, bytes: [u8; 48]) {
    let kind = number(&bytes, 8) & 0xff;
    line.text("{");
    names::member(line, names::EVENTS, kind);
    line.text(", ");
    let low = number(&bytes, 16) & 0xffff_ffff;
    match kind {
        0 => {
            names::member(line, names::CLOCKS, low);
            line.text(", ");
            varying(line, |line| line.number(number(&bytes, 24)));
            if number(&bytes, 40) & 1 == 1 {
                line.text(", ABSTIME");
            }
        }
        _ => line.number(low),
    }
    line.text("}");
}

fn event(line: &mut Line, bytes: [u8; 32]) {
    let (error, kind) = (number(&bytes, 8) & 0xffff, number(&bytes, 10) & 0xff);
    line.text("{");
    names::member(line, names::EVENTS, kind);
    if error != 0 {
        line.text(", ");
        names::errno(line, error as i32);
    }
    // The rest is about descriptors.
    let is_clock = kind == 0;
    let nbytes = number(&bytes, 16);
    if nbytes != 0 && !is_clock {
        line.text(", nbytes=");
        line.number(nbytes);
    }
    if number(&bytes, 24) & 1 == 1 && !is_clock {
        line.text(", HANGUP");
    }
    line.text("}");
}
