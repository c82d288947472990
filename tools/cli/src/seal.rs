//! The options that say what lies in a component instead of in its host, and what it does not have.

use super::io;
use crate::values::HostValues;
use anyhow::{Result, bail};
use clap::{Args, ValueEnum};
use sha2::{Digest, Sha256};
use std::convert::Infallible;
use std::path::PathBuf;
use std::str::FromStr;
use wasi_adapt::seal::{Argument, Capability, Clock, RandomKey, Seal, UnknownCapability, Variable};

#[derive(Args)]
#[command(next_help_heading = "What is sealed into the component")]
pub struct SealArgs {
    /// Deny WHAT: the component imports nothing of it; may be given several times
    ///
    /// WHAT is filesystem, network, name-lookup, env, args, stdin, stdout, stderr, clocks, random, exit, or all of these. The
    /// program behaves as on a preview1 host without it: no directories, no variables, the end of stdin.
    #[arg(long, value_name = "WHAT", value_parser = What::from_str)]
    deny: Vec<What>,
    /// Allow WHAT though `--deny all` denies it; may be given several times
    #[arg(long, value_name = "WHAT", value_parser = What::from_str)]
    allow: Vec<What>,
    /// An environment variable that is put into the component; may be given several times
    #[arg(long, value_name = "NAME=VALUE", value_parser = Variable::from_str)]
    env: Vec<Variable>,
    /// A file of such variables, with a NAME=VALUE in each line; `--env` and files behind it count more
    ///
    /// Empty lines and lines that begin with `#` are passed over. Quotes and spaces are part of the value.
    #[arg(long, value_name = "FILE")]
    env_file: Vec<PathBuf>,
    /// The directory that the program finds itself in, as a C library does that reads the variable PWD, which this sets
    #[arg(long, value_name = "DIR", value_parser = parse_cwd)]
    cwd: Option<Variable>,
    /// An argument that is put into the component; may be given several times
    #[arg(long, value_name = "ARG", value_parser = Argument::from_str, allow_hyphen_values = true)]
    arg: Vec<Argument>,
    /// The name that the program is told is its own, whatever the host says
    #[arg(long, value_name = "NAME", value_parser = Argument::from_str)]
    argv0: Option<Argument>,
    /// A file that the program reads as its standard input
    #[arg(long, value_name = "FILE")]
    stdin: Option<PathBuf>,
    /// The destination of the program's standard output: the host, or nothing
    #[arg(long, value_enum, value_name = "WHERE", default_value = "host")]
    stdout: Output,
    /// The destination of its standard error
    #[arg(long, value_enum, value_name = "WHERE", default_value = "host")]
    stderr: Output,
    /// The time that the program is told, in place of the host's: as 2026-01-31T12:00:00Z, or in seconds since 1970 as @1769860800
    ///
    /// It goes on by STEP, as 1ms, whenever the program reads a clock; without STEP it stands still. A program that waits for a
    /// time goes on at once, and the clock tells that time.
    #[arg(long, value_name = "TIME[+STEP]", value_parser = Clock::from_str)]
    clock: Option<Clock>,
    /// Make the program's random bytes follow from SEED, the same in each run, by ChaCha20 with its SHA-256 as the key
    ///
    /// Whoever has the component knows them: they are no secret to make keys of.
    #[arg(long, value_name = "SEED", value_parser = parse_seed)]
    random: Option<RandomKey>,
    /// The use of the host's variables and arguments, if there are any in the component
    #[arg(long, value_enum, value_name = "HOW", default_value = "merge")]
    host_values: HostValues,
}

/// `--stdout`, `--stderr`
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Output {
    /// To the host
    Host,
    /// Nowhere: everything is written, and lost
    Null,
}

/// Capabilities by one name.
#[derive(Clone, Copy)]
enum What {
    All,
    One(Capability),
}

impl What {
    fn capabilities(&self) -> &[Capability] {
        match self {
            What::All => &Capability::ALL,
            What::One(one) => std::slice::from_ref(one),
        }
    }
}

impl FromStr for What {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "all" {
            return Ok(What::All);
        }
        text.parse().map(What::One).map_err(|error: UnknownCapability| format!("{error}, or all"))
    }
}

fn parse_cwd(text: &str) -> Result<Variable, String> {
    if !text.starts_with('/') {
        return Err("it is an absolute path: /DIR".into());
    }
    Variable::new("PWD", text).map_err(|error| error.to_string())
}

fn parse_seed(text: &str) -> Result<RandomKey, Infallible> {
    Ok(RandomKey(Sha256::digest(text).into()))
}

impl SealArgs {
    /// Reads the files of variables, too.
    pub fn plan(&self) -> Result<Seal> {
        let mut seal = Seal::new().argv0(self.argv0.clone()).host_values(self.host_values.into());
        seal = seal.clock(self.clock).random(self.random);
        for capability in self.deny.iter().flat_map(What::capabilities) {
            seal = seal.deny(*capability);
        }
        for capability in self.allow.iter().flat_map(What::capabilities) {
            seal = seal.allow(*capability);
        }
        for (output, capability) in [(self.stdout, Capability::Stdout), (self.stderr, Capability::Stderr)] {
            if output == Output::Null {
                seal = seal.deny(capability);
            }
        }
        let stdin = self.stdin.as_ref().map(|path| io::read_bytes(path)).transpose()?;
        seal = seal.stdin(stdin);
        let files = self.variables_of_files()?;
        for variable in files.iter().chain(&self.cwd).chain(&self.env) {
            seal = seal.variable(variable.clone());
        }
        for argument in &self.arg {
            seal = seal.argument(argument.clone());
        }
        Ok(seal)
    }

    fn variables_of_files(&self) -> Result<Vec<Variable>> {
        let (mut variables, mut bad) = (Vec::new(), Vec::new());
        for path in &self.env_file {
            match Variable::parse_file(&io::read_text(path)?) {
                Ok(more) => variables.extend(more),
                Err(lines) => bad.extend(
                    lines.into_iter().map(|(line, error)| format!("\n  {}, line {line}: {error}", io::display(path))),
                ),
            }
        }
        if bad.is_empty() {
            return Ok(variables);
        }
        bail!("a file of variables has a NAME=VALUE in each line, and these have not:{}", bad.concat())
    }
}
