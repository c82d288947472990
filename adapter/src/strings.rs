//! The command line and the environment.
//!
//! | function | WASI 0.2 calls |
//! |---|---|
//! | `args_sizes_get`, `args_get` | `get-arguments` |
//! | `environ_sizes_get`, `environ_get` | `get-environment` |
//!
//! A program asks for the sizes, makes room, and asks for the strings. Where scratch space is large enough, they wait
//! there, so that the host is asked once. Else the host puts each string into the guest's buffer itself.

use core::cell::Cell;

use crate::answers::has_cli;
use crate::entry::entry;
use crate::errno::{Errno, Result};
use crate::guest::{Array, Buffer, Ptr, offset_of};
use crate::raw::{Str, Variable, get_arguments, get_environment};
use crate::state::state;

/// How many strings there are, and how many bytes they take with their terminators.
#[derive(Clone, Copy)]
pub struct Sizes {
    count: u32,
    bytes: u32,
}

/// What the host returned when it was asked for sizes.
#[derive(Clone, Copy)]
pub enum Held {
    Arguments(&'static [Str]),
    Environment(&'static [Variable]),
}

entry! {
    fn args_sizes_get(count: Ptr<u32>, bytes: Ptr<u32>) {
        give_sizes(args_sizes()?, count, bytes)
    }

    fn args_get(pointers: Ptr<u32>, buffer: Ptr<u8>) {
        let mut writer = Writer::new(args_sizes()?, pointers, buffer)?;
        if has_cli() {
            for argument in arguments(&writer) {
                writer.start();
                writer.append(argument, 0);
            }
        }
        Ok(())
    }

    fn environ_sizes_get(count: Ptr<u32>, bytes: Ptr<u32>) {
        give_sizes(environ_sizes()?, count, bytes)
    }

    fn environ_get(pointers: Ptr<u32>, buffer: Ptr<u8>) {
        let mut writer = Writer::new(environ_sizes()?, pointers, buffer)?;
        if has_cli() {
            for Variable { name, value } in environment(&writer) {
                writer.start();
                writer.append(name, b'=');
                writer.append(value, 0);
            }
        }
        Ok(())
    }
}

fn give_sizes(sizes: Sizes, count: Ptr<u32>, bytes: Ptr<u32>) -> Result {
    let count = count.check()?;
    bytes.write(sizes.bytes)?;
    count.set(sizes.count);
    Ok(())
}

fn args_sizes() -> Result<Sizes> {
    known(&state().args, || {
        let arguments = get_arguments();
        state().memory.hold(Held::Arguments(arguments));
        (arguments.len(), arguments.iter().map(with_terminator).sum())
    })
}

fn environ_sizes() -> Result<Sizes> {
    known(&state().environ, || {
        let environment = get_environment();
        state().memory.hold(Held::Environment(environment));
        (environment.len(), environment.iter().map(|it| with_terminator(&it.name) + with_terminator(&it.value)).sum())
    })
}

fn arguments(writer: &Writer) -> &'static [Str] {
    match state().memory.held.get() {
        Some(Held::Arguments(arguments)) => arguments,
        _ => {
            state().memory.plan_strings(writer.buffer);
            get_arguments()
        }
    }
}

fn environment(writer: &Writer) -> &'static [Variable] {
    match state().memory.held.get() {
        Some(Held::Environment(environment)) => environment,
        _ => {
            state().memory.plan_strings(writer.buffer);
            get_environment()
        }
    }
}

fn with_terminator(string: &Str) -> u64 {
    string.len() as u64 + 1
}

/// The sizes, which do not change while a program runs.
fn known(known: &Cell<Option<Sizes>>, ask: impl FnOnce() -> (usize, u64)) -> Result<Sizes> {
    if let Some(sizes) = known.get() {
        return Ok(sizes);
    }
    if !has_cli() {
        return Ok(Sizes { count: 0, bytes: 0 });
    }
    state().memory.plan_lengths();
    let (count, bytes) = ask();
    let sizes = Sizes { count: count as u32, bytes: u32::try_from(bytes).map_err(|_| Errno::OVERFLOW)? };
    known.set(Some(sizes));
    Ok(sizes)
}

/// Puts strings behind one another into the guest's buffer, and where each starts into its array of pointers.
struct Writer {
    pointers: Array<u32>,
    next_pointer: u32,
    buffer: Buffer,
    filled: usize,
}

impl Writer {
    /// Checks the places.
    fn new(sizes: Sizes, pointers: Ptr<u32>, buffer: Ptr<u8>) -> Result<Self> {
        let pointers = pointers.array(sizes.count)?;
        let buffer = buffer.buffer(sizes.bytes)?;
        Ok(Self { pointers, next_pointer: 0, buffer, filled: 0 })
    }

    fn start(&mut self) {
        if self.next_pointer < self.pointers.len() {
            self.pointers.set(self.next_pointer, offset_of(self.buffer.part(self.filled, 0).start));
            self.next_pointer += 1;
        }
    }

    fn append(&mut self, string: &Str, terminator: u8) {
        // Where the host put the string already is where it belongs, unless it asked for more room than it used.
        self.filled += self.buffer.part(self.filled, self.buffer.len).fill_from_host(string.as_slice());
        self.filled += self.buffer.part(self.filled, 1).put(terminator);
    }
}
