//! Checks the raw adapter and the adapters made of it against an allow-list, and names everything that is not on it.

use std::collections::BTreeSet;

use anyhow::{Result, bail};
use wasmparser::{DataKind, Operator};

use super::drop_in::IMPORT_REALLOC;
use super::encode::MAIN;
use super::intrinsics;
use super::module::{Code, GlobalValue, ImportName, Module};
use super::object::{DATA_ADDRESS, FUNCTION_ADDRESS};
use super::reach::{self, Live};
use super::world::WorldWit;
use crate::ExitCodes;
use crate::preview1::Snapshot;

/// Checks for what no later pass could remove.
pub fn raw(module: &Module<'_>) -> Result<()> {
    let mut problems = Vec::new();
    for data in &module.data {
        problems.push(data_segment(module, data));
    }
    if module.start.is_some() {
        problems.push("it has a start function".into());
    }
    if module.memories.len() != 1 || module.memories.iter().any(|memory| memory.import.is_none()) {
        problems.push("it does not import its one memory".into());
    }
    report("the raw adapter cannot be packed", problems)
}

/// Checks that `set_up` sets the stack pointer before it, or a function that it calls, uses the stack. LLVM takes a
/// function's stack frame first of all, so comparing positions in the code is enough.
pub fn set_up(module: &Module<'_>, set_up: u32, stack_pointer: u32) -> Result<()> {
    let Code::Body(body) = &module.funcs[set_up as usize].code else { bail!("the set-up function is imported") };
    for op in &body.ops {
        match op {
            Operator::GlobalGet { global_index } | Operator::GlobalSet { global_index }
                if *global_index == stack_pointer =>
            {
                bail!("`{}` uses the stack before it provides it", module.func_label(set_up));
            }
            Operator::Call { function_index } => {
                if is_intrinsic(module, *function_index, "set_stack_pointer") {
                    return Ok(());
                }
                if reach::from_func(module, *function_index)?.globals.contains(&stack_pointer) {
                    let (caller, callee) = (module.func_label(set_up), module.func_label(*function_index));
                    bail!("`{caller}` calls `{callee}`, which uses the stack, before it provides the stack");
                }
            }
            _ => {}
        }
    }
    bail!("`{}` does not provide the stack", module.func_label(set_up))
}

fn is_intrinsic(module: &Module<'_>, func: u32, name: &str) -> bool {
    match &module.funcs[func as usize].code {
        Code::Import(import) => import.module == intrinsics::MODULE && import.name == name,
        Code::Body(_) => false,
    }
}

/// Checks a complete adapter before it is encoded: everything that its exports reach. `main` lists the functions that
/// it may import from the program.
pub fn adapter(
    module: &Module<'_>,
    snapshot: Snapshot,
    wit: &WorldWit,
    exit_codes: ExitCodes,
    main: &[&str],
) -> Result<()> {
    let live = reach::from_exports(module)?;
    let mut problems = Vec::new();
    for index in &live.funcs {
        if let Code::Import(import) = &module.funcs[*index as usize].code
            && !may_import(import, wit, exit_codes, main)
        {
            problems.push(format!(
                "it imports `{}` `{}`{}",
                import.module,
                import.name,
                callers(module, &live, *index)
            ));
        }
    }
    for index in &live.globals {
        if let GlobalValue::Import(import) = &module.globals[*index as usize].value
            && ![FUNCTION_ADDRESS, DATA_ADDRESS].contains(&import.module.as_str())
        {
            problems.push(format!("it imports the global `{}` `{}`", import.module, import.name));
        }
    }
    for import in live.memories.iter().filter_map(|index| module.memories[*index as usize].import.as_ref()) {
        if (import.module.as_str(), import.name.as_str()) != ("env", "memory") {
            problems.push(format!("it imports the memory `{}` `{}`", import.module, import.name));
        }
    }
    if !live.tables.is_empty() {
        let users = using(module, &live, |op| matches!(op, Operator::CallIndirect { .. }));
        problems.push(format!("it has a table, for the indirect calls in {users}"));
    }
    problems.extend(exports(module, snapshot, wit));
    report("the adapter is not what it has to be", problems)
}

