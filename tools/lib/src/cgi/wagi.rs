//! The variables of WAGI, by which Spin ran modules as CGI programs. It gives components headers from which they come.

use super::template::Piece;

/// The headers with the script and with the path behind it.
pub const SCRIPT: [&str; 2] = ["spin-component-route", "spin-path-info"];

/// The variables in the order in which a program gets them. All are there, as in Spin, and may be empty.
pub const NAMES: [&str; 24] = [
    "GATEWAY_INTERFACE",
    "SERVER_SOFTWARE",
    "SERVER_PROTOCOL",
    "SERVER_NAME",
    "SERVER_PORT",
    "REQUEST_METHOD",
    "QUERY_STRING",
    "SCRIPT_NAME",
    "PATH_INFO",
    "PATH_TRANSLATED",
    "CONTENT_TYPE",
    "CONTENT_LENGTH",
    "AUTH_TYPE",
    "REMOTE_ADDR",
    "REMOTE_HOST",
    "REMOTE_USER",
    "HTTP_HOST",
    "X_FULL_URL",
    "X_RAW_PATH_INFO",
    "X_MATCHED_ROUTE",
    "X_BASE_PATH",
    "X_COMPONENT_ROUTE",
    "X_RAW_COMPONENT_ROUTE",
    "X_CLIENT_ADDR",
];

/// The headers that Spin adds, besides those of [`PREFIXES`]; and those of requests that no variable has, besides those of the
/// connection. Unlike in CGI, `Content-Type` and `Content-Length` have variables as other headers do.
pub const HIDDEN: [&str; 10] = [
    "spin-full-url",
    "spin-path-info",
    "spin-matched-route",
    "spin-base-path",
    "spin-component-route",
    "spin-raw-component-route",
    "spin-client-addr",
    "host",
    "proxy",
    "expect",
];

/// Beginnings of headers, each with that of their variables: first those of the wildcards of a route.
pub const PREFIXES: [&str; 4] = ["spin-path-match-", "X_PATH_MATCH_", "", "HTTP_"];

/// Returns the pieces of one of [`NAMES`].
pub fn pieces(name: &str) -> Option<Vec<Piece>> {
    let header = |name: &str| vec![Piece::Header(name.into())];
    Some(match name {
        "SERVER_SOFTWARE" => vec![Piece::Literal("WAGI/1".into())],
        "PATH_INFO" | "X_RAW_PATH_INFO" => header("spin-path-info"),
        // Only this one is decoded.
        "PATH_TRANSLATED" => vec![Piece::PathInfo],
        "CONTENT_LENGTH" => vec![Piece::LengthOrZero],
        "AUTH_TYPE" | "REMOTE_USER" => Vec::new(),
        "REMOTE_ADDR" | "REMOTE_HOST" => vec![Piece::HostInHeader("spin-client-addr".into())],
        "X_FULL_URL" => header("spin-full-url"),
        "X_MATCHED_ROUTE" => header("spin-matched-route"),
        "X_BASE_PATH" => header("spin-base-path"),
        "X_COMPONENT_ROUTE" => header("spin-component-route"),
        "X_RAW_COMPONENT_ROUTE" => header("spin-raw-component-route"),
        "X_CLIENT_ADDR" => header("spin-client-addr"),
        _ => return super::variables::pieces(name),
    })
}

/// The arguments of a program that is given none: the path, and the words of the query.
pub fn arguments() -> [Vec<Piece>; 2] {
    [vec![Piece::Script], vec![Piece::Words]]
}

/// Changes the pieces of an argument: in arguments, the name of the script is the path of the request.
pub fn in_argument(piece: &Piece) -> Piece {
    if *piece == Piece::Script { Piece::Path } else { piece.clone() }
}
