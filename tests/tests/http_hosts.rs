//! Components of CGI programs under Node by jco, and before a browser.

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde::Deserialize;
use support::picture::{Picture, Pixel, share};
use support::web::{Answer, Server, requests};
use support::{installed, output_of, root, wasi_adapt_path};
use wasi_adapt::{Cgi, Linker, World};
use wasi_adapt_tests::guests::{self, Guest};
use wasi_adapt_tests::port;

/// Links a guest with the path of its script.
fn component(guest: &Guest, name: &str, file: &Path) {
    let cgi = Cgi::new().script_name(&format!("/{name}.cgi"));
    let linked = Linker::new().world(World::Http).cgi(cgi).link(&guest.module()).expect("it is linked");
    fs::write(file, linked.wasm).expect("a file");
}

/// Serves a component by `jco serve`.
fn jco(component: &Path, options: &[&str]) -> Server {
    Server::at_port(|port| {
        let mut node = Command::new("node");
        node.arg(installed("node/node_modules/.bin/jco")).args([
            "serve",
            "--host",
            "127.0.0.1",
            "--port",
            &port.to_string(),
        ]);
        node.args(options).arg(component);
        (node, "Server listening")
    })
}

/// An answer as jco sends it: of several headers `Set-Cookie`, it keeps the last.
fn with_one_cookie(mut answer: Answer) -> Answer {
    let is_cookie = |header: &(String, String)| header.0 == "set-cookie";
    let last = answer.headers.iter().rposition(is_cookie);
    let mut at = 0..;
    answer.headers.retain(|header| {
        let at = at.next();
        !is_cookie(header) || at == last
    });
    answer
}

/// The text that jco adds to a body that it has not yet passed on when the program exits, which is a trap.
const FAILED: &[u8] = b"Isolated component request failed";

/// A worker for each request. An instance for each would not be enough: a program that exits by a trap ends all of Node.
const ISOLATED: [&str; 4] = ["--isolate-requests", "worker", "--isolate-worker-pool-size", "4"];

/// Requests that jco passes on in another way: all of an absolute target is the path, other methods are in small letters, and
/// values of headers are Latin-1.
const DIFFERENT: [&str; 3] = ["absolute", "propfind", "utf-8"];

#[test]
fn node_answers_as_wasmtime_does() {
    let mut different = Vec::new();
    for (guest, name) in [(&guests::http::CASES, "cases"), (&guests::http::ECHO, "echo"), (&guests::http::GO, "go")] {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let file = directory.path().join("component.wasm");
        component(guest, name, &file);
        let (wasmtime, node) = (Server::wasmtime(&file, &[]), jco(&file, &ISOLATED));
        for (name, request) in requests(name) {
            let (mut node, wasmtime) = (node.answer(&request), with_one_cookie(wasmtime.answer(&request)));
            if let Some(sent) = node.body.strip_suffix(FAILED) {
                node.body = sent.to_vec();
            }
            if node != wasmtime {
                eprintln!("{name}, by Node:\n{}by wasmtime:\n{}", node.to_text(), wasmtime.to_text());
                different.push(name);
            }
        }
    }
    assert_eq!(different, DIFFERENT);
}

/// Without an instance for each request, the second one is refused.
#[test]
fn a_second_request_in_an_instance_is_refused() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let file = directory.path().join("component.wasm");
    component(&guests::http::CASES, "cases", &file);
    let server = jco(&file, &[]);
    assert_eq!(server.get("/cases.cgi/plain").body, b"hello\n");
    let second = server.get("/cases.cgi/plain");
    assert_eq!(second.status, 500);
    let reason = String::from_utf8_lossy(&second.body).into_owned();
    assert!(reason.starts_with("this instance has answered a request already"), "{reason}");
}

/// A manifest for Spin, with the fields that its schema has and ours uses.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    spin_manifest_version: u32,
    application: Application,
    trigger: Triggers,
    component: BTreeMap<String, Component>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Application {
    name: String,
    version: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Triggers {
    http: Vec<Trigger>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Trigger {
    route: String,
    component: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Component {
    source: String,
    files: Vec<String>,
    environment: BTreeMap<String, String>,
}

/// Spin is not here. Its manifest has fields that Spin knows, and the file that a command of the book makes.
#[test]
fn the_manifest_for_spin_is_of_the_component_that_the_book_makes() {
    let read = |file: &str| fs::read_to_string(root().join(file)).expect("a file");
    let manifest: Manifest = toml::from_str(&read("tools/dist/deploy/spin.toml")).expect("the fields are known");
    assert_eq!(manifest.spin_manifest_version, 2);
    assert!(!manifest.application.name.is_empty() && manifest.application.version.split('.').count() == 3);
    for Trigger { route, component } in &manifest.trigger.http {
        assert!(route.starts_with('/') && route.ends_with("/..."), "{route}");
        let Component { source, files, environment } = &manifest.component[component];
        let made = format!("wasi-adapt link --world http --wagi hello-web.wasm -o {source}\n");
        assert!(read("tools/book/src/http.md").contains(&made), "{source}");
        assert!(files.is_empty() && environment.is_empty(), "they are in the component");
    }
}

/// A person sees the page: the browser has run its script with its style sheet, and its picture is one of a page of this colour.
#[test]
fn the_demo_shows_a_page_in_a_browser() {
    let mut demo = Command::new(root().join("tests/setup/demo-http.sh"));
    let target = wasi_adapt_path().ancestors().nth(2).expect("profiles lie in the target directory");
    demo.env("CARGO_TARGET_DIR", target).env("DEMO_PORT", port::unused().to_string()).envs([support::CACHE]);
    let output = output_of(&mut demo);
    let Some((page, picture)) = output.split_once("\nThe picture of the page is ") else {
        assert!(output.ends_with("There is no Chromium, and so no picture of the page.\n"), "{output}");
        eprintln!("there is no Chromium, so this does not apply");
        return;
    };
    assert!(page.contains("<h1>Hello, tea</h1>") && page.contains("too: rgb(32, 64, 96)</p>"), "{page}");
    let (picture, background) = (Picture::read(Path::new(picture.trim_end())), [32, 64, 96]);
    assert_eq!((picture.rows.len(), picture.rows[0].len()), (400, 800));
    assert!(share(&picture.rows, background) > 0.9, "it is text on the page's colour");
    // The title is larger than each line of the text, and of another colour.
    let (yellow, white) = ([255, 208, 64], [255; 3]);
    let lines = picture.lines(background);
    let (title, text) = lines.split_first().expect("there is text");
    assert!(text.len() >= 2 && text.iter().all(|line| line.len() < title.len()), "{} lines", lines.len());
    assert!(share(title, yellow) > 0.05 && share(title, white) == 0.0, "the title is yellow");
    assert!(text.iter().all(|line| share(line, white) > 0.001 && share(line, yellow) == 0.0), "the text is white");
    let margin = |row: &Vec<Pixel>| row[..50].iter().all(|pixel| *pixel == background);
    assert!(picture.rows.iter().all(margin), "the text begins at its margin");
}
