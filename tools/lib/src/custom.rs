//! Custom sections that cannot be read. What they say of a module never decides whether it is valid, and engines pass over
//! them; but tools that come later may not, so they are left out.

use std::borrow::Cow;

use anyhow::{Result, bail};
use wasm_metadata::Producers;
use wasmparser::{BinaryReader, CustomSectionReader, Name, NameSectionReader, Payload};

use crate::outermost::outermost;

/// The module or component without those of its own custom sections that cannot be read, and which these are, in words.
pub fn readable(wasm: &[u8]) -> (Cow<'_, [u8]>, Vec<String>) {
    // A file that is not valid as a whole is for others to judge.
    let Ok(sections) = outermost(wasm) else { return (wasm.into(), Vec::new()) };
    let (mut left_out, mut warnings, mut found) = (Vec::new(), Vec::new(), Vec::new());
    for (range, payload) in sections {
        let Payload::CustomSection(section) = payload else { continue };
        if let Err(error) = read(&section, &mut found) {
            warnings.push(format!(
                "its section `{}` is left out: {}",
                section.name(),
                error.to_string().escape_debug()
            ));
            left_out.push(range);
        }
    }
    if left_out.is_empty() {
        return (wasm.into(), warnings);
    }
    let (mut kept, mut copied) = (Vec::with_capacity(wasm.len()), 0);
    for range in left_out {
        kept.extend_from_slice(&wasm[copied..range.start]);
        copied = range.end;
    }
    kept.extend_from_slice(&wasm[copied..]);
    (kept.into(), warnings)
}

/// Reads a section of a kind that this tool reads, of which there can be one.
fn read<'a>(section: &CustomSectionReader<'a>, found: &mut Vec<&'a str>) -> Result<()> {
    match section.name() {
        "name" => names(section)?,
        "producers" => drop(Producers::from_bytes(section.data(), section.data_offset())?),
        _ => return Ok(()),
    }
    if found.contains(&section.name()) {
        bail!("there is one before it");
    }
    found.push(section.name());
    Ok(())
}

fn names(section: &CustomSectionReader<'_>) -> Result<()> {
    for subsection in NameSectionReader::new(BinaryReader::new(section.data(), section.data_offset())) {
        match subsection? {
            Name::Module { .. } | Name::Unknown { .. } => {}
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
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A module with one custom section, and the warnings that there are about it.
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
