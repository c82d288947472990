//! Reads modules, binary or text, and writes results so that a file is there whole or not at all.

use super::{foreign, position};
use anyhow::{Context, Result, bail};
use serde::Serialize;
use std::fmt::Write as _;
use std::fs;
use std::io::{ErrorKind, IsTerminal, Read, Write};
use std::path::{Component, Path, PathBuf};
use wasi_adapt::names::{is_hostile, quoted};

/// A file argument: a path, or `-` for stdin.
pub fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// The name of an input in messages.
pub fn display(path: &Path) -> String {
    if is_stdin(path) { "stdin".into() } else { quoted(&path.display().to_string()) }
}

/// Reads a WebAssembly file into its binary form.
pub fn read_wasm(path: &Path) -> Result<Vec<u8>> {
    let bytes = read_bytes(path)?;
    if let Some(foreign) = foreign::recognise(&display(path), &bytes) {
        return Err(foreign.into());
    }
    if bytes.starts_with(b"\0asm") {
        return Ok(bytes);
    }
    let parsed = wat::parse_bytes(&bytes).map(|wasm| wasm.into_owned()).map_err(|mut error| {
        error.set_path(path);
        error
    });
    let wasm =
        parsed.with_context(|| format!("{} is neither binary WebAssembly nor its text format", display(path)))?;
    position::validate(path, &bytes, &wasm).with_context(|| format!("reading {}", display(path)))?;
    Ok(wasm)
}

fn read_stdin() -> Result<Vec<u8>> {
    let mut stdin = std::io::stdin().lock();
    if stdin.is_terminal() {
        bail!("stdin is a terminal: name a file, or send the module through a pipe");
    }
    let mut bytes = Vec::new();
    stdin.read_to_end(&mut bytes).context("reading stdin")?;
    Ok(bytes)
}

/// Reads a file of any kind, or stdin.
pub fn read_bytes(path: &Path) -> Result<Vec<u8>> {
    if is_stdin(path) { read_stdin() } else { read_file(path) }
}

/// Reads a text file, or stdin.
pub fn read_text(path: &Path) -> Result<String> {
    String::from_utf8(read_bytes(path)?).with_context(|| format!("{} is not UTF-8", display(path)))
}

fn read_file(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("reading {}", display(path)))
}

/// JSON in lines. Names in it can hold anything, which JSON has escapes for.
pub fn json(value: &impl Serialize) -> Result<String> {
    let mut text = String::new();
    for c in serde_json::to_string_pretty(value)?.chars() {
        if c != '\n' && is_hostile(c) {
            let _ = write!(text, "\\u{:04x}", u32::from(c)); // All of these have four digits.
        } else {
            text.push(c);
        }
    }
    Ok(text + "\n")
}

/// Returns whether both paths are the same file.
pub fn is_same(a: &Path, b: &Path) -> bool {
    canonical(a).ok().zip(canonical(b).ok()).is_some_and(|(a, b)| a == b)
}

/// The path of a file without links. WASI cannot follow them: there it is the path without what can be left out of it.
pub fn canonical(path: &Path) -> std::io::Result<PathBuf> {
    match path.canonicalize() {
        Err(error) if error.kind() == ErrorKind::Unsupported => {
            fs::metadata(path).map(|_| path.components().skip_while(|part| *part == Component::CurDir).collect())
        }
        canonical => canonical,
    }
}

/// Writes a result to a file, or to stdout for `-` or no path.
pub fn write_result(path: Option<&Path>, bytes: &[u8], is_text: bool) -> Result<()> {
    match path {
        Some(path) if path.as_os_str() != "-" => write_file(path, bytes),
        _ if !is_text && std::io::stdout().is_terminal() => {
            bail!("a binary would garble the terminal: write it to a file with `-o FILE`, or print text with `-t`")
        }
        _ => super::print(bytes).context("writing to stdout"),
    }
}

/// Writes into a temporary file beside the target and renames it: nobody ever sees half a file.
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<()> {
    let context = || format!("writing {}", display(path));
    // A link stays a link: what it leads to is replaced. A device or a pipe cannot be replaced.
    let target = canonical(path).unwrap_or_else(|_| path.into());
    if fs::metadata(&target).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir()) {
        return fs::write(&target, bytes).with_context(context);
    }
    let parent = parent(&target);
    if !parent.is_dir() {
        bail!("writing {}: there is no directory {}\n  remedy: make it first", display(path), display(&parent));
    }
    let mut builder = tempfile::Builder::new();
    builder.prefix(".wasi-adapt-");
    #[cfg(unix)] // What a plain open gives: the umask takes away from it.
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(parent).with_context(context)?;
    file.write_all(bytes).with_context(context)?;
    file.persist(&target).map_err(|failed| failed.error).with_context(context)?;
    Ok(())
}

fn parent(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.into(),
        _ => ".".into(),
    }
}
