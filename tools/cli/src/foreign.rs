//! Files that lie where WebAssembly was expected, by their first bytes.

use serde::Serialize;
use std::fmt;

/// A file that is not WebAssembly.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Foreign {
    /// For programs; stable.
    pub code: &'static str,
    /// The sentence that begins with the file's name.
    pub message: String,
    pub remedy: &'static str,
}

impl fmt::Display for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n  remedy: {}", self.message, self.remedy)
    }
}

impl std::error::Error for Foreign {}

/// A format: its code, the bytes by which it is known, what a file of it is, and what to do.
type Format = (&'static str, &'static [&'static [u8]], &'static str, &'static str);

const FORMATS: [Format; 11] = [
    ("gzip", &[b"\x1f\x8b"], "is compressed by gzip", "decompress it first (`gunzip`)"),
    ("zstd", &[b"\x28\xb5\x2f\xfd"], "is compressed by Zstandard", "decompress it first (`unzstd`)"),
    ("xz", &[b"\xfd7zXZ\0"], "is compressed by xz", "decompress it first (`unxz`)"),
    ("bzip2", &[b"BZh"], "is compressed by bzip2", "decompress it first (`bunzip2`)"),
    ("zip", &[b"PK\x03\x04"], "is a ZIP archive", "take the module out of it first (`unzip`)"),
    (
        "git-lfs-pointer",
        &[b"version https://git-lfs.github.com/spec/"],
        "is a pointer of Git LFS to the file, and not the file",
        "fetch the file with `git lfs pull`",
    ),
    ("html", &[b"<!doctype html", b"<html"], "is an HTML page", "download it again: this may be a server's error page"),
    ("xml", &[b"<?xml"], "is an XML file", "download it again: this may be a server's error page"),
    ("archive", &[b"!<arch>\n", b"!<thin>\n"], "is a static library", "link it into a program first (`wasm-ld`)"),
    ("bitcode", &[b"BC\xc0\xde"], "is LLVM bitcode", "compile and link it for `wasm32-wasip1` first"),
    (
        "native",
        &[b"\x7fELF", b"MZ", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe"],
        "is a native program or library",
        "build it for `wasm32-wasip1`",
    ),
];

/// Describes bytes that are not WebAssembly, if their kind is known; `name` is the file's in sentences.
pub fn recognise(name: &str, bytes: &[u8]) -> Option<Foreign> {
    if bytes.is_empty() {
        let message = format!("{name} is empty: there is no WebAssembly in it");
        return Some(Foreign { code: "empty", message, remedy: "make or download it again" });
    }
    let begins =
        |start: &&[u8]| bytes.trim_ascii_start().get(..start.len()).is_some_and(|it| it.eq_ignore_ascii_case(start));
    let (code, _, what, remedy) = FORMATS.iter().find(|(_, starts, ..)| starts.iter().any(begins))?;
    Some(Foreign { code, message: format!("{name} {what}, and no WebAssembly"), remedy })
}
