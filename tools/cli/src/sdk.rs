//! `wasi-adapt sdk`: the files that other tools need.

use super::{Common, io};
use crate::values::ExitCodes;
use anyhow::{Context, Result};
use clap::Args;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use wasi_adapt::preview1;
use wasi_adapt::{World, sdk};

/// Writes the adapters for other tools into a directory
///
/// DIR/adapters/wasi_snapshot_preview1.{command,reactor,proxy}.wasm are for `--adapt` of `wasm-tools component new`,
/// `wasm-component-ld`, `cargo component` and `jco new`.
///
/// DIR/lib/libwasi_preview1_adapter{,.reactor,.proxy}.a are for the linker of a C program: what it makes imports WASI 0.2
/// and becomes a component by `wasm-tools component new` without an adapter. The first is for programs with a `main`.
///
/// DIR/lib/libwasi_sockets.a and the headers in DIR/include give sockets to a C program for preview1, which
/// `wasi-adapt link` then makes a component of. Below DIR/lib are files by which pkg-config and CMake find them, as
/// wasi-sockets.
///
/// DIR/include/wasi_adapt_layer.h and the crate in DIR/layer are what a layer is written with, in C or Rust, for `--layer`.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Sdk {
    /// The directory; it is made if it is not there
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// The exit statuses that a component can give
    #[arg(long, value_enum, value_name = "WHICH", default_value = "exact")]
    exit_codes: ExitCodes,
}

const EXAMPLES: &str = "\
Examples:
  wasi-adapt sdk sdk
  wasm-tools component new program.wasm -o program.component.wasm \\
    --adapt sdk/adapters/wasi_snapshot_preview1.command.wasm

  zig cc -target wasm32-wasi program.c sdk/lib/libwasi_preview1_adapter.a -o program.wasm
  wasm-tools component new program.wasm -o program.component.wasm

  zig cc -target wasm32-wasi -I sdk/include program.c sdk/lib/libwasi_sockets.a -o program.wasm
  wasi-adapt link program.wasm -o program.component.wasm
  wasi-adapt run --inherit-network program.component.wasm

  zig cc -target wasm32-wasi -mexec-model=reactor -I sdk/include layer.c -o layer.wasm
  wasi-adapt link program.wasm --layer layer.wasm -o program.component.wasm";

impl Sdk {
    pub fn run(self, common: &Common) -> Result<ExitCode> {
        let exit_codes = self.exit_codes.into();
        for world in World::SDK {
            let name = world.name();
            let adapter = sdk::drop_in(world, exit_codes).with_context(|| format!("making the {name} adapter"))?;
            self.write(common, "adapters", &format!("{}.{name}.wasm", preview1::MODULE), &adapter)?;
            let library =
                sdk::static_library(world, exit_codes).with_context(|| format!("making the {name} library"))?;
            let suffix = if world == World::Command { String::new() } else { format!(".{name}") };
            self.write(common, "lib", &format!("libwasi_preview1_adapter{suffix}.a"), &library)?;
        }
        let sockets = sdk::sockets_library().context("making the library of sockets")?;
        self.write(common, "lib", "libwasi_sockets.a", &sockets)?;
        for (name, text) in sdk::socket_headers() {
            self.write(common, "include", name, text.as_bytes())?;
        }
        for (name, text) in sdk::layer_files() {
            self.write(common, "", name, text.as_bytes())?;
        }
        for (name, text) in sdk::socket_packages() {
            self.write(common, "lib", name, text.as_bytes())?;
        }
        Ok(ExitCode::SUCCESS)
    }

    fn write(&self, common: &Common, folder: &str, file: &str, content: &[u8]) -> Result<()> {
        let path = self.dir.join(folder).join(file);
        let folder = path.parent().unwrap_or(&self.dir);
        fs::create_dir_all(folder).with_context(|| format!("making the directory `{}`", folder.display()))?;
        io::write_file(&path, content)?;
        common.say(|| format!("wrote {} ({} bytes)", path.display(), content.len()));
        Ok(())
    }
}
