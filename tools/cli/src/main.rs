//! The command line. Each subcommand is a file: its arguments as clap reads them, the plan they make, and the run.
//!
//! Errors go to stderr as `error:` and the causes, with exit status 1, or 2 of `verify`; wrong usage exits with 2, as clap does.
//! A closed pipe is nobody's error and is silent.

mod cgi_options;
mod completion;
mod extract;
mod failure;
mod file_options;
mod foreign;
mod inputs;
mod inspect;
mod io;
mod layer_options;
mod link;
mod link_options;
mod man;
mod policy;
mod position;
#[cfg(feature = "host")]
mod program;
#[cfg(feature = "host")]
mod run;
mod sdk;
mod seal;
mod sealed_linker;
#[cfg(feature = "host")]
mod serve;
mod socket_options;
mod trace_options;
#[cfg(not(feature = "host"))]
mod unavailable;
mod usage;
mod values;
#[cfg(feature = "host")]
mod verify;

use anyhow::{Error, Result};
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use std::io::{ErrorKind, IsTerminal, Write};
use std::process::ExitCode;
use termcolor::{Color, ColorChoice, ColorSpec, StandardStream, WriteColor};
use wasi_adapt::names::escaped;

#[cfg(not(feature = "host"))]
use unavailable::{run, serve, verify};

/// Makes a WASI 0.2 component out of any wasi_snapshot_preview1 core module
///
/// The component behaves as the module did: the same output, exit status, error numbers and files.
#[derive(Parser)]
#[command(name = "wasi-adapt", version, arg_required_else_help = true, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    common: Common,
}

const EXAMPLES: &str = "\
Examples:
  wasi-adapt link program.wasm -o program.component.wasm   Make a component
  wasi-adapt inspect program.wasm                          See what the module is and what it needs
  wasi-adapt run --dir . program.wasm input.txt            Run it as a component
  wasi-adapt verify --dir . program.wasm input.txt         Compare module and component";

/// The exit status of `verify` if there is nothing to compare.
const NOT_VERIFIED: u8 = 2;

#[derive(Subcommand)]
enum Command {
    Link(link::Link),
    Inspect(inspect::Inspect),
    Run(run::Run),
    Serve(serve::Serve),
    Verify(verify::Verify),
    Extract(extract::Extract),
    Sdk(sdk::Sdk),
    Completion(completion::Completion),
    #[command(hide = true)]
    Man(man::Man),
    /// Prints the version
    #[command(hide = true)]
    Version,
}

/// The options of every subcommand.
#[derive(Clone, Copy, Args)]
#[command(next_help_heading = "Messages")]
struct Common {
    /// Say on stderr what is done
    #[arg(short, long, global = true)]
    verbose: bool,
    /// When to use colour in messages
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value = "auto")]
    color: When,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum When {
    /// On a terminal
    Auto,
    /// Wherever they go
    Always,
    /// Not at all
    Never,
}

/// The whole command line; every subcommand knows the version.
fn command() -> clap::Command {
    Cli::command().propagate_version(true).mut_subcommands(|subcommand| subcommand.display_name("wasi-adapt"))
}

fn parse() -> Result<Cli, clap::Error> {
    let matches = command().try_get_matches().map_err(|error| match error.kind() {
        clap::error::ErrorKind::InvalidUtf8 => {
            usage::not_utf8(std::env::args_os().filter(|argument| argument.to_str().is_none()))
        }
        _ => error,
    })?;
    Cli::from_arg_matches(&matches)
}

