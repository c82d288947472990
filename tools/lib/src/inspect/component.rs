//! Reads a component: what it imports and exports, and that there is nothing to link.

use super::module::Producers;
use super::{Export, Import, Kind, Problem, Report, Role, SCHEMA, Server};
use crate::validate;
use anyhow::Result;
use wasmparser::{ComponentExternalKind, ComponentTypeRef, Parser, Payload};

pub fn read(wasm: &[u8]) -> Result<Report> {
    validate::everything(wasm)?;
    let producers = Producers::of(wasm)?;
    let mut report = Report {
        schema: SCHEMA,
        kind: Kind::Component,
        world: None,
        entry: None,
        layout: None,
        memory: None,
        languages: producers.languages,
        tools: producers.tools,
        imports: Vec::new(),
        exports: Vec::new(),
        other_exports: Vec::new(),
        warnings: Vec::new(),
        problems: vec![Problem::component()],
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
                        kind: imported(import.ty),
                        signature: String::new(),
                        served_by: Server::Host,
                    });
                }
            }
            Payload::ComponentExportSection(section) if depth == 0 => {
                for export in section {
                    let export = export?;
                    report.exports.push(Export {
                        name: export.name.name.into(),
                        kind: exported(export.kind),
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

fn imported(ty: ComponentTypeRef) -> &'static str {
    exported(ty.kind())
}

fn exported(kind: ComponentExternalKind) -> &'static str {
    match kind {
        ComponentExternalKind::Module => "module",
        ComponentExternalKind::Func => "function",
        ComponentExternalKind::Value => "value",
        ComponentExternalKind::Type => "type",
        ComponentExternalKind::Instance => "instance",
        ComponentExternalKind::Component => "component",
    }
}
