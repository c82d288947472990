//! Finds and words what differs between two runs.

use super::Side;
use super::tree::Copies;
use crate::error::Doing;
use crate::{Call, Exit, Outcome, Result, Returned};
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fmt;
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use wasi_adapt::names::{self, is_hostile};

/// A run that is over, with the directories it had.
pub struct Ended {
    pub outcome: Outcome,
    pub copies: Copies,
}

/// One thing that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the fields are what their names say, of either side")]
pub enum Difference {
    /// The exits differ.
    Exit { module: Exit, component: Exit },
    /// The results of a call differ; none if it did not return.
    Result { call: Call, module: Option<Returned>, component: Option<Returned> },
    /// The contents of stdout differ.
    Stdout(Bytes),
    /// The contents of stderr differ.
    Stderr(Bytes),
    /// A file that only one side left behind.
    OnlyIn { side: Side, path: PathBuf },
    /// The type or another property of a file differs.
    Property { path: PathBuf, property: &'static str, module: String, component: String },
    /// The contents of a file differ.
    Content { path: PathBuf, bytes: Bytes },
}

/// The first difference of two byte strings.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Bytes {
    /// Of the first difference.
    pub offset: usize,
    /// The line that it is in, counted from 1.
    pub line: usize,
    /// The number of bytes that the module wrote.
    pub module_len: usize,
    /// The number of bytes that the component wrote.
    pub component_len: usize,
    /// The module's line with the first difference, escaped and shortened; none if its bytes end before it.
    pub module: Option<String>,
    /// The component's.
    pub component: Option<String>,
}

/// The number of characters shown of a differing line.
const SHOWN: usize = 160;

impl Bytes {
    pub(super) fn between(module: &[u8], component: &[u8]) -> Option<Bytes> {
        if module == component {
            return None;
        }
        let offset = module.iter().zip(component).take_while(|(a, b)| a == b).count();
        let before = &module[..offset];
        let line_start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |newline| newline + 1);
        let line = |bytes: &[u8]| {
            (offset < bytes.len()).then(|| {
                let line = &bytes[line_start..];
                let end = line.iter().position(|&byte| byte == b'\n').unwrap_or(line.len());
                excerpt(&line[..end], offset - line_start)
            })
        };
        Some(Bytes {
            offset,
            line: before.iter().filter(|&&byte| byte == b'\n').count() + 1,
            module_len: module.len(),
            component_len: component.len(),
            module: line(module),
            component: line(component),
        })
    }
}

/// The name of a file, which the program may have given it.
fn quoted(path: &Path) -> String {
    names::quoted(&path.display().to_string())
}

/// A part of a line around `at`, with everything unprintable escaped.
fn excerpt(line: &[u8], at: usize) -> String {
    let start = at.saturating_sub(SHOWN / 2);
    let end = line.len().min(start + SHOWN);
    let escaped: String = String::from_utf8_lossy(&line[start..end])
        .chars()
        .map(|c| if is_hostile(c) { c.escape_default().to_string() } else { c.to_string() })
        .collect();
    let (left, right) = (if start > 0 { "…" } else { "" }, if end < line.len() { "…" } else { "" });
    format!("{left}{escaped}{right}")
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pair = |f: &mut fmt::Formatter<'_>, module: &dyn fmt::Display, component: &dyn fmt::Display| {
            write!(f, "\n  preview1:  {module}\n  component: {component}")
        };
        match self {
            Difference::Exit { module, component } => {
                write!(f, "the exit differs:")?;
                pair(f, module, component)
            }
            Difference::Result { call, module, component } => {
                write!(f, "the result of `{call}` differs:")?;
                let shown = |result: &Option<Returned>| result.as_ref().map_or("nothing".into(), ToString::to_string);
                pair(f, &shown(module), &shown(component))
            }
            Difference::Stdout(bytes) => write!(f, "stdout differs {bytes}"),
            Difference::Stderr(bytes) => write!(f, "stderr differs {bytes}"),
            Difference::OnlyIn { side: Side::Module, path } => {
                write!(f, "{} is left behind under preview1 only", quoted(path))
            }
            Difference::OnlyIn { side: Side::Component, path } => {
                write!(f, "{} is left behind by the component only", quoted(path))
            }
            Difference::Property { path, property, module, component } => {
                write!(f, "the {property} of {} differs:", quoted(path))?;
                pair(f, module, component)
            }
            Difference::Content { path, bytes } => write!(f, "the content of {} differs {bytes}", quoted(path)),
        }
    }
}

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at byte {} (line {}):", self.offset, self.line)?;
        for (label, text, len) in
            [("preview1: ", &self.module, self.module_len), ("component:", &self.component, self.component_len)]
        {
            match text {
                Some(text) => write!(f, "\n  {label} {text}")?,
                None => write!(f, "\n  {label} ends after {len} bytes")?,
            }
        }
        Ok(())
    }
}

