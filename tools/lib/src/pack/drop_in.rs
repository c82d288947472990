//! The drop-in: an adapter for `wit-component`, which gets its memory at the first call.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use wasm_metadata::Producers;
use wasmparser::{ExternalKind, GlobalType, Operator, ValType};
use wit_component::{StringEncoding, embed_component_metadata};

use super::encode::MAIN;
use super::intrinsics::{self, Intrinsic, define};
use super::memo::Memo;
use super::module::{Export, Global, GlobalValue, ImportName, Module};
use super::prologue::{self, SetUp};
use super::snapshots::UNSTABLE;
use super::target::Target;
use super::waiting::{Fallbacks, Waiting};
use super::world::WorldWit;
use super::{check, demangle, encode, fold, prune, raw, snapshots};
use crate::World;
use crate::preview1::Snapshot;
use crate::seal::Capability;

/// The export by which the host allocates memory for results.
pub const IMPORT_REALLOC: &str = "cabi_import_realloc";
/// The raw adapter's export that runs the program.
pub const RUN: &str = "run";
/// The raw adapter's export that runs a CGI program.
pub const HANDLE: &str = "handle";
/// The raw adapter's export that takes memory from the guest.
pub const SET_UP: &str = "setup";

/// The adapter for a host, as `wasm-tools component new --adapt` and its like take it, for imports from the module of a
/// snapshot.
pub fn drop_in_for(snapshot: Snapshot, target: Target) -> Result<Vec<u8>> {
    static PACKED: Memo<(Snapshot, Target), Vec<u8>> = Memo::new();
    let packed = PACKED.get((snapshot, target), || {
        pack(raw(), snapshot, target).with_context(|| format!("packing the {} adapter", target.world.name()))
    })?;
    Ok(packed.to_vec())
}

/// The interfaces that the function of a name calls in [`drop_in_for`]'s adapter; without a name, those that running a
/// program calls.
pub fn interfaces_called_in_drop_in(
    wit: &WorldWit,
    (snapshot, target): (Snapshot, Target),
    function: Option<&str>,
) -> Result<BTreeSet<String>> {
    wit.interfaces_reached(&Module::parse(&drop_in_for(snapshot, target)?)?, function)
}

pub fn pack(raw: &[u8], snapshot: Snapshot, target: Target) -> Result<Vec<u8>> {
    let wit = WorldWit::of(target)?;
    let realloc = ImportName { module: MAIN.into(), name: "cabi_realloc".into() };
    let (module, _) = prepare(raw, snapshot, target, &wit, |_| {
        [
            ("linked_block", Intrinsic::Const(0)),
            ("has_main_realloc", Intrinsic::Const(1)),
            ("main_realloc", Intrinsic::Import(realloc)),
        ]
    })?;
    check::adapter(&module, snapshot, &wit, target.exit_codes, &["_start", "cabi_realloc"])?;
    let mut bytes = encode::encode(&module)?;
    embed_component_metadata(&mut bytes, wit.resolve, wit.world, StringEncoding::UTF8, false)?;
    Ok(bytes)
}

