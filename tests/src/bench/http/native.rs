//! lighttpd, which starts a program for each request.

use super::servers::Server;
use crate::port;
use anyhow::{Result, ensure};
use std::fs;
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

/// The time that it may take to start.
const TIMEOUT: Duration = Duration::from_secs(20);

/// Serves a directory, in which programs and interpreters are assigned as in lighttpd's configuration. Returns none where
/// there is no lighttpd.
pub fn serve(directory: &Path, assigned: &str) -> Result<Option<Server>> {
    const LIGHTTPD: &str = "/usr/sbin/lighttpd";
    if !fs::exists(LIGHTTPD)? {
        return Ok(None);
    }
    let (port, file) = (port::unused(), directory.join("lighttpd.conf"));
    let configuration = format!(
        "server.document-root = \"{}\"\nserver.bind = \"127.0.0.1\"\nserver.port = {port}\n\
         server.modules = (\"mod_cgi\")\ncgi.assign = ({assigned})\nserver.max-keep-alive-requests = 1000000\n",
        directory.display()
    );
    fs::write(&file, configuration)?;
    let mut command = Command::new(LIGHTTPD);
    command.arg("-D").arg("-f").arg(file);
    let server = Server::at_port(command, port)?;
    let deadline = Instant::now() + TIMEOUT;
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        ensure!(Instant::now() < deadline, "lighttpd does not start");
        thread::sleep(Duration::from_millis(5));
    }
    Ok(Some(server))
}
