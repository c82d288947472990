//! Servers as processes. They end when they are dropped.

use crate::built::{self, installed};
use crate::port;
use anyhow::{Context, Result, ensure};
use serde_json::json;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// The time that it may take to start.
const TIMEOUT: Duration = Duration::from_secs(120);

pub struct Server {
    port: u16,
    _process: Process,
}

struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail if it has already ended.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Server {
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Serves a component by stock wasmtime.
    pub fn wasmtime(component: &Path, options: &[&str]) -> Result<Server> {
        let mut command = Command::new(installed("python/wasmtime_cli/wasmtime")?);
        command.args(["serve", "--addr", "127.0.0.1:0", "-S", "cli"]).args(options).arg(component);
        Server::announced(command)
    }

    pub fn ours(component: &Path, options: &[&str]) -> Result<Server> {
        let mut command = Command::new(built::binary("wasi-adapt"));
        command.args(["serve", "--quiet", "--addr", "127.0.0.1:0"]).args(options).arg(component);
        Server::announced(command)
    }

    /// Serves a module, with more environment variables and a directory: see `tests/src/bin/serve-per-request.rs`.
    pub fn per_request(module: &Path, env: &[&str], directory: Option<&Path>) -> Result<Server> {
        let mut command = Command::new(built::binary("serve-per-request"));
        command.arg(module).args(env.iter().flat_map(|variable| ["--env", variable]));
        command.args(directory.into_iter().flat_map(|directory| [Path::new("--dir"), directory]));
        Server::announced(command)
    }

    /// Starts a server that prints its address, with the port at the end.
    fn announced(mut command: Command) -> Result<Server> {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = Process(command.spawn().with_context(|| format!("{command:?}"))?);
        // wasmtime announces itself on stderr.
        let stdout = process.0.stdout.take().context("it is piped")?;
        let stderr = process.0.stderr.take().context("it is piped")?;
        let (sender, lines) = std::sync::mpsc::channel();
        let read = |reader: Box<dyn std::io::Read + Send>, sender: std::sync::mpsc::Sender<String>| {
            thread::spawn(move || {
                for line in BufReader::new(reader).lines().map_while(std::io::Result::ok) {
                    let _ = sender.send(line); // Later lines are for nobody.
                }
            })
        };
        read(Box::new(stdout), sender.clone());
        read(Box::new(stderr), sender);
        let line = lines.recv().with_context(|| format!("{command:?} ends"))?;
        let port = line.trim().trim_end_matches('/').rsplit(':').next().and_then(|port| port.parse().ok());
        Ok(Server { port: port.with_context(|| format!("{command:?}: {line}"))?, _process: process })
    }

    /// Starts a server at a port.
    pub fn at_port(mut command: Command, port: u16) -> Result<Server> {
        let process = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let server = Server { port, _process: Process(process.with_context(|| format!("{command:?}"))?) };
        let starts = || Ok(TcpStream::connect(("127.0.0.1", port)).is_ok());
        wait_until(starts, Duration::from_millis(5)).with_context(|| format!("{command:?} does not start"))?;
        Ok(server)
    }

    /// Serves a component by a host of wasmCloud, with a directory under a name. Returns none where there is no such host.
    /// It listens before it has compiled the component, which answers requests for a path.
    pub fn wasmcloud(
        work: &Path,
        component: &Path,
        volume: Option<(&Path, &str)>,
        path: &str,
    ) -> Result<Option<Server>> {
        let Ok(wash) = installed("wasmcloud/wash_cli/wash") else { return Ok(None) };
        let (home, port) = (work.join("wasmcloud"), port::unused());
        fs::create_dir_all(home.join(".wash"))?;
        let volume = volume.map(|(host, guest)| json!({ "host_path": host, "guest_path": guest }));
        // YAML has JSON in it.
        let configuration = json!({
            "build": { "command": "true", "component_path": component },
            "dev": { "address": format!("127.0.0.1:{port}"), "volumes": Vec::from_iter(volume) },
        });
        fs::write(home.join(".wash/config.yaml"), configuration.to_string())?;
        let mut command = Command::new(wash);
        command.args(["--non-interactive", "dev"]).env("HOME", &home).current_dir(&home);
        let server = Server::at_port(command, port)?;
        wait_until(|| is_answered(port, path), Duration::from_millis(100)).context("wasmCloud does not answer")?;
        Ok(Some(server))
    }
}

/// Asks again after each pause, until it is so.
fn wait_until(is_so: impl Fn() -> Result<bool>, pause: Duration) -> Result<()> {
    let deadline = Instant::now() + TIMEOUT;
    while !is_so()? {
        ensure!(Instant::now() < deadline, "it took longer than {TIMEOUT:?}");
        thread::sleep(pause);
    }
    Ok(())
}

/// Returns whether a request for a path is answered successfully.
fn is_answered(port: u16, path: &str) -> Result<bool> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")?;
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line)?;
    Ok(line.starts_with("HTTP/1.1 200"))
}
