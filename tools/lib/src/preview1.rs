//! The table of `wasi_snapshot_preview1`: every function with its parameters and results as core value types, and which
//! of them its predecessor `wasi_unstable` has.
//!
//! Type checks, `inspect`, the header for layers and the tests of the adapter's exports read it; a unit test compares it with the functions
//! that the preview1 host defines.

use std::fmt;

use strsim::levenshtein;

/// The import module name of preview1 itself.
pub const MODULE: &str = "wasi_snapshot_preview1";

/// A core value type, of those that preview1 uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CoreType {
    I32,
    I64,
}

impl fmt::Display for CoreType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            CoreType::I32 => "i32",
            CoreType::I64 => "i64",
        })
    }
}

impl From<CoreType> for wasmparser::ValType {
    fn from(ty: CoreType) -> Self {
        match ty {
            CoreType::I32 => wasmparser::ValType::I32,
            CoreType::I64 => wasmparser::ValType::I64,
        }
    }
}

/// One function of preview1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Function {
    pub name: &'static str,
    /// The names of its parameters, with spaces between them.
    pub names: &'static str,
    pub params: &'static [CoreType],
    pub results: &'static [CoreType],
    /// True if it reads or writes the caller's memory.
    pub memory: bool,
}

/// One of the two snapshots of the interface, each a module that programs import from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Snapshot {
    Preview1,
    /// Snapshot 0 of 2019, `wasi_unstable`. Its functions have the signatures of preview1's, but some point to other
    /// types.
    Unstable,
}

impl Snapshot {
    pub const ALL: [Snapshot; 2] = [Snapshot::Preview1, Snapshot::Unstable];

    /// Returns the snapshot that is imported from `module`.
    pub fn of(module: &str) -> Option<Snapshot> {
        Snapshot::ALL.into_iter().find(|snapshot| snapshot.module() == module)
    }

    /// Returns the import module name.
    pub fn module(self) -> &'static str {
        match self {
            Snapshot::Unstable => "wasi_unstable",
            Snapshot::Preview1 => MODULE,
        }
    }

    /// Returns its functions; for preview1 also the adapter's extensions.
    pub fn functions(self) -> impl Iterator<Item = &'static Function> {
        let of_both = FUNCTIONS.iter().filter(move |function| self == Snapshot::Preview1 || !function.is_new());
        of_both.chain(EXTENSIONS.iter().filter(move |_| self == Snapshot::Preview1))
    }

    pub fn function(self, name: &str) -> Option<&'static Function> {
        self.functions().find(|function| function.name == name)
    }

    /// Returns the adapter's export that serves a function: the one of its name, except where the snapshots differ.
    pub fn export(self, name: &str) -> String {
        match self {
            Snapshot::Unstable if CHANGED.contains(&name) => format!("unstable_{name}"),
            _ => name.into(),
        }
    }
}

/// Formats the name for use in a sentence.
impl fmt::Display for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Snapshot::Unstable => "snapshot 0",
            Snapshot::Preview1 => "preview1",
        })
    }
}

/// The functions whose types differ in snapshot 0: `filestat`, `whence` or `subscription`.
pub const CHANGED: [&str; 4] = ["fd_filestat_get", "fd_seek", "path_filestat_get", "poll_oneoff"];

impl Function {
    /// Returns whether preview1 has it and snapshot 0 does not.
    fn is_new(&self) -> bool {
        self.name == "sock_accept"
    }

    /// Returns the signature as a wasmparser type.
    pub fn ty(&self) -> wasmparser::FuncType {
        let core = |types: &'static [CoreType]| types.iter().map(|&ty| ty.into());
        wasmparser::FuncType::new(core(self.params), core(self.results))
    }
}

/// Returns the function with the most similar name, if it is similar at all.
pub(crate) fn nearest(name: &str) -> Option<&'static str> {
    let names = Snapshot::Preview1.functions().map(|function| function.name);
    let (nearest, edits) = names.map(|other| (other, levenshtein(name, other))).min_by_key(|(_, edits)| *edits)?;
    (edits <= 1 + name.len() / 4).then_some(nearest)
}

use CoreType::{I32 as W, I64 as L};

