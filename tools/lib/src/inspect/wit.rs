//! The WIT that a module carries (its `component-type` sections), and whether the module is what that says.

use super::module::{FunctionImport, signature};
use super::{Problem, Server};
use crate::pack::has_list;
use anyhow::Result;
use std::collections::{BTreeMap, HashMap, HashSet};
use wasm_encoder::{CustomSection, Module, Section as _};
use wasmparser::{FuncType, Parser, Payload, ValType};
use wit_component::metadata::Bindgen;
use wit_parser::abi::{AbiVariant, WasmType};
use wit_parser::{InterfaceId, WorldItem, WorldKey};

/// What a module's own WIT says.
#[derive(Default)]
pub struct Wit {
    bindgen: Bindgen,
    /// The import modules that it serves.
    imports: HashSet<String>,
    /// The functions and interfaces that it exports.
    exports: HashSet<String>,
    /// It cannot be read, so nobody knows what it has.
    unreadable: bool,
}

/// A function as WIT has it.
struct Wanted<'a> {
    function: &'a wit_parser::Function,
    /// The name of its interface, if it is in one.
    interface: Option<String>,
}

impl Wit {
    /// The module's WIT, and what is wrong with it as such.
    pub fn of(wasm: &[u8]) -> Result<(Wit, Option<Problem>)> {
        let (mut wit, mut names, mut metadata) = (Wit::default(), Vec::new(), Module::HEADER.to_vec());
        let mut joined = None;
        for payload in Parser::new(0).parse_all(wasm) {
            let Payload::CustomSection(section) = payload? else { continue };
            if section.name().starts_with("component-type") {
                names.push(section.name());
                joined = joined.or_else(|| is_joined(section.data()).then(|| section.name()));
                CustomSection::from(section).append_to(&mut metadata);
            }
        }
        if names.is_empty() {
            return Ok((wit, None));
        }
        match wit_component::metadata::decode(&metadata) {
            Ok((_, bindgen)) => wit.bindgen = bindgen,
            Err(error) => {
                wit.unreadable = true;
                return Ok((wit, Some(unreadable(&names, joined, &error))));
            }
        }
        let Bindgen { resolve, world, .. } = &wit.bindgen;
        let world = &resolve.worlds[*world];
        wit.imports.extend(["$root".into(), "[export]$root".into()]);
        wit.imports.extend(world.imports.keys().map(|key| resolve.name_world_key(key)));
        for key in world.exports.keys() {
            let name = resolve.name_world_key(key);
            wit.imports.insert(format!("[export]{name}"));
            wit.exports.insert(name);
        }
        Ok((wit, None))
    }

    /// The linker knows two spellings of import modules; the second one begins with `cm32p2`.
    pub fn serves(&self, module: &str) -> bool {
        if self.unreadable {
            return looks_like_wit(module);
        }
        match module.strip_prefix("cm32p2") {
            Some("") => !self.imports.is_empty(),
            Some(rest) => rest.strip_prefix('|').is_some_and(|name| self.serves(name)),
            None => self.imports.contains(module),
        }
    }

    /// Exports are spelled `function`, `interface#function`, or either with a prefix such as `cabi_post_`.
    pub fn exports(&self, export: &str) -> bool {
        let name = export.trim_start_matches("cm32p2").trim_start_matches('|').trim_start_matches("cabi_post_");
        let name = name.rsplit(']').next().unwrap_or(name);
        let name = name.split(['#', '|']).next().unwrap_or(name);
        self.exports.contains(name)
    }

    /// Whether it exports anything.
    pub fn has_exports(&self) -> bool {
        self.unreadable || !self.exports.is_empty()
    }

    /// Whether it exports `wasi:cli/run`, and so what is run.
    pub fn runs(&self) -> bool {
        self.exports.iter().any(|name| name.starts_with("wasi:cli/run@"))
    }

