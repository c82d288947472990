//! Draws a report: the parts of the component with their sizes to scale, and the interfaces between it and its host.
//!
//! On the left, a bar has all parts in proportion. Wedges lead from it to boxes, which have room for text, whatever the size of
//! the part. On the right are the interfaces that the component imports, in groups, each with a line to the part that calls it.

use super::{Cause, ExternKind, Kind, Need, Provider, Report, Role};
use crate::names::shown;
use crate::preview1::Snapshot;
use crate::{Sizes, World};
use std::collections::BTreeMap;
use std::fmt::{self, Write};

const WIDTH: usize = 760;
/// The component.
const LEFT: usize = 16;
const RIGHT: usize = 424;
/// The bar of the proportions.
const BAR: usize = 28;
const BAR_WIDTH: usize = 14;
/// The boxes.
const BOX: usize = 84;
const BOX_WIDTH: usize = 324;
const BOX_HEIGHT: usize = 54;
const GAP: usize = 10;
/// The groups of interfaces.
const GROUP: usize = 506;
const GROUP_WIDTH: usize = 238;
const ROW: usize = 18;
/// The top of the component, below its exports.
const TOP: usize = 44;
/// The space above the first box, for the component's name.
const HEAD: usize = 36;

/// The most letters in a line of a box, and of an interface.
const LETTERS: usize = 42;
const INTERFACE_LETTERS: usize = 30;

const STYLE: &str = "\
.wa{--ink:#1d2733;--soft:#5b6875;--line:#c3ccd5;--paper:#ffffff;--program:#2f6fae;--layers:#8a6bb0;--adapter:#c9803a;\
--contents:#4f9155;--rest:#7b8894;--wrong:#c0392b;font:12px system-ui,-apple-system,'Segoe UI','DejaVu Sans',sans-serif}\
@media(prefers-color-scheme:dark){.wa{--ink:#e6ebf0;--soft:#a3afba;--line:#44505c;--paper:#161c22;--program:#5b9bd8;\
--layers:#ad8fd3;--adapter:#dd9b58;--contents:#72b478;--rest:#8996a3;--wrong:#ef7a6d}}\
.wa text{fill:var(--ink)}.wa .soft{fill:var(--soft)}.wa .name{font-weight:600}.wa .end{text-anchor:end}\
.wa .paper{fill:var(--paper)}.wa .outline{fill:none;stroke:var(--line);stroke-width:1.5}\
.wa .box{fill:var(--part);fill-opacity:.1;stroke:var(--part)}.wa .bar{fill:var(--part)}\
.wa .wedge{fill:var(--part);fill-opacity:.22}.wa .call{fill:none;stroke:var(--part);stroke-width:1.5}\
.wa .program{--part:var(--program)}.wa .layers{--part:var(--layers)}.wa .adapter{--part:var(--adapter)}\
.wa .contents{--part:var(--contents)}.wa .rest{--part:var(--rest)}.wa .wrong{--part:var(--wrong)}";

/// A part of the component.
struct Part {
    class: &'static str,
    name: String,
    about: String,
    bytes: usize,
    /// The interfaces that it calls.
    calls: Vec<String>,
}

pub fn draw(report: &Report, name: &str) -> String {
    let parts = parts(report, name);
    let heights = parts.len() * (BOX_HEIGHT + GAP);
    let groups: usize = parts.iter().flat_map(Part::groups).map(|(_, names)| group_height(names.len()) + GAP).sum();
    let inside = heights.max(groups.saturating_sub(HEAD)) + HEAD;
    let mut svg = Svg(String::new());
    svg.exports(report);
    svg.add(format_args!(
        "<rect class=\"outline\" x=\"{LEFT}\" y=\"{TOP}\" width=\"{}\" height=\"{inside}\" rx=\"10\"/>",
        RIGHT - LEFT
    ));
    let whole = report.sizes.map_or(String::new(), |sizes| format!(" · {}", size(sizes.whole)));
    svg.text("name", BAR, TOP + 23, &format!("{}{whole}", title(report)));
    svg.parts(&parts, inside - HEAD - GAP);
    svg.interfaces(&parts);
    let height = TOP + inside + LEFT;
    let description = describe(report, &parts);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"wa\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" \
         height=\"{height}\" role=\"img\">\n<title>{}</title>\n<style>{STYLE}</style>\n\
         <rect class=\"paper\" width=\"{WIDTH}\" height=\"{height}\"/>\n{}</svg>\n",
        text_of(&description),
        svg.0
    )
}

fn title(report: &Report) -> &'static str {
    match report.kind {
        Kind::Component => "component",
        Kind::Module if report.sizes.is_some() => "component",
        Kind::Module => "no component",
    }
}

