//! The variables of CGI (RFC 3875, section 4.1), and those that most servers have besides.

use super::template::Piece;

/// The variables in the order in which a program gets them. Those of which a part is absent are left out.
pub const NAMES: [&str; 19] = [
    "GATEWAY_INTERFACE",
    "SERVER_SOFTWARE",
    "SERVER_PROTOCOL",
    "SERVER_NAME",
    "SERVER_PORT",
    "REQUEST_METHOD",
    "REQUEST_SCHEME",
    "REQUEST_URI",
    "QUERY_STRING",
    "SCRIPT_NAME",
    "PATH_INFO",
    "PATH_TRANSLATED",
    "DOCUMENT_ROOT",
    "SCRIPT_FILENAME",
    "CONTENT_TYPE",
    "CONTENT_LENGTH",
    "REMOTE_ADDR",
    "HTTPS",
    "HTTP_HOST",
];

/// Returns the pieces of a variable, or none if there is no such variable. Those of headers can be any.
pub fn pieces(name: &str) -> Option<Vec<Piece>> {
    let literal = |text: &str| Piece::Literal(text.into());
    Some(match name {
        "GATEWAY_INTERFACE" => vec![literal("CGI/1.1")],
        "SERVER_SOFTWARE" => vec![literal(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")))],
        // Hosts do not say in which version a request came.
        "SERVER_PROTOCOL" => vec![literal("HTTP/1.1")],
        "SERVER_NAME" => vec![Piece::Host],
        "SERVER_PORT" => vec![Piece::Port],
        "REQUEST_METHOD" => vec![Piece::Method],
        "REQUEST_SCHEME" => vec![Piece::Scheme],
        "REQUEST_URI" => vec![Piece::Target],
        "QUERY_STRING" => vec![Piece::Query],
        "SCRIPT_NAME" => vec![Piece::Script],
        "PATH_INFO" => vec![Piece::PathInfo],
        "PATH_TRANSLATED" => vec![Piece::Root, Piece::PathInfo],
        "DOCUMENT_ROOT" => vec![Piece::Root],
        "SCRIPT_FILENAME" => vec![Piece::Root, Piece::Script],
        "CONTENT_TYPE" => vec![Piece::Header("content-type".into())],
        "CONTENT_LENGTH" => vec![Piece::Length],
        // Nor from where: this is the address of nobody.
        "REMOTE_ADDR" => vec![literal("0.0.0.0")],
        "HTTPS" => vec![Piece::IfSecure, literal("on")],
        "HTTP_HOST" => vec![Piece::Authority],
        _ => vec![Piece::Header(header_of(name)?)],
    })
}

/// Returns the header of which a variable has the value, in small letters.
pub fn header_of(variable: &str) -> Option<String> {
    let name = variable.strip_prefix("HTTP_").filter(|name| !name.is_empty())?;
    let is_plain = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    name.chars().all(is_plain).then(|| name.to_ascii_lowercase().replace('_', "-"))
}
