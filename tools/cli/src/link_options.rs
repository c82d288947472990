//! The options that say how a component is made, for every subcommand that makes one.

use super::file_options::{self, FileArgs};
use super::layer_options::LayerArgs;
use super::socket_options::SocketArgs;
use super::{Common, io};
use crate::values::{ExitCodes, Layout, Locks, World};
use anyhow::{Error, Result, anyhow, bail};
use clap::Args;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use wasi_adapt::names::{quoted, shown};
use wasi_adapt::preview1::Snapshot;
use wasi_adapt::{AdapterPages, LinkError, Linked, Linker, WitWorld};

#[derive(Args)]
#[command(next_help_heading = "How the component is made")]
pub struct LinkArgs {
    /// The component's world [default: command if the module has something to run, else reactor]
    #[arg(long, value_enum, value_name = "WORLD")]
    world: Option<World>,
    /// The export that the component runs, a function without parameters and results [default: what `wasmtime run` runs]
    ///
    /// By default it is the function without a name (`--entry ""`), or else `_start`, or else what runs by itself.
    #[arg(long, value_name = "NAME")]
    entry: Option<String>,
    /// A further adapter, for the imports from the module NAME [default name: that of the file]
    ///
    /// An adapter for `wasi_snapshot_preview1` or `wasi_unstable` takes the place of the built-in one.
    #[arg(long, value_name = "[NAME=]FILE", value_parser = parse_adapter)]
    adapt: Vec<AdapterFile>,
    #[command(flatten)]
    layers: LayerArgs,
    /// WIT that the module imports and exports: a file, or a directory with `deps`, as wasm-tools takes them
    ///
    /// An export `my_function` or `myFunction` serves for WIT's `my-function`.
    #[arg(long, value_name = "PATH")]
    wit: Option<PathBuf>,
    /// The world of `--wit`, if there are several
    #[arg(long, value_name = "NAME", requires = "wit")]
    wit_world: Option<String>,
    /// Make the functions that the module exports exports of the component, as far as they take and give numbers only
    ///
    /// `i32` becomes `s32`, and `my_function` becomes `my-function`.
    #[arg(long)]
    export_functions: bool,
    #[command(flatten)]
    pub files: FileArgs,
    /// The arrangement of module and adapter in memory
    #[arg(long, value_enum, default_value = "auto")]
    layout: Layout,
    /// The number of pages of 64 KiB that the adapter has below the program in the layout `isolated`
    ///
    /// Arguments and environment have to fit in. 1,088 descriptors can be open at once, and 1,024 more for
    /// each page from the 32nd on.
    #[arg(long, value_name = "N", default_value_t)]
    adapter_pages: AdapterPages,
    /// The exit statuses that the component can give
    ///
    /// `exact` keeps them all and needs a host with WASI 0.2.12; `portable` knows success and failure only.
    #[arg(long, value_enum, value_name = "WHICH", default_value = "exact")]
    exit_codes: ExitCodes,
    /// The reach of locks on files, in a program that is built with the library of `sdk`
    #[arg(long, value_enum, value_name = "REACH", default_value = "instance")]
    locks: Locks,
    #[command(flatten)]
    sockets: SocketArgs,
}

#[derive(Clone)]
struct AdapterFile {
    name: String,
    path: PathBuf,
}

fn parse_adapter(text: &str) -> Result<AdapterFile, String> {
    if let Some((name, path)) = text.split_once('=') {
        return Ok(AdapterFile { name: name.into(), path: path.into() });
    }
    // `wasi_snapshot_preview1.command.wasm` adapts `wasi_snapshot_preview1`.
    let file_name = Path::new(text).file_name().and_then(|name| name.to_str()).unwrap_or_default();
    match file_name.split('.').next() {
        Some(name) if !name.is_empty() => Ok(AdapterFile { name: name.into(), path: text.into() }),
        _ => Err("the file has no name to take the adapter's name from: give it as NAME=FILE".into()),
    }
}

impl LinkArgs {
    /// Reads the adapters, too.
    pub fn plan(&self) -> Result<Linker> {
        self.plan_with(&self.adapters()?)
    }

