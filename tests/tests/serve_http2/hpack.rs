//! The compression of fields (RFC 7541): each representation is understood, and what cannot be decoded ends the connection.

use super::*;

/// Texts in Huffman's code, of appendix C.4.
const CUSTOM_KEY: &[u8] = b"\x88\x25\xa8\x49\xe9\x5b\xa9\x7d\x7f";
const CUSTOM_VALUE: &[u8] = b"\x89\x25\xa8\x49\xe9\x5b\xb8\xe8\xb4\xbf";

/// A request with more representations behind its fields.
fn with(more: &[&[u8]]) -> Vec<u8> {
    headers(WHOLE, 1, &[&request("GET", &[])[..], &more.concat()].concat())
}

#[test]
fn each_representation_is_understood() {
    let indexed = [&[0x82, 0x86, 0x04, 9][..], b"/echo.cgi", &[0x01, 1, b'a']].concat();
    let behind_sizes = |sizes: &[u8]| headers(WHOLE, 1, &[sizes, &request("GET", &[("x-a", "b")])].concat());
    let cases: [(&str, Vec<u8>, &str); 12] = [
        ("6.1 indexed", headers(WHOLE, 1, &indexed), "REQUEST_METHOD=GET"),
        ("6.2.1 indexed name", with(&[b"\x7a\x03tea"]), "HTTP_USER_AGENT=tea"),
        ("6.2.1 new name", with(&[b"\x40\x03x-a\x03tea"]), "HTTP_X_A=tea"),
        ("6.2.1 Huffman's code", with(&[&[0x40], CUSTOM_KEY, CUSTOM_VALUE]), "HTTP_CUSTOM_KEY=custom-value"),
        ("6.2.2 indexed name", with(&[b"\x0f\x2b\x03tea"]), "HTTP_USER_AGENT=tea"),
        ("6.2.2 new name", with(&[b"\x00\x03x-a\x03tea"]), "HTTP_X_A=tea"),
        ("6.2.2 Huffman's code", with(&[&[0x00], CUSTOM_KEY, CUSTOM_VALUE]), "HTTP_CUSTOM_KEY=custom-value"),
        ("6.2.3 indexed name", with(&[b"\x1f\x2b\x03tea"]), "HTTP_USER_AGENT=tea"),
        ("6.2.3 new name", with(&[b"\x10\x03x-a\x03tea"]), "HTTP_X_A=tea"),
        ("6.2.3 Huffman's code", with(&[&[0x10], CUSTOM_KEY, CUSTOM_VALUE]), "HTTP_CUSTOM_KEY=custom-value"),
        ("6.3 a size", behind_sizes(&[0x20]), "HTTP_X_A=b"),
        ("6.3 two sizes", behind_sizes(&[0x20, 0x3f, 0xe1, 0x1f]), "HTTP_X_A=b"),
    ];
    let server = server();
    for (case, sent, line) in cases {
        let body = Connection::sending(&server, &sent).body(1);
        assert!(body.lines().any(|other| other == line), "{case}: {body}");
    }
}

/// An entry of one request is there for the next one, until the table shrinks.
#[test]
fn entries_stay_for_later_requests() {
    let server = server();
    let mut connection = Connection::sending(&server, &with(&[b"\x40\x03x-a\x03tea"]));
    connection.body(1);
    let with_entry = |stream, sizes: &[u8]| headers(WHOLE, stream, &[sizes, &request("GET", &[]), &[0xbe]].concat());
    connection.send(&with_entry(3, &[])).expect("it is sent");
    assert!(connection.body(3).contains("HTTP_X_A=tea\n"));
    connection.send(&with_entry(5, &[0x20])).expect("it is sent");
    assert_eq!(connection.reaction(), GoAway(INEXACT));
}

#[test]
fn what_cannot_be_decoded_is_refused() {
    let compression: &[_] = &[GoAway(COMPRESSION_ERROR), GoAway(INEXACT)];
    let key = &CUSTOM_KEY[1..];
    let key_with =
        |last: &[u8]| [&[0x80 | (key.len() - 1 + last.len()) as u8][..], &key[..key.len() - 1], last].concat();
    check(&[
        ("2.3.3 an index beyond the tables", with(&[&[0xc6]]), compression),
        ("2.3.3 a name beyond the tables", with(&[&[0x7f, 0x07, 0x00]]), compression),
        ("4.2 a size behind fields", with(&[&[0x21]]), compression),
        ("5.1 a number that is too large", headers(WHOLE, 1, &[0xff; 8]), compression),
        ("5.1 a number that ends early", with(&[&[0xff]]), compression),
        ("5.2 a text that ends early", with(&[b"\x00\x05x-a"]), compression),
        ("5.2 no value", with(&[b"\x00\x03x-a"]), compression),
        ("5.2 padding of more than seven bits", with(&[&[0x00], &key_with(&[0x7f, 0xff]), CUSTOM_VALUE]), compression),
        ("5.2 padding of zeros", with(&[&[0x00], &key_with(&[0x00]), CUSTOM_VALUE]), compression),
        ("5.2 the end of a text", with(&[b"\x00\x03x-a\x84\xff\xff\xff\xff"]), compression),
        ("6.1 the index zero", with(&[&[0x80]]), compression),
        ("6.3 a size beyond the setting", headers(WHOLE, 1, &[0x3f, 0xe2, 0x1f]), compression),
    ]);
}
