//! The options that say what lies in a component instead of in its host, and what it does not have; on the command line, and in
//! the file of a policy.

use super::file_options::{Embed, FileArgs, Writable};
use super::io;
use crate::policy::{self, choice, list, value};
use crate::values::HostValues;
use anyhow::{Result, bail};
use clap::{Args, ValueEnum};
use glob::{MatchOptions, Pattern};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use wasi_adapt::seal::{Argument, Capability, Clock, RandomKey, Seal, UnknownCapability, Variable};

#[derive(Args, Default, Deserialize)]
#[command(next_help_heading = "What is sealed into the component")]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct SealArgs {
    /// Deny WHAT: the component imports nothing of it; may be given several times
    ///
    /// WHAT is filesystem, network, name-lookup, env, args, stdin, stdout, stderr, clocks, random, exit, or all of these. The
    /// program behaves as on a preview1 host without it: no directories, no variables, the end of stdin.
    #[arg(long, value_name = "WHAT", value_parser = What::from_str)]
    #[serde(deserialize_with = "list")]
    deny: Vec<What>,
    /// Allow WHAT though `--deny all` denies it; may be given several times
    #[arg(long, value_name = "WHAT", value_parser = What::from_str)]
    #[serde(deserialize_with = "list")]
    allow: Vec<What>,
    /// An environment variable that is put into the component; may be given several times
    #[arg(long, value_name = "NAME=VALUE", value_parser = Variable::from_str)]
    #[serde(deserialize_with = "list")]
    env: Vec<Variable>,
    /// A file of such variables, with a NAME=VALUE in each line; `--env` and files behind it count more
    ///
    /// Empty lines and lines that begin with `#` are passed over. Quotes and spaces are part of the value.
    #[arg(long, value_name = "FILE")]
    env_file: Vec<PathBuf>,
    /// The directory that the program finds itself in, as a C library does that reads the variable PWD, which this sets
    #[arg(long, value_name = "DIR", value_parser = Cwd::from_str)]
    #[serde(deserialize_with = "value")]
    cwd: Option<Cwd>,
    /// An argument that is put into the component; may be given several times
    #[arg(long, value_name = "ARG", value_parser = Argument::from_str, allow_hyphen_values = true)]
    #[serde(deserialize_with = "list")]
    arg: Vec<Argument>,
    /// The name that the program is told is its own, whatever the host says
    #[arg(long, value_name = "NAME", value_parser = Argument::from_str)]
    #[serde(deserialize_with = "value")]
    argv0: Option<Argument>,
    /// A file that the program reads as its standard input
    #[arg(long, value_name = "FILE")]
    stdin: Option<PathBuf>,
    /// The destination of the program's standard output: the host, which is the default, or nothing
    #[arg(long, value_enum, value_name = "WHERE")]
    #[serde(deserialize_with = "choice")]
    stdout: Option<Output>,
    /// The destination of its standard error
    #[arg(long, value_enum, value_name = "WHERE")]
    #[serde(deserialize_with = "choice")]
    stderr: Option<Output>,
    /// The time that the program is told, in place of the host's: as 2026-01-31T12:00:00Z, or in seconds since 1970 as @1769860800
    ///
    /// It goes on by STEP, as 1ms, whenever the program reads a clock; without STEP it stands still. A program that waits for a
    /// time goes on at once, and the clock tells that time.
    #[arg(long, value_name = "TIME[+STEP]", value_parser = Clock::from_str)]
    #[serde(deserialize_with = "value")]
    clock: Option<Clock>,
    /// Make the program's random bytes follow from SEED, the same in each run, by ChaCha20 with its SHA-256 as the key
    ///
    /// Whoever has the component knows them: they are no secret to make keys of.
    #[arg(long, value_name = "SEED", value_parser = Seed::from_str)]
    #[serde(deserialize_with = "value")]
    random: Option<Seed>,
    /// The use of the host's variables and arguments, if there are any in the component [default: merge]
    #[arg(long, value_enum, value_name = "HOW")]
    #[serde(deserialize_with = "choice")]
    host_values: Option<HostValues>,
    /// Refuse a program that imports functions of preview1 for something denied, instead of leaving them without effect
    #[arg(long)]
    strict: bool,
    /// A TOML file with these options as keys, for many programs; what is given here counts more
    ///
    /// Each of its tables [[override]] has such keys, too, and `files`: patterns of names, as "python*.wasm", of the programs
    /// for which it adds to the rest. Files that it names are looked for beside it.
    #[arg(long, value_name = "FILE")]
    #[serde(skip)]
    policy: Option<PathBuf>,
    /// The programs that it is about, by patterns of their names, or with a `/` of their paths; none is all.
    #[arg(skip)]
    #[serde(deserialize_with = "list")]
    files: Vec<Pattern>,
    #[arg(skip)]
    r#override: Vec<SealArgs>,
    /// The files of a policy. On the command line, their options are also those of subcommands that seal nothing.
    #[arg(skip)]
    #[serde(deserialize_with = "list")]
    embed: Vec<Embed>,
    #[arg(skip)]
    #[serde(deserialize_with = "list")]
    embed_writable: Vec<Embed>,
    #[arg(skip)]
    #[serde(deserialize_with = "list")]
    writable: Vec<Writable>,
    #[arg(skip)]
    tmp: bool,
    #[arg(skip)]
    dev: bool,
    /// The contents of the files that are named.
    #[arg(skip)]
    #[serde(skip)]
    contents: Contents,
}

