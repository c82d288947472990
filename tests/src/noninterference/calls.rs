//! Random calls of preview1, and the memory that each may write.
//!
//! Pointers are to a small arena, whose contents look like arguments and like pointers into it; to the ends of the
//! memory, beyond them, and around the end of the address space. They are aligned only by chance.

use std::ops::Range;

use super::dialects;
use super::program::{self, Callee};
use super::random::Random;
use wasi_adapt::FileTree;

/// The address and size of the arena, to which most arguments point.
pub const ARENA: u32 = 4096;
const SIZE: u64 = 512;
/// The number of bytes at its start that can be parts of a path. Subscriptions follow.
const PATHS: u64 = 32;

/// The meaning of a parameter.
#[derive(Clone, Copy, Debug)]
pub enum ParamKind {
    Descriptor,
    /// A descriptor, preferably of a directory.
    Directory,
    Number,
    /// The flags of a path lookup.
    Lookup,
    Flags,
    Rights,
    Wide,
    /// A pointer to this many bytes for a result.
    Out(u64),
    /// A pointer to a path; its length follows.
    Path,
    PathLength,
    /// A pointer to something to be read.
    Input,
    /// A pointer to bytes to be written; their number follows.
    BytesOut,
    /// A pointer to buffers to be written; their number follows.
    BuffersOut,
    /// A pointer to one such buffer.
    BufferOut,
    /// A pointer to elements of this size to be written; their number follows.
    Elements(u64),
    /// A pointer to a list whose elements lead to each other. They may be written over, so results can be anywhere.
    Chain,
    /// A pointer to subscriptions.
    Subscriptions,
    /// Pointers to an array of pointers, and to the strings.
    Pointers,
    Strings,
    Length,
    Count,
}

/// Returns the meaning of a function's parameters.
fn params(callee: Callee) -> &'static [ParamKind] {
    use ParamKind::*;
    let function = match callee {
        Callee::Wasi(_, function) => function,
        Callee::Dialect(dialect) => return dialect.params,
        Callee::Grow => return &[Number],
    };
    match function.name {
        "args_get" | "environ_get" => &[Pointers, Strings],
        "args_sizes_get" | "environ_sizes_get" => &[Out(4), Out(4)],
        "clock_res_get" => &[Number, Out(8)],
        "clock_time_get" => &[Number, Wide, Out(8)],
        "fd_advise" => &[Descriptor, Wide, Wide, Number],
        "fd_allocate" => &[Descriptor, Wide, Wide],
        "fd_close" | "fd_datasync" | "fd_sync" | "adapter_close_badfd" => &[Descriptor],
        "fd_fdstat_get" => &[Descriptor, Out(24)],
        "fd_fdstat_set_flags" => &[Descriptor, Flags],
        "fd_fdstat_set_rights" => &[Descriptor, Wide, Wide],
        "fd_filestat_get" => &[Descriptor, Out(64)],
        "fd_filestat_set_size" => &[Descriptor, Wide],
        "fd_filestat_set_times" => &[Descriptor, Wide, Wide, Flags],
        "fd_pread" => &[Descriptor, BuffersOut, Count, Wide, Out(4)],
        "fd_prestat_get" => &[Directory, Out(8)],
        "fd_prestat_dir_name" => &[Directory, BytesOut, Length],
        "fd_pwrite" => &[Descriptor, Input, Count, Wide, Out(4)],
        "fd_read" => &[Descriptor, BuffersOut, Count, Out(4)],
        "fd_readdir" => &[Directory, BytesOut, Length, Wide, Out(4)],
        "fd_renumber" => &[Descriptor, Descriptor],
        "fd_seek" => &[Descriptor, Wide, Number, Out(8)],
        "fd_tell" => &[Descriptor, Out(8)],
        "fd_write" => &[Descriptor, Input, Count, Out(4)],
        "path_create_directory" | "path_remove_directory" | "path_unlink_file" => &[Directory, Path, PathLength],
        "path_filestat_get" => &[Directory, Lookup, Path, PathLength, Out(64)],
        "path_filestat_set_times" => &[Directory, Lookup, Path, PathLength, Wide, Wide, Flags],
        "path_link" => &[Directory, Lookup, Path, PathLength, Directory, Path, PathLength],
        "path_open" => &[Directory, Lookup, Path, PathLength, Flags, Rights, Rights, Flags, Out(4)],
        "path_readlink" => &[Directory, Path, PathLength, BytesOut, Length, Out(4)],
        "path_rename" => &[Directory, Path, PathLength, Directory, Path, PathLength],
        "path_symlink" => &[Path, PathLength, Directory, Path, PathLength],
        "poll_oneoff" => &[Subscriptions, Elements(32), Count, Out(4)],
        "proc_raise" => &[Number],
        "sched_yield" => &[],
        "random_get" => &[BytesOut, Length],
        "sock_accept" => &[Descriptor, Flags, Out(4)],
        "sock_recv" => &[Descriptor, BuffersOut, Count, Flags, Out(4), Out(2)],
        "sock_send" => &[Descriptor, Input, Count, Flags, Out(4)],
        "sock_shutdown" => &[Descriptor, Flags],
        "adapter_open_badfd" => &[Out(4)],
        "adapter_duplicate" => &[Descriptor, Number, Out(4)],
        "adapter_lock_open" => &[Descriptor, Out(4)],
        "adapter_lock_close" => &[Number],
        "adapter_lock_range" => &[Number, Number, Number, Wide, Wide],
        "adapter_lock_find" => &[Number, Number, Wide, Wide, Out(32)],
        "adapter_lock_file" => &[Number, Number, Number],
        "adapter_description" => &[Descriptor, Out(4), Out(4)],
        "adapter_monotonic_clock_set_paused" => &[Number],
        "reset_adapter_state" => &[],
        "adapter_subscribe" => &[Descriptor, Number, Out(4)],
        name => unreachable!("what do the parameters of {name} mean?"),
    }
}

