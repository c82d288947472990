//! Strings that a linker has put into the component: arguments and variables, and their union with the host's; standard input.
//!
//! They lie in the sealed data ([`crate::sealed_data`]). A list there is made of numbers of four bytes: how many strings it
//! has, flags, and for each string the length of a variable's name and the length of all with a terminator. The strings
//! follow. Before standard input is its length.

use core::iter;

use crate::contents::Contents;
use crate::guest::Buffer;
use crate::intrinsics;
use crate::memory::Memory;
use crate::raw::{Held, Str, Variable, get_arguments, get_environment};
use crate::sealed_data::{copy, is, value};

/// A flag of a list: the host's strings, if it has any, take the place of these. Else they come in addition.
const DEFAULTS: u32 = 1;
/// A flag of a list of arguments: the first is the program's name, in place of the host's.
const NAMED: u32 = 2;

/// A list of strings in the sealed data.
#[derive(Clone, Copy)]
pub struct List {
    start: u32,
    count: u32,
    flags: u32,
}

impl List {
    /// The list at a place that an intrinsic gives.
    fn at(start: u32) -> Self {
        Self { start, count: value(start), flags: value(start + 4) }
    }

    fn strings(self) -> impl Iterator<Item = Text> + Clone {
        let lengths = self.start + 8;
        let mut place = lengths + 8 * self.count;
        (0..self.count).map(move |index| {
            let (name, len) = (value(lengths + 8 * index), value(lengths + 8 * index + 4));
            let text = Text { start: place, name, len };
            place += len;
            text
        })
    }

    /// The program's arguments: its name, these, and what else the host gives.
    fn with_arguments(self, host: &'static [Str]) -> impl Iterator<Item = Entry<Str>> + Clone {
        let named = self.flags & NAMED != 0;
        let given = self.flags & DEFAULTS == 0 || host.len() <= 1;
        let (name, others) = host.split_at_checked(1).unwrap_or_default();
        let names = name.iter().filter(move |_| !named).map(Entry::Host);
        let taken = if given { usize::MAX } else { usize::from(named) };
        names.chain(self.strings().take(taken).map(Entry::Sealed)).chain(others.iter().map(Entry::Host))
    }

    /// The host's variables, and of these those that the host does not have.
    fn with_variables(self, host: &'static [Variable]) -> impl Iterator<Item = Entry<Variable>> + Clone {
        let defaults = self.flags & DEFAULTS != 0;
        let is_given = move |text: &Text| {
            if defaults {
                host.is_empty()
            } else {
                !host.iter().any(|variable| text.has_name(variable.name.as_slice()))
            }
        };
        host.iter().map(Entry::Host).chain(self.strings().filter(is_given).map(Entry::Sealed))
    }
}

/// The host's arguments, of which all are in scratch space.
pub fn host_arguments(memory: &Memory) -> &'static [Str] {
    if !intrinsics::has_arguments() {
        return Default::default();
    }
    if let Some(Held::Arguments(arguments)) = memory.held.get() {
        return arguments;
    }
    memory.plan_scratch();
    let arguments = get_arguments();
    memory.held.set(Some(Held::Arguments(arguments)));
    arguments
}

/// The host's variables, of which all are in scratch space.
pub fn host_variables(memory: &Memory) -> &'static [Variable] {
    if !intrinsics::has_environment() {
        return Default::default();
    }
    if let Some(Held::Environment(variables)) = memory.held.get() {
        return variables;
    }
    memory.plan_scratch();
    let variables = get_environment();
    memory.held.set(Some(Held::Environment(variables)));
    variables
}

/// The program's arguments: those of the host, and the sealed ones.
pub fn arguments(host: &'static [Str]) -> impl Iterator<Item = Entry<Str>> + Clone {
    List::at(intrinsics::sealed_arguments()).with_arguments(host)
}

/// The program's variables: those of the host, and the sealed ones.
pub fn variables(host: &'static [Variable]) -> impl Iterator<Item = Entry<Variable>> + Clone {
    List::at(intrinsics::sealed_environment()).with_variables(host)
}

/// The number of strings, and of their bytes with terminators.
pub fn count<T: HostString>(entries: impl Iterator<Item = Entry<T>>) -> (usize, u64) {
    entries.fold((0, 0), |(count, bytes), entry| (count + 1, bytes + entry.len()))
}

/// A string that the program gets.
#[derive(Clone, Copy)]
pub enum Entry<T: HostString> {
    Host(&'static T),
    Sealed(Text),
}

impl<T: HostString> Entry<T> {
    /// The length with terminators.
    pub fn len(self) -> u64 {
        match self {
            Self::Host(string) => string.parts().map(|(part, _)| part.len() as u64 + 1).sum(),
            Self::Sealed(text) => u64::from(text.len),
        }
    }
}

/// An argument or a variable of the host's.
pub trait HostString: 'static {
    /// Its strings, each with what ends it.
    fn parts(&self) -> impl Iterator<Item = (&Str, u8)>;
}

impl HostString for Str {
    fn parts(&self) -> impl Iterator<Item = (&Str, u8)> {
        iter::once((self, 0))
    }
}

impl HostString for Variable {
    fn parts(&self) -> impl Iterator<Item = (&Str, u8)> {
        iter::once((&self.name, b'=')).chain(iter::once((&self.value, 0)))
    }
}

/// A string in the sealed data.
#[derive(Clone, Copy)]
pub struct Text {
    start: u32,
    /// The length of its name, if it is a variable.
    name: u32,
    /// The length with the terminator.
    len: u32,
}

impl Text {
    /// Copies it to the front of `buffer`, as far as it fits, and returns what is behind it.
    pub fn copy(self, buffer: Buffer) -> Buffer {
        let part = buffer.until(self.len as usize);
        copy(part, self.start);
        buffer.from(part.len())
    }

    fn has_name(self, name: &[u8]) -> bool {
        is(self.start, self.name, name)
    }
}

/// Standard input, which is at a place behind its length.
pub fn stdin(place: u32) -> Contents {
    Contents { start: place + 4, len: value(place) }
}
