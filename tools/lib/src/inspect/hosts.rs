//! Hosts, and what they lack of what a component imports.

use super::Report;
use crate::World;
use std::fmt;
use std::str::FromStr;

/// The function by which a program gives other exit statuses than 0 and 1. WASI 0.2.12 was the first to have it.
const EXIT_WITH_CODE: &str = "exit-with-code";
const FIRST_WITH_CODES: u32 = 12;
const PORTABLE: &str = "link it with `--exit-codes portable`, which turns every status but 0 into 1";

/// A host that a component is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Host {
    /// wasmtime, by the first number of its version; the newest if none is given.
    Wasmtime(Option<u32>),
    /// jco with Node.
    Jco,
    /// Any host with WASI 0.2.N and nothing else.
    Wasi(u32),
}

/// The error for a host that is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownHost;

impl fmt::Display for UnknownHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a host is one of: wasmtime, wasmtime@45, jco, wasi@0.2.6; the numbers are those of any version")
    }
}

impl std::error::Error for UnknownHost {}

impl FromStr for Host {
    type Err = UnknownHost;

    fn from_str(text: &str) -> Result<Host, UnknownHost> {
        let (name, version) = text.split_once('@').map_or((text, None), |(name, version)| (name, Some(version)));
        let number = |text: &str| text.parse().map_err(|_| UnknownHost);
        match (name, version) {
            ("wasmtime", None) => Ok(Host::Wasmtime(None)),
            ("wasmtime", Some(version)) => Ok(Host::Wasmtime(Some(number(version.split('.').next().unwrap_or(""))?))),
            ("jco", None) => Ok(Host::Jco),
            ("wasi", Some(version)) => Ok(Host::Wasi(number(version.strip_prefix("0.2.").ok_or(UnknownHost)?)?)),
            _ => Err(UnknownHost),
        }
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Host::Wasmtime(None) => f.write_str("wasmtime"),
            Host::Wasmtime(Some(version)) => write!(f, "wasmtime {version}"),
            Host::Jco => f.write_str("jco"),
            Host::Wasi(number) => write!(f, "a host with WASI 0.2.{number}"),
        }
    }
}

impl Report {
    /// Returns a warning for each thing that the component imports and the host lacks, or has as an option only.
    pub fn lacks(&self, host: Host) -> Vec<String> {
        let mut lacks: Vec<String> = Vec::new();
        let mut add =
            |is_so: bool, warning: &dyn fmt::Display| lacks.extend(is_so.then(|| format!("{host} {warning}")));
        let has_codes = self.functions.iter().any(|function| function == EXIT_WITH_CODE);
        let lacks_codes = format_args!("has no `{EXIT_WITH_CODE}`, and refuses it: {PORTABLE}");
        match host {
            Host::Wasmtime(version) => {
                let version = version.unwrap_or(u32::MAX);
                add(has_codes && version < 36, &lacks_codes);
                let option = format_args!("needs the option `-S cli-exit-with-code`; or {PORTABLE}");
                add(has_codes && (36..46).contains(&version), &option);
                add(self.imports("wasi:sockets/"), &"gives it a network only by the option `-S inherit-network`");
                let lookup = self.imports("wasi:sockets/ip-name-lookup");
                add(lookup, &"finds addresses of names only by the option `-S allow-ip-name-lookup`");
            }
            Host::Jco => {
                let http = matches!(self.world, Some(World::Http));
                add(http, &"serves one request by an instance: use `jco serve --isolate-requests`");
                add(http, &"sends only the last of several headers `Set-Cookie`");
            }
            Host::Wasi(number) => add(has_codes && number < FIRST_WITH_CODES, &lacks_codes),
        }
        let locks =
            "has no `wasi-adapt:locks/advisory`: plug in a component that has it, or link it with `--locks instance`";
        add(self.imports("wasi-adapt:locks/"), &locks);
        lacks
    }

    /// Returns whether the component imports an interface whose name begins so.
    fn imports(&self, prefix: &str) -> bool {
        let own = self.imports.iter().map(|import| &import.name).filter(|_| self.needs.is_empty());
        self.needs.iter().map(|need| &need.interface).chain(own).any(|name| name.starts_with(prefix))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ExitCodes, Linker};

    const EXITS: &str = r#"(module (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
        (memory (export "memory") 1) (func (export "_start") (call $exit (i32.const 3))))"#;

    #[test]
    fn hosts_have_names() {
        let hosts = ["wasmtime", "wasmtime@45", "wasmtime@45.0.2", "jco", "wasi@0.2.6"].map(str::parse);
        let wasmtime = Ok(Host::Wasmtime(Some(45)));
        assert_eq!(hosts, [Ok(Host::Wasmtime(None)), wasmtime, wasmtime, Ok(Host::Jco), Ok(Host::Wasi(6))]);
        let unknown = ["", "deno", "wasmtime@", "wasmtime@new", "wasi", "wasi@0.3.0", "jco@1"];
        assert_eq!(unknown.map(str::parse::<Host>), [Err(UnknownHost); 7]);
    }

    #[test]
    fn older_hosts_lack_exit_statuses() {
        let module = Linker::new().inspect(EXITS.as_bytes()).unwrap();
        let component = Linker::new().inspect(&Linker::new().link(EXITS.as_bytes()).unwrap().wasm).unwrap();
        let portable = Linker::new().exit_codes(ExitCodes::Portable).inspect(EXITS.as_bytes()).unwrap();
        for (host, lacking) in [
            ("wasmtime", None),
            ("wasmtime@46", None),
            ("wasmtime@45", Some("wasmtime 45 needs the option `-S cli-exit-with-code`; or")),
            ("wasmtime@35", Some("wasmtime 35 has no `exit-with-code`")),
            ("wasi@0.2.13", None),
            ("wasi@0.2.11", Some("a host with WASI 0.2.11 has no `exit-with-code`")),
            ("jco", None),
        ] {
            let host = host.parse().unwrap();
            for report in [&module, &component] {
                let lacks = report.lacks(host);
                assert_eq!(lacks.len(), usize::from(lacking.is_some()), "{host}: {lacks:?}");
                assert!(lacks.iter().all(|lack| lack.starts_with(lacking.unwrap_or_default())), "{lacks:?}");
            }
            assert_eq!(portable.lacks(host), [""; 0], "{host}");
        }
    }
}
