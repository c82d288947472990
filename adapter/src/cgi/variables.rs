//! The environment and the arguments: templates, filled in from the request.
//!
//! A template is a sequence of pieces, each a kind and its text: literal text, or a part of the request. Its first byte says
//! whether it is left out if such a part is absent. After the variables of templates come those of the headers.

use super::Cgi;
use super::request::host_and_port;
use super::tables::{Entries, List, sized};

/// Takes strings.
pub trait Sink {
    fn put(&mut self, bytes: &[u8]);
    fn push(&mut self, byte: u8);
    /// Ends a string.
    fn end(&mut self);
}

/// Kinds of pieces. `tools/lib/src/cgi/template.rs` has the same.
mod kind {
    pub const LITERAL: u8 = 0;
    pub const METHOD: u8 = 1;
    pub const TARGET: u8 = 2;
    pub const QUERY: u8 = 3;
    pub const SCRIPT: u8 = 4;
    pub const PATH_INFO: u8 = 5;
    pub const SCHEME: u8 = 6;
    /// Nothing, but absent unless the scheme is `https`.
    pub const IF_SECURE: u8 = 7;
    pub const AUTHORITY: u8 = 8;
    pub const HOST: u8 = 9;
    pub const PORT: u8 = 10;
    pub const LENGTH: u8 = 11;
    /// The header that the text names.
    pub const HEADER: u8 = 12;
    /// The words of the query, each a string.
    pub const WORDS: u8 = 13;
    pub const PATH: u8 = 14;
    /// The host in the header that the text names.
    pub const HOST_IN_HEADER: u8 = 15;
    pub const LENGTH_OR_ZERO: u8 = 16;
}

/// A piece of a template.
struct Piece {
    kind: u8,
    text: &'static [u8],
}

/// The pieces of a template.
struct Pieces(&'static [u8]);

impl Iterator for Pieces {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        let (kind, rest) = self.0.split_first()?;
        let (text, rest) = sized(rest)?;
        self.0 = rest;
        Some(Piece { kind: *kind, text })
    }
}

impl Cgi {
    pub fn arguments(&self, sink: &mut impl Sink) {
        for template in self.tables.list(List::Arguments) {
            self.expand(template, sink);
        }
    }

    pub fn variables(&self, sink: &mut impl Sink) {
        for template in self.tables.list(List::Variables) {
            self.expand(template, sink);
        }
        self.headers(sink);
    }

    fn expand(&self, template: &'static [u8], sink: &mut impl Sink) {
        let Some((&optional, pieces)) = template.split_first() else { return };
        let is_absent = |piece: Piece| !self.piece(&piece, &mut Nowhere);
        if optional != 0 && Pieces(pieces).any(is_absent) {
            return;
        }
        for piece in Pieces(pieces) {
            if piece.kind == kind::WORDS {
                for word in self.request.query.split(|byte| *byte == b'&').filter(|word| !word.is_empty()) {
                    sink.put(word);
                    sink.end();
                }
                return;
            }
            self.piece(&piece, sink);
        }
        sink.end();
    }

