//! Sealing: what of a program's surroundings lies in the component, and what of the host's it does not have.
//!
//! | file | part |
//! |---|---|
//! | `policy.rs` | the capabilities that can be denied |
//! | `clock.rs` | a clock in the component |
//! | `random.rs` | random bytes in the component |
//! | `strings.rs` | variables and arguments in the component |
//! | `data.rs` | the sealed data, in which they lie |
//! | `record.rs` | the description of a seal in a sealed component |
//! | `check.rs` | whether a component has what is denied |

mod check;
mod clock;
mod data;
mod policy;
mod random;
mod record;
mod strings;

pub use clock::{BadClock, Clock};
pub use policy::{Capability, UnknownCapability};
pub use random::RandomKey;
pub use record::SealRecord;
pub use strings::{Argument, BadString, HostValues, Variable};

use crate::files::Image;

pub(crate) use check::{held, held_by_module};
pub(crate) use data::{Places, SealedData};
pub(crate) use policy::Denied;
pub(crate) use record::record;

/// The surroundings of a program that are decided when it is linked. By default the host decides about all of them.
///
/// ```
/// use wasi_adapt::Linker;
/// use wasi_adapt::seal::{Capability, Seal};
///
/// let module = r#"(module
///     (import "wasi_snapshot_preview1" "random_get" (func (param i32 i32) (result i32)))
///     (memory (export "memory") 1) (func (export "_start") (drop (call 0 (i32.const 0) (i32.const 8)))))"#;
/// let linked = Linker::new().seal(Seal::new().deny(Capability::Random)).link(module.as_bytes())?;
/// let imports = wasi_adapt::inspect::inspect(&linked.wasm)?.imports;
/// assert!(!imports.iter().any(|import| import.name.starts_with("wasi:random")));
/// # Ok::<(), wasi_adapt::LinkError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Seal {
    denied: Denied,
    variables: Vec<Variable>,
    argv0: Option<Argument>,
    arguments: Vec<Argument>,
    host_values: HostValues,
    stdin: Option<Vec<u8>>,
    clock: Option<Clock>,
    random: Option<RandomKey>,
    strict: bool,
}

impl Seal {
    pub fn new() -> Seal {
        Seal::default()
    }

    /// Denies a capability: the component imports nothing of it, and the program behaves as on a preview1 host without it.
    #[must_use]
    pub fn deny(mut self, capability: Capability) -> Seal {
        self.denied = self.denied.with(capability);
        self
    }

    /// Allows a capability again.
    #[must_use]
    pub fn allow(mut self, capability: Capability) -> Seal {
        self.denied = self.denied.without(capability);
        self
    }

    /// Adds an environment variable. It replaces one of the same name.
    #[must_use]
    pub fn variable(mut self, variable: Variable) -> Seal {
        match self.variables.iter_mut().find(|other| other.name() == variable.name()) {
            Some(other) => *other = variable,
            None => self.variables.push(variable),
        }
        self
    }

    /// Adds an argument.
    #[must_use]
    pub fn argument(mut self, argument: Argument) -> Seal {
        self.arguments.push(argument);
        self
    }

    /// Sets the name that the program is told is its own.
    #[must_use]
    pub fn argv0(mut self, name: impl Into<Option<Argument>>) -> Seal {
        self.argv0 = name.into();
        self
    }

    /// Sets how the host's variables and arguments relate to those in the component.
    #[must_use]
    pub fn host_values(mut self, host_values: HostValues) -> Seal {
        self.host_values = host_values;
        self
    }

    /// Sets what the program reads from standard input, in place of the host's.
    #[must_use]
    pub fn stdin(mut self, bytes: impl Into<Option<Vec<u8>>>) -> Seal {
        self.stdin = bytes.into();
        self
    }

    /// Sets the clock that the program has in place of the host's.
    #[must_use]
    pub fn clock(mut self, clock: impl Into<Option<Clock>>) -> Seal {
        self.clock = clock.into();
        self
    }

    /// Sets what the program's random bytes follow from, in place of the host's. They are the same in each run, and
    /// whoever has the component knows them.
    #[must_use]
    pub fn random(mut self, key: impl Into<Option<RandomKey>>) -> Seal {
        self.random = key.into();
        self
    }

    /// Sets whether a program that needs what is denied cannot be linked. By default it can, and finds nothing there.
    #[must_use]
    pub fn strict(mut self, strict: bool) -> Seal {
        self.strict = strict;
        self
    }

    pub(crate) fn is_strict(&self) -> bool {
        self.strict
    }

    /// Returns whether the component has something of its own in place of the host's.
    pub(crate) fn has_own(&self, capability: Capability) -> bool {
        match capability {
            Capability::Args => self.has_arguments(),
            Capability::Env => !self.variables.is_empty(),
            Capability::Stdin => self.stdin.is_some(),
            Capability::Clocks => self.clock.is_some(),
            Capability::Random => self.random.is_some(),
            _ => false,
        }
    }

    /// The capabilities that the component does not have.
    pub(crate) fn denied(&self) -> Denied {
        let mut denied = self.denied;
        let mut replaced = vec![Capability::Stdin, Capability::Clocks, Capability::Random];
        if self.host_values == HostValues::Ignore {
            replaced.extend([Capability::Args, Capability::Env]);
        }
        for capability in replaced.into_iter().filter(|capability| self.has_own(*capability)) {
            denied = denied.with(capability);
        }
        denied
    }

    pub(crate) fn variables(&self) -> &[Variable] {
        &self.variables
    }

    /// Returns the arguments, the program's name first if there is one.
    pub(crate) fn arguments(&self) -> impl Iterator<Item = &str> {
        self.argv0.iter().chain(&self.arguments).map(Argument::as_str)
    }

    pub(crate) fn has_stdin(&self) -> bool {
        self.stdin.is_some()
    }

    fn has_arguments(&self) -> bool {
        self.argv0.is_some() || !self.arguments.is_empty()
    }

    /// Returns whether something of it lies in the component.
    pub(crate) fn has_data(&self) -> bool {
        Capability::ALL.into_iter().any(|capability| self.has_own(capability))
    }

    /// Returns whether nothing gives the program its name, though it gets arguments, unless the host does.
    pub(crate) fn lacks_name(&self, host_gives_arguments: bool) -> bool {
        !host_gives_arguments && self.argv0.is_none() && !self.arguments.is_empty()
    }

    /// Returns the data that go into the component, with the embedded files.
    pub(crate) fn data(&self, files: Option<&Image>) -> SealedData {
        let mut data = files.map_or_else(SealedData::default, SealedData::with_files);
        if self.has_arguments() {
            let list = strings::encode_arguments(self.argv0.as_ref(), &self.arguments, self.host_values);
            data.places.arguments = data.add(&list);
        }
        if !self.variables.is_empty() {
            data.places.environment = data.add(&strings::encode_variables(&self.variables, self.host_values));
        }
        if let Some(bytes) = &self.stdin {
            let length = (bytes.len() as u32).to_le_bytes();
            data.places.stdin = data.add(&[&length, bytes.as_slice()].concat());
        }
        if let Some(clock) = self.clock {
            data.places.clock = data.add(&clock.encode());
        }
        if let Some(key) = self.random {
            data.places.random = data.add(&key.encode());
        }
        data
    }
}
