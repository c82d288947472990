//! The header block at the start of a program's output (RFC 3875, section 6).
//!
//! | line | WASI 0.2 calls |
//! |---|---|
//! | `Status`, `Location` | none |
//! | others, unless they are the host's | `fields.append` |

use super::tables::{List, Message, Tables, flag};
use crate::bindings::wasi::http::types::Fields;
use crate::decimal::parse;

/// Headers with a meaning for the adapter, as [`List::Fields`] numbers them.
pub mod field {
    pub const STATUS: usize = 0;
    pub const LOCATION: usize = 1;
    pub const CONTENT_TYPE: usize = 2;
    pub const CONTENT_LENGTH: usize = 3;
}

/// The status of a redirection without one.
const FOUND: u16 = 302;

pub struct Head {
    pub status: u16,
    pub length: Option<u64>,
}

/// A fault of a header block, and the line that has it.
pub struct Fault<'a>(pub Message, pub &'a [u8]);

/// The position behind the empty line that ends a header block, if it is there. What is before `from` has been looked at.
pub fn end(output: &[u8], from: usize) -> Option<usize> {
    // An empty line may begin with what was looked at: a line feed and a carriage return.
    let from = from.saturating_sub(2);
    let mut behind_line = from == 0;
    let mut at = from;
    for byte in output.get(from..)? {
        at += 1;
        match byte {
            b'\n' if behind_line => return Some(at),
            b'\n' => behind_line = true,
            b'\r' => {}
            _ => behind_line = false,
        }
    }
    None
}

/// Reads a header block up to its empty line.
pub fn read<'a>(tables: Tables, block: &'a [u8], fields: &Fields) -> Result<Head, Fault<'a>> {
    let (mut status, mut length, mut has_type, mut has_location) = (None, None, false, false);
    let names = tables.list(List::Fields);
    let mut lines = block.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    if tables.has(flag::STATUS_LINE) {
        let line = lines.next().unwrap_or_default();
        let after_version = line.iter().position(|byte| *byte == b' ').and_then(|space| line.get(space + 1..));
        status = Some(after_version.and_then(status_code).ok_or(Fault(Message::BadStatus, line))?);
    }
    for line in lines.take_while(|line| !line.is_empty()) {
        let colon = line.iter().position(|byte| *byte == b':').ok_or(Fault(Message::NotAField, line))?;
        let (name, value) = (line.get(..colon).unwrap_or_default(), line.get(colon + 1..).unwrap_or_default());
        let value = value.trim_ascii();
        match names.find(name) {
            Some(field::STATUS) if status.is_some() => return Err(Fault(Message::BadStatus, line)),
            Some(field::STATUS) => {
                status = Some(status_code(value).ok_or(Fault(Message::BadStatus, line))?);
                continue;
            }
            Some(field::CONTENT_LENGTH) => {
                let new = parse(value).ok_or(Fault(Message::BadLength, line))?;
                match length {
                    Some(known) if known != new => return Err(Fault(Message::BadLength, line)),
                    Some(_) => continue,
                    None => length = Some(new),
                }
            }
            Some(field::CONTENT_TYPE) => has_type = true,
            Some(field::LOCATION) => has_location = true,
            Some(_) => continue,
            None => {}
        }
        fields.append(name, value).map_err(|_| Fault(Message::RefusedField, line))?;
    }
    if status.is_none() && !has_type && !has_location {
        return Err(Fault(Message::NoField, block));
    }
    Ok(Head { status: status.unwrap_or(if has_location { FOUND } else { 200 }), length })
}

/// Three digits, and then nothing or a space. Interim answers are not a program's.
fn status_code(text: &[u8]) -> Option<u16> {
    let (digits, rest) = text.split_at_checked(3)?;
    let code = parse(digits)?;
    (matches!(rest, [] | [b' ', ..]) && (200..600).contains(&code)).then_some(code as u16)
}