    /// What of the module is not as its WIT says.
    pub fn problems(&self, imports: &[FunctionImport<'_>], exports: &HashMap<&str, &FuncType>) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut given = self.check_imports(imports, &mut problems);
        given.extend(self.check_exports(exports, &mut problems));
        let has = |names: &[&str]| names.iter().any(|name| exports.contains_key(name));
        let general = has(&["cabi_realloc", "canonical_abi_realloc", "cm32p2_realloc"]);
        given.retain(|(realloc, _)| !general && !has(&[realloc]));
        if !given.is_empty() {
            let what: Vec<_> = given.into_iter().map(|(_, what)| what).collect();
            problems.push(Problem::new(
                "no-allocator",
                format!(
                    "it exports no `cabi_realloc`, by which the host gives it strings and lists: {}",
                    what.join(", ")
                ),
                "link an allocator into it: the bindings that wit-bindgen generates bring one; in C, export \
                 `void *cabi_realloc(void *old, size_t old_size, size_t align, size_t size)`, which calls `realloc`",
            ));
        }
        problems
    }

    /// Returns what the host gives that needs memory, and the function that only serves this kind of it.
    fn check_imports<'a>(
        &self,
        imports: &[FunctionImport<'a>],
        problems: &mut Vec<Problem>,
    ) -> Vec<(&'static str, String)> {
        let (mut unknown, mut given) = (BTreeMap::<&'a str, Vec<String>>::new(), Vec::new());
        for FunctionImport { import, ty } in imports.iter().filter(|it| it.import.served_by == Server::Host) {
            let (module, name) = (&*import.module, &*import.name);
            // What is imported for an export, such as the making of a resource's handles, is no function of WIT.
            let (Some(functions), Some(ty)) = (self.imported(module), ty) else { continue };
            let (abi, plain) = match name.strip_prefix("[async-lower]") {
                Some(plain) => (AbiVariant::GuestImportAsync, plain),
                None => (AbiVariant::GuestImport, name),
            };
            let of = if module == "$root" { String::new() } else { format!(" of `{module}`") };
            match functions.get(plain) {
                Some(function) => {
                    if function.result.is_some_and(|ty| has_list(&self.bindgen.resolve, &ty)) {
                        given.push(("cabi_import_realloc", format!("the result of `{plain}`{of}")));
                    }
                    let expected = self.core(function, abi);
                    if expected != **ty {
                        problems.push(wrong(&format!("it imports `{name}`{of}"), ty, &expected));
                    }
                }
                None if plain.starts_with('[') && !plain.starts_with("[method]") => {}
                None => unknown.entry(module).or_default().push(format!("`{name}`")),
            }
        }
        for (module, names) in unknown {
            let whose = if module == "$root" { "its world".into() } else { format!("`{module}` of its WIT") };
            problems.push(Problem::new(
                "unlike-wit",
                format!("{whose} has no such function, but it is imported: {}", names.join(", ")),
                ANEW,
            ));
        }
        given
    }

    /// The same for exports.
    fn check_exports(
        &self,
        exports: &HashMap<&str, &FuncType>,
        problems: &mut Vec<Problem>,
    ) -> Vec<(&'static str, String)> {
        let (mut missing, mut given) = (Vec::new(), Vec::new());
        for Wanted { function, interface } in self.exported() {
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
                spellings.iter().find_map(|(spelt, abi)| Some((spelt, exports.get(&**spelt)?, *abi)))
            else {
                missing.push(format!("`{name}`"));
                continue;
            };
            let expected = self.core(function, abi);
            if expected != **found {
                problems.push(wrong(&format!("it exports `{spelt}`"), found, &expected));
            }
            if let Some(found) = exports.get(&*format!("cabi_post_{name}")) {
                let expected = FuncType::new(expected.results().to_vec(), []);
                if expected != **found {
                    problems.push(wrong(&format!("it exports `cabi_post_{name}`"), found, &expected));
                }
            }
            let indirect = self.bindgen.resolve.wasm_signature(abi, function).indirect_params;
            if indirect || function.params.iter().any(|param| has_list(&self.bindgen.resolve, &param.ty)) {
                given.push(("cabi_export_realloc", format!("the parameters of `{name}`")));
            }
        }
        if !missing.is_empty() {
            problems.push(Problem::new(
                "unlike-wit",
                format!("its WIT exports what it does not: {}", missing.join(", ")),
                "implement them and have the linker export them, or embed the WIT of a world that does not export them",
            ));
        }
        given
    }

    /// The functions that are imported from a module, by their names.
    fn imported(&self, module: &str) -> Option<HashMap<&str, &wit_parser::Function>> {
        let Bindgen { resolve, world, .. } = &self.bindgen;
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

    fn exported(&self) -> Vec<Wanted<'_>> {
        let Bindgen { resolve, world, .. } = &self.bindgen;
        let of_interface = |key: &WorldKey, id: InterfaceId| {
            let interface = Some(resolve.name_world_key(key));
            let functions = resolve.interfaces[id].functions.values();
            functions.map(|function| Wanted { function, interface: interface.clone() }).collect()
        };
        let of_item = |(key, item)| match item {
            &WorldItem::Interface { id, .. } => of_interface(key, id),
            WorldItem::Function(function) => vec![Wanted { function, interface: None }],
            WorldItem::Type { .. } => Vec::new(),
        };
        resolve.worlds[*world].exports.iter().flat_map(of_item).collect()
    }

    /// A function's type as the module has to have it.
    fn core(&self, function: &wit_parser::Function, abi: AbiVariant) -> FuncType {
        let core = |types: Vec<WasmType>| {
            types.into_iter().map(|ty| match ty {
                WasmType::I32 | WasmType::Pointer | WasmType::Length => ValType::I32,
                WasmType::I64 | WasmType::PointerOrI64 => ValType::I64,
                WasmType::F32 => ValType::F32,
                WasmType::F64 => ValType::F64,
            })
        };
        let signature = self.bindgen.resolve.wasm_signature(abi, function);
        FuncType::new(core(signature.params), core(signature.results))
    }
}

/// Whether an import module has the name of something in WIT.
pub fn looks_like_wit(module: &str) -> bool {
    module.contains(':') || module == "$root" || module.starts_with("cm32p2")
}

const ANEW: &str =
    "generate its bindings anew from the WIT that is embedded in it, or embed the WIT that they were generated from";

fn wrong(what: &str, found: &FuncType, expected: &FuncType) -> Problem {
    let message = format!("{what} as {}; by its WIT it is {}", signature(found), signature(expected));
    Problem::new("wrong-signature", message, ANEW)
}

/// Whether a section holds the metadata of two worlds, one behind the other, as linkers join sections of one name.
fn is_joined(data: &[u8]) -> bool {
    let broken = Parser::new(0).parse_all(data).find_map(Result::err);
    broken.is_some_and(|error| data.get(error.offset() as usize..).is_some_and(|rest| rest.starts_with(b"\0asm")))
}

fn unreadable(names: &[&str], joined: Option<&str>, error: &anyhow::Error) -> Problem {
    let message = match (joined, names) {
        (Some(name), _) => format!(
            "its section `{name}` holds the WIT of several worlds, one behind the other: a linker has joined those of \
             several objects"
        ),
        (None, [name]) => format!("the WIT in its section `{name}` cannot be read: {}", error.root_cause()),
        (None, _) => {
            let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
            format!("the WIT in its sections {} cannot be read as one: {}", names.join(", "), error.root_cause())
        }
    };
    Problem::new(
        "unreadable-wit",
        message,
        "link one world's metadata into it, that of a world which includes the others; or strip it and embed that world \
         with `wasm-tools component embed`",
    )
}
