//! Tests that programs cannot tell the contents of the adapter's memory, and that the adapter writes only results into
//! theirs.
//!
//! A sequence of random preview1 calls, with overlapping pointers of every kind, is made in two components, whose
//! adapters have memories of different sizes and contents. Everything that the program sees and every call of the host
//! must be the same; and after each call, the program's memory may have changed only where the call stores results. The
//! layout is `isolated`, which promises this. Layers may be below the program, too: one that passes every call on makes no
//! difference, and one that calls WASI for itself keeps what it gets. Files may be embedded, and sockets may be open from the
//! start.
//!
//! | module | what it has |
//! |---|---|
//! | [`program`] | a program that makes one call when it is run: the one that is described in its memory |
//! | [`calls`] | random calls, and what each may write |
//! | [`dialects`] | the functions of sockets that preview1 does not have |
//! | [`host`] | a host that answers as it likes, within what WASI 0.2 says of it |
//! | [`instance`] | program and host together |

pub mod calls;
pub mod dialects;
pub mod host;
pub mod instance;
pub mod program;
pub mod random;
mod shape;
mod sockets;

use anyhow::{Context, Result, bail};
use wasi_adapt::preview1::{Function, Snapshot};
use wasi_adapt::{AdapterPages, FileTree, Layer, Layout, Linker};

use crate::layer;

use calls::{Call, Caller};
use instance::{Compiled, Contents, Instance, STACK};
use program::{Callee, ProgramOptions, callees};
use random::Random;

/// The number of sequences per instance. Later ones meet the descriptors and leftovers of earlier ones.
pub const SEQUENCES: u64 = 64;
/// The number of calls in a sequence.
const CALLS: u64 = 8;

const PROGRAM: ProgramOptions = ProgramOptions { pages: 1, allocator: false, beside: false, has_dialects: false };

/// The initial values of the two memories below the program.
const CONTENTS: [u8; 2] = [0, 0xa5];

/// The memories below the two programs that are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Below {
    /// Adapters of different sizes.
    Adapters,
    /// An adapter, and another one with a layer above it that passes all calls on.
    PassingLayer,
    /// Adapters and layers of different sizes; the layers also call WASI for themselves.
    CallingLayers,
    /// Adapters of different sizes, and embedded files.
    Files,
    /// The same, some of which are writable.
    WritableFiles,
    /// Adapters of different sizes, and devices in the component.
    Devices,
    /// Adapters of different contents, and the layer of sockets, of each dialect, with another stack.
    Sockets,
}

impl Below {
    pub const ALL: [Below; 7] = [
        Below::Adapters,
        Below::PassingLayer,
        Below::CallingLayers,
        Below::Files,
        Below::WritableFiles,
        Below::Devices,
        Below::Sockets,
    ];

    /// Returns the pages of each adapter, and the layer above it.
    fn tenants(self) -> [(u32, Option<Layer>); 2] {
        let preview1 = |callee| match callee {
            Callee::Wasi(Snapshot::Preview1, function) => Some(function),
            _ => None,
        };
        let functions: Vec<_> = callees().into_iter().filter_map(preview1).collect();
        let layer = |pages: u32, calls_wasi| Some(layer::passing(&functions, calls_wasi).pages(pages));
        match self {
            Below::Adapters | Below::Files | Below::WritableFiles | Below::Devices => [(2, None), (3, None)],
            Below::PassingLayer => [(2, None), (2, layer(3, false))],
            Below::CallingLayers => [(3, layer(1, true)), (2, layer(4, true))],
            // The host sees addresses of memory, so the program's is at the same place.
            Below::Sockets => [(2, None), (2, None)],
        }
    }

    /// Returns the functions that programs often call to have something to use others on.
    fn openers(self) -> &'static [&'static str] {
        match self {
            Below::Sockets => &[
                "sock_accept",
                "sock_open/3",
                "sock_open/4",
                "sock_connect/3",
                "sock_recv",
                "sock_send",
                "fd_fdstat_set_flags",
                "path_open",
            ],
            _ => &["path_open"],
        }
    }

    fn program(self) -> ProgramOptions {
        ProgramOptions { has_dialects: self == Below::Sockets, ..PROGRAM }
    }

    fn files(self) -> Option<FileTree> {
        match self {
            Below::Files => Some(calls::files()),
            Below::WritableFiles => Some(calls::writable_files()),
            Below::Devices => Some(calls::devices()),
            _ => None,
        }
    }
}

/// The sequences to run.
#[derive(Clone, Copy, Debug)]
pub struct SequenceOptions {
    /// The first seed. Each gives 64 sequences.
    pub seed: u64,
    /// The minimum number of sequences.
    pub sequences: u64,
    pub below: Below,
}

/// The number of sequences and calls that were run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    pub sequences: u64,
    pub calls: u64,
    /// The number of calls that succeeded.
    pub succeeded: u64,
}

