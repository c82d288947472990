//! Checks a module against its own WIT, and for the allocator that this needs.

use super::{Allocator, Plan, Problem, ProblemCode, Provider, wit_text};
use crate::names::{escaped, quoted};
use crate::pack::has_list;
use crate::program::{Program, Unreadable};
use crate::signature;
use std::collections::{BTreeMap, HashMap};
use wasmparser::{FuncType, ValType};
use wit_component::metadata::Bindgen;
use wit_parser::abi::{AbiVariant, WasmType};
use wit_parser::{Function, WorldItem, WorldKey};

/// The requirements of a module's WIT.
pub struct Checked {
    /// The differences between the module and its WIT.
    pub problems: Vec<Problem>,
    pub allocator: Option<Allocator>,
}

pub fn check(program: &Program<'_>, plan: &Plan) -> Checked {
    let exports = program.func_exports().map(|(export, ty)| (&*export.name, ty)).collect();
    let mut check = Check { program, plan, exports, problems: Vec::new(), allocated: Vec::new() };
    check.problems.extend(program.wit.unreadable.as_ref().map(unreadable));
    check.imports();
    check.exports();
    Checked { allocator: check.allocator(), problems: check.problems }
}

struct Check<'a> {
    program: &'a Program<'a>,
    plan: &'a Plan,
    exports: HashMap<&'a str, &'a FuncType>,
    problems: Vec<Problem>,
    /// The allocator only for the values that the host stores in the module's memory. Other allocators serve all.
    allocated: Vec<&'static str>,
}

