//! The copies that programs work in. Whatever ends the process that runs the programs, nothing of them is to be left, so
//! another one waits for it and removes them: this command, which runs itself once more.

use anyhow::{Context, Result};
use signal_hook::consts::{SIGCHLD, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, ExitCode, ExitStatus};
use std::{env, process};
use tempfile::TempDir;

/// Runs this command line with a directory for the copies, and ends as that ends, or by the signal that ends this process.
pub fn run_with_copies() -> Result<ExitCode> {
    let directory = TempDir::new().context("making a temporary directory")?;
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGCHLD]).context("looking out for signals")?;
    let mut child = again(&directory).context("starting this command once more")?;
    let status = loop {
        match signals.wait().next() {
            Some(SIGCHLD) => {
                if let Some(status) = child.try_wait()? {
                    break status;
                }
            }
            Some(signal) => {
                child.kill()?;
                child.wait()?;
                drop(directory);
                end_by(signal);
            }
            None => {}
        }
    };
    drop(directory);
    Ok(code(status))
}

fn again(directory: &TempDir) -> Result<Child> {
    let subcommand = |argument: &std::ffi::OsString| argument == "verify";
    let mut args: Vec<_> = env::args_os().skip(1).collect();
    let at = args.iter().position(subcommand).context("there is no `verify` in the arguments")?;
    args.splice(at + 1..at + 1, ["--copies-in".into(), directory.path().into()]);
    Ok(Command::new(env::current_exe()?).args(args).spawn()?)
}

/// Ends this process by the signal, so that a shell sees that.
fn end_by(signal: i32) -> ! {
    let _ = emulate_default_handler(signal);
    process::exit(128 + signal)
}

fn code(status: ExitStatus) -> ExitCode {
    if let Some(signal) = status.signal() {
        end_by(signal);
    }
    ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(crate::NOT_VERIFIED))
}
