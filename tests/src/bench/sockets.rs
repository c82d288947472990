//! Measures echo over loopback, in bulk and message by message, with a peer in this process. The peer takes the time,
//! from connection to end, so that starting a program does not count.

use super::engine::{Engine, Launch, Prepared};
use super::programs::Programs;
use super::report::{Table, Unit};
use super::runner::{Selection, Way};
use crate::guests;
use crate::port;
use crate::run::{self, Adapter};
use anyhow::{Context, Result, ensure};
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread::{self, Scope, ScopedJoinHandle};
use std::time::{Duration, Instant};

const NAME: &str = "sockets";
const COLUMNS: [&str; 4] = ["native", "direct", "shim", "layer"];
const LOOPBACK: &str = "127.0.0.1";
/// The time that a program may take to start.
const TIMEOUT: Duration = Duration::from_secs(20);

/// A program, native or for a host.
enum EchoProgram {
    Native(PathBuf),
    Component(Box<Prepared>),
}

/// The messages to be echoed.
#[derive(Clone, Copy)]
struct Load {
    len: usize,
    count: u32,
    /// The number of messages that are sent before the first is read.
    ahead: u32,
}

pub fn table(plan: &Selection) -> Result<Table> {
    let small = Load { len: 64, count: plan.count(20_000), ahead: 0 };
    // Two messages fit into the buffers between programs that only send, so neither blocks forever.
    let bulk = Load { len: 1 << 16, count: plan.count(4096), ahead: 2 };
    type Exchange = fn(&EchoProgram, Load) -> Result<Duration>;
    let rows: [(&str, Exchange, Load); 4] = [
        ("echo 64 KiB, client", ask_us, bulk),
        ("echo 64 KiB, server", ask, bulk),
        ("round trip of 64 B, client", ask_us, small),
        ("round trip of 64 B, server", ask, small),
    ];
    let rows: Vec<_> = rows.into_iter().filter(|(name, ..)| plan.wants(NAME, name)).collect();
    let built = Programs::new()?;
    let programs = if rows.is_empty() { Vec::new() } else { programs(&built, plan.perf_map)? };
    let measure = |(name, exchange, load): (&str, Exchange, Load)| {
        let way = |program| Some(Box::new(move || Ok(each(exchange(program, load)?, load))) as Way);
        plan.measure(name, Unit::Nanoseconds, &COLUMNS, programs.iter().map(way).collect())
    };
    let rows = rows.into_iter().map(measure).collect::<Result<_>>()?;
    Ok(Table::new(NAME, &COLUMNS, &[(2, 1), (3, 1), (2, 0)], rows))
}

/// Returns the programs, in the order of the columns.
fn programs(programs: &Programs, perf_map: bool) -> Result<Vec<EchoProgram>> {
    let engine = Engine::new(perf_map)?;
    let native = programs.native(&guests::bench::SOCKETS)?;
    let direct = programs.direct(&guests::bench::DIRECT)?;
    let shim = run::link(&programs.with_sockets(&guests::bench::SOCKETS)?, Adapter::Ours)?;
    let layer = run::link(&programs.for_wasmedge(&guests::bench::SOCKETS)?, Adapter::Ours)?;
    let component = |bytes: &[u8]| anyhow::Ok(EchoProgram::Component(Box::new(engine.component(bytes)?)));
    Ok(vec![EchoProgram::Native(native), component(&direct)?, component(&shim)?, component(&layer)?])
}

/// Returns the nanoseconds per message.
fn each(time: Duration, load: Load) -> f64 {
    time.as_nanos() as f64 / f64::from(load.count)
}

impl EchoProgram {
    /// Starts the program in a thread.
    fn start<'s>(&'s self, scope: &'s Scope<'s, '_>, args: Vec<String>) -> ScopedJoinHandle<'s, Result<()>> {
        scope.spawn(move || match self {
            EchoProgram::Native(path) => {
                let output = Command::new(path).args(args).stdin(Stdio::null()).output()?;
                ensure!(output.status.success(), "the program: {}", String::from_utf8_lossy(&output.stderr));
                Ok(())
            }
            EchoProgram::Component(prepared) => {
                let args = std::iter::once("sockets".into()).chain(args).collect();
                prepared.run(&Launch { args, network: true, ..Launch::default() }).map(drop)
            }
        })
    }
}

fn ended(program: ScopedJoinHandle<Result<()>>) -> Result<()> {
    program.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// Lets the program send, and echoes.
fn ask_us(program: &EchoProgram, load: Load) -> Result<Duration> {
    let listener = TcpListener::bind((LOOPBACK, 0))?;
    let port = listener.local_addr()?.port();
    listener.set_nonblocking(true)?;
    thread::scope(|scope| {
        let args = [port.into(), load.len, load.count as usize, load.ahead as usize];
        let running = program.start(scope, args.iter().map(usize::to_string).collect());
        let connection = retry(|| listener.accept()).map(|(connection, _)| connection);
        let time = connection.and_then(|connection| echo(connection, load)).context("serving the program");
        ended(running)?;
        time
    })
}

fn echo(mut connection: TcpStream, load: Load) -> Result<Duration> {
    connection.set_nonblocking(false)?;
    let began = Instant::now();
    let (mut buffer, mut total) = (vec![0; 1 << 16], 0);
    loop {
        let len = connection.read(&mut buffer)?;
        if len == 0 {
            break;
        }
        connection.write_all(&buffer[..len])?;
        total += len as u64;
    }
    ensure!(total == load.total(), "{total} of {} bytes came", load.total());
    Ok(began.elapsed())
}

/// Sends, and lets the program echo.
fn ask(program: &EchoProgram, load: Load) -> Result<Duration> {
    let port = port::unused();
    thread::scope(|scope| {
        let running = program.start(scope, vec![port.to_string()]);
        let connection = retry(|| TcpStream::connect((LOOPBACK, port)));
        let time = connection.and_then(|connection| send(&connection, load)).context("asking the program");
        ended(running)?;
        time
    })
}

fn send(mut connection: &TcpStream, load: Load) -> Result<Duration> {
    let began = Instant::now();
    let (block, mut buffer) = (vec![7; load.len], vec![0; load.len]);
    if load.ahead == 0 {
        for _ in 0..load.count {
            connection.write_all(&block)?;
            connection.read_exact(&mut buffer)?;
        }
        return Ok(began.elapsed());
    }
    thread::scope(|scope| {
        let sender = scope.spawn(move || {
            (0..load.count).try_for_each(|_| (&mut &*connection).write_all(&block))?;
            connection.shutdown(Shutdown::Write)
        });
        let mut total = 0;
        loop {
            match connection.read(&mut buffer)? {
                0 => break,
                len => total += len as u64,
            }
        }
        sender.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        ensure!(total == load.total(), "{total} of {} bytes came back", load.total());
        Ok(began.elapsed())
    })
}

impl Load {
    fn total(&self) -> u64 {
        self.len as u64 * u64::from(self.count)
    }
}

/// Retries until the other side is ready.
fn retry<T>(attempt: impl Fn() -> std::io::Result<T>) -> Result<T> {
    let deadline = Instant::now() + TIMEOUT;
    loop {
        match attempt() {
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::ConnectionRefused) => {
                ensure!(Instant::now() < deadline, "the program does not connect or listen");
                thread::sleep(Duration::from_micros(200));
            }
            result => return Ok(result?),
        }
    }
}