#[derive(Default)]
struct Contents {
    policy: Option<Box<SealArgs>>,
    variables: Vec<Variable>,
    stdin: Option<Vec<u8>>,
    /// The files of a policy, which are read for a program that has them.
    files: FileArgs,
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

/// A working directory, as a variable.
#[derive(Clone)]
struct Cwd(Variable);

impl FromStr for Cwd {
    type Err = String;

    fn from_str(text: &str) -> Result<Cwd, String> {
        if !text.starts_with('/') {
            return Err("it is an absolute path: /DIR".into());
        }
        Variable::new("PWD", text).map(Cwd).map_err(|error| error.to_string())
    }
}

/// Text that random bytes follow from.
#[derive(Clone)]
struct Seed(RandomKey);

impl FromStr for Seed {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Seed, Infallible> {
        Ok(Seed(RandomKey(Sha256::digest(text).into())))
    }
}

impl SealArgs {
    /// Reads all files that are named, the policy included.
    pub fn read(&mut self) -> Result<()> {
        if let Some(path) = &self.policy {
            self.contents.policy = Some(policy::read(path)?.into());
        }
        self.read_beside(Path::new(""))
    }

    /// Reads the files that are named, with paths relative to a directory.
    pub fn read_beside(&mut self, directory: &Path) -> Result<()> {
        let stdin = self.stdin.as_ref().map(|path| io::read_bytes(&directory.join(path)));
        self.contents.stdin = stdin.transpose()?;
        self.contents.variables = self.variables_of_files(directory)?;
        self.embed.iter_mut().chain(&mut self.embed_writable).for_each(|embed| embed.beside(directory));
        self.contents.files = FileArgs {
            embed: self.embed.clone(),
            embed_writable: self.embed_writable.clone(),
            writable: self.writable.clone(),
            tmp: self.tmp,
            dev: self.dev,
        };
        self.r#override.iter_mut().try_for_each(|policy| policy.read_beside(directory))
    }

    /// Returns the seal of the program in a file.
    pub fn seal(&self, file: &Path) -> Seal {
        self.about(file).into_iter().fold(Seal::new(), |seal, args| args.add_to(seal))
    }

    /// Returns the files that policies have for the program in a file.
    pub fn files(&self, file: &Path) -> Vec<&FileArgs> {
        let files = self.about(file).into_iter().map(|args| &args.contents.files);
        files.filter(|files| !files.is_empty()).collect()
    }

    /// Returns the options that are about a program. The later ones count more.
    fn about(&self, file: &Path) -> Vec<&SealArgs> {
        if !self.is_about(file) {
            return Vec::new();
        }
        let policy = self.contents.policy.iter().flat_map(|policy| policy.about(file));
        policy.chain([self]).chain(self.r#override.iter().flat_map(|policy| policy.about(file))).collect()
    }

    fn add_to(&self, mut seal: Seal) -> Seal {
        seal = self.deny.iter().flat_map(What::capabilities).fold(seal, |seal, denied| seal.deny(*denied));
        seal = self.allow.iter().flat_map(What::capabilities).fold(seal, |seal, allowed| seal.allow(*allowed));
        for (output, stream) in [(self.stdout, Capability::Stdout), (self.stderr, Capability::Stderr)] {
            seal = match output {
                Some(Output::Host) => seal.allow(stream),
                Some(Output::Null) => seal.deny(stream),
                None => seal,
            };
        }
        let variables = self.contents.variables.iter().chain(self.cwd.iter().map(|cwd| &cwd.0)).chain(&self.env);
        seal = variables.fold(seal, |seal, variable| seal.variable(variable.clone()));
        seal = self.arg.iter().fold(seal, |seal, argument| seal.argument(argument.clone()));
        seal = self.argv0.iter().fold(seal, |seal, name| seal.argv0(name.clone()));
        seal = self.contents.stdin.iter().fold(seal, |seal, bytes| seal.stdin(bytes.clone()));
        seal = self.clock.iter().fold(seal, |seal, clock| seal.clock(*clock));
        seal = self.random.iter().fold(seal, |seal, seed| seal.random(seed.0));
        seal = self.host_values.iter().fold(seal, |seal, how| seal.host_values((*how).into()));
        if self.strict {
            seal = seal.strict(true);
        }
        seal
    }

    fn is_about(&self, file: &Path) -> bool {
        let options = MatchOptions { require_literal_separator: true, ..MatchOptions::new() };
        let name = Path::new(file.file_name().unwrap_or_default());
        let matches = |pattern: &Pattern| {
            let of = if pattern.as_str().contains('/') { file } else { name };
            pattern.matches_path_with(of, options)
        };
        self.files.is_empty() || self.files.iter().any(matches)
    }

    fn variables_of_files(&self, directory: &Path) -> Result<Vec<Variable>> {
        let (mut variables, mut bad) = (Vec::new(), Vec::new());
        for path in self.env_file.iter().map(|path| directory.join(path)) {
            match Variable::parse_file(&io::read_text(&path)?) {
                Ok(more) => variables.extend(more),
                Err(lines) => bad.extend(
                    lines.into_iter().map(|(line, error)| format!("\n  {}, line {line}: {error}", io::display(&path))),
                ),
            }
        }
        if bad.is_empty() {
            return Ok(variables);
        }
        bail!("a file of variables has a NAME=VALUE in each line, and these have not:{}", bad.concat())
    }
}
