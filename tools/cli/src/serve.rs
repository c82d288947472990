//! `wasi-adapt serve`: a CGI program or a component as an HTTP server.

use super::cgi_options::CgiArgs;
use super::link_options::{LinkArgs, link_named};
use super::program::{parse_dir, parse_env};
use super::{Common, io, print};
use anyhow::{Context, Result, bail};
use clap::Args;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use wasi_adapt::World;
use wasi_adapt::names::escaped;
use wasi_adapt_host::{Access, DirMapping, Event, Invocation, Limits, Replace, Server};
use wasmparser::Parser;

/// Serves a CGI program, or a component that handles HTTP requests
///
/// A core module is linked in the world `http` first. It is compiled once, and each request has an instance of its own. At an
/// interrupt or SIGTERM the requests that have begun are answered; a second one ends these, too.
#[derive(Args)]
#[command(after_help = EXAMPLES, mut_arg("world", |arg| arg.help("The component's world [default: http]")),
          mut_arg("listen", |arg| arg.hide(true)), mut_arg("connect", |arg| arg.hide(true)))]
pub struct Serve {
    /// The core module or component, binary or text; `-` is stdin
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The address; port 0 is any that is free
    #[arg(long, value_name = "IP:PORT", default_value = "127.0.0.1:8080")]
    addr: SocketAddr,
    /// Read the file again when it changes
    #[arg(long)]
    reload: bool,
    /// Write no line for each request
    #[arg(short, long)]
    quiet: bool,
    #[command(flatten)]
    gets: Gets,
    #[command(flatten)]
    limits: LimitArgs,
    #[command(flatten)]
    cgi: CgiArgs,
    #[command(flatten)]
    link: LinkArgs,
}

#[derive(Args)]
#[command(next_help_heading = "What the program gets")]
struct Gets {
    /// A directory, under the same name or another one; may be given several times
    #[arg(long, value_name = "HOST[::GUEST]", value_parser = parse_dir)]
    dir: Vec<DirMapping>,
    /// An environment variable; NAME alone takes the value it has here; may be given several times
    ///
    /// For a module, `${NAME}` in the value stands for a variable of CGI.
    #[arg(long, value_name = "NAME[=VALUE]", value_parser = parse_env)]
    env: Vec<(String, String)>,
    /// An argument, in which `${NAME}` is likewise; `${ARGS}` is an argument for each word of the query
    #[arg(long, value_name = "ARG", allow_hyphen_values = true)]
    arg: Vec<String>,
    /// Access to the network
    #[arg(long)]
    inherit_network: bool,
}

#[derive(Args)]
#[command(next_help_heading = "Limits")]
struct LimitArgs {
    /// The most requests at a time; others are answered by 503
    #[arg(long, value_name = "N", default_value_t = Limits::default().requests)]
    max_requests: usize,
    /// The most requests at a time from one address; others are answered by 429 [default: as many as of all]
    #[arg(long, value_name = "N")]
    max_client_requests: Option<usize>,
    /// The most seconds for a request: it is answered by 408 if its body has not come by then, else by 503
    #[arg(long, value_name = "SECONDS", default_value_t = Limits::default().time.as_secs())]
    timeout: u64,
    /// The most bytes of a request's body: a larger one is answered by 413
    #[arg(long, value_name = "BYTES", default_value_t = Limits::default().body)]
    max_body: u64,
    /// The most bytes of memory of an instance
    #[arg(long, value_name = "BYTES", default_value_t = Limits::default().memory)]
    max_memory: usize,
}

const EXAMPLES: &str = "\
Examples:
  wasi-adapt serve hello.wasm
  wasi-adapt serve --dir site::/site --cgi-root /site php-cgi.wasm
  wasi-adapt serve --dir /srv --arg /srv/app.py python.wasm
  wasi-adapt serve --addr 0.0.0.0:80 --max-client-requests 8 hello.component.wasm
  wasi-adapt serve --reload --env MODE=debug hello.wasm";

/// The time between looks at the file.
const LOOK: Duration = Duration::from_millis(300);

impl Serve {
    pub fn run(self, common: &Common) -> Result<ExitCode> {
        if self.reload && io::is_stdin(&self.file) {
            bail!("`--reload` reads the file again, which stdin cannot be: name a file");
        }
        if !self.link.socket_variables().is_empty() {
            bail!(
                "`--listen` and `--connect` are for programs that run once, and here each request has an instance of its own"
            );
        }
        let served = stamp(&self.file);
        let component = self.component(common)?;
        let server = Server::bind(self.addr, &component, self.invocation(), self.limits.plan());
        let server = server.with_context(|| format!("serving {}", io::display(&self.file)))?;
        print(format!("Serving HTTP on http://{}/\n", server.address()).as_bytes())?;
        let (quiet, common) = (self.quiet, *common);
        if self.reload {
            let replace = server.replace();
            thread::Builder::new().name("reload".into()).spawn(move || self.watch(served, &replace, &common))?;
        }
        server.run(move |event| tell(event, quiet, &common))?;
        Ok(ExitCode::SUCCESS)
    }

