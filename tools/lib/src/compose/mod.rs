//! Makes one component of several modules, each of which keeps its own memory: what one imports, another exports by WIT.
//!
//! | file | part |
//! |---|---|
//! | `connect.rs` | who serves which import, and everything that stands in the way |
//! | `wit.rs` | what a component imports and exports, as the text of WIT has it |
//!
//! ```
//! use wasi_adapt::compose::Composer;
//! use wasi_adapt::{Linker, WitWorld};
//!
//! let wit = "package my:math; interface numbers { double: func(n: s32) -> s32; }
//!     world library { export numbers; } world program { import numbers; }";
//! let library = r#"(module (func (export "double") (param i32) (result i32) (i32.mul (local.get 0) (i32.const 2))))"#;
//! let program = r#"(module (import "my:math/numbers" "double" (func $double (param i32) (result i32)))
//!     (func (export "_start") (drop (call $double (i32.const 21)))))"#;
//!
//! let library = Linker::new().wit(WitWorld::parse(wit, Some("library"))?).link(library.as_bytes())?.wasm;
//! let linker = Linker::new().wit(WitWorld::parse(wit, Some("program"))?);
//! let composed = Composer::new(linker).plug("library", library).compose("program", program.as_bytes())?;
//! assert_eq!(composed.connections[0].to_string(), "`program` gets `my:math/numbers` from `library`");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod connect;
mod wit;

#[cfg(test)]
mod tests;

use crate::linker::binary;
use crate::names::quoted;
use crate::plan::Problem;
use crate::{Emit, LinkError, Linked, Linker, Problems, Sizes, link, validate};
use anyhow::{Context, Result};
use std::error::Error;
use std::fmt;
use wac_graph::types::Package;
use wac_graph::{CompositionGraph, EncodeOptions, PackageId};
use wasmparser::Parser;

/// Makes one component of a module and of those that are plugged into it.
#[derive(Clone, Debug)]
pub struct Composer {
    linker: Linker,
    plugs: Vec<(String, Vec<u8>)>,
}

/// One component of several modules.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Composed {
    pub wasm: Vec<u8>,
    /// The warnings of linking, each with the name of its part.
    pub warnings: Vec<String>,
    /// The imports that are served within the component.
    pub connections: Vec<Connection>,
    /// The adapters given for the program from which it imports nothing.
    pub unused_adapters: Vec<String>,
}

/// An import that one part serves for another.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Connection {
    pub importer: String,
    /// The name under which it is imported.
    pub import: String,
    pub exporter: String,
}

impl fmt::Display for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Connection { importer, import, exporter } = self;
        write!(f, "{} gets `{import}` from {}", quoted(importer), quoted(exporter))
    }
}

/// The parts do not become one component.
#[derive(Debug)]
#[non_exhaustive]
pub enum ComposeError {
    /// These parts, given with their names, cannot become components.
    Parts(Vec<(String, LinkError)>),
    /// The parts do not fit together, for all of these reasons.
    Problems(Problems),
}

impl fmt::Display for ComposeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ComposeError::Parts(parts) => {
                let parts = parts.iter().map(|(name, error)| match error {
                    LinkError::Problems(problems) => problems.of(&quoted(name)),
                    error => format!("{}: {}", quoted(name), with_causes(error)),
                });
                f.write_str(&parts.collect::<Vec<_>>().join("\n"))
            }
            ComposeError::Problems(problems) => f.write_str(&problems.of("what is plugged together")),
        }
    }
}

impl Error for ComposeError {}

fn with_causes(error: &dyn Error) -> String {
    match error.source() {
        Some(cause) => format!("{error}: {}", with_causes(cause)),
        None => error.to_string(),
    }
}

impl From<Vec<Problem>> for ComposeError {
    fn from(problems: Vec<Problem>) -> Self {
        ComposeError::Problems(Problems(problems))
    }
}

impl Composer {
    /// Composes what `linker` makes of a module. What is plugged is linked with its choices of validation, exit codes and
    /// pages, and else the defaults.
    pub fn new(linker: Linker) -> Composer {
        Composer { linker: linker.emit(Emit::Component), plugs: Vec::new() }
    }

    /// Adds a module, binary or text, or a component. It serves the imports of the program and of other plugs that have the
    /// names of its exports, versions that are compatible included. The name is for messages.
    #[must_use]
    pub fn plug(mut self, name: impl Into<String>, wasm: impl Into<Vec<u8>>) -> Composer {
        self.plugs.push((name.into(), wasm.into()));
        self
    }

