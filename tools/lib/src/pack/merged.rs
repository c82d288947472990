//! Adapters that are merged with one program into one module and share its memory (see [`crate::merge`]).

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use wasmparser::{ExternalKind, GlobalType, ValType};

use super::drop_in::{IMPORT_REALLOC, RUN, add_global, intrinsics, parse};
use super::encode::MAIN;
use super::intrinsics::{Intrinsic, define};
use super::memo::Memo;
use super::module::{Export, Global, GlobalValue, ImportName, Module};
use super::prologue::{self, SetUp};
use super::waiting::{Fallbacks, Waiting};
use super::world::WorldWit;
use super::{dispatch, fold, prune, raw, reach};
use crate::{ExitCodes, World};

/// The program's function by which an adapter allocates memory.
pub const REALLOC: &str = "cabi_realloc";

/// The export by which the program's side tells the adapter whether the host can be called, by a number of the
/// adapter's `waiting.rs`.
pub const SET_HOST: &str = "adapter::set_host";

/// The names of the globals of `__main_module__` that hold the start and the end of the calling guest's memory.
pub const GUEST_BASE: &str = "guest_base";
pub const GUEST_END: &str = "guest_end";

/// The functions by which a program can reach a file system.
const FILES: [&str; 14] = [
    "fd_prestat_dir_name",
    "fd_prestat_get",
    "fd_readdir",
    "path_create_directory",
    "path_filestat_get",
    "path_filestat_set_times",
    "path_link",
    "path_open",
    "path_readlink",
    "path_remove_directory",
    "path_rename",
    "path_symlink",
    "path_unlink_file",
    "unstable_path_filestat_get",
];

/// The adapter functions that a program needs, and where the adapter lives.
pub struct Needs<'a> {
    pub world: World,
    pub exit_codes: ExitCodes,
    /// The adapter's exports for the functions that the program imports.
    pub functions: &'a BTreeSet<String>,
    pub memory: AdapterMemory,
}

/// The adapter's place in the shared memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AdapterMemory {
    /// Pages below the program, at the start of the memory or above a layer.
    Below { start: u32, bytes: u32, layers: BetweenLayers },
    /// Memory allocated by the program, as for any of its own functions.
    Within(Reallocs),
}

/// The layers between adapter and program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BetweenLayers {
    None,
    /// Each of them is a guest when it calls, and the program's side says which by the globals [`GUEST_BASE`] and
    /// [`GUEST_END`].
    Some {
        /// True if there is an allocator for the host's results to one of them: [`IMPORT_REALLOC`] of `__main_module__`.
        import_realloc: bool,
    },
}

impl AdapterMemory {
    /// Returns whether the host, or the adapter on its behalf, calls an allocator of the program's side.
    fn is_asked_for_memory(self) -> bool {
        self.shares_import_realloc() || matches!(self, AdapterMemory::Within(Reallocs { adapter: true, .. }))
    }

    /// Returns whether the program's side has an allocator for the host's results to it.
    fn shares_import_realloc(self) -> bool {
        matches!(
            self,
            AdapterMemory::Within(Reallocs { import: true, .. })
                | AdapterMemory::Below { layers: BetweenLayers::Some { import_realloc: true }, .. }
        )
    }
}

/// The allocators that a program has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reallocs {
    /// True if there is one for adapters: [`REALLOC`] of `__main_module__`.
    pub adapter: bool,
    /// True if there is one for the host's results to the program: [`IMPORT_REALLOC`] of `__main_module__`.
    pub import: bool,
}

/// Returns an adapter that exports the functions which the program needs. Imports from `__main_module__` are left for
/// merging to resolve.
pub fn merged(wit: &WorldWit, needs: &Needs<'_>) -> Result<Module<'static>> {
    /// Most programs need one of a few variants.
    static FOLDED: Memo<Variant, Folded> = Memo::new();
    let variant = Variant::of(needs);
    let folded = FOLDED.get(variant, || folded(wit, variant))?;
    let (mut module, set_up, waiting) = (folded.module.clone(), &folded.set_up, folded.waiting.as_ref());

    let run = module.exported_func(RUN).with_context(|| format!("the raw adapter does not export `{RUN}`"))?;
    let realloc = module.exports.iter().find(|export| export.name == IMPORT_REALLOC).cloned();
    module.exports.retain(|export| needs.functions.contains(&export.name));
    let entries: BTreeSet<_> = module.exports.iter().map(|export| export.index).collect();
    for name in wit.exported_funcs() {
        module.exports.push(Export { name, kind: ExternalKind::Func, index: run });
    }
    if allocates(&module, wit)? {
        module.exports.extend(realloc);
    }
    if let (AdapterMemory::Within(_), Some(waiting)) = (needs.memory, waiting) {
        module.exports.push(Export { name: SET_HOST.into(), kind: ExternalKind::Func, index: waiting.setter() });
    }
    module.exports.sort_by(|a, b| a.name.cmp(&b.name));
    prologue::insert(&mut module, &entries, set_up, waiting, wit)?;
    if needs.memory.shares_import_realloc() {
        dispatch::insert(&mut module, wit, waiting, IMPORT_REALLOC)?;
    }
    Ok(module)
}

/// The interfaces that the adapter's function of a name calls in a program that imports no other; without a name, those
/// that running a program calls.
pub fn interfaces_called(
    wit: &WorldWit,
    world: World,
    exit_codes: ExitCodes,
    function: Option<&str>,
) -> Result<BTreeSet<String>> {
    let functions = function.iter().map(|name| (*name).to_string()).collect();
    let memory = AdapterMemory::Below { start: 0, bytes: 0, layers: BetweenLayers::None };
    let needs = Needs { world, exit_codes, functions: &functions, memory };
    wit.interfaces_reached(&merged(wit, &needs)?, function)
}

/// The parameters that decide about the adapter's code, before unused functions are left out.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Variant {
    world: World,
    exit_codes: ExitCodes,
    /// True if a file or directory can ever be open.
    files: bool,
    /// True if a descriptor can have several numbers.
    duplicates: bool,
    /// True if there may be times when the host cannot be called.
    waits: bool,
    memory: AdapterMemory,
}

