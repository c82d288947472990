//! Web servers for CGI programs, and requests as raw bytes.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;
use wasi_adapt_tests::port;

use super::peers::Process;
use super::{data, installed, output_of, wasi_adapt, wasmtime};

/// A server that takes longer has failed.
const TIMEOUT: Duration = Duration::from_secs(60);

/// A running server.
pub struct Server {
    pub port: u16,
    process: Process,
    /// Files that it needs.
    _work: Option<TempDir>,
}

impl Server {
    /// Serves a component by stock wasmtime.
    pub fn wasmtime(component: &Path, options: &[&str]) -> Server {
        let mut command = wasmtime();
        command.args(["serve", "--addr", "127.0.0.1:0", "-S", "cli"]).args(options).arg(component);
        Server::announced(command)
    }

    /// Serves a module or component by `wasi-adapt serve`.
    pub fn ours(file: &Path, options: &[&str]) -> Server {
        let mut command = wasi_adapt();
        command.args(["serve", "--addr", "127.0.0.1:0"]).args(options).arg(file);
        Server::announced(command)
    }

    /// Starts a server that prints its address, with the port at the end.
    pub fn announced(command: Command) -> Server {
        let process = Process::start(command);
        let line = String::from_utf8_lossy(&process.line().expect("it announces itself")).into_owned();
        let port = line.trim().trim_end_matches('/').rsplit(':').next().and_then(|port| port.parse().ok());
        Server { port: port.unwrap_or_else(|| panic!("it announces no port, but {line}")), process, _work: None }
    }

    /// Serves a directory by lighttpd. It runs files with an extension by a module under the preview1 host of stock wasmtime,
    /// with options for that, and arguments. Returns none where there is no lighttpd.
    pub fn lighttpd(
        directory: &Path,
        extension: &str,
        module: &Path,
        options: &str,
        arguments: &str,
    ) -> Option<Server> {
        let lighttpd = ["/usr/sbin/lighttpd", "/usr/bin/lighttpd"].into_iter().find(|path| Path::new(path).exists())?;
        let work = tempfile::tempdir().expect("a temporary directory");
        let compiled = work.path().join("module.cwasm");
        output_of(wasmtime().arg("compile").arg(module).arg("-o").arg(&compiled));
        let wrapper = work.path().join("wrapper");
        let wasmtime = installed("python/wasmtime_cli/wasmtime");
        let (wasmtime, compiled) = (wasmtime.display(), compiled.display());
        let script = format!(
            "#!/bin/sh\nexec {wasmtime} run --allow-precompiled -S inherit-env {options} {compiled} {arguments}\n"
        );
        fs::write(&wrapper, script).expect("a file");
        output_of(Command::new("chmod").arg("+x").arg(&wrapper));
        let (directory, file) = (directory.display(), work.path().join("lighttpd.conf"));
        let server = Server::at_port(|port| {
            let configuration = format!(
                "server.document-root = \"{directory}\"\nserver.bind = \"127.0.0.1\"\nserver.port = {port}\n\
                 server.modules = (\"mod_cgi\")\ncgi.assign = (\".{extension}\" => \"{}\")\n\
                 server.stream-request-body = 0\nserver.errorlog = \"/dev/stderr\"\n\
                 server.feature-flags = (\"server.h2proto\" => \"disable\")\n",
                wrapper.display(),
            );
            fs::write(&file, configuration).expect("a file");
            let mut command = Command::new(lighttpd);
            command.arg("-D").arg("-f").arg(&file);
            (command, "server started")
        });
        Some(Server { _work: Some(work), ..server })
    }

    /// A server that is there already.
    pub fn of(port: u16, process: Process) -> Server {
        Server { port, process, _work: None }
    }

