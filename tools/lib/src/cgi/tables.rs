//! The tables for the adapter: all text that it needs, and some numbers. `adapter/src/cgi/tables.rs` says how they lie in
//! memory, and reads them.

use super::template::{Piece, encode};
use super::{Cgi, variables, wagi};

/// Flags, as `flag` in the adapter has them.
const SCRIPT_IN_PATH: u32 = 1;
const BUFFER: u32 = 2;
const STATUS_LINE: u32 = 4;
const ROUTED: u32 = 8;

/// The room for the header block of a response.
const HEAD: u32 = 64 << 10;
/// The room for all else: stack, descriptors, the request's headers, and scratch space.
const REST: u32 = 512 << 10;

const METHODS: [&str; 9] = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"];
const SCHEMES: [&str; 2] = ["http", "https"];

/// Headers of a connection, which is the host's.
const CONNECTION: [&str; 8] = [
    "connection",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Headers of a request that no variable has, besides [`CONNECTION`]: those that others have, and `Proxy`, which programs would take
/// for the variable `HTTP_PROXY` that users set.
const HIDDEN: [&str; 5] = ["host", "content-type", "content-length", "proxy", "expect"];
const AUTHORIZATION: &str = "authorization";

/// All other headers become variables of this kind.
const PREFIXES: [&str; 2] = ["", "HTTP_"];

/// Headers of a response that mean something to the adapter, in the order of `field` there.
const FIELDS: [&str; 4] = ["status", "location", "content-type", "content-length"];
/// Headers of a response that are the host's, besides [`CONNECTION`].
const OF_HOST: [&str; 3] = ["proxy-authenticate", "host", "http2-settings"];

/// Texts for stderr and for clients, in the order of the adapter's `Message`.
const MESSAGES: [&str; 17] = [
    "wasi-adapt: ",
    "text/plain; charset=utf-8",
    "this instance has answered a request already, and a CGI program answers one: the host has to make an instance for each",
    "the path of the request is not that of a script",
    "the body of the request is too large, and has no Content-Length",
    "the body of the request is incomplete",
    "the program ended without any output",
    "the program failed without any output; its exit status",
    "the program ended within its header block",
    "the header block of the response is too long",
    "a line in the header block of the response is no header",
    "the host refuses a header of the response",
    "the status of the response is none that a program can give",
    "a Content-Length is no number, or there are two",
    "the header block of the response has neither Content-Type, nor Status, nor Location",
    "the response is larger than the buffer for it",
    "the response is shorter than its Content-Length",
];

impl Cgi {
    /// Returns the number of pages below the program that are enough for these options.
    pub(crate) fn pages(&self) -> u32 {
        let bytes = self.tables().len() as u32 + self.body_limit + self.room() + REST;
        bytes.div_ceil(1 << 16)
    }

    /// The room for the response, as far as it is collected.
    fn room(&self) -> u32 {
        self.buffer.unwrap_or(HEAD)
    }

    /// Returns the tables.
    pub(crate) fn tables(&self) -> Vec<u8> {
        let flag = |is_set: bool, flag: u32| if is_set { flag } else { 0 };
        let script_in_path = self.root.is_some() && self.script_name.is_none();
        let flags = flag(script_in_path, SCRIPT_IN_PATH)
            | flag(self.buffer.is_some(), BUFFER)
            | flag(self.status_line, STATUS_LINE)
            | flag(self.wagi, ROUTED);
        let script = if script_in_path { &self.index } else { self.script_name.as_deref().unwrap_or_default() };

        let root = self.root.as_deref();
        let is_replaced = |name: &str| self.variables.iter().any(|(other, _)| other == name);
        let names = if self.wagi { &wagi::NAMES[..] } else { &variables::NAMES };
        let pieces = if self.wagi { wagi::pieces } else { variables::pieces };
        let standard = names.iter().filter(|name| !is_replaced(name));
        let standard = standard.filter_map(|name| encode(!self.wagi, &format!("{name}="), &pieces(name)?, root));
        let own = self.variables.iter();
        let own = own.filter_map(|(name, value)| encode(false, &format!("{name}="), &value.0, root));
        let arguments = self.arguments();
        let arguments = arguments.iter().filter_map(|pieces| encode(false, "", pieces, root));

        // A header must not set a variable again that is set here.
        let replaced = self.variables.iter().filter_map(|(name, _)| variables::header_of(name));
        let authorization = (!self.authorization).then_some(AUTHORIZATION);
        let hidden = if self.wagi { &wagi::HIDDEN[..] } else { &HIDDEN };
        let hidden = hidden.iter().copied().chain(CONNECTION).chain(authorization).map(String::from);

        let mut tables = Vec::new();
        for number in [flags, self.body_limit, self.room()] {
            tables.extend(number.to_le_bytes());
        }
        for list in [
            list(METHODS),
            list(SCHEMES),
            if self.wagi { list(wagi::SCRIPT) } else { list([script]) },
            list(standard.chain(own)),
            list(arguments),
            list(hidden.chain(replaced)),
            if self.wagi { list(wagi::PREFIXES) } else { list(PREFIXES) },
            list(FIELDS.into_iter().chain(CONNECTION).chain(OF_HOST)),
            list(MESSAGES),
        ] {
            append(&mut tables, &list);
        }
        tables
    }

    /// The pieces of each argument.
    fn arguments(&self) -> Vec<Vec<Piece>> {
        let arguments = self.arguments.iter().map(|template| template.0.clone());
        if !self.wagi {
            return arguments.collect();
        }
        let default = wagi::arguments().into_iter().filter(|_| self.arguments.is_empty());
        arguments.chain(default).map(|pieces| pieces.iter().map(wagi::in_argument).collect()).collect()
    }
}

fn list<T: AsRef<[u8]>>(entries: impl IntoIterator<Item = T>) -> Vec<u8> {
    let mut list = Vec::new();
    entries.into_iter().for_each(|entry| append(&mut list, entry.as_ref()));
    list
}

/// Appends bytes behind their size.
fn append(bytes: &mut Vec<u8>, entry: &[u8]) {
    bytes.extend((entry.len() as u32).to_le_bytes());
    bytes.extend(entry);
}