/// The result of a comparison.
#[derive(Default)]
pub struct Found {
    /// In the order exit, results, stdout, stderr, files.
    pub differences: Vec<Difference>,
    /// The number of files, directories and links compared.
    pub files: usize,
}

/// Compares all that two runs did, which made these calls.
pub fn between(module: &Ended, component: &Ended, calls: &[Call]) -> Result<Found> {
    let (a, b) = (&module.outcome, &component.outcome);
    let mut all = Found::default();
    let found = &mut all.differences;
    if a.exit != b.exit {
        found.push(Difference::Exit { module: a.exit.clone(), component: b.exit.clone() });
    }
    for (index, call) in calls.iter().enumerate() {
        let (module, component) = (a.results.get(index), b.results.get(index));
        if module != component {
            let (module, component) = (module.cloned(), component.cloned());
            found.push(Difference::Result { call: call.clone(), module, component });
        }
    }
    found.extend(Bytes::between(&a.stdout, &b.stdout).map(Difference::Stdout));
    found.extend(Bytes::between(&a.stderr, &b.stderr).map(Difference::Stderr));
    for ((original, a), (_, b)) in module.copies.roots().zip(component.copies.roots()) {
        files(original, &a, &b, &mut all)?;
    }
    Ok(all)
}

/// Compares what two runs left at a path; `path` is its name for people.
fn files(path: &Path, a: &Path, b: &Path, all: &mut Found) -> Result<()> {
    all.files += 1;
    let found = &mut all.differences;
    let read = |path: &Path| fs::symlink_metadata(path).doing_to("looking at", path);
    let (a_meta, b_meta) = (read(a)?, read(b)?);
    let mut property = |property, module: String, component: String| {
        let differs = module != component;
        if differs {
            found.push(Difference::Property { path: path.into(), property, module, component });
        }
        differs
    };
    if property("type", kind(&a_meta).into(), kind(&b_meta).into()) {
        return Ok(());
    }
    property("mode", mode(&a_meta), mode(&b_meta));
    if a_meta.is_symlink() {
        let target =
            |path: &Path| fs::read_link(path).map(|target| target.display().to_string()).doing_to("reading", path);
        property("target", target(a)?, target(b)?);
    } else if a_meta.is_file() {
        property("number of links", links(&a_meta), links(&b_meta));
        let content = |path: &Path| fs::read(path).doing_to("reading", path);
        if let Some(bytes) = Bytes::between(&content(a)?, &content(b)?) {
            found.push(Difference::Content { path: path.into(), bytes });
        }
    } else if a_meta.is_dir() {
        let (a_names, b_names) = (names(a)?, names(b)?);
        for name in a_names.union(&b_names) {
            let inner = path.join(name);
            match (a_names.contains(name), b_names.contains(name)) {
                (true, true) => files(&inner, &a.join(name), &b.join(name), all)?,
                (only_a, _) => {
                    let side = if only_a { Side::Module } else { Side::Component };
                    all.differences.push(Difference::OnlyIn { side, path: inner });
                }
            }
        }
    }
    Ok(())
}

fn names(dir: &Path) -> Result<BTreeSet<OsString>> {
    let names = || -> io::Result<BTreeSet<_>> { fs::read_dir(dir)?.map(|entry| Ok(entry?.file_name())).collect() };
    names().doing_to("listing", dir)
}

fn kind(metadata: &Metadata) -> &'static str {
    match metadata.file_type() {
        kind if kind.is_file() => "file",
        kind if kind.is_dir() => "directory",
        kind if kind.is_symlink() => "symbolic link",
        _ => "special file",
    }
}

#[cfg(unix)]
fn mode(metadata: &Metadata) -> String {
    format!("{:03o}", std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o7777)
}

#[cfg(not(unix))]
fn mode(metadata: &Metadata) -> String {
    if metadata.permissions().readonly() { "read-only".into() } else { "read-write".into() }
}

#[cfg(unix)]
fn links(metadata: &Metadata) -> String {
    std::os::unix::fs::MetadataExt::nlink(metadata).to_string()
}

#[cfg(not(unix))]
fn links(_metadata: &Metadata) -> String {
    String::new()
}
