//! A client that sends requests on a few connections and takes the time of each.

use anyhow::{Context, Result, ensure};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

/// The connections at a time.
const CONNECTIONS: u32 = 4;

/// A server that takes longer has failed.
const TIMEOUT: Duration = Duration::from_secs(60);

/// The requests of a run.
#[derive(Clone, Copy)]
pub struct Load {
    pub name: &'static str,
    pub path: &'static str,
    /// The size of the request's body, which comes back; without one, hello does.
    pub body: usize,
    pub requests: u32,
}

/// The result of a run, of the times of its requests.
#[derive(Clone, Copy)]
pub enum Cost {
    /// All time, divided by the number of requests.
    Mean,
    /// The time within which so many percent of the requests are answered.
    Quantile(usize),
}

impl Load {
    /// Sends the requests, and returns nanoseconds.
    pub fn run(self, port: u16, cost: Cost) -> Result<f64> {
        let began = Instant::now();
        let each = self.requests.div_ceil(CONNECTIONS);
        let times = thread::scope(|scope| {
            let threads: Vec<_> = (0..CONNECTIONS).map(|_| scope.spawn(move || self.times(port, each))).collect();
            let joined = threads
                .into_iter()
                .map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            joined.collect::<Result<Vec<_>>>()
        });
        let mut times = times?.concat();
        let all = began.elapsed();
        times.sort();
        let time = match cost {
            Cost::Mean => all / (each * CONNECTIONS),
            Cost::Quantile(percent) => times[(times.len() * percent / 100).min(times.len() - 1)],
        };
        Ok(time.as_nanos() as f64)
    }

    /// Sends requests one after the other, and returns how long each took.
    fn times(self, port: u16, requests: u32) -> Result<Vec<Duration>> {
        let request = self.request();
        let mut connection = None;
        let time = |_| {
            let began = Instant::now();
            let mut stream = match connection.take() {
                Some(stream) => stream,
                None => connect(port)?,
            };
            stream.get_mut().write_all(&request)?;
            let keeps = self.receive(&mut stream)?;
            connection = Some(stream).filter(|_| keeps);
            Ok(began.elapsed())
        };
        (0..requests).map(time).collect()
    }

    fn request(self) -> Vec<u8> {
        let method = if self.body == 0 { "GET" } else { "POST" };
        let mut request = format!("{method} {} HTTP/1.1\r\nHost: 127.0.0.1\r\n", self.path);
        if self.body > 0 {
            request += &format!("Content-Length: {}\r\n", self.body);
        }
        let mut request = (request + "\r\n").into_bytes();
        request.resize(request.len() + self.body, b'a');
        request
    }

    /// Reads a response, and returns whether the connection stays.
    fn receive(self, stream: &mut BufReader<TcpStream>) -> Result<bool> {
        let (mut length, mut is_chunked, mut keeps) = (None, false, true);
        let status = line(stream)?;
        ensure!(status.starts_with("HTTP/1.1 200"), "the server answers {status}");
        loop {
            let header = line(stream)?.to_ascii_lowercase();
            let Some((name, value)) = header.split_once(':') else { break };
            match (name, value.trim()) {
                ("content-length", value) => length = Some(value.parse()?),
                ("transfer-encoding", "chunked") => is_chunked = true,
                ("connection", "close") => keeps = false,
                _ => {}
            }
        }
        let mut total = 0;
        if is_chunked {
            loop {
                let size = usize::from_str_radix(&line(stream)?, 16)?;
                skip(stream, size)?;
                line(stream)?;
                total += size;
                if size == 0 {
                    break;
                }
            }
        } else {
            total = length.context("the response has no length")?;
            skip(stream, total)?;
        }
        let expected = if self.body == 0 { "hello\n".len() } else { self.body };
        ensure!(total == expected, "the server answers {total} bytes, not {expected}");
        Ok(keeps)
    }
}

fn connect(port: u16) -> Result<BufReader<TcpStream>> {
    let stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    Ok(BufReader::with_capacity(1 << 16, stream))
}

fn line(stream: &mut impl BufRead) -> Result<String> {
    let mut line = String::new();
    ensure!(stream.read_line(&mut line)? > 0, "the server ends the connection");
    Ok(line.trim_end().to_string())
}

fn skip(stream: &mut impl BufRead, bytes: usize) -> Result<()> {
    let skipped = std::io::copy(&mut stream.take(bytes as u64), &mut std::io::sink())?;
    ensure!(skipped == bytes as u64, "the response breaks off");
    Ok(())
}
