//! Finds the guests, and writes `guests.rs`, the table from which the tests are made.

use crate::{CLASSES, Guest};
use anyhow::{Context, Result, bail};
use std::fmt::Write;
use std::fs;
use std::path::Path;

/// Lists every file below `guests/`, class by class. A file that is no guest is an error, so none is overlooked.
pub fn find(sources: &Path) -> Result<Vec<Guest>> {
    for entry in fs::read_dir(sources)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name != "include" && !CLASSES.contains(&name.as_str()) {
            bail!("`guests/{name}` is no class of guests: name it in tests/build.rs and write the test that runs it");
        }
    }
    let mut guests = Vec::new();
    for class in CLASSES {
        let mut files =
            fs::read_dir(sources.join(class))?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
        files.sort();
        for source in files {
            let name = source.file_stem().context("a guest without a name")?.to_string_lossy().into_owned();
            if !matches!(source.extension().and_then(|it| it.to_str()), Some("c" | "rs" | "go" | "ts" | "wat")) {
                bail!("`{}`: a guest is a .c, .rs, .go, .ts or .wat file", source.display());
            }
            guests.push(Guest { class, name, source });
        }
    }
    Ok(guests)
}

/// Writes for each class: a module with a constant per guest and the list `ALL`, and a macro `for_each_CLASS!` that
/// passes each guest's name to another macro.
pub fn write(guests: &[Guest], out: &Path) -> Result<()> {
    let mut text = String::new();
    for class in CLASSES {
        let of_class = || guests.iter().filter(move |guest| guest.class == class);
        writeln!(text, "/// The guests of `guests/{class}`.\npub mod {class} {{\n    use super::Guest;")?;
        for guest in of_class() {
            let Guest { name, source, .. } = guest;
            let header = header(source)?;
            let id = format!("{class}/{name}");
            writeln!(
                text,
                "    pub static {}: Guest = Guest {{ id: {id:?}, source: {source:?}, header: &{header:?} }};",
                name.to_uppercase()
            )?;
        }
        let all: Vec<String> = of_class().map(|guest| format!("&{}", guest.name.to_uppercase())).collect();
        writeln!(text, "    pub static ALL: &[&Guest] = &[{}];\n}}", all.join(", "))?;
        writeln!(text, "#[macro_export]\nmacro_rules! for_each_{class} {{\n    ($use:ident) => {{")?;
        for guest in of_class() {
            writeln!(text, "        $use!({class}, {}, {});", guest.name, guest.name.to_uppercase())?;
        }
        writeln!(text, "    }};\n}}")?;
    }
    fs::write(out.join("guests.rs"), text)?;
    Ok(())
}

/// Reads the lines `//! key: value` (in text format `;;! key: value`) of a source, which say how to start the guest.
fn header(source: &Path) -> Result<Vec<(String, String)>> {
    let text = fs::read_to_string(source)?;
    let lines = text.lines().filter_map(|line| line.strip_prefix("//! ").or(line.strip_prefix(";;! ")));
    let pairs = lines.filter_map(|line| line.split_once(": "));
    let known = ["args", "env", "stdin", "dirs", "resources"];
    Ok(pairs.filter(|(key, _)| known.contains(key)).map(|(key, value)| (key.into(), value.into())).collect())
}