impl<'a> Check<'a> {
    fn bindgen(&self) -> &'a Bindgen {
        &self.program.wit.bindgen
    }

    fn imports(&mut self) {
        let mut unknown = BTreeMap::<&str, Vec<String>>::new();
        let imports = self.program.imports.iter().zip(&self.plan.imports);
        for (import, _) in imports.filter(|(_, planned)| planned.served_by == Provider::Host) {
            let (module, name) = (&*import.module, &*import.name);
            // Imports that belong to an export, such as making a resource's handles, are not functions of WIT.
            let (Some(functions), Some(found)) = (self.imported(module), &import.func) else { continue };
            let (abi, plain) = match name.strip_prefix("[async-lower]") {
                Some(plain) => (AbiVariant::GuestImportAsync, plain),
                None => (AbiVariant::GuestImport, name),
            };
            let of = if module == "$root" { String::new() } else { format!(" of {}", quoted(module)) };
            match functions.get(plain) {
                Some(function) => {
                    if function.result.is_some_and(|ty| has_list(&self.bindgen().resolve, &ty)) {
                        self.allocated.push("cabi_import_realloc");
                    }
                    self.compare(
                        &format!("it imports {}{of}", quoted(name)),
                        found,
                        &self.core(function, abi),
                        function,
                    );
                }
                None if plain.starts_with('[') && !plain.starts_with("[method]") => {}
                None => unknown.entry(module).or_default().push(quoted(name)),
            }
        }
        for (module, names) in unknown {
            let whose = if module == "$root" { "its world".into() } else { format!("{} of its WIT", quoted(module)) };
            self.problems.push(Problem::new(
                ProblemCode::UnlikeWit,
                format!("{whose} has no such function, but it is imported: {}", names.join(", ")),
                ANEW,
            ));
        }
    }

    fn exports(&mut self) {
        let mut missing = Vec::new();
        for (interface, function) in self.program.wit.exported_functions() {
            let name = function.legacy_core_export_name(interface.as_deref()).into_owned();
            let standard = match &interface {
                Some(interface) => format!("cm32p2|{interface}|{}", function.name),
                None => format!("cm32p2||{}", function.name),
            };
            let spellings = [
                (name.clone(), AbiVariant::GuestExport),
                (standard, AbiVariant::GuestExport),
                (format!("[async-lift]{name}"), AbiVariant::GuestExportAsync),
                (format!("[async-lift-stackful]{name}"), AbiVariant::GuestExportAsyncStackful),
            ];
            let Some((spelt, found, abi)) =
                spellings.iter().find_map(|(spelt, abi)| Some((spelt, *self.exports.get(&**spelt)?, *abi)))
            else {
                missing.push(format!("`{name}`"));
                continue;
            };
            self.compare(&format!("it exports {}", quoted(spelt)), found, &self.core(function, abi), function);
            let post = format!("cabi_post_{name}");
            if let Some(found) = self.exports.get(&*post).copied() {
                let expected = FuncType::new(self.core(function, abi).results().to_vec(), []);
                self.compare(&format!("it exports `{post}`"), found, &expected, function);
            }
            let resolve = &self.bindgen().resolve;
            let indirect = resolve.wasm_signature(abi, function).indirect_params;
            if indirect || function.params.iter().any(|param| has_list(resolve, &param.ty)) {
                self.allocated.push("cabi_export_realloc");
            }
        }
        if !missing.is_empty() {
            self.problems.push(Problem::new(
                ProblemCode::UnlikeWit,
                format!("its WIT exports what it does not: {}", missing.join(", ")),
                "implement them and have the linker export them, or embed the WIT of a world that does not export them",
            ));
        }
    }

    /// The `cabi_realloc` to add, if it needs one and has none.
    fn allocator(&self) -> Option<Allocator> {
        let has = |name: &&str| self.exports.contains_key(name);
        if ["cabi_realloc", "canonical_abi_realloc", "cm32p2_realloc"].iter().any(has) {
            return None;
        }
        let is_lacking = self.allocated.iter().any(|realloc| !has(realloc));
        is_lacking.then(|| Allocator::of(self.program))
    }

    /// Adds a problem if a function's type differs from its WIT.
    fn compare(&mut self, what: &str, found: &FuncType, expected: &FuncType, function: &Function) {
        if found != expected {
            let message = format!(
                "{what} as {}; by its WIT it is {}, for `{}`",
                signature(found),
                signature(expected),
                wit_text::function(&self.bindgen().resolve, function)
            );
            self.problems.push(Problem::new(ProblemCode::WrongSignature, message, ANEW));
        }
    }

    /// Returns the functions that are imported from a module, by name.
    fn imported(&self, module: &str) -> Option<HashMap<&'a str, &'a Function>> {
        let Bindgen { resolve, world, .. } = self.bindgen();
        let imports = &resolve.worlds[*world].imports;
        if module == "$root" {
            let functions = imports.iter().filter_map(|(key, item)| match (key, item) {
                (WorldKey::Name(name), WorldItem::Function(function)) => Some((&**name, function)),
                _ => None,
            });
            return Some(functions.collect());
        }
        let (_, item) = imports.iter().find(|(key, _)| resolve.name_world_key(key) == module)?;
        let WorldItem::Interface { id, .. } = item else { return None };
        Some(resolve.interfaces[*id].functions.iter().map(|(name, function)| (&**name, function)).collect())
    }

    /// Returns the core type of a WIT function.
    fn core(&self, function: &Function, abi: AbiVariant) -> FuncType {
        let core = |types: Vec<WasmType>| {
            types.into_iter().map(|ty| match ty {
                WasmType::I32 | WasmType::Pointer | WasmType::Length => ValType::I32,
                WasmType::I64 | WasmType::PointerOrI64 => ValType::I64,
                WasmType::F32 => ValType::F32,
                WasmType::F64 => ValType::F64,
            })
        };
        let signature = self.bindgen().resolve.wasm_signature(abi, function);
        FuncType::new(core(signature.params), core(signature.results))
    }
}

const ANEW: &str =
    "generate its bindings anew from the WIT that is embedded in it, or embed the WIT that they were generated from";

fn unreadable(Unreadable { sections, joined, cause }: &Unreadable) -> Problem {
    let message = match (joined, &sections[..]) {
        (Some(name), _) => format!(
            "its section {} holds the WIT of several worlds, one behind the other: a linker has joined those of several \
             objects",
            quoted(name)
        ),
        (None, [name]) => format!("the WIT in its section {} cannot be read: {}", quoted(name), escaped(cause)),
        (None, _) => {
            let names: Vec<_> = sections.iter().map(|name| quoted(name)).collect();
            format!("the WIT in its sections {} cannot be read as one: {}", names.join(", "), escaped(cause))
        }
    };
    Problem::new(
        ProblemCode::UnreadableWit,
        message,
        "link one world's metadata into it, that of a world which includes the others; or strip it and give that world \
         with `--wit PATH`",
    )
}
