//! The command line and the environment.
//!
//! | function | WASI 0.2 calls |
//! |---|---|
//! | `args_sizes_get`, `args_get` | `get-arguments` |
//! | `environ_sizes_get`, `environ_get` | `get-environment` |
//! | all of them in a CGI program | none: the linker's templates, and the request |
//!
//! A program asks for the sizes, allocates memory, and asks for the strings. If scratch space is large enough, the strings
//! stay there in between, so that the host is called once. Else the host puts each string into the guest's buffer itself. An
//! allocator that asks while the host waits (`waiting.rs`) gets the strings in scratch space, or none if the program has not
//! asked before.

use core::cell::Cell;

use crate::cgi::{Cgi, Counter, Sink};
use crate::errno::{Errno, Result};
use crate::guest::{Buffer, Outs, Ptr};
use crate::intrinsics::{has_arguments, has_environment, is_cgi, sealed_arguments, sealed_environment};
use crate::memory::Memory;
use crate::raw::{Held, Str, Variable, get_arguments, get_environment};
use crate::sealed::{self, Entry, HostString};
use crate::state::{Sizes, State};

/// Counts the arguments and their bytes.
///
/// Errors: `OVERFLOW` for more than 4 GiB.
///
/// Specification: <https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#args_sizes_get>
pub fn args_sizes_get(state: &State, count: Ptr<u32>, bytes: Ptr<u32>) -> Result {
    give_sizes(args_sizes(state)?, count, bytes)
}

/// Writes the arguments and pointers to them.
///
/// Errors: `OVERFLOW` for more than 4 GiB.
///
/// Specification: <https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#args_get>
pub fn args_get(state: &State, pointers: Ptr<u32>, buffer: Ptr<u8>) -> Result {
    let mut writer = Writer::new(args_sizes(state)?, pointers, buffer)?;
    if is_cgi() {
        writer.put_filled_in(state.cgi(), Cgi::arguments, |cgi, places| cgi.arguments(places));
    } else if sealed_arguments() != 0 {
        writer.put_entries(sealed::arguments(sealed::host_arguments(&state.memory)));
    } else if has_arguments() {
        writer.put_arguments(arguments(&state.memory, &writer));
    }
    Ok(())
}

/// [`args_sizes_get`] while the host waits: the sizes that are known, or none.
pub fn waiting_args_sizes_get(state: &State, count: Ptr<u32>, bytes: Ptr<u32>) -> Result {
    give_sizes(state.args.get().unwrap_or(Sizes::NONE), count, bytes)
}

/// [`args_get`] while the host waits.
///
/// Errors: `NOTSUP` unless the arguments are still in scratch space.
pub fn waiting_args_get(state: &State, pointers: Ptr<u32>, buffer: Ptr<u8>) -> Result {
    let Some(sizes) = state.args.get() else { return Ok(()) };
    let Some(Held::Arguments(arguments)) = state.memory.held.get() else { return Err(Errno::NOTSUP) };
    let mut writer = Writer::new(sizes, pointers, buffer)?;
    if sealed_arguments() != 0 {
        writer.put_entries(sealed::arguments(arguments));
    } else {
        writer.put_arguments(arguments);
    }
    Ok(())
}

/// Counts the environment variables and their bytes.
///
/// Errors: `OVERFLOW` for more than 4 GiB.
///
/// Specification: <https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#environ_sizes_get>
pub fn environ_sizes_get(state: &State, count: Ptr<u32>, bytes: Ptr<u32>) -> Result {
    give_sizes(environ_sizes(state)?, count, bytes)
}

/// Writes the environment variables, as `name=value`, and pointers to them.
///
/// Errors: `OVERFLOW` for more than 4 GiB.
///
/// Specification: <https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#environ_get>
pub fn environ_get(state: &State, pointers: Ptr<u32>, buffer: Ptr<u8>) -> Result {
    let mut writer = Writer::new(environ_sizes(state)?, pointers, buffer)?;
    if is_cgi() {
        writer.put_filled_in(state.cgi(), Cgi::variables, |cgi, places| cgi.variables(places));
    } else if sealed_environment() != 0 {
        writer.put_entries(sealed::variables(sealed::host_variables(&state.memory)));
    } else if has_environment() {
        writer.put_variables(environment(&state.memory, &writer));
    }
    Ok(())
}

/// [`environ_sizes_get`] while the host waits: the sizes that are known, or none.
pub fn waiting_environ_sizes_get(state: &State, count: Ptr<u32>, bytes: Ptr<u32>) -> Result {
    give_sizes(state.environ.get().unwrap_or(Sizes::NONE), count, bytes)
}

/// [`environ_get`] while the host waits.
///
/// Errors: `NOTSUP` unless the variables are still in scratch space.
pub fn waiting_environ_get(state: &State, pointers: Ptr<u32>, buffer: Ptr<u8>) -> Result {
    let Some(sizes) = state.environ.get() else { return Ok(()) };
    let Some(Held::Environment(variables)) = state.memory.held.get() else { return Err(Errno::NOTSUP) };
    let mut writer = Writer::new(sizes, pointers, buffer)?;
    if sealed_environment() != 0 {
        writer.put_entries(sealed::variables(variables));
    } else {
        writer.put_variables(variables);
    }
    Ok(())
}

