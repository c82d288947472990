//! The linker: options, and the one pipeline behind `link` and `inspect`.
//!
//! A module is read once ([`Program`]), all decisions are made once ([`Plan`]), and then carried out ([`crate::link`]).
//! A report describes the first two, and whether the third succeeded.

use crate::cgi::Cgi;
use crate::embed::{self, Embedded};
use crate::files::{FileTree, Image};
use crate::inspect::component::imported_functions;
use crate::inspect::{EmbeddedFiles, Report, needs};
use crate::layer::Layer;
use crate::link::{Linked, Made};
use crate::options::{AdapterPages, Emit, ExitCodes, Layout, Locks, World};
use crate::plan::{Plan, Problem, Problems};
use crate::preopened::{Connection, Listener, Preopened};
use crate::program::{self, Program};
use crate::seal::{Seal, SealRecord};
use crate::trace::Trace;
use crate::{LinkError, WitWorld, link};
use std::borrow::Cow;
use std::sync::Arc;
use wasmparser::Parser;

/// Makes components out of core modules.
///
/// The defaults are those of `wasi-adapt link`.
///
/// ```
/// use wasi_adapt::{Linker, World};
///
/// let module = r#"(module (memory (export "memory") 1) (func (export "_start")))"#;
/// let linked = Linker::new().world(World::Command).link(module.as_bytes())?;
/// assert!(linked.wasm.starts_with(b"\0asm"));
/// # Ok::<(), wasi_adapt::LinkError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Linker {
    pub(crate) world: Option<World>,
    pub(crate) entry: Option<String>,
    pub(crate) adapters: Vec<Adapter>,
    pub(crate) layers: Vec<Layer>,
    pub(crate) trace: Option<Trace>,
    pub(crate) preopened: Preopened,
    pub(crate) layout: Layout,
    pub(crate) adapter_pages: AdapterPages,
    pub(crate) validate: bool,
    pub(crate) exit_codes: ExitCodes,
    pub(crate) locks: Locks,
    pub(crate) emit: Emit,
    pub(crate) wit: Option<WitWorld>,
    pub(crate) export_functions: bool,
    pub(crate) cgi: Cgi,
    pub(crate) files: Option<Arc<Image>>,
    pub(crate) seal: Seal,
}

/// A core module that serves the imports from the module `name`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Adapter {
    pub name: String,
    pub bytes: Vec<u8>,
}

impl Default for Linker {
    fn default() -> Self {
        Linker {
            world: None,
            entry: None,
            adapters: Vec::new(),
            layers: Vec::new(),
            trace: None,
            preopened: Preopened::default(),
            layout: Layout::default(),
            adapter_pages: AdapterPages::default(),
            validate: true,
            exit_codes: ExitCodes::default(),
            locks: Locks::default(),
            emit: Emit::default(),
            wit: None,
            export_functions: false,
            cgi: Cgi::default(),
            files: None,
            seal: Seal::default(),
        }
    }
}

impl Linker {
    pub fn new() -> Linker {
        Linker::default()
    }

    /// Sets the world of the adapter. By default (`None`) it is [`World::Command`] for a module with an entry, else
    /// [`World::Reactor`].
    #[must_use]
    pub fn world(mut self, world: impl Into<Option<World>>) -> Linker {
        self.world = world.into();
        self
    }

    /// Sets the export that the component's `wasi:cli/run` calls, a function of the type `() -> ()`; it may be
    /// `_initialize`, or the one without a name. By default (`None`) it is the function that `wasmtime run` calls, see
    /// [`Entry`](crate::inspect::Entry).
    ///
    /// ```
    /// let module = r#"(module (func (export "greet")))"#;
    /// let report = wasi_adapt::Linker::new().entry("greet".to_string()).inspect(module.as_bytes())?;
    /// assert_eq!(report.world, Some(wasi_adapt::World::Command));
    /// # Ok::<(), wasi_adapt::LinkError>(())
    /// ```
    #[must_use]
    pub fn entry(mut self, export: impl Into<Option<String>>) -> Linker {
        self.entry = export.into();
        self
    }

