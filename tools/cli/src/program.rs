//! The options that say what a program may see and touch, for every subcommand that runs one.

use super::io;
use anyhow::Result;
use clap::Args;
use std::path::{Path, PathBuf};
use wasi_adapt_host::{DirMapping, Host, Invocation, Network, Stdio};

#[derive(Args)]
#[command(next_help_heading = "What the program gets")]
pub struct ProgramArgs {
    /// A directory, under the same name or another one; may be given several times
    #[arg(long, value_name = "HOST[::GUEST]", value_parser = parse_dir)]
    dir: Vec<DirMapping>,
    /// An environment variable; NAME alone takes the value it has here; may be given several times
    #[arg(long, value_name = "NAME[=VALUE]", value_parser = parse_env)]
    env: Vec<(String, String)>,
    /// The whole environment of this process (what is not Unicode is left out)
    #[arg(long)]
    inherit_env: bool,
    /// Access to the network
    #[arg(long)]
    inherit_network: bool,
    /// Permission to look up host names
    #[arg(long)]
    allow_ip_name_lookup: bool,
    /// How many resources (files, streams, sockets ..) a component may have at a time; beyond that it traps
    #[arg(long, value_name = "N")]
    max_resources: Option<usize>,
    /// What the program is told its name is [default: the name of the file]
    #[arg(long, value_name = "NAME")]
    argv0: Option<String>,
    /// Keep compiled code in a directory, to start faster the next time
    #[arg(long, value_name = "DIR", help_heading = None::<&str>)]
    cache: Option<PathBuf>,
    /// The program's arguments
    #[arg(last = true, value_name = "ARGS", help_heading = None::<&str>)]
    args: Vec<String>,
}

fn parse_dir(text: &str) -> Result<DirMapping, String> {
    let (host, guest) = text.split_once("::").unwrap_or((text, text));
    if host.is_empty() || guest.is_empty() {
        return Err("a directory is given as HOST or as HOST::GUEST, neither being empty".into());
    }
    Ok(DirMapping { host: host.into(), guest: guest.into() })
}

fn parse_env(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some(("", _)) => Err("a variable has a name: NAME=VALUE".into()),
        Some((name, value)) => Ok((name.into(), value.into())),
        None => match std::env::var(text) {
            Ok(value) => Ok((text.into(), value)),
            Err(_) => Err(format!("`{text}` is not set here: give it a value with {text}=VALUE")),
        },
    }
}

impl ProgramArgs {
    pub fn host(&self) -> Result<Host> {
        self.cache.as_deref().map_or_else(Host::new, Host::with_cache)
    }

    pub fn plan(self, file: &Path, stdio: Stdio) -> Invocation {
        let name = || file.file_name().filter(|_| !io::is_stdin(file));
        let argv0 = self.argv0.or_else(|| Some(name()?.to_string_lossy().into_owned()));
        let mut env: Vec<(String, String)> = Vec::new();
        if self.inherit_env {
            let unicode = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
                Some((name.into_string().ok()?, value.into_string().ok()?))
            };
            env.extend(std::env::vars_os().filter_map(unicode));
        }
        for (name, value) in self.env {
            match env.iter_mut().find(|(other, _)| *other == name) {
                Some((_, old)) => *old = value,
                None => env.push((name, value)),
            }
        }
        Invocation {
            args: std::iter::once(argv0.unwrap_or_default()).chain(self.args).collect(),
            env,
            dirs: self.dir,
            stdio,
            network: Network { inherit: self.inherit_network, name_lookup: self.allow_ip_name_lookup },
            max_resources: self.max_resources,
        }
    }
}