/// Runs sequences on all cores. An error describes the difference, and its seed.
pub fn run(options: SequenceOptions) -> Result<Tally> {
    let engines = engines(options.below)?;
    let threads = std::thread::available_parallelism().map_or(1, |count| count.get() as u64);
    let work = |first: u64| {
        let mut ran = Tally::default();
        let mut number = first;
        while number * SEQUENCES < options.sequences {
            batch(&engines, options.below, options.seed + number, &mut ran)?;
            number += threads;
        }
        Ok::<_, anyhow::Error>(ran)
    };
    let mut all = Tally::default();
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|first| scope.spawn(move || work(first))).collect();
        for worker in workers {
            let ran = worker.join().expect("a worker does not panic")?;
            all.sequences += ran.sequences;
            all.calls += ran.calls;
            all.succeeded += ran.succeeded;
        }
        Ok(all)
    })
}

fn engines(below: Below) -> Result<Vec<Compiled>> {
    let of = |((pages, layer), value): ((u32, Option<Layer>), u8)| {
        let adapter_pages = AdapterPages::new(pages).context("an adapter can have so many pages")?;
        let linker = Linker::new().adapter_pages(adapter_pages).embed(below.files());
        let linker = layer.into_iter().fold(linker, Linker::layer);
        let (linker, contents) = match below {
            Below::Sockets => sockets::open(linker, below.program(), pages, value)?,
            _ => (linker, Contents { value, stack: STACK, ..Contents::default() }),
        };
        Compiled::merged(below.program(), Layout::Isolated, linker, contents)
    };
    below.tenants().into_iter().zip(CONTENTS).map(of).collect()
}

/// Generates calls of a preview1 function by a program with `pages` pages, each preceded by a call that opens something
/// to use it on.
pub fn calls_of(function: &Function, pages: u32, count: usize) -> impl Iterator<Item = (Call, Call)> {
    let (open, number) = (calls::number_of("path_open"), calls::number_of(function.name));
    let mut random = Random::new(1);
    let memory = u64::from(pages) << 16;
    let mut call_of =
        move |number| Caller { random: &mut random, memory, openers: &[], has_dialects: false }.call_of(number);
    (0..count).map(move |_| (call_of(open), call_of(number)))
}

/// Runs the sequences of one seed.
fn batch(engines: &[Compiled], below: Below, seed: u64, ran: &mut Tally) -> Result<()> {
    let mut random = Random::new(seed);
    let start = || engines.iter().map(|engine| engine.instance(seed)).collect::<Result<Vec<_>>>();
    let mut instances = start()?;
    for _ in 0..SEQUENCES {
        let arena = calls::arena(&mut random);
        instances.iter_mut().for_each(|instance| instance.write(calls::ARENA, &arena));
        for _ in 0..CALLS {
            let (memory, openers) = (instances[0].memory().len() as u64, below.openers());
            let has_dialects = below.program().has_dialects;
            let call = Caller { random: &mut random, memory, openers, has_dialects }.call();
            let mut errnos = Vec::new();
            for (instance, engine) in instances.iter_mut().zip(engines) {
                instance.clear_stack(engine);
                match instance.make_alone(&call) {
                    Ok(errno) => errnos.push(errno),
                    Err(error) => bail!("seed {seed}: {call:?}: {error:#}"),
                }
            }
            ran.calls += 1;
            ran.succeeded += u64::from(errnos[0] == Some(0));
            if errnos.iter().all(Option::is_none) {
                instances = start()?;
                break;
            }
            if let Some(difference) = difference(&instances, &errnos) {
                bail!("seed {seed}: {call:?}: the two adapters differ in {difference}");
            }
        }
        ran.sequences += 1;
        if instances[0].memory() != instances[1].memory() {
            bail!("seed {seed}: the program's memory depends on the adapter's");
        }
    }
    Ok(())
}

/// Describes the difference between two adapters after a call, other than in the program's memory.
fn difference(instances: &[Instance], errnos: &[Option<u32>]) -> Option<String> {
    let [first, second] = instances else { return None };
    if errnos[0] != errnos[1] {
        return Some(format!("the result: {:?} and {:?}", errnos[0], errnos[1]));
    }
    if first.asked() != second.asked() {
        return Some("what they ask the host".into());
    }
    (first.memory().len() != second.memory().len()).then(|| "the size of the program's memory".into())
}

impl Instance {
    /// Makes a call, and checks that it has written only where it may. Returns none if it would never return.
    fn make_alone(&mut self, call: &Call) -> Result<Option<u32>> {
        self.describe(call);
        let before = self.memory().to_vec();
        let errno = match self.make() {
            Err(error) if host::is_endless(&error) => return Ok(None),
            errno => errno?,
        };
        let places = call.places(&before, self.strings());
        if let Some(place) = self.changed_beyond(before, places) {
            bail!("it changes the byte at {place}, where there is no place of a result");
        }
        Ok(Some(errno))
    }
}