/// Parses the process's arguments, does what they say, and gives the exit status.
fn main() -> ExitCode {
    #[cfg(target_os = "wasi")]
    enter_current_directory();
    let cli = match parse() {
        Ok(cli) => cli,
        Err(error) => return wrong_usage(&error),
    };
    let common = cli.common;
    let failed =
        if matches!(cli.command, Command::Verify(_)) { ExitCode::from(NOT_VERIFIED) } else { ExitCode::FAILURE };
    let result = match cli.command {
        Command::Link(command) => command.run(&common),
        Command::Inspect(command) => command.run(&common),
        Command::Run(command) => command.run(&common),
        Command::Serve(command) => command.run(&common),
        Command::Verify(command) => command.run(&common),
        Command::Extract(command) => command.run(&common),
        Command::Sdk(command) => command.run(&common),
        Command::Completion(command) => command.run(),
        Command::Man(command) => command.run(),
        Command::Version => print(command().render_version().as_bytes()).map(|()| ExitCode::SUCCESS),
    };
    match result {
        Ok(status) => status,
        Err(error) if error.is::<clap::Error>() => {
            error.downcast().map_or(ExitCode::FAILURE, |error| wrong_usage(&error))
        }
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = common.complain_of(&error); // There is nowhere left to complain.
            failed
        }
    }
}

/// WASI has no current directory, and programs begin in `/`: the variable `PWD` says which one is meant, as it does to programs
/// in Go.
#[cfg(target_os = "wasi")]
fn enter_current_directory() {
    if let Some(directory) = std::env::var_os("PWD") {
        let _ = std::env::set_current_dir(directory); // What is not found is named when it is missed.
    }
}

fn wrong_usage(error: &clap::Error) -> ExitCode {
    let _ = error.print(); // There is nowhere left to complain.
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

impl Common {
    /// A line for whoever asked for `--verbose`.
    fn say(&self, line: impl FnOnce() -> String) {
        if self.verbose {
            let _ = writeln!(std::io::stderr(), "{}", line()); // Progress is not worth failing for.
        }
    }

    fn stderr(&self) -> StandardStream {
        StandardStream::stderr(match self.color {
            When::Always => ColorChoice::AlwaysAnsi,
            When::Auto if std::io::stderr().is_terminal() => ColorChoice::Auto,
            When::Auto | When::Never => ColorChoice::Never,
        })
    }

    /// Prints a message under its coloured label.
    fn print(&self, color: Color, label: &str, message: &str) -> std::io::Result<()> {
        let mut stderr = self.stderr();
        stderr.set_color(ColorSpec::new().set_fg(Some(color)).set_bold(true))?;
        write!(stderr, "{label}:")?;
        stderr.reset()?;
        writeln!(stderr, " {}", printable(message))
    }

    fn warn(&self, message: &str) -> std::io::Result<()> {
        self.print(Color::Yellow, "warning", message)
    }

    fn complain_of(&self, error: &Error) -> std::io::Result<()> {
        let causes: Vec<_> = error.chain().skip(1).map(ToString::to_string).collect();
        self.complain(&error.to_string(), &causes)
    }

    /// Prints an error message and what caused it, which is numbered if it is more than one.
    fn complain(&self, message: &str, causes: &[String]) -> std::io::Result<()> {
        self.print(Color::Red, "error", message)?;
        let mut stderr = self.stderr();
        if !causes.is_empty() {
            writeln!(stderr, "\nCaused by:")?;
        }
        for (number, cause) in causes.iter().enumerate() {
            let label = if causes.len() > 1 { format!("{number}: ") } else { String::new() };
            let indented = printable(cause).replace('\n', &format!("\n    {:1$}", "", label.len()));
            writeln!(stderr, "    {label}{indented}")?;
        }
        Ok(())
    }
}

/// A text of lines, in which file names and errors of engines may have brought anything.
fn printable(text: &str) -> String {
    text.split('\n').map(escaped).collect::<Vec<_>>().join("\n")
}

fn is_closed_pipe(error: &Error) -> bool {
    let kind = |cause: &(dyn std::error::Error + 'static)| Some(cause.downcast_ref::<std::io::Error>()?.kind());
    error.chain().any(|cause| kind(cause) == Some(ErrorKind::BrokenPipe))
}

/// Prints to stdout, where a closed pipe is an error and not a panic.
fn print(text: &[u8]) -> Result<()> {
    let mut stdout = std::io::stdout().lock();
    stdout.write_all(text)?;
    Ok(stdout.flush()?)
}
