//! A WIT world for the linker.

use crate::LinkError;
use std::path::Path;
use wit_component::StringEncoding;
use wit_component::metadata::encode;
use wit_parser::{PackageId, Resolve};

/// A [WIT](https://component-model.bytecodealliance.org/design/wit.html) world, for [`crate::Linker::wit`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WitWorld {
    /// Encodes a `component-type` section.
    pub(super) metadata: Vec<u8>,
}

impl WitWorld {
    /// Reads a world from a WIT file, or from a directory with WIT files and their dependencies in `deps`, like
    /// `wasm-tools`. If the package has only one world, its name can be omitted.
    ///
    /// # Errors
    /// [`LinkError::Wit`]: there is no WIT at the path, it is not valid, or it has no such world.
    pub fn from_path(path: impl AsRef<Path>, world: Option<&str>) -> Result<WitWorld, LinkError> {
        let mut resolve = Resolve::default();
        let package = resolve.push_path(path).map_err(|error| LinkError::Wit(error.into()))?.0;
        WitWorld::new(&resolve, package, world)
    }

    /// Reads a world from the text of a package.
    ///
    /// # Errors
    /// [`LinkError::Wit`]: the text is not valid, or it has no such world.
    ///
    /// ```
    /// use wasi_adapt::WitWorld;
    ///
    /// let text = "package my:plug; world adder { export add: func(a: s32, b: s32) -> s32; }";
    /// assert!(WitWorld::parse(text, Some("adder")).is_ok());
    /// assert!(WitWorld::parse(text, Some("other")).is_err());
    /// ```
    pub fn parse(text: &str, world: Option<&str>) -> Result<WitWorld, LinkError> {
        let mut resolve = Resolve::default();
        let package = resolve.push_str("world.wit", text).map_err(|error| LinkError::Wit(error.into()))?;
        WitWorld::new(&resolve, package, world)
    }

    fn new(resolve: &Resolve, package: PackageId, world: Option<&str>) -> Result<WitWorld, LinkError> {
        let metadata = resolve
            .select_world(&[package], world)
            .and_then(|world| encode(resolve, world, StringEncoding::UTF8, None, false));
        Ok(WitWorld { metadata: metadata.map_err(|error| LinkError::Wit(error.into()))? })
    }
}
