//! The request: what templates can refer to.
//!
//! | part | WASI 0.2 calls |
//! |---|---|
//! | method, path, host | `incoming-request.method`, `.path-with-query`, `.scheme`, `.authority` |
//! | headers | `incoming-request.headers`, `fields.entries` |
#![allow(unsafe_code)]

use super::Refusal;
use super::tables::{List, Message, Tables, flag};
use crate::bindings::wasi::http::types::{IncomingRequest, Method, Scheme};
use crate::guest::Buffer;
use crate::memory::Memory;
use crate::raw::{Variable, get_fields};

/// A method as `wasi:http` numbers it.
const HEAD: usize = 1;
/// Schemes likewise, and their ports.
const HTTP: usize = 0;
const HTTPS: usize = 1;

#[derive(Clone, Copy)]
pub struct Request {
    pub method: &'static [u8],
    /// The path and the query, as they came.
    pub target: &'static [u8],
    /// The path, as it came.
    pub path: &'static [u8],
    pub query: &'static [u8],
    /// The path of the script, in two parts.
    pub script: [&'static [u8]; 2],
    /// The rest of the path, decoded.
    pub path_info: &'static [u8],
    pub scheme: &'static [u8],
    pub is_secure: bool,
    /// The host, and perhaps a port.
    pub authority: &'static [u8],
    pub headers: &'static [Variable],
    /// True if the response has no body.
    pub is_head: bool,
}

impl Request {
    pub fn read(tables: Tables, memory: &Memory, request: &IncomingRequest) -> Result<Self, Refusal> {
        memory.plan_scratch();
        let methods = tables.list(List::Methods);
        let (method, is_head) = match number(request.method()) {
            Ok(number) => (methods.nth(number), number == HEAD),
            Err(other) => (other, false),
        };
        let scheme = match request.scheme() {
            None | Some(Scheme::Http) => Ok(HTTP),
            Some(Scheme::Https) => Ok(HTTPS),
            Some(Scheme::Other(other)) => Err(other.leak() as &[u8]),
        };
        let target: &[u8] = request.path_with_query().map_or_else(Default::default, |path| path.leak());
        let authority: &[u8] = request.authority().map_or_else(Default::default, |authority| authority.leak());
        let headers = request.headers();
        let fields = get_fields(&headers);
        memory.keep_results();

        let decoded = |path: &'static [u8]| {
            let room = memory.keep(path.len()).ok().ok_or(Refusal(500, Message::BadPath))?;
            let path = decode(path, room);
            if path.contains(&0) { Err(Refusal(400, Message::BadPath)) } else { Ok(path) }
        };
        let (path, query) = split(target, b'?');
        let names = tables.list(List::Script);
        let (script, path_info) = if tables.has(flag::SCRIPT_IN_PATH) {
            by_path(decoded(path)?, names.nth(0)).ok_or(Refusal(400, Message::BadPath))?
        } else if tables.has(flag::ROUTED) {
            let header = |index| first(fields, names.nth(index)).unwrap_or_default();
            ([header(0), Default::default()], decoded(header(1))?)
        } else {
            let script = names.nth(0);
            ([script, Default::default()], behind(decoded(path)?, script))
        };
        Ok(Self {
            method,
            target,
            path,
            query,
            script,
            path_info,
            scheme: scheme.map_or_else(|other| other, |scheme| tables.list(List::Schemes).nth(scheme)),
            is_secure: scheme == Ok(HTTPS),
            authority,
            headers: fields,
            is_head,
        })
    }

    /// The first header of a name, in capitals or not.
    pub fn header(&self, name: &[u8]) -> Option<&'static [u8]> {
        first(self.headers, name)
    }

    /// The port, or none if it is not said.
    pub fn port(&self) -> Option<&'static [u8]> {
        Some(host_and_port(self.authority).1).filter(|port| !port.is_empty())
    }
}

fn first(headers: &'static [Variable], name: &[u8]) -> Option<&'static [u8]> {
    let header = headers.iter().find(|header| header.name.as_slice().eq_ignore_ascii_case(name))?;
    Some(header.value.as_slice())
}

/// The two parts of an address, of which the port may be empty.
pub fn host_and_port(address: &'static [u8]) -> (&'static [u8], &'static [u8]) {
    // An address of IPv6 is in brackets, and has colons.
    let in_brackets = address.iter().rposition(|byte| *byte == b']').map_or(0, |end| end + 1);
    let rest = address.get(in_brackets..).unwrap_or_default();
    let (name, port) = split(rest, b':');
    (address.get(..in_brackets + name.len()).unwrap_or_default(), port)
}

/// The number of a method, or its name.
fn number(method: Method) -> Result<usize, &'static [u8]> {
    Ok(match method {
        Method::Get => 0,
        Method::Head => HEAD,
        Method::Post => 2,
        Method::Put => 3,
        Method::Delete => 4,
        Method::Connect => 5,
        Method::Options => 6,
        Method::Trace => 7,
        Method::Patch => 8,
        Method::Other(other) => return Err(other.leak()),
    })
}

/// The bytes before the first `byte`, and those behind it.
fn split(bytes: &'static [u8], byte: u8) -> (&'static [u8], &'static [u8]) {
    let at = bytes.iter().position(|other| *other == byte).unwrap_or(bytes.len());
    (bytes.get(..at).unwrap_or_default(), bytes.get(at + 1..).unwrap_or_default())
}

/// Decodes a path into `room`, which is as large. What is no escape stays.
fn decode(path: &[u8], room: Buffer) -> &'static [u8] {
    let (mut path, mut rest) = (path, room);
    while let Some((&byte, behind)) = path.split_first() {
        path = behind;
        let escaped = || {
            let ([high, low], rest) = behind.split_first_chunk()?;
            Some((digit(*high)? << 4 | digit(*low)?, rest))
        };
        match Some(byte).filter(|byte| *byte == b'%').and_then(|_| escaped()) {
            Some((byte, behind)) => {
                rest.push(byte);
                path = behind;
            }
            None => rest.push(byte),
        }
    }
    room.until(room.len() - rest.len()).as_slice()
}

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

/// The part of a path that is behind the name of the script, or all of it if it begins otherwise.
fn behind(path: &'static [u8], script: &[u8]) -> &'static [u8] {
    match path.strip_prefix(script) {
        Some(rest) if rest.is_empty() || rest.starts_with(b"/") => rest,
        _ => path,
    }
}

/// The script that a path names, and what is behind it: the name of a script ends as `index` does, and other paths are
/// directories with an `index`. None for a path that leads out of its root.
fn by_path(path: &'static [u8], index: &'static [u8]) -> Option<([&'static [u8]; 2], &'static [u8])> {
    let suffix = index.iter().rposition(|byte| *byte == b'.').and_then(|dot| index.get(dot..)).unwrap_or(index);
    if path.split(|byte| *byte == b'/').any(|part| matches!(part, [b'.', b'.'])) {
        return None;
    }
    let mut end = 0;
    for part in path.split(|byte| *byte == b'/') {
        end += part.len();
        if part.ends_with(suffix) && part.len() > suffix.len() {
            return Some(([path.get(..end)?, Default::default()], path.get(end..)?));
        }
        end += 1;
    }
    // Each `index` begins with a slash.
    let directory = path.strip_suffix(b"/").unwrap_or(path);
    Some(([directory, index], Default::default()))
}
