//! The parts of a component, and how many bytes of it each is.

/// The bytes of a component by its parts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sizes {
    /// The module, with the change that linking has made to its code.
    pub program: usize,
    /// The code of the layers between program and adapter.
    pub layers: usize,
    /// The code of the adapters.
    pub adapter: usize,
    /// The contents that are put into the component: files, variables and the like.
    pub contents: usize,
    /// The whole component.
    pub whole: usize,
}

impl Sizes {
    /// The rest: the types of the interfaces, names of functions, and others.
    pub fn rest(&self) -> usize {
        self.whole.saturating_sub(self.program + self.layers + self.adapter + self.contents)
    }
}
