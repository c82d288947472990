//! The options for layers. `--serve` and `--layer-pages` belong to the `--layer` before them.

use super::io;
use anyhow::Result;
use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, Error, FromArgMatches, value_parser};
use std::path::PathBuf;
use wasi_adapt::Layer;

/// The layers, in the order in which they are given.
pub struct LayerArgs(Vec<LayerFile>);

struct LayerFile {
    path: PathBuf,
    serve: Vec<String>,
    pages: Option<u32>,
}

impl LayerArgs {
    /// Reads the layers.
    pub fn read(&self) -> Result<Vec<Layer>> {
        let read = |LayerFile { path, serve, pages }: &LayerFile| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let layer = Layer::new(name, io::read_wasm(path)?).pages(*pages);
            Ok(serve.iter().fold(layer, Layer::serve))
        };
        self.0.iter().map(read).collect()
    }
}

impl FromArgMatches for LayerArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<LayerArgs, Error> {
        let mut layers: Vec<(usize, LayerFile)> = Vec::new();
        for (at, path) in given::<PathBuf>(matches, "layer") {
            layers.push((at, LayerFile { path, serve: Vec::new(), pages: None }));
        }
        for (at, module) in given(matches, "serve") {
            before(&mut layers, "--serve", at)?.serve.push(module);
        }
        for (at, pages) in given(matches, "layer_pages") {
            before(&mut layers, "--layer-pages", at)?.pages = Some(pages);
        }
        Ok(LayerArgs(layers.into_iter().map(|(_, layer)| layer).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = LayerArgs::from_arg_matches(matches)?;
        Ok(())
    }
}

/// Returns the layer that is given before an option of it.
fn before<'l>(layers: &'l mut [(usize, LayerFile)], option: &str, at: usize) -> Result<&'l mut LayerFile, Error> {
    let layer = layers.iter_mut().rfind(|(layer, _)| *layer < at);
    layer.map(|(_, layer)| layer).ok_or_else(|| {
        let message = format!("`{option}` belongs to the `--layer` before it, and there is none\n");
        Error::raw(ErrorKind::MissingRequiredArgument, message)
    })
}

/// Returns the values of an option with their positions on the command line.
fn given<T: Clone + Send + Sync + 'static>(matches: &ArgMatches, option: &str) -> Vec<(usize, T)> {
    let values = matches.get_many(option).unwrap_or_default().cloned();
    matches.indices_of(option).unwrap_or_default().zip(values).collect()
}

impl Args for LayerArgs {
    fn augment_args(command: Command) -> Command {
        command
            .arg(
                Arg::new("layer")
                    .long("layer")
                    .value_name("FILE")
                    .value_parser(value_parser!(PathBuf))
                    .action(ArgAction::Append)
                    .help("A module between program and adapter, whose exports take the place of preview1 functions")
                    .long_help(
                        "A module between program and adapter, whose exports take the place of preview1 functions; may be \
                         given several times\n\nThe first is next to the program. What a layer does not export goes \
                         through to the next one, and at last to the adapter.",
                    ),
            )
            .arg(
                Arg::new("serve")
                    .long("serve")
                    .value_name("MODULE")
                    .action(ArgAction::Append)
                    .help("A module whose imports the layer before serves too, such as `env`"),
            )
            .arg(
                Arg::new("layer_pages")
                    .long("layer-pages")
                    .value_name("N")
                    .value_parser(value_parser!(u32).range(0..=32768))
                    .action(ArgAction::Append)
                    .help("The most pages of 64 KiB that the layer before can have [default: 16 more than it begins with]"),
            )
    }

    fn augment_args_for_update(command: Command) -> Command {
        LayerArgs::augment_args(command)
    }
}