    /// Adds an adapter, a binary core module that serves the imports from `module`, like `wasm-tools component new
    /// --adapt`. One for `wasi_snapshot_preview1` or `wasi_unstable` replaces the built-in adapter, and a second one of
    /// a name replaces the first.
    #[must_use]
    pub fn adapter(mut self, module: impl Into<String>, wasm: impl Into<Vec<u8>>) -> Linker {
        let (name, bytes) = (module.into(), wasm.into());
        self.adapters.retain(|adapter| adapter.name != name);
        self.adapters.push(Adapter { name, bytes });
        self
    }

    /// Puts a layer below the module and the layers that were added before.
    #[must_use]
    pub fn layer(mut self, layer: Layer) -> Linker {
        self.layers.push(layer);
        self
    }

    /// Opens sockets before the module starts, as descriptors from 3 on, and serves preview1's functions of sockets by
    /// `wasi:sockets`. The directories have the numbers behind. The variable [`Listener::VARIABLE`] of the environment says at
    /// run time which sockets these are; by default they are `listeners`, which may be none.
    ///
    /// ```
    /// use wasi_adapt::Linker;
    ///
    /// let module = r#"(module
    ///     (import "wasi_snapshot_preview1" "sock_accept" (func (param i32 i32 i32) (result i32)))
    ///     (memory (export "memory") 1)
    ///     (func (export "_start")))"#;
    /// let linked = Linker::new().listen(["tcp:127.0.0.1:8080".parse()?]).link(module.as_bytes())?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn listen(mut self, listeners: impl IntoIterator<Item = Listener>) -> Linker {
        self.preopened.listeners.get_or_insert_default().extend(listeners);
        self
    }

    /// Connects sockets before the module starts, as [`Self::listen`] opens listeners: their numbers are those behind. The
    /// variable [`Connection::VARIABLE`] takes the place of the list.
    #[must_use]
    pub fn connect(mut self, connections: impl IntoIterator<Item = Connection>) -> Linker {
        self.preopened.connections.get_or_insert_default().extend(connections);
        self
    }

    /// Sets the calls that the component reports on when it runs, by default (`None`) none. A layer above all others does
    /// that; the rest of the component is the same.
    #[must_use]
    pub fn trace(mut self, trace: impl Into<Option<Trace>>) -> Linker {
        self.trace = trace.into();
        self
    }

    /// Sets the layout of module and adapter. By default it depends on the module.
    #[must_use]
    pub fn layout(mut self, layout: Layout) -> Linker {
        self.layout = layout;
        self
    }

    /// Sets the number of pages that the adapter has below the program in the layout [`Layout::Isolated`].
    #[must_use]
    pub fn adapter_pages(mut self, pages: AdapterPages) -> Linker {
        self.adapter_pages = pages;
        self
    }

    /// Sets whether the result is validated, which is the default.
    #[must_use]
    pub fn validate(mut self, validate: bool) -> Linker {
        self.validate = validate;
        self
    }

    /// Sets the exit statuses that the component can report.
    #[must_use]
    pub fn exit_codes(mut self, exit_codes: ExitCodes) -> Linker {
        self.exit_codes = exit_codes;
        self
    }

    /// Sets who sees the locks on files of a program that is built with the [`sdk`](crate::sdk), by default the instance
    /// alone.
    #[must_use]
    pub fn locks(mut self, locks: Locks) -> Linker {
        self.locks = locks;
        self
    }

    /// Sets the kind of result, by default a component.
    #[must_use]
    pub fn emit(mut self, emit: Emit) -> Linker {
        self.emit = emit;
        self
    }

    /// Embeds a WIT world in the module, in addition to any that it has.
    ///
    /// The module must have the imports and exports of the world, under the names of the [canonical
    /// ABI](https://github.com/WebAssembly/component-model/blob/main/design/mvp/CanonicalABI.md); exports may also be
    /// spelled in the style of its language, such as `my_function` for `my-function`.
    ///
    /// ```
    /// use wasi_adapt::{Linker, WitWorld};
    ///
    /// let world = WitWorld::parse("package my:plug; world greeter { export greet-twice: func(name: string); }", None)?;
    /// let module = r#"(module (memory (export "memory") 1) (func (export "greet_twice") (param i32 i32)))"#;
    /// let linked = Linker::new().wit(world).link(module.as_bytes())?;
    /// assert!(linked.warnings[0].contains("never given back"), "the module has no allocator");
    /// # Ok::<(), wasi_adapt::LinkError>(())
    /// ```
    #[must_use]
    pub fn wit(mut self, world: impl Into<Option<WitWorld>>) -> Linker {
        self.wit = world.into();
        self
    }

    /// Sets whether the module's exported functions become exports of the component, if all their parameters and
    /// results are numbers. `i32` becomes `s32`, and `my_function` becomes `my-function`.
    ///
    /// ```
    /// use wasi_adapt::Linker;
    ///
    /// let module = r#"(module (func (export "add_one") (param i32) (result i32) (local.get 0)))"#;
    /// let linked = Linker::new().export_functions(true).link(module.as_bytes())?;
    /// let report = wasi_adapt::inspect::inspect(&linked.wasm)?;
    /// assert_eq!(report.exports[0].name, "add-one");
    /// # Ok::<(), wasi_adapt::LinkError>(())
    /// ```
    #[must_use]
    pub fn export_functions(mut self, export_functions: bool) -> Linker {
        self.export_functions = export_functions;
        self
    }

    /// Sets how a program sees requests and answers them in the world [`World::Http`].
    ///
    /// ```
    /// use wasi_adapt::{Cgi, Linker, World};
    ///
    /// let module = r#"(module (memory (export "memory") 1) (func (export "_start")))"#;
    /// let linker = Linker::new().world(World::Http).cgi(Cgi::new().script_name("/app"));
    /// let report = wasi_adapt::inspect::inspect(&linker.link(module.as_bytes())?.wasm)?;
    /// assert!(report.exports[0].name.starts_with("wasi:http/incoming-handler@"));
    /// # Ok::<(), wasi_adapt::LinkError>(())
    /// ```
    #[must_use]
    pub fn cgi(mut self, cgi: Cgi) -> Linker {
        self.cgi = cgi;
        self
    }

    /// Embeds files in the component, which the program sees as it sees directories of the host.
    ///
    /// They do not take memory. A directory that the host preopens under the name of one of theirs is not open. Preopened
    /// directories of theirs have the first numbers.
    #[must_use]
    pub fn embed(mut self, files: impl Into<Option<FileTree>>) -> Linker {
        self.files = files.into().map(|tree| Arc::new(Image::of(&tree)));
        self
    }

    /// Sets what of the program's surroundings lies in the component, and what of the host's it does not have.
    #[must_use]
    pub fn seal(mut self, seal: Seal) -> Linker {
        self.seal = seal;
        self
    }

    /// Makes a component out of a core module, binary or text.
    ///
    /// # Errors
    /// [`LinkError::Problems`] lists every reason for which the module cannot become a component, each with its remedy.
    ///
    /// ```
    /// use wasi_adapt::{LinkError, Linker, ProblemCode};
    ///
    /// let module = r#"(module (import "env" "now" (func (result i64))))"#;
    /// let Err(LinkError::Problems(problems)) = Linker::new().link(module.as_bytes()) else { panic!() };
    /// assert_eq!(problems.as_slice()[0].code, ProblemCode::UnknownModule);
    /// ```
    pub fn link(&self, module: &[u8]) -> Result<Linked, LinkError> {
        let wasm = binary(module)?;
        if Parser::is_component(&wasm) {
            return Err(LinkError::Problems(Problems(vec![Problem::component()])));
        }
        let Outcome { plan, linked, .. } = self.run(&embed::embed(wasm, self)?)?;
        linked.ok_or(LinkError::Problems(Problems(plan.problems)))
    }

    /// Reports the kind of a core module or component, the providers of its imports, and the problems that keep it from
    /// being linked with these options. It also links the module, so that no problem is missed.
    ///
    /// # Errors
    /// The input or an adapter is not valid. All other faults are in the report.
    ///
    /// ```
    /// use wasi_adapt::{Layout, Linker};
    ///
    /// let module = r#"(module (memory (export "memory") 1) (func (export "_start")))"#;
    /// let report = Linker::new().inspect(module.as_bytes())?;
    /// assert_eq!(report.layout.unwrap().layout, Layout::Isolated);
    /// # Ok::<(), wasi_adapt::LinkError>(())
    /// ```
    pub fn inspect(&self, wasm: &[u8]) -> Result<Report, LinkError> {
        let wasm = binary(wasm)?;
        if Parser::is_component(&wasm) {
            return Report::of_component(&wasm).map_err(LinkError::invalid);
        }
        let embedded = embed::embed(wasm, self)?;
        let Outcome { program, plan, linked } = self.run(&embedded)?;
        let Some(linked) = linked else { return Ok(Report::of_module(program, plan, self)) };
        let needs = needs::of(&linked.wasm, &program, &plan, self).map_err(LinkError::invalid)?;
        let files = EmbeddedFiles::of(&linked.wasm).map_err(LinkError::invalid)?;
        let sealed = SealRecord::read(&linked.wasm).map_err(LinkError::invalid)?;
        let functions = imported_functions(&linked.wasm).map_err(LinkError::invalid)?;
        Ok(Report {
            needs,
            files,
            sealed,
            functions,
            sizes: Some(linked.sizes),
            ..Report::of_module(program, plan, self)
        })
    }

    /// Reads, plans and links. If that has not validated the module, it is validated now, which gives a better reason why
    /// it was not linked.
    fn run<'a>(&self, embedded: &'a Embedded<'_>) -> Result<Outcome<'a>, LinkError> {
        let Embedded { wasm, warnings, problems } = embedded;
        let program = Program::read(wasm).map_err(LinkError::invalid)?;
        let mut plan = Plan::of(&program, self)?;
        plan.warnings.splice(0..0, program.warnings.iter().chain(warnings).cloned());
        plan.problems.extend_from_slice(problems);
        let made = plan.problems.is_empty().then(|| link::link(&program, &plan, self));
        let validated = matches!(made, Some(Ok(Made { validated: true, .. }))) && program.is_supported;
        let missing = if validated { Vec::new() } else { program::missing(wasm).map_err(LinkError::invalid)? };
        plan.problems.splice(0..0, missing.into_iter().map(Problem::missing));
        let mut linked = None;
        match made {
            Some(Ok(made)) if plan.problems.is_empty() => {
                if made.linked.layout != plan.layout.layout {
                    plan.layout = crate::plan::LayoutChoice::within_limits(made.linked.layout);
                }
                linked = Some(made.linked);
            }
            Some(Err(error)) if plan.problems.is_empty() => plan.problems.push(Problem::unforeseen(&error)),
            _ => {}
        }
        Ok(Outcome { program, plan, linked })
    }
}

/// The results of the pipeline's steps. A module that was not linked has problems.
struct Outcome<'a> {
    program: Program<'a>,
    plan: Plan,
    linked: Option<Linked>,
}

/// Converts text to binary; binary is returned as it is.
pub(crate) fn binary(wasm: &[u8]) -> Result<Cow<'_, [u8]>, LinkError> {
    wat::parse_bytes(wasm).map_err(LinkError::invalid)
}