fn may_import(import: &ImportName, wit: &WorldWit, exit_codes: ExitCodes, main: &[&str]) -> bool {
    match (import.module.as_str(), import.name.as_str()) {
        (MAIN, "_start") if wit.exported_funcs().is_empty() => false,
        (MAIN, name) => main.contains(&name),
        (intrinsics::MODULE, _) => false,
        (_, "exit-with-code") if exit_codes == ExitCodes::Portable => false,
        (module, name) => wit.imported_func(module, name).is_some(),
    }
}

/// Checks that the exports are the snapshot's functions, with their types, those of the world, and the host's realloc.
fn exports(module: &Module<'_>, snapshot: Snapshot, wit: &WorldWit) -> Vec<String> {
    let mut problems = Vec::new();
    let mut names: BTreeSet<_> = module.exports.iter().map(|export| export.name.as_str()).collect();
    for function in snapshot.functions() {
        names.remove(function.name);
        match module.exported_func(function.name) {
            None => problems.push(format!("it does not export `{}`", function.name)),
            Some(index) => {
                let ty = &module.types[module.funcs[index as usize].ty as usize];
                if *ty != function.ty() {
                    problems.push(format!("its `{}` is {ty}, and not {}", function.name, function.ty()));
                }
            }
        }
    }
    for name in wit.exported_funcs().iter().map(String::as_str).chain([IMPORT_REALLOC]) {
        if !names.remove(name) {
            problems.push(format!("it does not export `{name}`"));
        }
    }
    problems.extend(names.iter().map(|name| format!("it exports `{name}`")));
    problems
}

fn callers(module: &Module<'_>, live: &Live, func: u32) -> String {
    let users = using(module, live, |op| matches!(op, Operator::Call { function_index } if *function_index == func));
    if users.is_empty() { String::new() } else { format!(", called by {users}") }
}

/// Lists the live functions that have an operator for which `found` holds, as text.
fn using(module: &Module<'_>, live: &Live, found: impl Fn(&Operator<'_>) -> bool) -> String {
    let users = module.bodies().filter(|(index, body)| live.funcs.contains(index) && body.ops.iter().any(&found));
    users.map(|(index, _)| format!("`{}`", module.func_label(index))).collect::<Vec<_>>().join(", ")
}

/// Describes a data segment by its content and by the functions that seem to point into it.
fn data_segment(module: &Module<'_>, data: &wasmparser::Data<'_>) -> String {
    let text: String =
        data.data.iter().take(160).flat_map(|byte| std::ascii::escape_default(*byte)).map(char::from).collect();
    let mut message = format!("it has a data segment of {} bytes, \"{text}\"", data.data.len());
    let offset = match &data.kind {
        DataKind::Active { offset_expr, .. } => match offset_expr.get_operators_reader().read() {
            Ok(Operator::I32Const { value }) => value,
            _ => return message,
        },
        DataKind::Passive => return message,
    };
    let segment = offset..offset.saturating_add(data.data.len() as i32);
    let mut users = BTreeSet::new();
    for (index, body) in module.bodies() {
        for op in &body.ops {
            if let Operator::I32Const { value } = op
                && segment.contains(value)
            {
                users.insert(format!("`{}` (+{})", module.func_label(index), value - offset));
            }
        }
    }
    if !users.is_empty() {
        message += &format!(" at {offset}, which these may use: {}", users.into_iter().collect::<Vec<_>>().join(", "));
    }
    message
}

fn report(what: &str, problems: Vec<String>) -> Result<()> {
    if problems.is_empty() {
        return Ok(());
    }
    bail!("{what}:\n  {}", problems.join("\n  "))
}
