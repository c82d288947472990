//! The isolated shape: an adapter that lives in the first pages of the program's own memory, below the program, and is
//! merged with it into one module (see [`crate::merge`]).

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail};
use wasmparser::{ExternalKind, GlobalType, ValType};

use super::answers::{Answer, answer};
use super::drop_in::{IMPORT_REALLOC, RUN, SET_UP, add_global};
use super::encode::MAIN;
use super::module::{Export, Global, GlobalValue, Import, Module};
use super::world::{ExitCodes, Wit, World};
use super::{RAW, absent, check, fold, names};

/// The global that says how many pages the program has, as far as it knows. The program's side has it.
pub const GUEST_PAGES: &str = "guest_pages";

/// By these functions a program can come by something in a file system.
const FILES: [&str; 13] = [
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
];

/// What a program needs of an adapter, and where it puts it.
pub struct Needs<'a> {
    pub world: World,
    pub exit_codes: ExitCodes,
    /// The names of the preview1 functions that the program imports.
    pub functions: &'a BTreeSet<String>,
    /// How many bytes of the memory come before the program's own.
    pub base: u32,
}

/// The adapter's functions that the program needs, as exports under their names, with the function that sets the
/// adapter up as start function. Imports from `__main_module__` are left for the program to take.
pub fn merged(wit: &Wit, needs: &Needs<'_>) -> Result<Module<'static>> {
    let mut module = Module::parse(RAW)?;
    names::tidy(&mut module);
    check::raw(&module)?;
    let set_up = module.exported_func(SET_UP).with_context(|| format!("the raw adapter does not export `{SET_UP}`"))?;
    let Some(stack_pointer) = module.named_global("__stack_pointer") else {
        bail!("the raw adapter has no global `__stack_pointer`; is its name section there?");
    };
    check::set_up(&module, set_up, stack_pointer)?;
    module.globals[stack_pointer as usize].name = Some("adapter_stack_pointer".into());
    let state = add_global(&mut module, "adapter_state");

    let guest_pages = module.globals.len() as u32;
    module.globals.push(Global {
        ty: GlobalType { content_type: ValType::I32, mutable: true, shared: false },
        name: None,
        value: GlobalValue::Import(Import { module: MAIN.into(), name: GUEST_PAGES.into() }),
    });

    let flag = |value: bool| Answer::Const(value.into());
    let files = needs.world != World::Proxy && FILES.iter().any(|name| needs.functions.contains(*name));
    let answers = [
        ("state", Answer::GetGlobal(state)),
        ("set_state", Answer::SetGlobal(state)),
        ("set_stack_pointer", Answer::SetGlobal(stack_pointer)),
        ("allocating", flag(false)),
        ("set_allocating", Answer::Drop),
        ("guest_base", Answer::Const(needs.base as i32)),
        ("guest_pages", Answer::GetGlobal(guest_pages)),
        ("main_realloc", Answer::Never),
        ("has_filesystem", flag(files)),
        ("has_cli", flag(needs.world != World::Proxy)),
        ("exact_exit_codes", flag(needs.exit_codes == ExitCodes::Exact)),
    ];
    answer(&mut module, &answers)?;
    absent::mark(&mut module, |interface| {
        wit.imports(interface) && (files || !interface.starts_with("wasi:filesystem/"))
    });
    fold::fold(&mut module)?;

    let run = module.exported_func(RUN).with_context(|| format!("the raw adapter does not export `{RUN}`"))?;
    module.exports.retain(|export| needs.functions.contains(&export.name) || export.name == IMPORT_REALLOC);
    for name in wit.exported_funcs() {
        module.exports.push(Export { name, kind: ExternalKind::Func, index: run });
    }
    module.exports.sort_by(|a, b| a.name.cmp(&b.name));
    module.start = (module.exports.len() > 1 + wit.exported_funcs().len()).then_some(set_up);
    Ok(module)
}
