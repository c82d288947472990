//! Adapters that are merged with one program into one module and share its memory (see [`crate::merge`]).

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use wasmparser::{ExternalKind, GlobalType, Operator, ValType};

use super::drop_in::{HANDLE, IMPORT_REALLOC, RUN, add_global, intrinsics, parse};
use super::encode::MAIN;
use super::intrinsics::{Intrinsic, define};
use super::memo::Memo;
use super::module::{Export, Global, GlobalValue, ImportName, Module};
use super::prologue::{self, SetUp};
use super::target::Target;
use super::waiting::{Fallbacks, Waiting};
use super::world::WorldWit;
use super::{dispatch, exception, fold, prune, raw, reach};
use crate::World;
use crate::seal::{Capability, Places};

/// The program's function by which an adapter allocates memory.
pub const REALLOC: &str = "cabi_realloc";

/// The export by which the program's side tells the adapter whether the host can be called, by a number of the
/// adapter's `waiting.rs`.
pub const SET_HOST: &str = "adapter::set_host";

/// The names of the globals of `__main_module__` with the bounds of the calling guest's memory: its address, and the number of
/// pages up to its end, or 0 if that is the end of the memory.
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

/// Returns whether a program that imports these functions of the adapter can open files.
pub fn opens_files<'a>(mut functions: impl Iterator<Item = &'a str>) -> bool {
    functions.any(|name| FILES.contains(&name))
}

/// The adapter functions that a program needs, and where the adapter lives.
pub struct Needs<'a> {
    pub target: Target,
    /// The adapter's exports for the functions that the program imports.
    pub functions: &'a BTreeSet<String>,
    pub memory: AdapterMemory,
    pub sealed: Places,
}

/// The adapter's place in the shared memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AdapterMemory {
    /// Pages below the program, at the start of the memory or above a layer. The memory of its files is above them.
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
    /// Many programs, of one language, need the same.
    static FOLDED: Memo<(Variant, BTreeSet<String>), Folded> = Memo::new();
    let variant = Variant::of(needs);
    let folded = FOLDED.get((variant, needs.functions.clone()), || folded(wit, variant, needs.functions))?;
    let (mut module, set_up, waiting) = (folded.module.clone(), &folded.set_up, folded.waiting.as_ref());

    let run = running(needs.target.world);
    let run = module.exported_func(run).with_context(|| format!("the raw adapter does not export `{run}`"))?;
    let realloc = module.exports.iter().find(|export| export.name == IMPORT_REALLOC).cloned();
    if needs.target.throws {
        exception::catch(&mut module)?;
    }
    module.exports.retain(|export| needs.functions.contains(&export.name));
    let mut entries: BTreeSet<_> = module.exports.iter().map(|export| export.index).collect();
    for name in wit.exported_funcs() {
        module.exports.push(Export { name, kind: ExternalKind::Func, index: run });
        if needs.target.world == World::Http {
            entries.insert(run); // The other one calls the program before all else.
        }
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
pub fn interfaces_called(wit: &WorldWit, target: Target, function: Option<&str>) -> Result<BTreeSet<String>> {
    let functions = function.iter().map(|name| (*name).to_string()).collect();
    let memory = AdapterMemory::Below { start: 0, bytes: 0, layers: BetweenLayers::None };
    let needs = Needs { target, functions: &functions, memory, sealed: Places::default() };
    wit.interfaces_reached(&merged(wit, &needs)?, function)
}

/// The adapter's export that runs the program.
fn running(world: World) -> &'static str {
    if world == World::Http { HANDLE } else { RUN }
}

/// The parameters that decide about the adapter's code, beside the functions that are needed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Variant {
    target: Target,
    /// True if a file or directory of the host can ever be open.
    files: bool,
    /// True if a descriptor can have several numbers.
    duplicates: bool,
    /// True if there may be times when the host cannot be called.
    waits: bool,
    memory: AdapterMemory,
    sealed: Places,
}

impl Variant {
    fn of(needs: &Needs<'_>) -> Variant {
        let Needs { target, functions, memory, sealed } = *needs;
        let files = target.has(Capability::Filesystem) && opens_files(functions.iter().map(|name| &**name));
        let duplicates = functions.contains("adapter_duplicate");
        let waits = memory.is_asked_for_memory() || functions.contains("adapter_monotonic_clock_set_paused");
        Variant { target, files, duplicates, waits, memory, sealed }
    }
}