/// The picture in a sentence, for those who do not see it.
fn describe(report: &Report, parts: &[Part]) -> String {
    let list: Vec<_> = parts.iter().map(|part| format!("{} ({})", part.name, part.about)).collect();
    let imports: Vec<_> = parts.iter().flat_map(|part| &part.calls).map(String::as_str).collect();
    let imports = if imports.is_empty() { "nothing".into() } else { imports.join(", ") };
    format!("A {} of {}; it imports {imports}", title(report), list.join(", "))
}

fn parts(report: &Report, name: &str) -> Vec<Part> {
    let sizes = report.sizes.unwrap_or_default();
    let Sizes { program, layers, adapter, contents, .. } = sizes;
    let name = name.to_owned();
    let part = |class, name, about: String, bytes| Part { class, name, about, bytes, calls: Vec::new() };
    if report.kind == Kind::Component {
        let calls = report.imports.iter().map(|import| import.name.clone()).collect();
        return vec![Part { calls, ..part("program", name, tools(report), 0) }];
    }
    if report.sizes.is_none() {
        let problems = match report.problems.len() {
            1 => "1 problem keeps it from becoming one".into(),
            count => format!("{count} problems keep it from becoming one"),
        };
        let nobody = |import: &&super::Import| import.served_by == Provider::Nobody;
        let calls = report.imports.iter().filter(nobody).map(|it| format!("{}/{}", it.module, it.name)).collect();
        return vec![Part { calls, ..part("wrong", name, problems, 0) }];
    }
    let mut all = vec![part("program", name, join(&[tools(report), size(program)]), program)];
    if !report.layers.is_empty() {
        let names: Vec<_> = report.layers.iter().map(|layer| layer.name.as_str()).collect();
        let what = if names.len() == 1 { "layer" } else { "layers" };
        all.push(part("layers", format!("{what} {}", names.join(", ")), size(layers), layers));
    }
    let served = report.imports.iter().filter(|import| import.served_by == Provider::Adapter);
    let served = match served.filter(|import| import.kind == ExternKind::Func).count() {
        0 => String::new(),
        1 => "1 function of preview 1".into(),
        count => format!("{count} functions of preview 1"),
    };
    all.push(part("adapter", "adapter".into(), join(&[served, size(adapter)]), adapter));
    if !report.sealed.is_empty() || report.files.is_some() {
        let files = report.files.as_ref().map_or(String::new(), |files| match files.files {
            1 => "1 file".into(),
            count => format!("{count} files"),
        });
        all.push(part("contents", "contents of its own".into(), join(&[files, size(contents)]), contents));
    }
    all.push(part("rest", "types, names and others".into(), size(sizes.rest()), sizes.rest()));
    for need in &report.needs {
        let class = caller(need);
        all.iter_mut().filter(|part| part.class == class).for_each(|part| part.calls.push(need.interface.clone()));
    }
    all
}

/// The part that calls an interface: the program if that is by its own WIT, or a layer, or else the adapter.
fn caller(need: &Need) -> &'static str {
    let of_preview1 = |module: &str| Snapshot::ALL.iter().any(|snapshot| snapshot.module() == module);
    let by = |cause: &Cause| match cause {
        Cause::Function { module, .. } if !of_preview1(module) => Some("program"),
        Cause::Layer { name, .. } if name.contains(':') => Some("layers"),
        _ => None,
    };
    need.causes.iter().find_map(by).unwrap_or("adapter")
}

/// The languages and tools by which the module was made.
fn tools(report: &Report) -> String {
    let all = if report.languages.is_empty() { &report.tools } else { &report.languages };
    all.iter().map(|producer| producer.name.as_str()).collect::<Vec<_>>().join(", ")
}

fn join(texts: &[String]) -> String {
    texts.iter().filter(|text| !text.is_empty()).cloned().collect::<Vec<_>>().join(" · ")
}