    /// Starts a server that cannot choose a port itself, by a command that says a text when it listens.
    pub fn at_port(command: impl FnOnce(u16) -> (Command, &'static str)) -> Server {
        let port = port::unused();
        let (command, announcement) = command(port);
        let process = Process::start(command);
        assert!(process.says(announcement), "the server starts");
        Server { port, process, _work: None }
    }

    /// Connects to the server.
    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).expect("it listens");
        stream.set_read_timeout(Some(TIMEOUT)).expect("a timeout");
        stream
    }

    /// Sends a request and returns all that comes until the connection ends.
    pub fn answer(&self, request: &[u8]) -> Answer {
        let mut stream = self.connect();
        // A server that refuses a request need not read all of it.
        let _ = stream.write_all(request);
        Answer::read(stream)
    }

    /// Sends a request for a path, and returns the answer.
    pub fn get(&self, path: &str) -> Answer {
        self.answer(format!("GET {path} HTTP/1.1\r\nHost: example.test\r\nConnection: close\r\n\r\n").as_bytes())
    }

    /// Waits for a line of the server's log with a text.
    pub fn says(&self, text: &str) -> bool {
        self.process.says(text)
    }

    /// The memory that it uses.
    pub fn memory(&self) -> u64 {
        self.process.memory("VmRSS")
    }

    /// The most memory that it has used so far.
    pub fn peak_memory(&self) -> u64 {
        self.process.memory("VmHWM")
    }

    pub fn process(&mut self) -> &mut Process {
        &mut self.process
    }

    /// Waits until it has ended successfully, and returns the rest of its log.
    pub fn end(self) -> String {
        self.process.text()
    }
}

/// A response, without what servers add.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// 0 if there is no answer.
    pub status: u16,
    /// In the order of their names, which are in small letters.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// True if the body ends before its end.
    pub is_broken_off: bool,
}

/// Headers that are the server's.
const SERVERS: [&str; 6] = ["server", "date", "connection", "transfer-encoding", "accept-ranges", "content-length"];

impl Answer {
    /// Reads until the connection ends.
    pub fn read(mut stream: TcpStream) -> Answer {
        let mut bytes = Vec::new();
        // A connection that is reset ends, too.
        let _ = stream.read_to_end(&mut bytes);
        Answer::parse(&bytes)
    }

    fn parse(bytes: &[u8]) -> Answer {
        let text = String::from_utf8_lossy(bytes);
        if bytes.is_empty() {
            return Answer { status: 0, headers: Vec::new(), body: Vec::new(), is_broken_off: true };
        }
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n");
        let end = end.unwrap_or_else(|| panic!("this is no response: {text:.200}"));
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let mut lines = head.split("\r\n");
        let status: u16 = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok()).expect("a status line");
        if status == 100 {
            return Answer::parse(&bytes[end + 4..]);
        }
        let headers = lines.filter_map(|line| line.split_once(": ").or(line.split_once(':')));
        let mut headers: Vec<_> = headers.map(|(name, value)| (name.to_lowercase(), value.to_string())).collect();
        headers.sort();
        let value = |name: &str| headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.clone());
        let mut body = bytes[end + 4..].to_vec();
        let mut is_broken_off = false;
        if value("transfer-encoding").is_some_and(|coding| coding == "chunked") {
            (body, is_broken_off) = unchunked(&body);
        } else if let Some(length) = value("content-length") {
            is_broken_off = !body.is_empty() && body.len() < length.parse().expect("a length");
        }
        headers.retain(|(name, _)| !SERVERS.contains(&name.as_str()));
        Answer { status, headers, body, is_broken_off }
    }

    /// The response as text; a long body by its size. Of one that is broken off, it is chance how much arrives.
    pub fn to_text(&self) -> String {
        if self.is_broken_off {
            return "(broken off)\n".into();
        }
        let mut text = format!("{}\n", self.status);
        for (name, value) in &self.headers {
            text += &format!("{name}: {value}\n");
        }
        text += "\n";
        if self.body.len() > 4000 {
            text += &format!("({} bytes)\n", self.body.len());
        } else {
            text += &String::from_utf8_lossy(&self.body);
        }
        text
    }
}

/// The contents of chunks, and whether the last is missing.
fn unchunked(mut bytes: &[u8]) -> (Vec<u8>, bool) {
    let mut body = Vec::new();
    loop {
        let Some(line) = bytes.windows(2).position(|window| window == b"\r\n") else { return (body, true) };
        let size = std::str::from_utf8(&bytes[..line]).ok().and_then(|size| usize::from_str_radix(size, 16).ok());
        let (Some(size), rest) = (size, &bytes[line + 2..]) else { return (body, true) };
        if size == 0 {
            return (body, false);
        }
        let end = size.min(rest.len());
        body.extend_from_slice(&rest[..end]);
        match rest.get(size + 2..) {
            Some(rest) => bytes = rest,
            None => return (body, true),
        }
    }
}

/// The requests in a directory of tests/data/http, with the names of their files.
pub fn requests(directory: &str) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<PathBuf> = fs::read_dir(data("http").join(directory))
        .expect(directory)
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    let named = |file: PathBuf| {
        let name = file.file_stem().expect("a name").to_string_lossy().into_owned();
        (name, fs::read(&file).expect("a file"))
    };
    files.into_iter().map(named).collect()
}