/// Calls that pass a pointer.
const fn ptr(name: &'static str, names: &'static str, params: &'static [CoreType]) -> Function {
    Function { name, names, params, results: &[W], memory: true }
}

/// Calls that pass numbers only.
const fn num(name: &'static str, names: &'static str, params: &'static [CoreType]) -> Function {
    Function { name, names, params, results: &[W], memory: false }
}

/// The functions of preview1, in the order of its documents. Each except `proc_exit` returns an errno.
pub const FUNCTIONS: &[Function] = &[
    ptr("args_get", "argv argv_buf", &[W, W]),
    ptr("args_sizes_get", "argc argv_buf_size", &[W, W]),
    ptr("environ_get", "environ environ_buf", &[W, W]),
    ptr("environ_sizes_get", "environc environ_buf_size", &[W, W]),
    ptr("clock_res_get", "id resolution", &[W, W]),
    ptr("clock_time_get", "id precision time", &[W, L, W]),
    num("fd_advise", "fd offset len advice", &[W, L, L, W]),
    num("fd_allocate", "fd offset len", &[W, L, L]),
    num("fd_close", "fd", &[W]),
    num("fd_datasync", "fd", &[W]),
    ptr("fd_fdstat_get", "fd stat", &[W, W]),
    num("fd_fdstat_set_flags", "fd flags", &[W, W]),
    num("fd_fdstat_set_rights", "fd rights_base rights_inheriting", &[W, L, L]),
    ptr("fd_filestat_get", "fd stat", &[W, W]),
    num("fd_filestat_set_size", "fd size", &[W, L]),
    num("fd_filestat_set_times", "fd atim mtim fst_flags", &[W, L, L, W]),
    ptr("fd_pread", "fd iovs iovs_len offset nread", &[W, W, W, L, W]),
    ptr("fd_prestat_get", "fd prestat", &[W, W]),
    ptr("fd_prestat_dir_name", "fd path path_len", &[W, W, W]),
    ptr("fd_pwrite", "fd iovs iovs_len offset nwritten", &[W, W, W, L, W]),
    ptr("fd_read", "fd iovs iovs_len nread", &[W, W, W, W]),
    ptr("fd_readdir", "fd buf buf_len cookie used", &[W, W, W, L, W]),
    num("fd_renumber", "fd to", &[W, W]),
    ptr("fd_seek", "fd offset whence new_offset", &[W, L, W, W]),
    num("fd_sync", "fd", &[W]),
    ptr("fd_tell", "fd offset", &[W, W]),
    ptr("fd_write", "fd iovs iovs_len nwritten", &[W, W, W, W]),
    ptr("path_create_directory", "fd path path_len", &[W, W, W]),
    ptr("path_filestat_get", "fd lookup_flags path path_len stat", &[W, W, W, W, W]),
    ptr("path_filestat_set_times", "fd lookup_flags path path_len atim mtim fst_flags", &[W, W, W, W, L, L, W]),
    ptr("path_link", "old_fd old_flags old_path old_path_len new_fd new_path new_path_len", &[W, W, W, W, W, W, W]),
    ptr(
        "path_open",
        "fd lookup_flags path path_len oflags rights_base rights_inheriting fd_flags new_fd",
        &[W, W, W, W, W, L, L, W, W],
    ),
    ptr("path_readlink", "fd path path_len buf buf_len used", &[W, W, W, W, W, W]),
    ptr("path_remove_directory", "fd path path_len", &[W, W, W]),
    ptr("path_rename", "old_fd old_path old_path_len new_fd new_path new_path_len", &[W, W, W, W, W, W]),
    ptr("path_symlink", "old_path old_path_len fd new_path new_path_len", &[W, W, W, W, W]),
    ptr("path_unlink_file", "fd path path_len", &[W, W, W]),
    ptr("poll_oneoff", "subscriptions events count nevents", &[W, W, W, W]),
    Function { name: "proc_exit", names: "status", params: &[W], results: &[], memory: false },
    num("proc_raise", "signal", &[W]),
    num("sched_yield", "", &[]),
    ptr("random_get", "buf buf_len", &[W, W]),
    ptr("sock_accept", "fd flags new_fd", &[W, W, W]),
    ptr("sock_recv", "fd iovs iovs_len flags nread out_flags", &[W, W, W, W, W, W]),
    ptr("sock_send", "fd iovs iovs_len flags nwritten", &[W, W, W, W, W]),
    num("sock_shutdown", "fd how", &[W, W]),
];