fn give_sizes(sizes: Sizes, count: Ptr<u32>, bytes: Ptr<u32>) -> Result {
    let count = count.check()?;
    bytes.write(sizes.bytes)?;
    count.set(sizes.count);
    Ok(())
}

fn args_sizes(state: &State) -> Result<Sizes> {
    if is_cgi() {
        return filled_in(state, &state.args, Cgi::arguments);
    }
    if sealed_arguments() != 0 {
        return known(&state.args, || sealed::count(sealed::arguments(sealed::host_arguments(&state.memory))));
    }
    if !has_arguments() {
        return Ok(Sizes::NONE);
    }
    known(&state.args, || {
        state.memory.plan_lengths();
        let arguments = get_arguments();
        state.memory.hold(Held::Arguments(arguments));
        (arguments.len(), arguments.iter().map(with_terminator).sum())
    })
}

fn environ_sizes(state: &State) -> Result<Sizes> {
    if is_cgi() {
        return filled_in(state, &state.environ, Cgi::variables);
    }
    if sealed_environment() != 0 {
        return known(&state.environ, || sealed::count(sealed::variables(sealed::host_variables(&state.memory))));
    }
    if !has_environment() {
        return Ok(Sizes::NONE);
    }
    known(&state.environ, || {
        state.memory.plan_lengths();
        let environment = get_environment();
        state.memory.hold(Held::Environment(environment));
        (environment.len(), environment.iter().map(both_with_terminators).sum())
    })
}

fn arguments(memory: &Memory, writer: &Writer) -> &'static [Str] {
    match memory.held.get() {
        Some(Held::Arguments(arguments)) => arguments,
        _ => {
            memory.plan_strings(writer.buffer);
            get_arguments()
        }
    }
}

fn environment(memory: &Memory, writer: &Writer) -> &'static [Variable] {
    match memory.held.get() {
        Some(Held::Environment(environment)) => environment,
        _ => {
            memory.plan_strings(writer.buffer);
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

/// The sizes of what templates become. Before there is a request that is nothing.
fn filled_in(state: &State, sizes: &Cell<Option<Sizes>>, strings: impl FnOnce(&Cgi, &mut Counter)) -> Result<Sizes> {
    let Ok(cgi) = state.cgi() else { return Ok(Sizes::NONE) };
    known(sizes, || {
        let mut counter = Counter::default();
        strings(cgi, &mut counter);
        (counter.strings, counter.bytes)
    })
}

/// The sizes, which do not change while a program runs.
fn known(known: &Cell<Option<Sizes>>, ask: impl FnOnce() -> (usize, u64)) -> Result<Sizes> {
    if let Some(sizes) = known.get() {
        return Ok(sizes);
    }
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

    /// Puts strings of the host and sealed ones.
    fn put_entries<T: HostString>(&mut self, entries: impl Iterator<Item = Entry<T>> + Clone) {
        for entry in entries.clone() {
            match entry {
                Entry::Host(string) => string.parts().for_each(|(part, terminator)| self.append(part, terminator)),
                Entry::Sealed(text) => self.rest = text.copy(self.rest),
            }
        }
        self.point(entries.map(Entry::len));
    }

    fn append(&mut self, string: &Str, terminator: u8) {
        // The host has put the string into its place already, unless it asked for more room than it used.
        self.rest = self.rest.fill_from_host(string.as_slice());
        self.rest.push(terminator);
    }

    /// Puts what templates become. Before there is a request that is nothing.
    fn put_filled_in(
        &mut self,
        cgi: Result<&Cgi>,
        strings: impl FnOnce(&Cgi, &mut Self),
        places: impl FnOnce(&Cgi, &mut Pointers<'_>),
    ) {
        let Ok(cgi) = cgi else { return };
        strings(cgi, self);
        let place = self.buffer.offset();
        places(cgi, &mut Pointers { place, next: place, pointers: &mut self.pointers });
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

impl Sink for Writer {
    fn put(&mut self, bytes: &[u8]) {
        self.rest = self.rest.from(self.rest.fill(bytes));
    }

    fn push(&mut self, byte: u8) {
        self.rest.push(byte);
    }

    fn end(&mut self) {
        self.rest.push(0);
    }
}

/// Writes where each string starts.
struct Pointers<'a> {
    /// The start of this string, and the end of what there is of it.
    place: u32,
    next: u32,
    pointers: &'a mut Outs<u32>,
}

impl Sink for Pointers<'_> {
    fn put(&mut self, bytes: &[u8]) {
        self.next = self.next.wrapping_add(bytes.len() as u32);
    }

    fn push(&mut self, _: u8) {
        self.next = self.next.wrapping_add(1);
    }

    fn end(&mut self) {
        self.pointers.push(self.place);
        self.next = self.next.wrapping_add(1);
        self.place = self.next;
    }
}
