//! Programs of other processes that run a guest.

use anyhow::{Context, Result};
use serde::Serialize;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use wasi_adapt_host::Invocation;

#[derive(Serialize)]
struct Request<'a> {
    module: &'a Path,
    args: &'a [String],
    env: &'a [(String, String)],
    dirs: Vec<(&'a Path, &'a str)>,
}

/// Describes the start of a guest to a program, in JSON.
pub fn request(module: &Path, invocation: &Invocation) -> Result<Vec<u8>> {
    let dirs = invocation.dirs.iter().map(|dir| (dir.host.as_path(), dir.guest.as_str())).collect();
    Ok(serde_json::to_vec(&Request { module, args: &invocation.args, env: &invocation.env, dirs })?)
}

/// The end of a program.
pub struct Ended {
    /// None if it was killed, because it took too long or by itself.
    pub status: Option<i32>,
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
}

/// Runs a program with pipes for its standard streams, and kills it if it takes longer than `most`.
pub fn run(mut program: Command, input: &str, most: Duration) -> Result<Ended> {
    program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = program.spawn().with_context(|| format!("{program:?}"))?;
    let mut stdin = child.stdin.take().context("stdin is piped")?;
    let input = input.to_owned();
    // A program that does not read its input may have ended already.
    thread::spawn(move || drop(stdin.write_all(input.as_bytes())));
    let [stdout, stderr] = [reader(child.stdout.take())?, reader(child.stderr.take())?];
    let status = wait(&mut child, most)?.and_then(|status| status.code());
    let [stdout, stderr] = [stdout, stderr].map(|reader| reader.join().expect("reading does not panic"));
    Ok(Ended { status, stdout, stderr })
}

/// Reads a stream of a child to its end, in a thread.
fn reader(pipe: Option<impl Read + Send + 'static>) -> Result<JoinHandle<Vec<u8>>> {
    let mut pipe = pipe.context("the stream is piped")?;
    Ok(thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = pipe.read_to_end(&mut bytes); // It ends with the process.
        bytes
    }))
}

fn wait(child: &mut Child, most: Duration) -> Result<Option<ExitStatus>> {
    let start = Instant::now();
    while start.elapsed() < most {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        thread::sleep(Duration::from_millis(2));
    }
    child.kill()?;
    child.wait()?;
    Ok(None)
}