    /// The same with adapters that have been read, so that a pipe among them is read once.
    pub fn plan_with(&self, adapters: &BTreeMap<String, Vec<u8>>) -> Result<Linker> {
        let mut linker = Linker::new()
            .world(self.world())
            .entry(self.entry.clone())
            .layout(self.layout.into())
            .adapter_pages(self.adapter_pages)
            .exit_codes(self.exit_codes.into())
            .locks(self.locks.into())
            .wit(self.wit()?)
            .export_functions(self.export_functions)
            .embed(file_options::read([&self.files])?);
        for (name, wasm) in adapters {
            linker = linker.adapter(name, wasm.as_slice());
        }
        for layer in self.layers.read()? {
            linker = linker.layer(layer);
        }
        Ok(self.sockets.apply(linker))
    }

    /// The adapters that are given, by name.
    pub fn adapters(&self) -> Result<BTreeMap<String, Vec<u8>>> {
        let mut adapters = BTreeMap::new();
        for AdapterFile { name, path } in &self.adapt {
            if adapters.insert(name.clone(), io::read_wasm(path)?).is_some() {
                bail!("`--adapt` names the adapter {} twice: give one file for each name", quoted(name));
            }
        }
        Ok(adapters)
    }

    /// Returns the variables by which a component learns of the sockets that are open when it starts.
    #[cfg(feature = "host")]
    pub fn socket_variables(&self) -> Vec<(String, String)> {
        self.sockets.variables()
    }

    /// The export that is asked for as what is run.
    #[cfg(feature = "host")]
    pub fn entry(&self) -> Option<String> {
        self.entry.clone()
    }

    /// The world that is asked for.
    pub fn world(&self) -> Option<wasi_adapt::World> {
        self.world.map(Into::into)
    }

    fn wit(&self) -> Result<Option<WitWorld>> {
        let Some(path) = &self.wit else { return Ok(None) };
        let world = WitWorld::from_path(path, self.wit_world.as_deref());
        match world {
            Err(LinkError::Wit(cause)) => {
                Err(anyhow!(cause).context(format!("reading the WIT at `{}`", path.display())))
            }
            world => Ok(Some(world?)),
        }
    }

    /// A line about the adapters, for `--verbose`.
    pub fn describe(&self) -> String {
        let given = |snapshot: &Snapshot| self.adapt.iter().any(|adapter| adapter.name == snapshot.module());
        let own = Snapshot::ALL.into_iter().filter(|snapshot| !given(snapshot));
        let own = own.map(|snapshot| format!("{} (built in)", snapshot.module()));
        let given =
            self.adapt.iter().map(|adapter| format!("{} ({})", shown(&adapter.name), io::display(&adapter.path)));
        format!("adapters: {}", own.chain(given).collect::<Vec<_>>().join(", "))
    }
}

/// Links, says what the result lacks, and names the file in the error.
pub fn link_named(path: &Path, module: &[u8], linker: &Linker, common: &Common) -> Result<Vec<u8>> {
    let Linked { wasm, warnings, unused_adapters, .. } = linker.link(module).map_err(|error| match error {
        LinkError::Problems(problems) => anyhow!(problems.of(&io::display(path))),
        error => Error::from(error).context(format!("linking {}", io::display(path))),
    })?;
    for warning in warnings {
        common.warn(&warning)?;
    }
    warn_of_unused([&unused_adapters], common)?;
    Ok(wasm)
}

/// Warns of each adapter that none of the modules uses, of which these are the adapters that they do not use.
pub fn warn_of_unused<'a>(unused: impl IntoIterator<Item = &'a Vec<String>>, common: &Common) -> Result<()> {
    let unused: Vec<_> = unused.into_iter().collect();
    for name in unused.first().into_iter().copied().flatten() {
        if unused.iter().all(|others| others.contains(name)) {
            let name = quoted(name);
            common.warn(&format!("the adapter for {name} is not used: nothing is imported from {name}"))?;
        }
    }
    Ok(())
}
