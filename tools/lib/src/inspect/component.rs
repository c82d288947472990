//! Reads the imports and exports of a component, which needs no linking.

use super::{EmbeddedFiles, Export, ExternKind, Import, Kind, Problem, Provider, Report, Role, SCHEMA, producers};
use crate::seal::SealRecord;
use crate::top_level::top_level_sections;
use crate::validate;
use anyhow::Result;
use std::collections::BTreeSet;
use wasm_metadata::Producers;
use wasmparser::{ComponentExternalKind, ComponentType, InstanceTypeDeclaration, Parser, Payload};

pub fn read(wasm: &[u8]) -> Result<Report> {
    validate::everything(wasm)?;
    // An unreadable section is ignored.
    let section = Producers::from_wasm(wasm).ok().flatten();
    let mut report = Report {
        schema: SCHEMA,
        kind: Kind::Component,
        world: None,
        entry: None,
        other_entries: Vec::new(),
        layout: None,
        memory: None,
        languages: producers(section.as_ref(), &["language"]),
        tools: producers(section.as_ref(), &["processed-by", "sdk"]),
        imports: Vec::new(),
        layers: Vec::new(),
        exports: Vec::new(),
        other_exports: Vec::new(),
        warnings: Vec::new(),
        problems: vec![Problem::component()],
        needs: Vec::new(),
        files: EmbeddedFiles::of(wasm)?,
        refused: Vec::new(),
        sealed: SealRecord::read(wasm)?,
        unused_adapters: Vec::new(),
        sizes: None,
        functions: imported_functions(wasm)?,
    };
    let mut depth = 0;
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth -= 1,
            Payload::ComponentImportSection(section) if depth == 0 => {
                for import in section {
                    let import = import?;
                    report.imports.push(Import {
                        module: String::new(),
                        name: import.name.name.into(),
                        kind: kind(import.ty.kind()),
                        signature: String::new(),
                        served_by: Provider::Host,
                        layer: None,
                    });
                }
            }
            Payload::ComponentExportSection(section) if depth == 0 => {
                for export in section {
                    let export = export?;
                    report.exports.push(Export {
                        name: export.name.name.into(),
                        kind: kind(export.kind),
                        signature: String::new(),
                        role: Role::Component,
                    });
                }
            }
            _ => {}
        }
    }
    Ok(report)
}

/// The names in the types of the interfaces that a component imports.
pub fn imported_functions(wasm: &[u8]) -> Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for (_, payload) in top_level_sections(wasm)? {
        let Payload::ComponentTypeSection(section) = payload else { continue };
        for ty in section {
            let ComponentType::Instance(declarations) = ty? else { continue };
            names.extend(declarations.iter().filter_map(|declaration| match declaration {
                InstanceTypeDeclaration::Export { name, .. } => Some(name.name.to_owned()),
                _ => None,
            }));
        }
    }
    Ok(names)
}

fn kind(kind: ComponentExternalKind) -> ExternKind {
    match kind {
        ComponentExternalKind::Module => ExternKind::Module,
        ComponentExternalKind::Func => ExternKind::Func,
        ComponentExternalKind::Value => ExternKind::Value,
        ComponentExternalKind::Type => ExternKind::Type,
        ComponentExternalKind::Instance => ExternKind::Instance,
        ComponentExternalKind::Component => ExternKind::Component,
    }
}
