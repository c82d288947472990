//! The errors of linking and inspecting.

use crate::names::quoted;
use crate::plan::Problems;
use std::error::Error;
use std::fmt;

/// The cause of an error: a chain of messages.
pub type Source = Box<dyn Error + Send + Sync + 'static>;

/// Linking or inspecting a module failed.
#[derive(Debug)]
#[non_exhaustive]
pub enum LinkError {
    /// The input is not valid WebAssembly, binary or text.
    Invalid(Source),
    /// An adapter given for imports is not a valid core module.
    Adapter {
        /// The module name for which it was given.
        name: String,
        source: Source,
    },
    /// A layer is not a valid core module.
    Layer {
        /// The name that it was given.
        name: String,
        source: Source,
    },
    /// The WIT given for the module cannot be read, or lacks the named world.
    Wit(Source),
    /// The module cannot become a component, for all of these reasons.
    Problems(Problems),
}

impl LinkError {
    pub(crate) fn invalid(cause: impl Into<Source>) -> LinkError {
        LinkError::Invalid(cause.into())
    }
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LinkError::Invalid(_) => f.write_str("this is not a valid WebAssembly module"),
            LinkError::Adapter { name, .. } => write!(f, "reading the adapter {}", quoted(name)),
            LinkError::Layer { name, .. } => write!(f, "reading the layer {}", quoted(name)),
            LinkError::Wit(_) => f.write_str("reading the WIT"),
            LinkError::Problems(problems) => problems.fmt(f),
        }
    }
}

impl Error for LinkError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            LinkError::Invalid(source)
            | LinkError::Wit(source)
            | LinkError::Adapter { source, .. }
            | LinkError::Layer { source, .. } => Some(&**source),
            LinkError::Problems(_) => None,
        }
    }
}