    /// Reads the file, and links it if it is a module.
    fn component(&self, common: &Common) -> Result<Vec<u8>> {
        let wasm = io::read_wasm(&self.file)?;
        if Parser::is_component(&wasm) {
            return Ok(wasm);
        }
        let mut cgi = self.cgi.plan();
        for (name, value) in &self.gets.env {
            cgi = cgi.variable(name, value)?;
        }
        // Without arguments, those of WAGI are not only the name.
        if !self.cgi.wagi || !self.gets.arg.is_empty() {
            for argument in self.arguments() {
                cgi = cgi.argument(&argument)?;
            }
        }
        let world = self.link.world().unwrap_or(World::Http);
        link_named(&self.file, &wasm, &self.link.plan()?.world(world).cgi(cgi), common)
    }

    /// Returns the program's name and its arguments.
    fn arguments(&self) -> Vec<String> {
        let name = self.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        [name].into_iter().chain(self.gets.arg.iter().cloned()).collect()
    }

    fn invocation(&self) -> Invocation {
        let mut invocation = Invocation::new(self.arguments()).inherit_network(self.gets.inherit_network);
        invocation.env.clone_from(&self.gets.env);
        invocation.dirs.clone_from(&self.gets.dir);
        invocation
    }

    /// Replaces the component whenever the file is another than what is served. One that cannot be served leaves that.
    fn watch(&self, mut served: Option<Stamp>, replace: &Replace, common: &Common) {
        loop {
            thread::sleep(LOOK);
            let now = stamp(&self.file);
            if now == served || now.is_none() {
                continue;
            }
            served = now;
            let replaced = self.component(common).and_then(|component| Ok(replace.with(&component)?));
            let name = io::display(&self.file);
            let _ = match replaced.with_context(|| format!("{name} has changed, and is still served as it was")) {
                Ok(()) => print(format!("{name} has changed, and is served anew\n").as_bytes()),
                Err(error) => common.complain_of(&error).map_err(Into::into), // There is nowhere else to say it.
            };
        }
    }
}

impl LimitArgs {
    fn plan(&self) -> Limits {
        Limits {
            requests: self.max_requests,
            requests_of_client: self.max_client_requests.unwrap_or(self.max_requests),
            time: Duration::from_secs(self.timeout),
            body: self.max_body,
            memory: self.max_memory,
        }
    }
}

/// The state of a file by which a change is seen.
type Stamp = (SystemTime, u64);

fn stamp(path: &Path) -> Option<Stamp> {
    let metadata = fs::metadata(path).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}

/// Writes a line for a request, in the Common Log Format and with the time that it took; failures go to stderr.
fn tell(event: Event, quiet: bool, common: &Common) {
    // There is nowhere else to say either.
    match event {
        Event::Access(_) if quiet => {}
        Event::Access(access) => drop(print(line(&access).as_bytes())),
        Event::Failure(reasons) => {
            let (first, causes) = reasons.split_first().map_or(("", &[][..]), |(first, causes)| (&**first, causes));
            drop(common.complain(&format!("the program failed: {first}"), causes));
        }
        _ => {}
    }
}

fn line(access: &Access) -> String {
    let Access { client, method, target, version, status, bytes, begin, time } = access;
    let begin = date(*begin);
    let request = escaped(&format!("{method} {target} {version}")).replace('"', "\\\"");
    format!("{client} - - [{begin}] \"{request}\" {status} {bytes} {:.6}\n", time.as_secs_f64())
}

/// A time as the Common Log Format has it, such as `27/Nov/2026:10:13:16 +0000`.
fn date(time: SystemTime) -> String {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    // 2026-11-27T10:13:16Z; there is no time before 1970.
    let text = humantime::format_rfc3339_seconds(time.max(UNIX_EPOCH)).to_string();
    let (year, month, day, clock) = (&text[..4], &text[5..7], &text[8..10], &text[11..19]);
    let month = month.parse().ok().and_then(|month: usize| MONTHS.get(month - 1)).unwrap_or(&"");
    format!("{day}/{month}/{year}:{clock} +0000")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        let at = |seconds| date(UNIX_EPOCH + Duration::from_secs(seconds));
        assert_eq!(at(0), "01/Jan/1970:00:00:00 +0000");
        assert_eq!(at(951_782_399), "28/Feb/2000:23:59:59 +0000");
        assert_eq!(at(951_782_400), "29/Feb/2000:00:00:00 +0000");
        assert_eq!(at(1_795_774_396), "27/Nov/2026:10:13:16 +0000");
    }

    #[test]
    fn requests_cannot_break_lines_of_the_log() {
        let target = "/\u{1b}\"\n".to_string();
        let (method, version) = ("GET".into(), "HTTP/1.1".into());
        let client = std::net::IpAddr::from([127, 0, 0, 1]);
        let time = Duration::from_micros(1500);
        let access = Access { client, method, target, version, status: 200, bytes: 5, begin: UNIX_EPOCH, time };
        let expected = "127.0.0.1 - - [01/Jan/1970:00:00:00 +0000] \"GET /\\u{1b}\\\"\\n HTTP/1.1\" 200 5 0.001500\n";
        assert_eq!(line(&access), expected);
    }
}