/// Makes the complete adapter for a host. `memory` defines how it gets memory from the guest.
pub fn prepare<'a>(
    raw: &'a [u8],
    snapshot: Snapshot,
    target: Target,
    wit: &WorldWit,
    memory: impl FnOnce(&mut Module<'a>) -> [(&'static str, Intrinsic); 3],
) -> Result<(Module<'a>, Waiting)> {
    if !World::SDK.contains(&target.world) {
        bail!("adapters for the world `{}` are merged with a program", target.world);
    }
    let mut module = parse(raw)?;
    // The minimum that the linker chose allows for data, and the adapter has none: any guest memory will do.
    for memory in &mut module.memories {
        memory.ty.initial = 0;
    }
    let set_up = SetUp::of(&mut module)?;
    let fallbacks = Fallbacks::take(&mut module);
    let waiting = Waiting::new(&mut module, &set_up, fallbacks);
    let allocating = add_global(&mut module, "adapter_allocating");

    let files = target.has(Capability::Filesystem);
    let mut intrinsics = intrinsics(&set_up, target, files);
    intrinsics.extend([
        ("allocating", Intrinsic::GetGlobal(allocating)),
        ("set_allocating", Intrinsic::SetGlobal(allocating)),
        ("can_duplicate", Intrinsic::Const(1)),
        ("adapter_size", Intrinsic::Const(0)),
        ("adapter_start", Intrinsic::Const(0)),
        ("guest_base", Intrinsic::Const(0)),
        // Such an adapter has no data.
        ("sealed_arguments", Intrinsic::Const(0)),
        ("sealed_environment", Intrinsic::Const(0)),
        ("sealed_stdin", Intrinsic::Const(0)),
        ("sealed_clock", Intrinsic::Const(0)),
        ("sealed_random", Intrinsic::Const(0)),
        ("has_embedded_files", Intrinsic::Const(0)),
        ("has_writable_files", Intrinsic::Const(0)),
        ("has_devices", Intrinsic::Const(0)),
        ("files_memory", Intrinsic::Const(0)),
        ("files_memory_size", Intrinsic::Const(0)),
        ("sealed_read", Intrinsic::Unreachable),
    ]);
    intrinsics.extend(Waiting::intrinsics(Some(&waiting)));
    intrinsics.extend(memory(&mut module));
    let mut replacements = define(&mut module, &intrinsics)?;
    prune::resources(&module, |import| target.has_resource(wit, files, import), &mut replacements);
    fold::fold(&mut module, &replacements)?;

    let entries = select_exports(&mut module, snapshot, wit)?;
    prologue::insert(&mut module, &entries, &set_up, Some(&waiting), wit)?;
    let mut producers = Producers::empty();
    if let Some(compilers) = &module.producers {
        producers.merge(compilers);
    }
    producers.add("processed-by", env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
    module.producers = Some(Arc::new(producers));
    Ok((module, waiting))
}

/// Parses the raw adapter and brings it into the state that all packaging starts from.
pub fn parse(raw: &[u8]) -> Result<Module<'_>> {
    let mut module = Module::parse_valid(raw)?; // A test validates it; forms of it are validated.
    demangle::names(&mut module);
    check::raw(&module)?;
    snapshots::split(&mut module)?;
    Ok(module)
}

/// Definitions of intrinsics by their names.
pub type Intrinsics = Vec<(&'static str, Intrinsic)>;

/// Defines the intrinsics that do not depend on the adapter's memory. `files` is true if files of the host can be open.
pub fn intrinsics(set_up: &SetUp, target: Target, files: bool) -> Intrinsics {
    let mut all = target.intrinsics(files);
    all.extend([
        ("state", Intrinsic::GetGlobal(set_up.state)),
        ("set_state", Intrinsic::SetGlobal(set_up.state)),
        ("set_stack_pointer", Intrinsic::SetGlobal(set_up.stack_pointer)),
        // Only functions of both snapshots still call it, and must not.
        (UNSTABLE, Intrinsic::Import(ImportName { module: intrinsics::MODULE.into(), name: UNSTABLE.into() })),
    ]);
    all
}

/// Adds a mutable global, initially 0.
pub fn add_global(module: &mut Module<'_>, name: &str) -> u32 {
    module.globals.push(Global {
        ty: GlobalType { content_type: ValType::I32, mutable: true, shared: false },
        name: Some(name.into()),
        value: GlobalValue::Init(vec![Operator::I32Const { value: 0 }]),
    });
    module.globals.len() as u32 - 1
}

/// Removes the exports that the world lacks and renames the others as programs import them; returns the functions that
/// the guest calls.
fn select_exports(module: &mut Module<'_>, snapshot: Snapshot, wit: &WorldWit) -> Result<BTreeSet<u32>> {
    let run = module.exported_func(RUN).with_context(|| format!("the raw adapter does not export `{RUN}`"))?;
    module
        .exports
        .retain(|export| export.kind == ExternalKind::Func && ![RUN, HANDLE, SET_UP].contains(&&*export.name));
    snapshots::select(module, snapshot);
    let guest = module.exports.iter().filter(|export| export.name != IMPORT_REALLOC);
    let entries = guest.map(|export| export.index).collect();
    for name in wit.exported_funcs() {
        module.exports.push(Export { name, kind: ExternalKind::Func, index: run });
    }
    module.exports.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(entries)
}
