//! Compares the backtraces of a trap between builds.

use std::path::Path;
use std::process::Command;

use crate::support::{end_of, output_of, wasi_adapt, wasm_tools, wasmtime};

/// A way to make a component of a module and to run it.
#[derive(Clone, Copy, Debug)]
pub enum Built {
    /// By `link` in a layout.
    Linked(&'static str),
    /// By `link --emit module` in a layout and stock wasm-tools.
    ByWasmTools(&'static str),
    /// By `run`.
    Run,
}

impl Built {
    pub const ALL: [Built; 6] = [
        Built::Linked("adapter"),
        Built::Linked("isolated"),
        Built::Linked("guest"),
        Built::ByWasmTools("isolated"),
        Built::ByWasmTools("guest"),
        Built::Run,
    ];

    /// Returns the command that runs it.
    fn command(self, module: &Path, directory: &Path) -> Command {
        let (component, merged) = (directory.join("component.wasm"), directory.join("merged.wasm"));
        let mut link = wasi_adapt();
        link.arg("link").arg(module);
        match self {
            Built::Run => {
                let mut run = wasi_adapt();
                run.arg("run").arg(module);
                return run;
            }
            Built::Linked(layout) => drop(output_of(link.args(["--layout", layout, "-o"]).arg(&component))),
            Built::ByWasmTools(layout) => {
                output_of(link.args(["--layout", layout, "--emit", "module", "-o"]).arg(&merged));
                output_of(wasm_tools().args(["component", "new"]).arg(&merged).arg("-o").arg(&component));
            }
        }
        let mut run = wasmtime();
        run.arg("run").arg(component);
        run
    }
}

/// Fails unless every build traps like the module, with a backtrace through `expected`.
#[track_caller]
pub fn check(module: &Path, builds: &[Built], expected: &[&str]) {
    let frames = frames(wasmtime().arg("run").arg(module));
    for expected in expected {
        assert!(frames.iter().any(|frame| frame == expected), "`{expected}` is not among {frames:#?}");
    }
    let directory = tempfile::tempdir().expect("a temporary directory");
    for build in builds {
        let mut found = self::frames(&mut build.command(module, directory.path()));
        // The outermost frame is a function of the adapter.
        found.truncate(frames.len());
        assert_eq!(found, frames, "{build:?}");
    }
}

/// Returns the frames of the backtrace that a command prints, innermost first: function, file, line and column.
fn frames(command: &mut Command) -> Vec<String> {
    let ended = end_of(command.env("WASMTIME_BACKTRACE_DETAILS", "1"), "");
    let report = ended.stderr.split_once("wasm backtrace:").unwrap_or_else(|| panic!("no backtrace: {ended:?}")).1;
    let mut frames: Vec<String> = Vec::new();
    for line in report.lines().map(str::trim).skip(1) {
        if let Some(place) = line.strip_prefix("at ") {
            let place = place.rsplit('/').next().expect("a split has parts");
            frames.last_mut().expect("a place follows a function").push_str(&format!(" at {place}"));
        } else if let Some((before, name)) = line.split_once("- ")
            && (before.is_empty() || before.contains("0x"))
        {
            let name = name.rsplit('!').next().expect("a split has parts");
            // Rust's names end with a hash.
            let name = name.rsplit_once("::h").filter(|(_, hash)| hash.len() == 16).map_or(name, |(name, _)| name);
            frames.push(name.into());
        } else {
            break;
        }
    }
    frames
}
