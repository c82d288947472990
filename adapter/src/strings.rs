//! The command line and the environment.
//!
//! | function | WASI 0.2 calls |
//! |---|---|
//! | `args_sizes_get`, `args_get` | `get-arguments` |
//! | `environ_sizes_get`, `environ_get` | `get-environment` |
//!
//! A program asks for the sizes, makes room, and asks for the strings. Where scratch space is large enough, they wait
//! there, so that the host is asked once. Else the host puts each string into the guest's buffer itself. An allocator that
//! asks while the host waits (`waiting.rs`) gets those that wait in scratch space, or none if nobody has asked before.

use core::cell::Cell;

use crate::answers::has_cli;
use crate::entry::entry;
use crate::errno::{Errno, Result};
use crate::guest::{Buffer, Outs, Ptr};
use crate::raw::{Str, Variable, get_arguments, get_environment};
use crate::state::state;

/// How many strings there are, and how many bytes they take with their terminators.
#[derive(Clone, Copy)]
pub struct Sizes {
    count: u32,
    bytes: u32,
}

impl Sizes {
    const NONE: Self = Self { count: 0, bytes: 0 };
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
            writer.put_arguments(arguments(&writer));
        }
        Ok(())
    }

    fn waiting_args_sizes_get(count: Ptr<u32>, bytes: Ptr<u32>) {
        give_sizes(state().args.get().unwrap_or(Sizes::NONE), count, bytes)
    }

    fn waiting_args_get(pointers: Ptr<u32>, buffer: Ptr<u8>) {
        let Some(sizes) = state().args.get() else { return Ok(()) };
        let Some(Held::Arguments(arguments)) = state().memory.held.get() else { return Err(Errno::NOTSUP) };
        Writer::new(sizes, pointers, buffer)?.put_arguments(arguments);
        Ok(())
    }

    fn environ_sizes_get(count: Ptr<u32>, bytes: Ptr<u32>) {
        give_sizes(environ_sizes()?, count, bytes)
    }

    fn environ_get(pointers: Ptr<u32>, buffer: Ptr<u8>) {
        let mut writer = Writer::new(environ_sizes()?, pointers, buffer)?;
        if has_cli() {
            writer.put_variables(environment(&writer));
        }
        Ok(())
    }

    fn waiting_environ_sizes_get(count: Ptr<u32>, bytes: Ptr<u32>) {
        give_sizes(state().environ.get().unwrap_or(Sizes::NONE), count, bytes)
    }

    fn waiting_environ_get(pointers: Ptr<u32>, buffer: Ptr<u8>) {
        let Some(sizes) = state().environ.get() else { return Ok(()) };
        let Some(Held::Environment(variables)) = state().memory.held.get() else { return Err(Errno::NOTSUP) };
        Writer::new(sizes, pointers, buffer)?.put_variables(variables);
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
        (environment.len(), environment.iter().map(both_with_terminators).sum())
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

fn both_with_terminators(Variable { name, value }: &Variable) -> u64 {
    with_terminator(name) + with_terminator(value)
}

/// The sizes, which do not change while a program runs.
fn known(known: &Cell<Option<Sizes>>, ask: impl FnOnce() -> (usize, u64)) -> Result<Sizes> {
    if let Some(sizes) = known.get() {
        return Ok(sizes);
    }
    if !has_cli() {
        return Ok(Sizes::NONE);
    }
    state().memory.plan_lengths();
    let (count, bytes) = ask();
    let sizes = Sizes { count: count as u32, bytes: u32::try_from(bytes).map_err(|_| Errno::OVERFLOW)? };
    known.set(Some(sizes));
    Ok(sizes)
}

/// Puts strings behind one another into the guest's buffer, and then where each starts into its array of pointers. In this
/// order, whoever puts a string there: the two may overlap.
struct Writer {
    pointers: Outs<u32>,
    buffer: Buffer,
    rest: Buffer,
}

impl Writer {
    /// Checks the places.
    fn new(sizes: Sizes, pointers: Ptr<u32>, buffer: Ptr<u8>) -> Result<Self> {
        let pointers = pointers.outs(sizes.count)?;
        let buffer = buffer.buffer(sizes.bytes)?;
        Ok(Self { pointers, buffer, rest: buffer })
    }

    #[inline]
    fn put_arguments(&mut self, arguments: &[Str]) {
        for argument in arguments {
            self.append(argument, 0);
        }
        self.point(arguments.iter().map(with_terminator));
    }

    #[inline]
    fn put_variables(&mut self, variables: &[Variable]) {
        for Variable { name, value } in variables {
            self.append(name, b'=');
            self.append(value, 0);
        }
        self.point(variables.iter().map(both_with_terminators));
    }

    fn append(&mut self, string: &Str, terminator: u8) {
        // Where the host put the string already is where it belongs, unless it asked for more room than it used.
        self.rest = self.rest.from(self.rest.fill_from_host(string.as_slice()));
        self.rest.push(terminator);
    }

    /// Says where the strings are, given how long each is.
    fn point(&mut self, sizes: impl Iterator<Item = u64>) {
        let mut place = self.buffer.offset();
        for size in sizes {
            self.pointers.push(place);
            place = place.wrapping_add(size as u32);
        }
    }
}