/// A call with its arguments.
#[derive(Clone, Debug)]
pub struct Call {
    number: usize,
    callee: Callee,
    arguments: Vec<u64>,
}

impl Call {
    pub fn describe(&self) -> Vec<u8> {
        program::describe(self.number, &self.arguments)
    }

    pub fn name(&self) -> &'static str {
        self.callee.name()
    }

    /// Returns the ranges that the call may write, given the memory before it and the sizes of strings.
    pub fn places(&self, memory: &[u8], strings: impl Fn(&str) -> (u32, u32)) -> Vec<Range<u64>> {
        let (count, bytes) = strings(self.name());
        let mut places = Vec::new();
        for (index, param) in params(self.callee).iter().enumerate() {
            let (start, next) = (self.arguments[index], self.arguments.get(index + 1).copied().unwrap_or(0));
            let len = match param {
                ParamKind::Out(size) => *size,
                ParamKind::BytesOut => next,
                ParamKind::Elements(size) => next.saturating_mul(*size),
                ParamKind::Chain => u64::MAX,
                ParamKind::Pointers => u64::from(count) * 4,
                ParamKind::Strings => bytes.into(),
                ParamKind::BuffersOut | ParamKind::BufferOut => {
                    let count = if matches!(param, ParamKind::BufferOut) { 1 } else { next };
                    places.extend(buffers(memory, start, count));
                    continue;
                }
                _ => continue,
            };
            let start = if matches!(param, ParamKind::Chain) { 0 } else { start };
            places.push(start..start.saturating_add(len));
        }
        places
    }
}

/// Returns the buffers in a list, as far as they are in memory.
fn buffers(memory: &[u8], start: u64, count: u64) -> impl Iterator<Item = Range<u64>> {
    let entries = memory.get(start as usize..).unwrap_or_default().chunks_exact(8).take(count as usize);
    entries.map(|entry| {
        let word = |at: usize| u64::from(u32::from_le_bytes(entry[at..at + 4].try_into().expect("four bytes")));
        word(0)..word(0) + word(4)
    })
}

/// Generates calls of a program with `memory` bytes.
pub struct Caller<'a> {
    pub random: &'a mut Random,
    pub memory: u64,
    /// Functions that open something to use others on. They are called often.
    pub openers: &'a [&'static str],
    /// True if it can call the functions of other dialects.
    pub has_dialects: bool,
}

impl Caller<'_> {
    pub fn call(&mut self) -> Call {
        // Calls that use up descriptor numbers are rare.
        let number = match self.random.below(256) {
            0 => number_of("memory.grow"),
            1..60 => number_of(self.random.pick(self.openers)),
            60..130 => {
                let names = ["fd_read", "fd_write", "fd_pread", "fd_pwrite", "poll_oneoff", "fd_readdir"];
                number_of(self.random.pick(&names))
            }
            other => {
                let dialects = if self.has_dialects { 0 } else { dialects::FUNCTIONS.len() };
                let number = self.random.below((callees().len() - dialects) as u64) as usize;
                let lasts = [
                    "fd_close",
                    "fd_renumber",
                    "adapter_open_badfd",
                    "adapter_duplicate",
                    "reset_adapter_state",
                    "memory.grow",
                ];
                if lasts.contains(&callees()[number].name()) && other > 150 {
                    number_of(self.random.pick(self.openers))
                } else {
                    number
                }
            }
        };
        self.call_of(number)
    }

    /// Generates a call of the function with this number among all callees.
    pub fn call_of(&mut self, number: usize) -> Call {
        let callee = callees()[number];
        let arguments = params(callee).iter().map(|param| self.argument(*param)).collect();
        Call { number, callee, arguments }
    }

    fn argument(&mut self, param: ParamKind) -> u64 {
        let random = &mut *self.random;
        match param {
            ParamKind::Directory if !random.one_in(8) => 3 + random.below(2),
            ParamKind::Descriptor | ParamKind::Directory if random.one_in(16) => {
                random.pick(&[u32::MAX.into(), 100, 1087, 1088])
            }
            ParamKind::Descriptor | ParamKind::Directory => random.below(10),
            ParamKind::Number if random.one_in(16) => random.number() >> 32,
            ParamKind::Number => random.below(4),
            ParamKind::Lookup if !random.one_in(16) => random.below(2),
            ParamKind::Rights if !random.one_in(16) => random.pick(&[0x42, 0x42, 2, 0x40, 0x3fff_ffff]),
            ParamKind::Lookup | ParamKind::Flags if random.one_in(16) => random.number() >> 32,
            ParamKind::Lookup | ParamKind::Flags => random.below(16) & random.below(16),
            ParamKind::Wide if random.one_in(2) => random.below(8),
            ParamKind::Wide | ParamKind::Rights => random.number() >> random.below(64),
            ParamKind::Count if random.one_in(8) => random.pick(&[100, 128, 500, 0x2000_0000, u32::MAX.into()]),
            ParamKind::Count => random.below(6),
            ParamKind::Length => length(random),
            ParamKind::Subscriptions if random.one_in(2) => u64::from(ARENA) + PATHS + 48 * random.below(2),
            ParamKind::Path if !random.one_in(4) => u64::from(ARENA) + random.below(PATHS / 2),
            ParamKind::PathLength if !random.one_in(4) => random.below(PATHS / 2),
            ParamKind::PathLength => length(random),
            _ if random.one_in(2) => u64::from(ARENA) + random.below(SIZE),
            _ => place(random, self.memory),
        }
    }
}