/// An adapter with the functions that are needed, without the code that its variant rules out.
struct Folded {
    module: Module<'static>,
    set_up: SetUp,
    waiting: Option<Waiting>,
}

fn folded(wit: &WorldWit, variant: Variant, functions: &BTreeSet<String>) -> Result<Folded> {
    static PARSED: Memo<(), Module<'static>> = Memo::new();
    let Variant { target, files, duplicates, waits, memory, sealed } = variant;
    let mut module = (*PARSED.get((), || parse(raw()))?).clone();
    let set_up = SetUp::of(&mut module)?;
    let fallbacks = Fallbacks::take(&mut module);
    let waiting = waits.then(|| Waiting::new(&mut module, &set_up, fallbacks));
    let flag = |value: bool| Intrinsic::Const(value.into());
    let mut intrinsics = intrinsics(&set_up, target, files);
    intrinsics.extend(Waiting::intrinsics(waiting.as_ref()));
    intrinsics.extend([("linked_block", Intrinsic::Const(0)), ("can_duplicate", flag(duplicates || sealed.devices))]);
    intrinsics.extend([
        ("sealed_arguments", Intrinsic::Const(sealed.arguments as i32)),
        ("sealed_environment", Intrinsic::Const(sealed.environment as i32)),
        ("sealed_stdin", Intrinsic::Const(sealed.stdin as i32)),
        ("sealed_clock", Intrinsic::Const(sealed.clock as i32)),
        ("sealed_random", Intrinsic::Const(sealed.random as i32)),
        ("has_embedded_files", flag(sealed.files)),
        ("has_writable_files", flag(sealed.memory > 0)),
        ("has_devices", flag(sealed.devices)),
        ("files_memory_size", Intrinsic::Const(sealed.memory as i32)),
        ("sealed_read", Intrinsic::ReadSealed),
    ]);
    intrinsics.extend(match memory {
        AdapterMemory::Below { start, bytes, layers } => {
            let base = match layers {
                BetweenLayers::Some { .. } => {
                    end_memory_with_guest(&mut module);
                    Intrinsic::GetGlobal(import_global(&mut module, GUEST_BASE))
                }
                BetweenLayers::None => Intrinsic::Const((bytes + sealed.memory) as i32),
            };
            [
                ("allocating", flag(false)),
                ("set_allocating", Intrinsic::Drop),
                ("adapter_size", Intrinsic::Const(bytes as i32)),
                ("adapter_start", Intrinsic::Const(start as i32)),
                ("files_memory", Intrinsic::Const((start + bytes) as i32)),
                ("guest_base", base),
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
                ("files_memory", Intrinsic::Const(0)),
                ("guest_base", Intrinsic::Const(0)),
                ("has_main_realloc", flag(reallocs.adapter)),
                ("main_realloc", Intrinsic::Import(ImportName { module: MAIN.into(), name: REALLOC.into() })),
            ]
        }
    });
    let mut replacements = define(&mut module, &intrinsics)?;
    prune::resources(&module, |import| target.has_resource(wit, files, import), &mut replacements);
    let needed = |name: &str| functions.contains(name) || [running(target.world), IMPORT_REALLOC].contains(&name);
    let mut roots: BTreeSet<_> =
        module.exports.iter().filter(|export| needed(&export.name)).map(|export| export.index).collect();
    roots.extend(waiting.iter().flat_map(|waiting| waiting.functions(&roots)).collect::<Vec<_>>());
    roots.insert(set_up.func);
    fold::fold_from(&mut module, &replacements, roots)?;
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

/// Replaces `memory.size` by the number of pages up to the end of the memory of the guest that calls.
fn end_memory_with_guest(module: &mut Module<'_>) {
    let global_index = import_global(module, GUEST_END);
    let get = || Operator::GlobalGet { global_index };
    for (_, body) in module.bodies_mut() {
        for at in (0..body.ops.len()).rev() {
            if matches!(body.ops[at], Operator::MemorySize { .. }) {
                body.ops.splice(at..at, [get()]);
                body.ops.splice(at + 2..at + 2, [get(), Operator::Select]);
            }
        }
    }
}

/// Returns whether the host can allocate memory for results.
fn allocates(module: &Module<'_>, wit: &WorldWit) -> Result<bool> {
    let live = reach::from_exports(module)?;
    Ok(live.funcs.iter().any(|index| wit.allocates(&module.funcs[*index as usize])))
}
