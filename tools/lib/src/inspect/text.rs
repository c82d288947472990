//! Formats a report for people.

use super::{
    Cause, EmbeddedFiles, Entry, Export, ExternKind, Import, Kind, LayerReport, LayoutChoice, Memory, MemoryOrigin,
    Need, Producer, Refused, Report, Role,
};
use crate::names::{escaped, quoted, shown};
use crate::plan::{bytes, list};
use std::fmt::Write;

/// The number of names shown of other exports, and of exports that could be the entry.
const NAMES_SHOWN: usize = 8;

pub fn render(report: &Report) -> String {
    let mut text = String::new();
    let mut line = |label: &str, value: String| {
        if !value.is_empty() {
            let _ = writeln!(text, "{label:<11}{value}");
        }
    };
    line("kind", if report.kind == Kind::Module { "core module".into() } else { "component".into() });
    line("world", world(report));
    line("entry", entry(report));
    line("layout", report.layout.map(layout).unwrap_or_default());
    if report.kind == Kind::Module {
        line("memory", report.memory.as_ref().map_or("none".into(), memory));
    }
    line("languages", producers(&report.languages));
    line("tools", producers(&report.tools));
    for warning in &report.warnings {
        line("warning", warning.clone());
    }
    imports(report, &mut text);
    layers(&report.layers, &mut text);
    exports(report, &mut text);
    needs(&report.needs, &mut text);
    refused(&report.refused, &mut text);
    for record in &report.sealed {
        let _ = writeln!(text, "\nsealed{record}");
    }
    files(report.files.as_ref(), &mut text);
    problems(report, &mut text);
    text
}

fn world(report: &Report) -> String {
    let Some(world) = report.world else { return String::new() };
    let why = match &report.entry {
        Some(Entry::Start) => "it exports `_start`",
        Some(Entry::Unnamed) => "it exports a function without a name, which is what engines run",
        Some(Entry::Initialize) => "its `_initialize` is all there is to run",
        Some(Entry::StartSection) => "its start function is all there is to run",
        Some(Entry::Wit) => "it exports `wasi:cli/run` by its own WIT",
        Some(Entry::Named(_)) => "an entry is named",
        None if report.exports.iter().any(|export| export.role == Role::Wit) => "what it exports is its own WIT",
        None => "nothing in it runs by itself",
    };
    format!("{world} ({why})")
}

/// Formats the entry, and other possible ones.
fn entry(report: &Report) -> String {
    let entry = match &report.entry {
        Some(Entry::StartSection) => "its start function".into(),
        Some(Entry::Wit) => "`wasi:cli/run`".into(),
        Some(entry) => entry.export().map(quoted).unwrap_or_default(),
        None if report.other_entries.is_empty() => return String::new(),
        None => "none".into(),
    };
    let others = some_of(&report.other_entries, |name| quoted(name));
    if others.is_empty() { entry } else { format!("{entry}; `--entry` could name {others}") }
}

/// Formats the first names of a list, and the number of others.
fn some_of(names: &[String], show: impl Fn(&String) -> String) -> String {
    let shown: Vec<_> = names.iter().take(NAMES_SHOWN).map(show).collect();
    let more = names.len().saturating_sub(NAMES_SHOWN);
    shown.join(", ") + &if more > 0 { format!(" and {more} more") } else { String::new() }
}

fn layout(LayoutChoice { layout, why }: LayoutChoice) -> String {
    format!("{layout} ({why})")
}

fn memory(memory: &Memory) -> String {
    let origin = match memory.origin {
        MemoryOrigin::Exported => "exported",
        MemoryOrigin::Private => "not exported as `memory`",
        MemoryOrigin::Imported => "imported",
    };
    let maximum = memory.maximum.map_or("no maximum".into(), |pages| format!("at most {pages}"));
    let pages = if memory.minimum == 1 { "1 page".into() } else { format!("{} pages", memory.minimum) };
    let mut text = format!("{origin}, {pages}, {maximum}");
    for (set, word) in [(memory.shared, ", shared"), (memory.memory64, ", 64-bit addresses")] {
        text.push_str(if set { word } else { "" });
    }
    if memory.page_size != 65536 {
        let _ = write!(text, ", pages of {}", bytes(memory.page_size));
    }
    text
}