fn size(bytes: usize) -> String {
    match bytes {
        0..10_000 => format!("{bytes} bytes"),
        10_000..1_000_000 => format!("{:.1} KB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

impl Part {
    /// The interfaces that it calls by package, without versions.
    fn groups(&self) -> impl Iterator<Item = (String, Vec<String>)> + use<> {
        let mut groups = BTreeMap::<String, Vec<String>>::new();
        for call in &self.calls {
            let bare = call.split('@').next().unwrap_or_default();
            let (package, interface) = bare.split_once('/').unwrap_or(("", bare));
            groups.entry(package.into()).or_default().push(interface.into());
        }
        groups.into_iter()
    }
}

fn group_height(interfaces: usize) -> usize {
    (1 + interfaces.div_ceil(2)) * ROW + 8
}

/// Text in elements. What is written into a string cannot fail.
struct Svg(String);

impl Svg {
    fn add(&mut self, element: fmt::Arguments<'_>) {
        let _ = writeln!(self.0, "{element}");
    }

    fn text(&mut self, class: &str, x: usize, y: usize, text: &str) {
        self.add(format_args!("<text class=\"{class}\" x=\"{x}\" y=\"{y}\">{}</text>", text_of(text)));
    }

    /// The names of what the host calls, above the component.
    fn exports(&mut self, report: &Report) {
        let run = match report.world {
            Some(World::Command) => Some("wasi:cli/run"),
            Some(World::Http | World::Proxy) => Some("wasi:http/incoming-handler"),
            _ => None,
        };
        let own = report.exports.iter().filter(|export| matches!(export.role, Role::Wit | Role::Component));
        let own = own.map(|export| export.name.split(['#', '@']).next().unwrap_or_default());
        let mut names: Vec<_> = own.collect();
        names.dedup();
        names.splice(0..0, run.filter(|run| report.sizes.is_some() && !names.contains(run)));
        if names.is_empty() {
            return;
        }
        let x = BOX + 14;
        self.add(format_args!("<path class=\"call rest\" d=\"M{x} 8V{} m-4 -6l4 6l4 -6\"/>", TOP - 2));
        self.text("soft", x + 12, 24, &cut(&format!("the host calls {}", names.join(", ")), 2 * LETTERS));
    }

    fn parts(&mut self, parts: &[Part], room: usize) {
        let all: usize = parts.iter().map(|part| part.bytes).sum();
        let top = TOP + HEAD;
        let mut before = 0;
        for (at, Part { class, name, about, bytes, .. }) in parts.iter().enumerate() {
            let y = top + at * (BOX_HEIGHT + GAP);
            if all > 0 {
                let end = |bytes: usize| top as f64 + room as f64 * bytes as f64 / all as f64;
                let (from, to) = (end(before), end(before + bytes));
                before += bytes;
                let bar_end = BAR + BAR_WIDTH;
                self.add(format_args!(
                    "<g class=\"{class}\"><rect class=\"bar\" x=\"{BAR}\" y=\"{from:.1}\" width=\"{BAR_WIDTH}\" height=\"{:.1}\"/>\
                     <path class=\"wedge\" d=\"M{bar_end} {from:.1}L{BOX} {y}V{}L{bar_end} {to:.1}Z\"/></g>",
                    (to - from).max(0.5),
                    y + BOX_HEIGHT,
                ));
            }
            self.add(format_args!(
                "<g class=\"{class}\"><rect class=\"box\" x=\"{BOX}\" y=\"{y}\" width=\"{BOX_WIDTH}\" height=\"{BOX_HEIGHT}\" \
                 rx=\"6\"/></g>"
            ));
            self.text("name", BOX + 14, y + 23, &cut(name, LETTERS));
            self.text("soft", BOX + 14, y + 42, &cut(about, LETTERS + 6));
        }
    }

    /// The groups of interfaces, and a line from the part to each of its groups.
    fn interfaces(&mut self, parts: &[Part]) {
        let mut y = TOP;
        for (at, part) in parts.iter().enumerate() {
            let from = TOP + HEAD + at * (BOX_HEIGHT + GAP) + BOX_HEIGHT / 2;
            for (package, names) in part.groups() {
                let (class, height) = (part.class, group_height(names.len()));
                let (start, middle, to) = (BOX + BOX_WIDTH, (RIGHT + GROUP) / 2, y + height / 2);
                self.add(format_args!(
                    "<g class=\"{class}\"><path class=\"call\" d=\"M{start} {from}C{middle} {from} {middle} {to} {GROUP} {to}\"/>\
                     <rect class=\"box\" x=\"{GROUP}\" y=\"{y}\" width=\"{GROUP_WIDTH}\" height=\"{height}\" rx=\"6\"/></g>"
                ));
                self.text("name", GROUP + 12, y + ROW, &cut(&package, INTERFACE_LETTERS));
                let half = INTERFACE_LETTERS / 2;
                for (index, name) in names.iter().enumerate() {
                    let x = GROUP + 12 + index % 2 * (GROUP_WIDTH / 2);
                    let letters = if names.len() == 1 { INTERFACE_LETTERS } else { half + 2 };
                    self.text("soft", x, y + ROW * (2 + index / 2), &cut(name, letters));
                }
                y += height + GAP;
            }
        }
    }
}

/// Shortens a text that has more letters than there is room for.
fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most { text.into() } else { text.chars().take(most - 1).chain(['…']).collect() }
}

/// A text between tags. Names come from files, and may hold anything.
fn text_of(text: &str) -> String {
    shown(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
