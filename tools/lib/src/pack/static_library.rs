//! The static library: the adapter as an object that a linker puts into a C program, in an archive.
//!
//! It defines the functions that a program imports from preview1, under the symbols of C and Zig libraries. So the
//! program's own linker takes only the functions that the program reaches, and the result imports only WASI 0.2. The
//! object exports what a component needs: `cabi_import_realloc`, and for a command `wasi:cli/run`, which calls
//! `_start`.
//!
//! The adapter lives in a block of the program's data, and allocates more by `malloc`: a C library may claim memory
//! that others have grown before its first `malloc`. A program without `malloc` has no such library, and `memory.grow`
//! is used there.

mod start;

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use wasmparser::{FuncType, GlobalType, Operator, ValType};
use wit_component::{StringEncoding, metadata};

use super::archive::{Member, archive};
use super::drop_in::{IMPORT_REALLOC, prepare};
use super::encode::MAIN;
use super::intrinsics::Intrinsic;
use super::merged::REALLOC;
use super::module::{Body, Code, Export, Func, Global, GlobalValue, ImportName, Module};
use super::object::{self, DATA_ADDRESS, FUNCTION_ADDRESS, Linkage, Zeros};
use super::target::Target;
use super::world::WorldWit;
use super::{check, dispatch, raw};
use crate::preview1::{self, Snapshot};
use crate::{ExitCodes, World};

const MALLOC: &str = "malloc";
/// The adapter's memory, of the size that the adapter's `linked_block` must have.
const BLOCK: Zeros<'_> = Zeros { name: "adapter_block", size: 1 << 16, align: 4 };
/// Linkers concatenate sections of one name, and the program may have one for its own WIT, so this has another name.
const COMPONENT_TYPE: &str = "component-type:wasi-adapt";

/// Returns the archive for `world`.
pub fn static_library(world: World, exit_codes: ExitCodes) -> Result<Vec<u8>> {
    pack(world, exit_codes).with_context(|| format!("packing the {} library", world.name()))
}

fn pack(world: World, exit_codes: ExitCodes) -> Result<Vec<u8>> {
    let wit = WorldWit::new(world)?;
    let (mut module, waiting) = prepare(raw(), Snapshot::Preview1, Target::new(world, exit_codes), &wit, memory)?;
    dispatch::insert(&mut module, &wit, Some(&waiting), REALLOC)?;
    let mut exported: BTreeSet<_> = wit.exported_funcs().into_iter().collect();
    for run in &exported {
        start::replace_run(&mut module, run)?;
    }
    exported.insert(IMPORT_REALLOC.into());
    check::adapter(
        &module,
        Snapshot::Preview1,
        &wit,
        exit_codes,
        &[[MALLOC, REALLOC].as_slice(), &start::CALLED].concat(),
    )?;
    let replaceable = name_as_imported(&mut module);

    let component_type = metadata::encode(wit.resolve, wit.world, StringEncoding::UTF8, None, false)?;
    let linkage = Linkage {
        exported: &exported,
        weak: &[[MALLOC, REALLOC], start::OPTIONAL].concat(),
        replaceable: &replaceable,
        zeros: BLOCK,
        sections: &[(COMPONENT_TYPE, component_type)],
    };
    let object = object::encode(&module, &linkage)?;
    let symbols: Vec<_> = module.exports.iter().map(|export| export.name.clone()).collect();
    archive(&Member { name: "adapter.o", object: &object, symbols: &symbols })
}

/// Defines the sources of memory: a block of data, then `malloc` if the program has it.
fn memory(module: &mut Module<'_>) -> [(&'static str, Intrinsic); 3] {
    let block = add_address(module, DATA_ADDRESS, BLOCK.name);
    let malloc_address = add_address(module, FUNCTION_ADDRESS, MALLOC);
    let (i32, zero) = (ValType::I32, Operator::I32Const { value: 0 });

    let ty = module.type_index(FuncType::new([], [i32]));
    let has_malloc = [Operator::GlobalGet { global_index: malloc_address }, zero, Operator::I32Ne, Operator::End];
    let has_malloc = add_func(module, ty, "adapter::has_malloc", Vec::new(), has_malloc.into());

    let malloc = add_import(module, MALLOC, [i32], [i32]);
    let ty = module.type_index(FuncType::new([i32; 4], [i32]));
    // The new size is the last parameter of a realloc; blocks are always new.
    let size = Operator::LocalGet { local_index: 3 };
    let realloc = vec![size, Operator::Call { function_index: malloc }, Operator::End];
    let realloc = add_func(module, ty, "adapter::allocate", Vec::new(), realloc);

    [
        ("linked_block", Intrinsic::GetGlobal(block)),
        ("has_main_realloc", Intrinsic::Func(has_malloc)),
        ("main_realloc", Intrinsic::Func(realloc)),
    ]
}

fn add_func<'a>(
    module: &mut Module<'a>,
    ty: u32,
    name: &str,
    locals: Vec<(u32, ValType)>,
    ops: Vec<Operator<'a>>,
) -> u32 {
    let code = Code::from(Body { locals, ops });
    module.add_func(Func { ty, name: Some(name.into()), code })
}

/// Imports a function of the program.
fn add_import<const P: usize, const R: usize>(
    module: &mut Module<'_>,
    name: &str,
    params: [ValType; P],
    results: [ValType; R],
) -> u32 {
    let ty = module.type_index(FuncType::new(params, results));
    let code = Code::Import(ImportName { module: MAIN.into(), name: name.into() });
    module.add_func(Func { ty, name: None, code })
}

/// Imports a global that stands for an address.
fn add_address(module: &mut Module<'_>, of: &str, name: &str) -> u32 {
    module.globals.push(Global {
        ty: GlobalType { content_type: ValType::I32, mutable: false, shared: false },
        name: None,
        value: GlobalValue::Import(ImportName { module: of.into(), name: name.into() }),
    });
    module.globals.len() as u32 - 1
}

/// Exports each preview1 function under the symbols by which programs import it: the C library's, which is reserved,
/// and in Zig those of the function and of the module. Returns these names. A library in front of this one, such as the
/// sockets, defines the same names, and calls the functions here by [`own_name`].
fn name_as_imported(module: &mut Module<'_>) -> BTreeSet<String> {
    let mut replaceable = BTreeSet::new();
    for function in preview1::FUNCTIONS.iter().chain(preview1::EXTENSIONS) {
        let Some(at) = module.exports.iter().position(|export| export.name == function.name) else { continue };
        let export = if preview1::EXTENSIONS.contains(function) {
            module.exports[at].clone()
        } else {
            module.exports.remove(at)
        };
        let (name, import) = (function.name, preview1::MODULE);
        let names = [format!("__imported_{import}_{name}"), format!("{name}|{import}")];
        replaceable.extend(names.clone());
        for name in names.into_iter().chain([own_name(name)]) {
            module.exports.push(Export { name, ..export.clone() });
        }
    }
    replaceable
}

/// Returns the name of a preview1 function that only this library has.
pub fn own_name(function: &str) -> String {
    format!("wasi_preview1_adapter_{function}")
}
