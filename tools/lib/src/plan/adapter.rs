//! Reads the user's adapters: their exports, and whether they are suitable as adapters.

use crate::linker::Linker;
use crate::{LinkError, validate};
use anyhow::{Result, bail};
use std::collections::HashMap;
use wasm_encoder::SectionId;
use wasmparser::{ExternalKind, FuncType, Parser, Payload};

/// The adapters by name.
pub type Adapters<'a> = HashMap<&'a str, AdapterModule>;

/// The relevant facts about an adapter.
pub struct AdapterModule {
    /// The functions it exports.
    pub exports: HashMap<String, FuncType>,
    /// Its imports, by module and name.
    pub imports: Vec<(String, String)>,
    /// A kind of section that adapters must not have, because their unused parts are removed.
    pub unfit: Option<&'static str>,
}

pub fn read_all(linker: &Linker) -> Result<Adapters<'_>, LinkError> {
    let read = |adapter: &'_ crate::linker::Adapter| {
        read(&adapter.bytes).map_err(|source| LinkError::Adapter { name: adapter.name.clone(), source: source.into() })
    };
    linker.adapters.iter().map(|adapter| Ok((&*adapter.name, read(adapter)?))).collect()
}

fn read(wasm: &[u8]) -> Result<AdapterModule> {
    if Parser::is_component(wasm) {
        bail!("it is a component; an adapter is a core module");
    }
    let types = validate::everything(wasm)?;
    let types = types.as_ref();
    let mut module = AdapterModule { exports: HashMap::new(), imports: Vec::new(), unfit: None };
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload?;
        module.unfit = module.unfit.or_else(|| unfit(payload.as_section()?.0));
        match payload {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    let import = import?;
                    module.imports.push((import.module.into(), import.name.into()));
                }
            }
            Payload::ExportSection(section) => {
                for export in section {
                    let export = export?;
                    if export.kind == ExternalKind::Func {
                        let ty = types[types.core_function_at(export.index)].unwrap_func();
                        module.exports.insert(export.name.into(), ty.clone());
                    }
                }
            }
            _ => {}
        }
    }
    Ok(module)
}

fn unfit(section: u8) -> Option<&'static str> {
    const UNFIT: [(SectionId, &str); 4] = [
        (SectionId::Start, "a start function"),
        (SectionId::Element, "elements of a table"),
        (SectionId::Data, "data"),
        (SectionId::Tag, "exception tags"),
    ];
    UNFIT.iter().find(|(id, _)| *id as u8 == section).map(|(_, name)| *name)
}
