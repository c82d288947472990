//! Exports a module's entry under the name that adapters call.
//!
//! Engines run more than `_start`, see [`Entry`], and any other export can be chosen. Kotlin's compiler, for example,
//! runs a program's `main` in `_initialize`. The code of a component must run when its `run` is called, and not at
//! instantiation.

use super::Prepared;
use super::sections::{Change, change, declaring};
use crate::plan::Entry;
use std::borrow::Cow;
use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasm_encoder::{ExportKind, ExportSection, SectionId};
use wasmparser::{ExternalKind, Parser, Payload};

const START: &str = "_start";

/// Returns the module with its entry exported as `_start`; the original name stays if the module's WIT may use it.
pub fn with_start<'a>(wasm: &'a [u8], entry: &Entry) -> Prepared<'a> {
    if *entry == Entry::Start {
        return Ok(Cow::Borrowed(wasm));
    }
    let (mut exports, mut changes): (_, Vec<Change>) = (ExportSection::new(), Vec::new());
    let mut dropped = Vec::new();
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::ExportSection(section) => {
                for export in section {
                    let mut export = export?;
                    match export.name {
                        START => {
                            // No adapter calls it, but the module may refer to its function.
                            dropped.extend((export.kind == ExternalKind::Func).then_some(export.index));
                            continue;
                        }
                        name if Some(name) == entry.export() => {
                            if matches!(entry, Entry::Named(_)) {
                                RoundtripReencoder.parse_export(&mut exports, export)?;
                            }
                            export.name = START;
                        }
                        _ => {}
                    }
                    RoundtripReencoder.parse_export(&mut exports, export)?;
                }
            }
            Payload::StartSection { func, .. } if *entry == Entry::StartSection => {
                exports.export(START, ExportKind::Func, func);
                changes.push((SectionId::Start, None));
            }
            _ => {}
        }
    }
    changes.push((SectionId::Export, Some(Box::new(exports))));
    if !dropped.is_empty() {
        changes.push(declaring(wasm, &dropped)?);
    }
    Ok(Cow::Owned(change(wasm, changes)?))
}