    /// Makes a component of a program, which may be a component already, and everything that is plugged in. It exports what
    /// the program does, and imports what no plug serves.
    ///
    /// # Errors
    /// [`ComposeError::Parts`] if some of them cannot become components, [`ComposeError::Problems`] if they do not fit
    /// together: a plug that nothing needs, an export of another type than the import.
    pub fn compose(&self, name: &str, program: &[u8]) -> Result<Composed, ComposeError> {
        let Linker { adapter_pages, validate, exit_codes, locks, ref seal, .. } = self.linker;
        let linker = Linker { adapter_pages, validate, exit_codes, locks, seal: seal.clone(), ..Linker::new() };
        let program = (name, program, &self.linker);
        let plugs = self.plugs.iter().map(|(name, wasm)| (&**name, &**wasm, &linker));
        let (mut parts, mut warnings, mut failed) = (Vec::new(), Vec::new(), Vec::new());
        let mut unused_adapters = Vec::new();
        for (name, wasm, linker) in std::iter::once(program).chain(plugs) {
            match component(wasm, linker) {
                Ok(linked) => {
                    warnings.extend(linked.warnings.iter().map(|warning| format!("{}: {warning}", quoted(name))));
                    parts.push(Part { name, wasm: linked.wasm });
                    unused_adapters.extend(linked.unused_adapters);
                }
                Err(error) => failed.push((name.to_owned(), error)),
            }
        }
        if !failed.is_empty() {
            return Err(ComposeError::Parts(failed));
        }
        let unforeseen = |error| vec![Problem::unforeseen(&error)];
        let (mut graph, packages) = graph(&parts).map_err(unforeseen)?;
        let connections = connect::connect(&graph, &packages, &parts)?;
        let wasm = encode(&mut graph, &packages, &connections, validate).map_err(unforeseen)?;
        let connections = connections.into_iter().map(|it| Connection {
            importer: parts[it.importer].name.into(),
            import: it.import,
            exporter: parts[it.exporter].name.into(),
        });
        Ok(Composed { wasm, warnings, connections: connections.collect(), unused_adapters })
    }
}

/// A component to be composed. The first of all is the program, the others are plugs.
struct Part<'a> {
    name: &'a str,
    wasm: Vec<u8>,
}

/// The component that a module becomes; what is one already stays as it is.
fn component(wasm: &[u8], linker: &Linker) -> Result<Linked, LinkError> {
    let wasm = binary(wasm)?;
    if !Parser::is_component(&wasm) {
        return linker.link(&wasm);
    }
    validate::everything(&wasm).map_err(LinkError::invalid)?;
    let sizes = Sizes { program: wasm.len(), whole: wasm.len(), ..Sizes::default() };
    let (warnings, unused_adapters) = (Vec::new(), Vec::new());
    Ok(Linked { wasm: wasm.into_owned(), warnings, layout: linker.layout, unused_adapters, sizes })
}

/// A graph that knows the types of all parts.
fn graph(parts: &[Part<'_>]) -> Result<(CompositionGraph, Vec<PackageId>)> {
    let (mut graph, mut packages) = (CompositionGraph::new(), Vec::new());
    for (index, part) in parts.iter().enumerate() {
        // The name is only told apart from others, and file names are nothing for the output.
        let name = format!("part{index}");
        let read = Package::from_bytes(&name, None, part.wasm.clone(), graph.types_mut());
        let package = read.with_context(|| format!("reading the component of {}", quoted(part.name)))?;
        packages.push(graph.register_package(package)?);
    }
    Ok((graph, packages))
}

/// The component in which every part is an instance, connected as planned.
fn encode(
    graph: &mut CompositionGraph,
    packages: &[PackageId],
    connections: &[connect::Planned],
    validate: bool,
) -> Result<Vec<u8>> {
    let instances: Vec<_> = packages.iter().map(|package| graph.instantiate(*package)).collect();
    for connect::Planned { importer, import, exporter, export } in connections {
        let argument = graph.alias_instance_export(instances[*exporter], export)?;
        graph.set_instantiation_argument(instances[*importer], import, argument)?;
    }
    let exports: Vec<_> = graph.types()[graph[packages[0]].ty()].exports.keys().cloned().collect();
    for name in exports {
        let export = graph.alias_instance_export(instances[0], &name)?;
        graph.export(export, &name)?;
    }
    let options = EncodeOptions { define_components: true, validate: false, processor: None };
    let wasm = link::sign(graph.encode(options)?)?;
    if validate {
        validate::everything(&wasm).context("the component is not valid")?;
    }
    Ok(wasm)
}
