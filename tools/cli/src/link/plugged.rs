//! One component of a module and of those that are plugged into it.

use super::Link;
use crate::link_options::warn_of_unused;
use crate::usage;
use crate::values::Emit;
use crate::{Common, io};
use anyhow::Result;
use std::path::Path;
use std::process::ExitCode;
use wasi_adapt::Linker;
use wasi_adapt::compose::{Composed, Composer};

impl Link {
    /// Links the module and every plug, and composes them.
    pub fn run_plugged(&self, module: &Path, linker: Linker, common: &Common) -> Result<ExitCode> {
        if self.emit == Emit::Module {
            let message = "`--plug` makes a component, each part of which has its own module: leave out `--emit`";
            return usage::wrong(message, common);
        }
        let name = |path: &Path| if io::is_stdin(path) { "stdin".into() } else { path.display().to_string() };
        let mut composer = Composer::new(linker);
        for plug in &self.plug {
            composer = composer.plug(name(plug), io::read_wasm(plug)?);
        }
        let Composed { wasm, warnings, connections, unused_adapters, .. } =
            composer.compose(&name(module), &io::read_wasm(module)?)?;
        for warning in warnings {
            common.warn(&warning)?;
        }
        warn_of_unused([&unused_adapters], common)?;
        for connection in connections {
            common.say(|| connection.to_string());
        }
        io::write_result(self.output.as_deref(), &self.in_format(wasm)?, self.wat)?;
        Ok(ExitCode::SUCCESS)
    }
}
