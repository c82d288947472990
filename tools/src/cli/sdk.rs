//! `wasi-adapt sdk`: the files that other tools need.

use super::{Common, io};
use crate::pack::{self, ExitCodes, World};
use crate::preview1;
use anyhow::{Context, Result};
use clap::Args;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

/// Writes the adapters for other tools into a directory
///
/// Three files, DIR/adapters/wasi_snapshot_preview1.{command,reactor,proxy}.wasm, for `--adapt` of `wasm-tools
/// component new`, `wasm-component-ld`, `cargo component` and `jco new`.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Sdk {
    /// The directory; it is made if it is not there
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// Which exit statuses a component can give
    #[arg(long, value_enum, value_name = "WHICH", default_value_t)]
    exit_codes: ExitCodes,
}

const EXAMPLES: &str = "\
Examples:
  wasi-adapt sdk sdk
  wasm-tools component new program.wasm -o program.component.wasm \\
    --adapt sdk/adapters/wasi_snapshot_preview1.command.wasm";

impl Sdk {
    pub fn run(self, common: &Common) -> Result<ExitCode> {
        let adapters = self.dir.join("adapters");
        fs::create_dir_all(&adapters).with_context(|| format!("making the directory `{}`", adapters.display()))?;
        for world in World::ALL {
            let name = world.name();
            let path = adapters.join(format!("{}.{name}.wasm", preview1::MODULE));
            let adapter =
                pack::drop_in(world, self.exit_codes).with_context(|| format!("making the {name} adapter"))?;
            io::write_file(&path, &adapter)?;
            common.say(|| format!("wrote {} ({} bytes)", path.display(), adapter.len()));
        }
        Ok(ExitCode::SUCCESS)
    }
}