    /// Appends what a piece stands for, or returns false if that is absent.
    fn piece(&self, piece: &Piece, sink: &mut impl Sink) -> bool {
        let request = &self.request;
        let zero = Some(0).filter(|_| piece.kind == kind::LENGTH_OR_ZERO);
        let value = match piece.kind {
            kind::LITERAL => Some(piece.text),
            kind::METHOD => Some(request.method),
            kind::TARGET => Some(request.target),
            kind::QUERY => Some(request.query),
            kind::SCRIPT => {
                request.script.iter().for_each(|part| sink.put(part));
                return true;
            }
            kind::PATH_INFO => Some(request.path_info).filter(|path| !path.is_empty()),
            kind::SCHEME => Some(request.scheme),
            kind::IF_SECURE => request.is_secure.then_some(Default::default()),
            kind::AUTHORITY => Some(request.authority).filter(|authority| !authority.is_empty()),
            kind::HOST => Some(host_and_port(request.authority).0),
            kind::PORT => match request.port() {
                Some(port) => Some(port),
                None => {
                    put_number(if request.is_secure { 443 } else { 80 }, sink);
                    return true;
                }
            },
            kind::LENGTH | kind::LENGTH_OR_ZERO => match self.input.length().or(zero) {
                Some(length) => {
                    put_number(length, sink);
                    return true;
                }
                None => None,
            },
            kind::HEADER => request.header(piece.text),
            kind::PATH => Some(request.path),
            kind::HOST_IN_HEADER => request.header(piece.text).map(|address| match host_and_port(address).0 {
                [b'[', address @ .., b']'] => address,
                host => host,
            }),
            _ => None,
        };
        sink.put(value.unwrap_or_default());
        value.is_some()
    }

    /// `HTTP_NAME=value` for each header, or with another prefix. Names that become the same variable as others are left out: all but letters, digits
    /// and hyphens.
    fn headers(&self, sink: &mut impl Sink) {
        let (hidden, prefixes) = (self.tables.list(List::Hidden), self.tables.list(List::Prefixes));
        let headers = self.request.headers;
        for (index, header) in headers.iter().enumerate() {
            let name = header.name.as_slice();
            let is_same = |other: &&crate::raw::Variable| other.name.as_slice().eq_ignore_ascii_case(name);
            let is_plain = name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-');
            if !is_plain || hidden.find(name).is_some() || headers.iter().take(index).any(|other| is_same(&other)) {
                continue;
            }
            let Some((prefix, rest)) = replaced(prefixes, name) else { continue };
            sink.put(prefix);
            for byte in rest {
                sink.push(if *byte == b'-' { b'_' } else { byte.to_ascii_uppercase() });
            }
            sink.push(b'=');
            sink.put(header.value.as_slice());
            // Only this header is a list whose separator is not a comma.
            let separator = if is_cookie(name) { b';' } else { b',' };
            for other in headers.iter().skip(index + 1).filter(is_same) {
                sink.push(separator);
                sink.push(b' ');
                sink.put(other.value.as_slice());
            }
            sink.end();
        }
    }
}

/// The beginning of a header's variable, and the rest of the header's name.
fn replaced(mut prefixes: Entries, name: &[u8]) -> Option<(&'static [u8], &[u8])> {
    while let (Some(of_header), Some(of_variable)) = (prefixes.next(), prefixes.next()) {
        let (start, rest) = name.split_at_checked(of_header.len()).unwrap_or_default();
        if start.eq_ignore_ascii_case(of_header) {
            return Some((of_variable, rest));
        }
    }
    None
}

fn is_cookie(name: &[u8]) -> bool {
    matches!(name, [b'c' | b'C', b'o' | b'O', b'o' | b'O', b'k' | b'K', b'i' | b'I', b'e' | b'E'])
}

fn put_number(mut number: u64, sink: &mut impl Sink) {
    let mut divisor = 1;
    while number / divisor >= 10 {
        divisor *= 10;
    }
    while divisor > 0 {
        sink.push(b'0' + (number / divisor) as u8);
        number %= divisor;
        divisor /= 10;
    }
}

struct Nowhere;

impl Sink for Nowhere {
    fn put(&mut self, _: &[u8]) {}

    fn push(&mut self, _: u8) {}

    fn end(&mut self) {}
}

/// Counts strings and their bytes.
#[derive(Default)]
pub struct Counter {
    pub strings: usize,
    pub bytes: u64,
}

impl Sink for Counter {
    fn put(&mut self, bytes: &[u8]) {
        self.bytes += bytes.len() as u64;
    }

    fn push(&mut self, _: u8) {
        self.bytes += 1;
    }

    fn end(&mut self) {
        self.strings += 1;
        self.bytes += 1;
    }
}
