//! Fields of requests: malformed requests are refused, and the program gets what the others say.

use super::*;

/// A server may answer before it ends the stream (section 8.1.1).
const REFUSED: &[Reaction] = &[Reset(PROTOCOL_ERROR), GoAway(PROTOCOL_ERROR), BadRequest];

/// Pseudo-header fields of a request.
const METHOD: (&str, &str) = (":method", "GET");
const SCHEME: (&str, &str) = (":scheme", "http");
const PATH: (&str, &str) = (":path", "/echo.cgi");
const AUTHORITY: (&str, &str) = (":authority", "a");

/// A whole request, with more fields.
fn with(more: &[(&str, &str)]) -> Vec<u8> {
    headers(WHOLE, 1, &request("GET", more))
}

/// A whole request, of these fields.
fn of(fields: &[(&str, &str)]) -> Vec<u8> {
    headers(WHOLE, 1, &block(fields))
}

/// The head of a request whose body follows, with more fields.
fn post_with(more: &[(&str, &str)]) -> Vec<u8> {
    headers(flag::END_HEADERS, 1, &request("POST", more))
}

#[test]
fn fields_with_forbidden_characters_are_refused() {
    check(&[
        ("8.2.1 capitals", with(&[("X-Test", "ok")]), REFUSED),
        ("8.2.1 an empty name", with(&[("", "ok")]), REFUSED),
        ("8.2.1 a space in a name", with(&[("x test", "ok")]), REFUSED),
        ("8.2.1 a colon in a name", with(&[("x:test", "ok")]), REFUSED),
        ("8.2.1 a name that is not ASCII", with(&[("x-é", "ok")]), REFUSED),
        ("8.2.1 a control character in a name", with(&[("x\x7f", "ok")]), REFUSED),
        ("8.2.1 a line feed", with(&[("x-test", "a\nb")]), REFUSED),
        ("8.2.1 a carriage return", with(&[("x-test", "a\rb")]), REFUSED),
        ("8.2.1 a zero", with(&[("x-test", "a\0b")]), REFUSED),
        ("8.2.1 a space before a value", with(&[("x-test", " a")]), REFUSED),
        ("8.2.1 a tab behind a value", with(&[("x-test", "a\t")]), REFUSED),
    ]);
}

#[test]
fn fields_of_connections_are_refused() {
    check(&[
        ("8.2.2 connection", with(&[("connection", "keep-alive")]), REFUSED),
        ("8.2.2 keep-alive", with(&[("keep-alive", "timeout=5")]), REFUSED),
        ("8.2.2 proxy-connection", with(&[("proxy-connection", "keep-alive")]), REFUSED),
        ("8.2.2 transfer-encoding", with(&[("transfer-encoding", "chunked")]), REFUSED),
        ("8.2.2 upgrade", with(&[("upgrade", "h2c")]), REFUSED),
        ("8.2.2 te", with(&[("te", "trailers, deflate")]), REFUSED),
        ("8.2.2 trailers are accepted", with(&[("te", "trailers")]), &[Ok]),
    ]);
}

#[test]
fn wrong_pseudo_header_fields_are_refused() {
    let connect = (":method", "CONNECT");
    check(&[
        ("8.3 an unknown one", with(&[(":test", "ok")]), REFUSED),
        ("8.3 one of responses", with(&[(":status", "200")]), REFUSED),
        ("8.3 one behind others", of(&[METHOD, SCHEME, AUTHORITY, ("x-a", "b"), PATH]), REFUSED),
        ("8.3.1 no method", of(&[SCHEME, PATH, AUTHORITY]), REFUSED),
        ("8.3.1 no scheme", of(&[METHOD, PATH, AUTHORITY]), REFUSED),
        ("8.3.1 no path", of(&[METHOD, SCHEME, AUTHORITY]), REFUSED),
        ("8.3.1 an empty path", of(&[METHOD, SCHEME, (":path", ""), AUTHORITY]), REFUSED),
        ("8.3.1 two methods", of(&[METHOD, METHOD, SCHEME, PATH, AUTHORITY]), REFUSED),
        ("8.3.1 two schemes", of(&[METHOD, SCHEME, SCHEME, PATH, AUTHORITY]), REFUSED),
        ("8.3.1 two paths", of(&[METHOD, SCHEME, PATH, PATH, AUTHORITY]), REFUSED),
        ("8.3.1 two authorities", of(&[METHOD, SCHEME, PATH, AUTHORITY, AUTHORITY]), REFUSED),
        ("8.3.1 a user in the authority", of(&[METHOD, SCHEME, PATH, (":authority", "me@a")]), REFUSED),
        ("8.3.1 a space in the authority", of(&[METHOD, SCHEME, PATH, (":authority", "a b")]), REFUSED),
        ("8.3.1 a path that begins with no slash", of(&[METHOD, SCHEME, (":path", "echo.cgi"), AUTHORITY]), REFUSED),
        ("8.3.1 a space in the path", of(&[METHOD, SCHEME, (":path", "/echo.cgi /"), AUTHORITY]), REFUSED),
        ("8.3.1 another host", with(&[("host", "b")]), REFUSED),
        ("8.5 CONNECT with a path", of(&[connect, SCHEME, PATH, AUTHORITY]), REFUSED),
        ("8.5 CONNECT: there is no tunnel", of(&[connect, AUTHORITY]), &[Answered]),
        (
            // RFC 9113 forbids it, and `h2` leaves it out. No program sees trailers.
            "8.1 one in trailers",
            [post(1), trailers(1, &[(":method", "GET")])].concat(),
            &[Ok],
        ),
    ]);
}

