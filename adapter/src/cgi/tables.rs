//! The tables that the linker puts at the end of the adapter's memory, below the program: no layout of the adapter has
//! text of its own. `tools/lib/src/cgi/tables.rs` writes them.
//!
//! First come the [`NUMBERS`], then the lists in the order of [`List`], each preceded by its size, as each entry is. The size
//! of all is in the memory's last four bytes. Numbers have 32 bits.
#![allow(unsafe_code)]

use crate::intrinsics;

/// The number of numbers.
const NUMBERS: usize = 3;

/// Numbers, by their index.
#[derive(Clone, Copy)]
pub enum Number {
    /// Flags.
    Flags,
    /// The most bytes of a request's body of unknown length.
    Body,
    /// The room for the response's headers, or for all of it if it is buffered.
    Response,
}

/// Flags of [`Number::Flags`].
pub mod flag {
    /// The path of a request names the script, as opposed to [`super::List::Script`].
    pub const SCRIPT_IN_PATH: u32 = 1;
    /// The response is sent when the program has ended.
    pub const BUFFER: u32 = 2;
    /// The program writes the status line of HTTP.
    pub const STATUS_LINE: u32 = 4;
    /// The host routes requests, and tells the script and the path in the headers that [`super::List::Script`] names.
    pub const ROUTED: u32 = 8;
}

/// Lists, by their index.
#[derive(Clone, Copy)]
pub enum List {
    /// The methods that `wasi:http` has names for, in its order.
    Methods,
    /// The schemes, likewise.
    Schemes,
    /// The name of the script, or what is added to the path of a directory of scripts, or two headers.
    Script,
    /// Templates of environment variables.
    Variables,
    /// Templates of arguments.
    Arguments,
    /// Headers of requests that become no variables.
    Hidden,
    /// Beginnings of names of headers, each before that of the variables which such headers become.
    Prefixes,
    /// Headers of responses: those of [`super::head::field`], and then those that are the host's.
    Fields,
    /// Texts, by [`Message`].
    Messages,
}

/// A text for the client or for stderr.
#[derive(Clone, Copy)]
pub enum Message {
    /// The start of each line on stderr.
    Prefix,
    /// The media type of messages.
    MediaType,
    SecondRequest,
    BadPath,
    BodyTooLarge,
    BodyIncomplete,
    NoOutput,
    Failed,
    HeadIncomplete,
    HeadTooLong,
    NotAField,
    RefusedField,
    BadStatus,
    BadLength,
    NoField,
    ResponseTooLarge,
    BodyTooShort,
}

#[derive(Clone, Copy)]
pub struct Tables(&'static [u8]);

/// The bytes that the tables take.
pub fn room() -> usize {
    // SAFETY: the linker has put a number there.
    size_of::<u32>() + unsafe { *((end() - size_of::<u32>()) as *const u32) } as usize
}

/// The end of the adapter's memory, which they end with.
fn end() -> usize {
    intrinsics::adapter_start() + intrinsics::adapter_size()
}

impl Tables {
    pub fn find() -> Self {
        let room = room();
        // SAFETY: nothing writes there.
        Self(unsafe { core::slice::from_raw_parts((end() - room) as *const u8, room - size_of::<u32>()) })
    }

    pub fn number(self, number: Number) -> u32 {
        let number = self.0.get(number as usize * size_of::<u32>()..).and_then(|rest| rest.first_chunk());
        number.map_or(0, |bytes| u32::from_le_bytes(*bytes))
    }

    pub fn has(self, flag: u32) -> bool {
        self.number(Number::Flags) & flag != 0
    }

    pub fn list(self, list: List) -> Entries {
        Entries(Entries(self.0.get(NUMBERS * size_of::<u32>()..).unwrap_or_default()).nth(list as usize))
    }

    pub fn message(self, message: Message) -> &'static [u8] {
        self.list(List::Messages).nth(message as usize)
    }
}

/// The entries of a list, or the lists themselves.
#[derive(Clone, Copy)]
pub struct Entries(&'static [u8]);

impl Entries {
    /// The entry with an index, or nothing.
    pub fn nth(mut self, index: usize) -> &'static [u8] {
        Iterator::nth(&mut self, index).unwrap_or_default()
    }

    /// The index of the entry that is `name`, in capitals or not.
    pub fn find(mut self, name: &[u8]) -> Option<usize> {
        self.position(|entry| entry.eq_ignore_ascii_case(name))
    }
}

impl Iterator for Entries {
    type Item = &'static [u8];

    fn next(&mut self) -> Option<&'static [u8]> {
        let (entry, rest) = sized(self.0)?;
        self.0 = rest;
        Some(entry)
    }
}

/// Takes bytes that are preceded by their size.
pub fn sized(bytes: &'static [u8]) -> Option<(&'static [u8], &'static [u8])> {
    let (size, rest) = bytes.split_first_chunk()?;
    rest.split_at_checked(u32::from_le_bytes(*size) as usize)
}
