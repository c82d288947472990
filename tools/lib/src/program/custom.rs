//! Finds custom sections that cannot be read. They do not make a module invalid, and engines ignore them; but other
//! tools may fail, so they are left out.

use crate::names::{escaped, quoted};
use anyhow::{Result, ensure};
use std::borrow::Cow;
use std::mem;
use std::ops::Range;
use wasm_metadata::Producers;
use wasmparser::{BinaryReader, CustomSectionReader, Name, NameSectionReader};

/// The contents of a module's relevant custom sections.
#[derive(Default)]
pub struct CustomSections {
    pub producers: Option<Producers>,
    /// The sections that describe its WIT, in order.
    pub wit: Vec<WitSection>,
    pub about: About,
    /// Descriptions of the faults in sections that are left out.
    pub warnings: Vec<String>,
    /// The ranges of these sections, headers included.
    pub left_out: Vec<Range<usize>>,
    has_names: bool,
}

/// The name of a module and its annotations for distribution.
#[derive(Default)]
pub struct About {
    pub name: Option<String>,
    /// Custom sections with text, by name, as `wasm-tools metadata add` writes them and tools for OCI registries read them.
    pub annotations: Vec<(String, String)>,
}

/// The names of annotation sections.
const ANNOTATIONS: [&str; 7] = ["authors", "description", "homepage", "licenses", "revision", "source", "version"];

/// A `component-type` section.
pub struct WitSection {
    pub name: String,
    pub data: Vec<u8>,
}

impl CustomSections {
    /// Reads a section, if it is of a relevant kind.
    pub fn add(&mut self, whole: Range<usize>, section: &CustomSectionReader<'_>) {
        if section.name().starts_with("component-type") {
            self.wit.push(WitSection { name: section.name().into(), data: section.data().into() });
        }
        if ANNOTATIONS.contains(&section.name())
            && let Ok(text) = str::from_utf8(section.data())
        {
            self.about.annotations.push((section.name().into(), text.into()));
        }
        if let Err(error) = self.read(section) {
            let cause = error.to_string();
            self.warnings.push(format!("its section {} is left out: {}", quoted(section.name()), escaped(&cause)));
            self.left_out.push(whole);
        }
    }

    /// There can be one section of each of these kinds.
    fn read(&mut self, section: &CustomSectionReader<'_>) -> Result<()> {
        match section.name() {
            "name" => {
                let name = names(section)?;
                ensure!(!mem::replace(&mut self.has_names, true), ONE_BEFORE);
                self.about.name = name.map(str::to_owned);
            }
            "producers" => {
                let producers = Producers::from_bytes(section.data(), section.data_offset())?;
                ensure!(self.producers.is_none(), ONE_BEFORE);
                self.producers = Some(producers);
            }
            _ => {}
        }
        Ok(())
    }
}

const ONE_BEFORE: &str = "there is one before it";

/// Returns a module without some of its sections.
pub fn without(wasm: &[u8], left_out: Vec<Range<usize>>) -> Cow<'_, [u8]> {
    if left_out.is_empty() {
        return wasm.into();
    }
    let (mut kept, mut copied) = (Vec::with_capacity(wasm.len()), 0);
    for range in left_out {
        kept.extend_from_slice(&wasm[copied..range.start]);
        copied = range.end;
    }
    kept.extend_from_slice(&wasm[copied..]);
    kept.into()
}

/// Reads all names. Gives that of the module.
fn names<'a>(section: &CustomSectionReader<'a>) -> Result<Option<&'a str>> {
    let mut of_module = None;
    for subsection in NameSectionReader::new(BinaryReader::new(section.data(), section.data_offset())) {
        match subsection? {
            Name::Module { name, .. } => of_module = Some(name),
            Name::Unknown { .. } => {}
            Name::Function(map)
            | Name::Type(map)
            | Name::Table(map)
            | Name::Memory(map)
            | Name::Global(map)
            | Name::Element(map)
            | Name::Data(map)
            | Name::Tag(map) => map.into_iter().try_for_each(|naming| naming.map(drop))?,
            Name::Local(map) | Name::Label(map) | Name::Field(map) | Name::Parameter(map) | Name::TagParameter(map) => {
                for outer in map {
                    outer?.names.into_iter().try_for_each(|naming| naming.map(drop))?;
                }
            }
        }
    }
    Ok(of_module)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::Program;

    fn readable(wasm: &[u8]) -> (Cow<'_, [u8]>, Vec<String>) {
        let program = Program::read(wasm).unwrap();
        (program.wasm, program.warnings)
    }

    /// Returns the warnings about a module with one custom section.
    fn warnings(name: &str, data: &[u8]) -> Vec<String> {
        let mut module = wasm_encoder::Module::new();
        module.section(&wasm_encoder::CustomSection { name: name.into(), data: data.into() });
        let wasm = module.finish();
        let (kept, warnings) = readable(&wasm);
        assert_eq!(kept.len() == wasm.len(), warnings.is_empty());
        assert_eq!(readable(&kept).1, Vec::<String>::new(), "what is kept can be read");
        warnings
    }

    #[test]
    fn what_can_be_read_is_kept() {
        for (name, data) in [
            ("name", &b""[..]),
            ("name", b"\x01\x04\x01\x00\x01f"),
            ("name", b"\x01\x04\x01\x00\x01f\x02\x06\x01\x00\x01\x00\x01x\x7f\x01\xff"),
            ("producers", b"\x00"),
            ("producers", b"\x01\x08language\x01\x01C\x0299"),
            ("note", b"\xff\xff"),
        ] {
            assert_eq!(warnings(name, data), Vec::<String>::new(), "{name} {data:?}");
        }
    }

    #[test]
    fn what_cannot_is_left_out_and_said() {
        for (name, data) in [
            ("name", &b"\x01\x05\x01\x01\x02\xff\xfe"[..]), // no UTF-8
            ("name", b"\x01\x06\x01\x00\x01f"),             // it ends too early
            ("name", b"\x01\x05\x01\x00\x01fg"),            // more than is said
            ("name", b"\x01\x07\x02\x01\x01f\x00\x01g"),    // out of order
            ("name", b"\x07\x01\x00\x01\x01\x00"),          // its parts are out of order
            ("name", b"\x02\x06\x01\x00\x01\x00\x01\xff"),  // the same within a function
            ("name", b"\x01"),
            ("name", b"\xff"),
            ("producers", b""),
            ("producers", b"\x01\x05\xff"),
            ("producers", b"\x00\x00"),
            ("producers", b"\x01\x05other\x00"),
            ("producers", b"\x80\x80\x80\x80\x80\x80\x00"),
            ("producers", b"\xff\xff\xff\xff\x0f"),
        ] {
            let warnings = warnings(name, data);
            let [warning] = &warnings[..] else { panic!("{name} {data:?}: {warnings:?}") };
            assert!(warning.starts_with(&format!("its section `{name}` is left out: ")), "{warning}");
        }
    }

    #[test]
    fn of_two_the_first_counts() {
        let section = wasm_encoder::CustomSection { name: "name".into(), data: b"\x01\x04\x01\x00\x01f"[..].into() };
        let mut module = wasm_encoder::Module::new();
        module.section(&section);
        let one = module.as_slice().to_vec();
        module.section(&section);
        let two = module.finish();
        let (kept, warnings) = readable(&two);
        assert_eq!(kept, one);
        assert_eq!(warnings, ["its section `name` is left out: there is one before it"]);
    }
}