fn producers(producers: &[Producer]) -> String {
    let one = |producer: &Producer| escaped(&format!("{} {}", producer.name, producer.version)).trim().to_string();
    producers.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// The minimum width of a column, in characters.
fn width(text: &str) -> usize {
    text.chars().count()
}

/// Grouped by import module, in the order of first appearance.
fn imports(report: &Report, text: &mut String) {
    let (imports, of_component) = (&report.imports, report.kind == Kind::Component);
    let _ = writeln!(text, "\nimports    {}", imports.len());
    let mut modules: Vec<&str> = Vec::new();
    for import in imports {
        if !modules.contains(&&*import.module) {
            modules.push(&import.module);
        }
    }
    let name_width = imports.iter().map(|import| width(&shown(&import.name))).max().unwrap_or(0);
    let signature = |import: &Import| match import.kind {
        ExternKind::Func => import.signature.clone(),
        kind => format!("{kind} {}", import.signature).trim().to_string(),
    };
    let signature_width = imports.iter().map(|import| signature(import).len()).max().unwrap_or(0);
    for module in modules {
        if !of_component {
            let _ = writeln!(text, "  {}", shown(module));
        }
        for import in imports.iter().filter(|import| import.module == module) {
            let signature = signature(import);
            let indent = if of_component { "" } else { "  " };
            let _ = writeln!(
                text,
                "{indent}  {:<name_width$}  {signature:<signature_width$}  {}",
                shown(&import.name),
                provider(import)
            );
        }
    }
}

fn provider(import: &Import) -> String {
    match &import.layer {
        Some(layer) => format!("layer {}", shown(layer)),
        None => import.served_by.to_string(),
    }
}

/// Formats the layers from the program down to the adapter.
fn layers(layers: &[LayerReport], text: &mut String) {
    if layers.is_empty() {
        return;
    }
    let _ = writeln!(text, "\nlayers     {}, from the module down to the adapter", layers.len());
    let name_width = layers.iter().map(|layer| width(&shown(&layer.name))).max().unwrap_or(0);
    for LayerReport { name, pages, serves, uses } in layers {
        let names = |names: &[String]| match some_of(names, |name| shown(name).into_owned()) {
            names if names.is_empty() => "nothing".into(),
            names => names,
        };
        let (serves, uses) = (names(serves), names(uses));
        let _ = writeln!(text, "  {:<name_width$}  {pages} pages; serves {serves}; uses {uses}", shown(name));
    }
}

fn exports(report: &Report, text: &mut String) {
    let _ = writeln!(text, "\nexports    {}", report.exports.len() + report.other_exports.len());
    let name_width = report.exports.iter().map(|export| width(&shown(&export.name))).max().unwrap_or(0);
    let signature = |export: &Export| match export.kind {
        ExternKind::Func if !export.signature.is_empty() => export.signature.clone(),
        kind => kind.to_string(),
    };
    let signature_width = report.exports.iter().map(|export| signature(export).len()).max().unwrap_or(0);
    for export in &report.exports {
        let signature = signature(export);
        let _ =
            writeln!(text, "  {:<name_width$}  {signature:<signature_width$}  {}", shown(&export.name), export.role);
    }
    if !report.other_exports.is_empty() {
        let names = some_of(&report.other_exports, |name| shown(name).into_owned());
        let _ = writeln!(text, "  others, which a component does not export, as no WIT describes them: {names}");
    }
}

/// Formats the interfaces that the component will import, each with the functions that cause it, or another reason.
fn needs(needs: &[Need], text: &mut String) {
    if needs.is_empty() {
        return;
    }
    let _ = writeln!(text, "\nneeds      {}", needs.len());
    let name_width = needs.iter().map(|need| width(&shown(&need.interface))).max().unwrap_or(0);
    for Need { interface, causes } in needs {
        let function = |cause: &Cause| match cause {
            Cause::Function { name, .. } | Cause::Layer { name, .. } => Some(name.clone()),
            _ => None,
        };
        let mut functions: Vec<_> = causes.iter().filter_map(function).collect();
        functions.dedup();
        let why = match causes.first() {
            Some(cause) if functions.is_empty() => cause.to_string(),
            _ => some_of(&functions, |name| shown(name).into_owned()),
        };
        let _ = writeln!(text, "  {:<name_width$}  {why}", shown(interface));
    }
}

fn refused(refused: &[Refused], text: &mut String) {
    if !refused.is_empty() {
        text.push_str("\nrefused\n");
    }
    for Refused { capability, functions } in refused {
        let _ = writeln!(text, "  {:<10}  {}", capability.name(), functions.join(", "));
    }
}

fn files(files: Option<&EmbeddedFiles>, text: &mut String) {
    let Some(EmbeddedFiles { preopens, writable, files, directories, links, devices, bytes: sum }) = files else {
        return;
    };
    let _ = writeln!(text, "\nfiles      {files} with {} in {directories} directories, {links} links", bytes(*sum));
    let _ = writeln!(text, "  preopened as {}", some_of(preopens, |name| shown(name).into_owned()));
    if !writable.is_empty() {
        let _ = writeln!(text, "  writable in memory: {}", some_of(writable, |name| shown(name).into_owned()));
    }
    if *devices > 0 {
        let _ = writeln!(text, "  devices in /dev");
    }
}

fn problems(report: &Report, text: &mut String) {
    if report.kind == Kind::Component {
        return; // Only `link` minds what it is.
    }
    if report.problems.is_empty() {
        let _ = writeln!(text, "\nproblems   none");
        return;
    }
    let _ = writeln!(text, "\nproblems   {}\n{}", report.problems.len(), list(&report.problems).trim_end());
}
