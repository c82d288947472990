//! stdin: "first\nsecond\nth\u00efrd"
//! env: ["COLOUR=none", "EMPTY="]
//! Standard streams, the environment, time and a hash map, as std makes them of preview1.

use std::collections::HashMap;
use std::io::{BufRead, Write};
use std::time::{Duration, Instant, SystemTime};

fn main() {
    let mut lengths = HashMap::new();
    for line in std::io::stdin().lock().lines() {
        let line = line.unwrap();
        lengths.insert(line.clone(), line.len());
    }
    let mut lengths: Vec<_> = lengths.into_iter().collect();
    lengths.sort();
    println!("{lengths:?}");
    let mut variables: Vec<_> = std::env::vars().collect();
    variables.sort();
    println!("{variables:?}");
    let start = Instant::now();
    std::thread::sleep(Duration::from_millis(2));
    println!("{}", start.elapsed() >= Duration::from_millis(2));
    println!("{}", SystemTime::now() > SystemTime::UNIX_EPOCH);
    let mut out = std::io::BufWriter::new(std::io::stdout());
    for number in 0..20_000 {
        writeln!(out, "{number}").unwrap();
    }
    out.flush().unwrap();
    std::process::exit(i32::from(std::env::var("EMPTY").is_ok()) * 42);
}
