//! Floods of frames end, and take no memory.

use super::*;

/// Sends a flood until the server has had enough of it, or for as often as is said. Returns the last reaction.
fn flood(server: &Server, first: &[u8], times: usize, part: impl Fn(usize) -> Vec<u8>) -> Reaction {
    let mut connection = Connection::open(server);
    connection.send(first).expect("it is sent");
    let refused = (0..times).any(|index| connection.send(&part(index)).is_err());
    if !refused {
        let _ = connection.send(&get(LAST));
    }
    loop {
        match connection.reaction() {
            Reset(_) | Ok | Answered => {}
            last => return last,
        }
    }
}

#[test]
fn floods_end_and_take_no_memory() {
    const SOME: u64 = 32 << 20;
    const MANY: usize = 20_000;
    let server = server();
    let indexed_bomb = {
        // An entry of 4 kB in the table of HPACK (62, the first that is not there from the start), named again and again.
        let entry = [&[0x40, 3][..], b"x-b", &[0x7f, 0x81, 0x1e], &[b'a'; 4000]].concat();
        [request("GET", &[]), entry, vec![0xbe; 8000]].concat()
    };
    type Part = Box<dyn Fn(usize) -> Vec<u8>>;
    let floods: [(&str, Vec<u8>, Part); 7] = [
        (
            "CONTINUATION",
            headers(flag::END_STREAM, 1, &request("GET", &[])),
            Box::new(|_| continuation(0, 1, &block(&[("x-a", "0123456789")]))),
        ),
        (
            "empty CONTINUATION",
            headers(flag::END_STREAM, 1, &request("GET", &[])),
            Box::new(|_| continuation(0, 1, &[])),
        ),
        (
            "rapid reset",
            Vec::new(),
            Box::new(|index| {
                let stream = 2 * index as u32 + 1;
                [post(stream), reset(stream)].concat()
            }),
        ),
        ("SETTINGS", Vec::new(), Box::new(|_| frame(kind::SETTINGS, 0, 0, &[]))),
        ("PING", Vec::new(), Box::new(|_| ping())),
        ("empty DATA", post(1), Box::new(|_| frame(kind::DATA, 0, 1, &[]))),
        ("a bomb of headers", Vec::new(), Box::new(move |index| headers(WHOLE, 2 * index as u32 + 1, &indexed_bomb))),
    ];
    assert_eq!(server.get("/echo.cgi").status, 200);
    for (name, first, part) in floods {
        let before = server.peak_memory();
        let times = if name == "a bomb of headers" { 200 } else { MANY };
        let last = flood(&server, &first, times, part);
        let grown = server.peak_memory() - before;
        assert!(matches!(last, Alive | GoAway(ENHANCE_YOUR_CALM)), "{name}: {last:?}");
        assert!(grown < SOME, "{name}: the server has taken {} MiB", grown >> 20);
        assert_eq!(server.get("/echo.cgi").status, 200, "{name}");
    }
}
