//! Values with parts of a request in them. `adapter/src/cgi/variables.rs` fills them in.

use super::{CgiError, variables};

/// A piece of a value. The numbers are those of `kind` in `adapter/src/cgi/variables.rs`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    Literal(String),
    /// The directory of scripts, absent if there is none.
    Root,
    Method,
    /// Path and query.
    Target,
    Query,
    Script,
    /// Absent if it is empty.
    PathInfo,
    Scheme,
    /// Empty, and absent unless the scheme is `https`.
    IfSecure,
    Authority,
    Host,
    Port,
    /// Absent if the request has no body.
    Length,
    /// A header, in small letters.
    Header(String),
    /// The parts of the query, each a value of its own.
    Words,
    Path,
    /// The host in a header, in small letters.
    HostInHeader(String),
    LengthOrZero,
}

/// The pieces of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template(pub Vec<Piece>);

impl Template {
    /// Parses an argument.
    pub fn of_argument(text: &str) -> Result<Template, CgiError> {
        if text == "${ARGS}" { Ok(Template(vec![Piece::Words])) } else { Template::of_variable(text) }
    }

    /// Parses the value of a variable.
    pub fn of_variable(text: &str) -> Result<Template, CgiError> {
        if text.contains('\0') {
            return Err(CgiError::Zero(text.into()));
        }
        let (mut pieces, mut rest) = (Vec::new(), text);
        while let Some((before, reference)) = rest.split_once("${") {
            let (name, behind) = reference.split_once('}').ok_or_else(|| CgiError::Unclosed(text.into()))?;
            pieces.push(Piece::Literal(before.into()));
            pieces.extend(variables::pieces(name).ok_or_else(|| CgiError::Unknown(name.into()))?);
            rest = behind;
        }
        pieces.push(Piece::Literal(rest.into()));
        pieces.retain(|piece| !matches!(piece, Piece::Literal(text) if text.is_empty()));
        Ok(Template(pieces))
    }
}

impl Piece {
    fn kind(&self) -> u8 {
        match self {
            Piece::Literal(_) | Piece::Root => 0,
            Piece::Method => 1,
            Piece::Target => 2,
            Piece::Query => 3,
            Piece::Script => 4,
            Piece::PathInfo => 5,
            Piece::Scheme => 6,
            Piece::IfSecure => 7,
            Piece::Authority => 8,
            Piece::Host => 9,
            Piece::Port => 10,
            Piece::Length => 11,
            Piece::Header(_) => 12,
            Piece::Words => 13,
            Piece::Path => 14,
            Piece::HostInHeader(_) => 15,
            Piece::LengthOrZero => 16,
        }
    }
}

/// Encodes a string for the tables: text that precedes it, and a value. One that is `optional` is left out if a piece of
/// the value is absent.
pub fn encode(optional: bool, before: &str, pieces: &[Piece], root: Option<&str>) -> Option<Vec<u8>> {
    let mut bytes = vec![optional.into()];
    let before = Piece::Literal(before.into());
    for piece in [&before].into_iter().chain(pieces) {
        let text = match piece {
            Piece::Literal(text) | Piece::Header(text) | Piece::HostInHeader(text) => text,
            Piece::Root if optional => root?,
            Piece::Root => root.unwrap_or_default(),
            _ => "",
        };
        bytes.push(piece.kind());
        bytes.extend((text.len() as u32).to_le_bytes());
        bytes.extend(text.as_bytes());
    }
    Some(bytes)
}