impl Variant {
    fn of(needs: &Needs<'_>) -> Variant {
        let Needs { world, exit_codes, functions, memory } = *needs;
        let files = world != World::Proxy && FILES.iter().any(|name| functions.contains(*name));
        let duplicates = functions.contains("adapter_duplicate");
        let waits = memory.is_asked_for_memory() || functions.contains("adapter_monotonic_clock_set_paused");
        Variant { world, exit_codes, files, duplicates, waits, memory }
    }
}

/// An adapter without the code that its variant rules out.
struct Folded {
    module: Module<'static>,
    set_up: SetUp,
    waiting: Option<Waiting>,
}

fn folded(wit: &WorldWit, Variant { world, exit_codes, files, duplicates, waits, memory }: Variant) -> Result<Folded> {
    let mut module = parse(raw())?;
    let set_up = SetUp::of(&mut module)?;
    let fallbacks = Fallbacks::take(&mut module);
    let waiting = waits.then(|| Waiting::new(&mut module, &set_up, fallbacks));
    let flag = |value: bool| Intrinsic::Const(value.into());
    let mut intrinsics = intrinsics(&set_up, world, exit_codes, files);
    intrinsics.extend(Waiting::intrinsics(waiting.as_ref()));
    intrinsics.extend([("linked_block", Intrinsic::Const(0)), ("can_duplicate", flag(duplicates))]);
    intrinsics.extend(match memory {
        AdapterMemory::Below { start, bytes, layers } => {
            let mut guest = |name: &str, only: u32| match layers {
                BetweenLayers::Some { .. } => Intrinsic::GetGlobal(import_global(&mut module, name)),
                BetweenLayers::None => Intrinsic::Const(only as i32),
            };
            [
                ("allocating", flag(false)),
                ("set_allocating", Intrinsic::Drop),
                ("adapter_size", Intrinsic::Const(bytes as i32)),
                ("adapter_start", Intrinsic::Const(start as i32)),
                ("guest_base", guest(GUEST_BASE, bytes)),
                ("guest_end", guest(GUEST_END, 0)),
                ("has_main_realloc", flag(false)),
                ("main_realloc", Intrinsic::Unreachable),
            ]
        }
        AdapterMemory::Within(reallocs) => {
            let allocating = add_global(&mut module, "adapter_allocating");
            [
                ("allocating", Intrinsic::GetGlobal(allocating)),
                ("set_allocating", Intrinsic::SetGlobal(allocating)),
                ("adapter_size", Intrinsic::Const(0)),
                ("adapter_start", Intrinsic::Const(0)),
                ("guest_base", Intrinsic::Const(0)),
                ("guest_end", Intrinsic::Const(0)),
                ("has_main_realloc", flag(reallocs.adapter)),
                ("main_realloc", Intrinsic::Import(ImportName { module: MAIN.into(), name: REALLOC.into() })),
            ]
        }
    });
    define(&mut module, &intrinsics)?;
    prune::resources(&mut module, |interface| {
        wit.imports(interface) && (files || !interface.starts_with("wasi:filesystem/"))
    });
    fold::fold(&mut module)?;
    Ok(Folded { module, set_up, waiting })
}

/// Adds a global that merging replaces by the program's side's of this name.
fn import_global(module: &mut Module<'_>, name: &str) -> u32 {
    module.globals.push(Global {
        ty: GlobalType { content_type: ValType::I32, mutable: true, shared: false },
        name: None,
        value: GlobalValue::Import(ImportName { module: MAIN.into(), name: name.into() }),
    });
    module.globals.len() as u32 - 1
}

/// Returns whether the host can allocate memory for results.
fn allocates(module: &Module<'_>, wit: &WorldWit) -> Result<bool> {
    let live = reach::from_exports(module)?;
    Ok(live.funcs.iter().any(|index| wit.allocates(&module.funcs[*index as usize])))
}