#[test]
fn bodies_of_another_length_are_refused() {
    let length = |length| ("content-length", length);
    let part = |bytes: &[u8]| frame(kind::DATA, 0, 1, bytes);
    check(&[
        ("8.1.1 shorter", [post_with(&[length("2")]), data(1, b"x")].concat(), REFUSED),
        ("8.1.1 longer", [post_with(&[length("1")]), data(1, b"xx")].concat(), REFUSED),
        ("8.1.1 longer in parts", [post_with(&[length("1")]), part(b"x"), data(1, b"x")].concat(), REFUSED),
        ("8.1.1 shorter in parts", [post_with(&[length("3")]), part(b"x"), data(1, b"x")].concat(), REFUSED),
        ("8.1.1 none at all", headers(WHOLE, 1, &request("POST", &[length("1")])), REFUSED),
        ("8.1.1 shorter before trailers", [post_with(&[length("1")]), trailers(1, &[])].concat(), REFUSED),
        ("8.1.1 a signed length", [post_with(&[length("+1")]), data(1, b"x")].concat(), REFUSED),
        ("8.1.1 two lengths", [post_with(&[length("1"), length("2")]), data(1, b"x")].concat(), REFUSED),
        (
            "8.1 trailers that do not end",
            [post(1), headers(flag::END_HEADERS, 1, &block(&[("x-a", "b")]))].concat(),
            REFUSED,
        ),
    ]);
}

/// The program's answer, which is what it got of a request.
fn seen(server: &Server, sent: &[u8]) -> String {
    let mut connection = Connection::sending(server, sent);
    connection.body(1)
}

#[test]
fn the_program_gets_what_a_request_says() {
    let server = server();
    let crumbs = seen(&server, &with(&[("cookie", "a=1"), ("x-a", "b"), ("cookie", "c=2")]));
    assert!(crumbs.contains("HTTP_COOKIE=a=1; c=2\n"), "8.2.3: {crumbs}");
    let host = seen(&server, &of(&[METHOD, SCHEME, PATH, ("host", "b.test:81")]));
    assert!(host.contains("HTTP_HOST=b.test:81\n") && host.contains("SERVER_NAME=b.test\n"), "8.3.1: {host}");
    let with_trailers = seen(&server, &[post(1), frame(kind::DATA, 0, 1, b"x"), trailers(1, &[("x-a", "b")])].concat());
    assert!(with_trailers.ends_with("1 bytes\nx\n") && !with_trailers.contains("X_A"), "8.1: {with_trailers}");
}

/// Section 6.5.2: the server says how much it takes.
#[test]
fn too_many_fields_are_refused() {
    const LIMIT: u16 = 6; // SETTINGS_MAX_HEADER_LIST_SIZE
    let server = server();
    let mut connection = Connection::open(&server);
    let settings = connection.next(kind::SETTINGS).payload;
    let limit = settings.chunks(6).find(|setting| setting[..2] == LIMIT.to_be_bytes()).expect("there is a limit");
    let limit = u32::from_be_bytes(limit[2..].try_into().expect("four bytes"));
    let fields = |size: u32| vec![("x-a", "0123456789"); size as usize / 45]; // 32 bytes are added to each.
    let parts = |fields: &[(&str, &str)]| {
        let block = request("GET", fields);
        let mut parts: Vec<_> = block.chunks(FRAME).map(|part| continuation(0, 1, part)).collect();
        parts[0][3] = kind::HEADERS;
        parts[0][4] = flag::END_STREAM;
        parts.last_mut().expect("there is one")[4] |= flag::END_HEADERS;
        parts.concat()
    };
    assert_eq!(reaction(&mut Connection::open(&server), &parts(&fields(limit - 1000)), &[Ok]), Ok);
    let found = reaction(&mut Connection::open(&server), &parts(&fields(limit + 1000)), &[Answered]);
    assert!(matches!(found, Answered | Reset(PROTOCOL_ERROR) | GoAway(_)), "{found:?}");
}
