//! The options that say what a program may see and touch, for every subcommand that runs one.

use super::{Common, io, usage};
use anyhow::Result;
use clap::Args;
use std::env::{self, VarError};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use wasi_adapt_host::{DirMapping, Host, Invocation, Stdio};

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
    /// The most resources (files, streams, sockets ..) that a component may have at a time; beyond that it traps
    #[arg(long, value_name = "N")]
    max_resources: Option<usize>,
    /// The name that the program is told is its own [default: the name of the file]
    #[arg(long, value_name = "NAME")]
    argv0: Option<String>,
    /// Keep compiled code in this directory [default: where wasmtime keeps it]
    #[arg(long, value_name = "DIR", help_heading = None::<&str>)]
    cache: Option<PathBuf>,
    /// Compile anew, and keep nothing
    #[arg(long, conflicts_with = "cache", help_heading = None::<&str>)]
    no_cache: bool,
    /// The program, binary or text (`-` is stdin), and its arguments
    ///
    /// Options of ours stand before it: all that comes after it is the program's, except for a `--` right behind it.
    #[arg(value_name = "FILE", trailing_var_arg = true, required = true, help_heading = None::<&str>)]
    file_and_args: Vec<OsString>,
}

pub fn parse_dir(text: &str) -> Result<DirMapping, String> {
    let (host, guest) = text.split_once("::").unwrap_or((text, text));
    if host.is_empty() || guest.is_empty() {
        return Err("a directory is given as HOST or as HOST::GUEST, neither being empty".into());
    }
    Ok(DirMapping::new(host, guest))
}

pub fn parse_env(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some(("", _)) => Err("a variable has a name: NAME=VALUE".into()),
        Some((name, value)) => Ok((name.into(), value.into())),
        None => match env::var(text) {
            Ok(value) => Ok((text.into(), value)),
            Err(VarError::NotPresent) => Err(format!("`{text}` is not set here: give it a value with {text}=VALUE")),
            Err(VarError::NotUnicode(_)) => Err(format!("`{text}` has a value here that is not UTF-8")),
        },
    }
}

impl ProgramArgs {
    /// The program's file.
    pub fn file(&self) -> &Path {
        Path::new(&self.file_and_args[0])
    }

    /// The engine. A cache that nobody asked for by name is done without where there can be none.
    pub fn host(&self, common: &Common) -> Result<Host> {
        if let Some(directory) = &self.cache {
            return Ok(Host::with_cache(directory)?);
        }
        if self.no_cache {
            return Ok(Host::new()?);
        }
        Host::with_default_cache().or_else(|error| {
            common.say(|| format!("no compiled code is kept: {:#}", anyhow::Error::from(error)));
            Ok(Host::new()?)
        })
    }

    pub fn plan(self, stdio: Stdio) -> Result<Invocation> {
        let argv0 = self.argv0.clone().unwrap_or_else(|| self.file_name());
        let mut invocation = Invocation::new(std::iter::once(argv0).chain(self.args()?))
            .inherit_network(self.inherit_network)
            .allow_ip_name_lookup(self.allow_ip_name_lookup);
        invocation.env = self.environment();
        invocation.dirs = self.dir;
        invocation.stdio = stdio;
        invocation.max_resources = self.max_resources;
        Ok(invocation)
    }

    fn file_name(&self) -> String {
        let name = self.file().file_name().filter(|_| !io::is_stdin(self.file()));
        name.unwrap_or_default().to_string_lossy().into_owned()
    }

    /// The program's arguments, which are strings in WASI 0.2.
    fn args(&self) -> Result<Vec<String>> {
        let args = &self.file_and_args[1..];
        let args = args.strip_prefix(&["--".into()]).unwrap_or(args);
        let (mut texts, mut others) = (Vec::new(), Vec::new());
        for arg in args {
            match arg.to_str() {
                Some(text) => texts.push(text.into()),
                None => others.push(arg),
            }
        }
        if others.is_empty() { Ok(texts) } else { Err(usage::not_utf8(others).into()) }
    }

    fn environment(&self) -> Vec<(String, String)> {
        let mut all: Vec<(String, String)> = Vec::new();
        if self.inherit_env {
            let unicode =
                |(name, value): (OsString, OsString)| Some((name.into_string().ok()?, value.into_string().ok()?));
            all.extend(env::vars_os().filter_map(unicode));
        }
        for (name, value) in &self.env {
            match all.iter_mut().find(|(other, _)| other == name) {
                Some((_, old)) => old.clone_from(value),
                None => all.push((name.clone(), value.clone())),
            }
        }
        all
    }
}
