//! The WIT that a module carries in its `component-type` sections.

use super::custom::WitSection;
use std::collections::HashSet;
use wasm_encoder::{CustomSection, Module, Section as _};
use wasmparser::Parser;
use wit_component::metadata::Bindgen;
use wit_parser::abi::{AbiVariant, WasmType};
use wit_parser::{Function, InterfaceId, WorldItem, WorldKey};

/// The WIT of a module.
#[derive(Default)]
pub struct Wit {
    pub bindgen: Bindgen,
    /// The import modules that it defines.
    imports: HashSet<String>,
    /// The functions and interfaces that it exports.
    exports: HashSet<String>,
    /// If it cannot be read, its imports and exports are unknown.
    pub unreadable: Option<Unreadable>,
}

/// The reason why the WIT cannot be read.
pub struct Unreadable {
    /// The names of the sections that contain it.
    pub sections: Vec<String>,
    /// The section in which a linker has concatenated the WIT of several worlds.
    pub joined: Option<String>,
    pub cause: String,
}

impl Wit {
    /// Reads the WIT in these sections of a module.
    pub fn of(sections: &[WitSection]) -> Wit {
        let mut wit = Wit::default();
        let mut metadata = Module::HEADER.to_vec();
        for WitSection { name, data } in sections {
            CustomSection { name: name.into(), data: data.into() }.append_to(&mut metadata);
        }
        if sections.is_empty() {
            return wit;
        }
        match wit_component::metadata::decode(&metadata) {
            Ok((_, bindgen)) => wit.bindgen = bindgen,
            Err(error) => {
                let joined = sections.iter().find(|section| is_joined(&section.data));
                wit.unreadable = Some(Unreadable {
                    sections: sections.iter().map(|section| section.name.clone()).collect(),
                    joined: joined.map(|section| section.name.clone()),
                    cause: error.root_cause().to_string(),
                });
                return wit;
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
        wit
    }

    /// Import modules have two spellings; the second begins with `cm32p2`.
    pub fn serves(&self, module: &str) -> bool {
        if self.unreadable.is_some() {
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

    /// Returns whether it exports anything.
    pub fn has_exports(&self) -> bool {
        self.unreadable.is_some() || !self.exports.is_empty()
    }

    /// Returns the exported functions, each with the name of its interface, if any.
    pub fn exported_functions(&self) -> Vec<(Option<String>, &Function)> {
        let Bindgen { resolve, world, .. } = &self.bindgen;
        let of_interface = |key: &WorldKey, id: InterfaceId| {
            let interface = Some(resolve.name_world_key(key));
            let functions = resolve.interfaces[id].functions.values();
            functions.map(|function| (interface.clone(), function)).collect()
        };
        let of_item = |(key, item)| match item {
            &WorldItem::Interface { id, .. } => of_interface(key, id),
            WorldItem::Function(function) => vec![(None, function)],
            WorldItem::Type { .. } => Vec::new(),
        };
        resolve.worlds[*world].exports.iter().flat_map(of_item).collect()
    }

    /// Returns whether the arguments or results of any function have pointers, or may have them.
    pub fn passes_pointers(&self) -> bool {
        let Bindgen { resolve, world, .. } = &self.bindgen;
        let by_function = |function: &Function, abi| {
            let signature = resolve.wasm_signature(abi, function);
            let is_pointer =
                |ty: &WasmType| matches!(ty, WasmType::Pointer | WasmType::PointerOrI64 | WasmType::Length);
            function.kind.is_async()
                || signature.retptr
                || signature.indirect_params
                || signature.params.iter().chain(&signature.results).any(is_pointer)
        };
        let by_item = |item: &WorldItem, abi| match item {
            WorldItem::Interface { id, .. } => {
                resolve.interfaces[*id].functions.values().any(|function| by_function(function, abi))
            }
            WorldItem::Function(function) => by_function(function, abi),
            WorldItem::Type { .. } => false,
        };
        let world = &resolve.worlds[*world];
        self.unreadable.is_some()
            || world.imports.values().any(|item| by_item(item, AbiVariant::GuestImport))
            || world.exports.values().any(|item| by_item(item, AbiVariant::GuestExport))
    }

    /// Returns whether it exports `wasi:cli/run`, which is then the entry.
    pub fn runs(&self) -> bool {
        self.exports.iter().any(|name| name.starts_with("wasi:cli/run@"))
    }
}

/// Returns whether an import module has a name from WIT.
pub fn looks_like_wit(module: &str) -> bool {
    let is_label = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    module == "$root"
        || module.starts_with("cm32p2")
        || module
            .split_once(':')
            .is_some_and(|(namespace, _)| is_label(namespace.rsplit(']').next().unwrap_or_default()))
}

/// Returns whether a section contains the metadata of two worlds, as linkers concatenate sections of one name.
fn is_joined(data: &[u8]) -> bool {
    let broken = Parser::new(0).parse_all(data).find_map(Result::err);
    broken.is_some_and(|error| data.get(error.offset() as usize..).is_some_and(|rest| rest.starts_with(b"\0asm")))
}