/// Returns the number of a function among all callees.
pub fn number_of(name: &str) -> usize {
    callees().iter().position(|callee| callee.name() == name).expect("there is such a function")
}

fn callees() -> &'static [Callee] {
    static CALLEES: std::sync::LazyLock<Vec<Callee>> = std::sync::LazyLock::new(program::callees);
    &CALLEES
}

fn length(random: &mut Random) -> u64 {
    match random.below(8) {
        0 => random.pick(&[1000, 4096, 4097, 8193, 65_536, 100_000, u32::MAX.into()]),
        1 => 0,
        _ => random.below(100),
    }
}

fn place(random: &mut Random, memory: u64) -> u64 {
    let place = match random.below(16) {
        0 => memory - random.below(100),
        1 => memory + random.below(16),
        2 => random.below(16),
        3 => u64::from(u32::MAX) - random.below(100),
        _ => u64::from(ARENA) + random.below(SIZE),
    };
    place & u64::from(u32::MAX)
}

/// Returns files that the arena's paths lead to.
pub fn files() -> FileTree {
    let mut files = FileTree::new();
    for top in ["", "a/", "b/", "a/cd/", "cd/a/"] {
        files.file(&format!("/{top}b/cd"), b"contents of a file".repeat(40)).directory(&format!("/{top}a/b"));
        files
            .link(&format!("/{top}cda"), "./a//b/")
            .link(&format!("/{top}cdb"), "../cdb")
            .file(&format!("/{top}c"), "");
    }
    files.preopen("/").preopen("/b");
    files
}

/// The same, of which some are writable.
pub fn writable_files() -> FileTree {
    let mut files = files();
    files.writable("/b", 256 << 10).writable("/cd", 0);
    files
}

/// Returns devices that the arena's paths lead to.
pub fn devices() -> FileTree {
    let mut files = FileTree::new();
    let devices = ["zero", "urandom", "null", "full", "tty", "stdin", "fd/1", "fd/3", "fd/4"];
    for (path, device) in ["cd", "c", "b/cd", "b/c", "a/b", "b/b", "b/a", "a/cd", "cda"].into_iter().zip(devices) {
        files.link(&format!("/{path}"), &format!("{}dev/{device}", if path.contains('/') { "../" } else { "" }));
    }
    files.preopen("/").devices();
    files
}

/// Returns random contents of the arena: buffers, subscriptions, paths, numbers.
pub fn arena(random: &mut Random) -> Vec<u8> {
    let mut words: Vec<u32> = (0..PATHS / 4).map(|_| u32::from_le_bytes(random.pick(&[*b"a/./", *b"b/cd"]))).collect();
    (0..4).for_each(|_| words.extend(subscription(random)));
    while words.len() * 4 < SIZE as usize + 64 {
        match random.below(8) {
            0 => words.extend([u32::from_le_bytes(*b"a/./"), u32::from_le_bytes(*b"b/cd")]),
            1 => words.extend([0; 2]),
            2 => words.extend(subscription(random)),
            3 => words.extend([random.number() as u32, random.number() as u32]),
            // The program's memory has one page when the arena is made.
            4 => words.extend([place(random, 1 << 16) as u32, length(random) as u32]),
            _ => words.extend([ARENA + random.below(SIZE) as u32, random.below(100) as u32]),
        }
    }
    let mut bytes: Vec<u8> = words.into_iter().flat_map(u32::to_le_bytes).collect();
    bytes.truncate(SIZE as usize + 64);
    bytes
}

/// Returns a subscription of preview1; in its predecessor, the clock's number has another offset.
fn subscription(random: &mut Random) -> [u32; 12] {
    let (tag, id, absolute) = (random.below(3) as u32, random.below(8) as u32, random.below(2) as u32);
    [random.number() as u32, 1, tag, 0, id, 0, random.below(1000) as u32, 0, 0, 0, absolute, 0]
}