/// The adapter's extensions, imported from the same module; no preview1 host has them. For a C library with its own
/// sockets: reserving and releasing a descriptor number, giving a descriptor several numbers, telling which have one file,
/// waiting for descriptors of both, and locks that others see. For makers of components: pausing the clocks, and resetting the state.
pub const EXTENSIONS: &[Function] = &[
    ptr("adapter_open_badfd", "fd", &[W]),
    num("adapter_close_badfd", "fd", &[W]),
    ptr("adapter_duplicate", "fd least new_fd", &[W, W, W]),
    ptr("adapter_description", "fd identity numbers", &[W, W, W]),
    ptr("adapter_subscribe", "fd kind pollable", &[W, W, W]),
    ptr("adapter_lock_open", "fd holder", &[W, W]),
    num("adapter_lock_close", "holder", &[W]),
    num("adapter_lock_range", "holder kind waits first last", &[W, W, W, L, L]),
    ptr("adapter_lock_find", "holder kind first last lock", &[W, W, L, L, W]),
    num("adapter_lock_file", "holder kind waits", &[W, W, W]),
    Function { name: "adapter_monotonic_clock_set_paused", names: "paused", params: &[W], results: &[], memory: false },
    Function { name: "reset_adapter_state", names: "", params: &[], results: &[], memory: false },
];

#[cfg(test)]
mod tests {
    use super::*;
    use wasmtime::{Engine, Linker, Store, ValType};
    use wasmtime_wasi::p1::WasiP1Ctx;

    /// The host defines every function of the table with this signature, and no other function.
    #[test]
    fn table_is_what_the_preview1_host_defines() {
        let engine = Engine::default();
        let mut linker = Linker::<WasiP1Ctx>::new(&engine);
        wasmtime_wasi::p1::add_to_linker_sync(&mut linker, |wasi| wasi).unwrap();
        wasmtime_wasi::p0::add_to_linker_sync(&mut linker, |wasi| wasi).unwrap();
        let mut store = Store::new(&engine, wasmtime_wasi::WasiCtxBuilder::new().build_p1());

        let show = |types: &mut dyn Iterator<Item = ValType>| types.map(|ty| ty.to_string()).collect::<Vec<_>>();
        for snapshot in Snapshot::ALL {
            let mut defined: Vec<_> = linker
                .iter(&mut store)
                .filter(|(module, ..)| *module == snapshot.module())
                .map(|(_, name, item)| (name.to_string(), item.into_func().unwrap()))
                .collect::<Vec<_>>()
                .into_iter()
                .map(|(name, function)| {
                    let ty = function.ty(&store);
                    (name, show(&mut ty.params()), show(&mut ty.results()))
                })
                .collect();
            let text = |types: &[CoreType]| types.iter().map(ToString::to_string).collect::<Vec<_>>();
            let of_host = snapshot.functions().filter(|function| !EXTENSIONS.contains(function));
            let mut table: Vec<_> = of_host.map(|f| (f.name.to_string(), text(f.params), text(f.results))).collect();
            defined.sort();
            table.sort();
            assert_eq!(table, defined, "{}", snapshot.module());
        }
    }

    #[test]
    fn each_parameter_has_a_name() {
        for Function { name, names, params, .. } in FUNCTIONS.iter().chain(EXTENSIONS) {
            assert_eq!(names.split_whitespace().count(), params.len(), "{name}");
        }
    }

    #[test]
    fn lookup_finds_extensions_of_preview1() {
        assert_eq!(Snapshot::Preview1.function("adapter_close_badfd"), Some(&EXTENSIONS[1]));
        assert_eq!(Snapshot::Preview1.function("fd_dup"), None);
        assert_eq!(Snapshot::Unstable.function("adapter_close_badfd"), None);
    }
}
