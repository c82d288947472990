//! lighttpd, which starts a program for each request.

use super::servers::Server;
use crate::port;
use anyhow::Result;
use std::fs;
use std::path::Path;
use std::process::Command;

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
    Server::at_port(command, port).map(Some)
}
