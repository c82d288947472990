//! Sealing: what of a program's surroundings lies in the component, and what of the host's it does not have.
//!
//! | file | part |
//! |---|---|
//! | `policy.rs` | the capabilities that can be denied |
//! | `strings.rs` | variables and arguments in the component |
//! | `data.rs` | the sealed data, in which they lie |
//! | `check.rs` | whether a component has what is denied |

mod check;
mod data;
mod policy;
mod strings;

pub use policy::{Capability, UnknownCapability};
pub use strings::{Argument, BadString, HostValues, Variable};

use crate::files::Image;

pub(crate) use check::held;
pub(crate) use data::{Places, SealedData};
pub(crate) use policy::Denied;

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

    /// The capabilities that the component does not have.
    pub(crate) fn denied(&self) -> Denied {
        let mut denied = self.denied;
        if self.stdin.is_some() {
            denied = denied.with(Capability::Stdin);
        }
        if self.host_values == HostValues::Ignore {
            if self.has_arguments() {
                denied = denied.with(Capability::Args);
            }
            if !self.variables.is_empty() {
                denied = denied.with(Capability::Env);
            }
        }
        denied
    }

    fn has_arguments(&self) -> bool {
        self.argv0.is_some() || !self.arguments.is_empty()
    }

    /// Returns whether something of it lies in the component.
    pub(crate) fn has_data(&self) -> bool {
        self.has_arguments() || !self.variables.is_empty() || self.stdin.is_some()
    }

    /// Returns whether nothing gives the program its name, though it gets arguments.
    pub(crate) fn lacks_name(&self) -> bool {
        self.denied().has(Capability::Args) && self.argv0.is_none() && !self.arguments.is_empty()
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
        data
    }
}
