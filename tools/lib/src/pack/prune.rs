//! Prunes calls that need a handle which cannot exist: if no reachable call makes a resource, nobody holds a handle of
//! one.
//!
//! The adapter looks at run time whether a descriptor is a file, so LLVM cannot know that without a file system none
//! is. The packer knows, and removes the calls that take such a handle.

use wasmparser::Operator;

use super::intrinsics::Replacements;
use super::module::{Code, ImportName, Module};

/// The one other function that takes handles only.
pub const POLL: &str = "poll";

/// Makes every call of a method or a drop of a resource that does not `exist` `unreachable`. Other functions stay, for
/// the check to find: the intrinsics decide whether they are called.
pub fn resources(module: &Module<'_>, exist: impl Fn(&ImportName) -> bool, replacements: &mut Replacements<'_>) {
    let needs_handle = |name: &str| name.starts_with("[method]") || name.starts_with("[resource-drop]") || name == POLL;
    let absent = (0..).zip(&module.funcs).filter(|(_, func)| match &func.code {
        Code::Import(import) => needs_handle(&import.name) && !exist(import),
        Code::Body(_) => false,
    });
    replacements.extend(absent.map(|(index, _)| (index, Operator::Unreachable)));
}
