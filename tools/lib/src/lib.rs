//! Makes WASI 0.2 components out of `wasi_snapshot_preview1` core modules.
//!
//! | module | what it does |
//! |---|---|
//! | [`preview1`] | the one table of preview1 signatures |
//! | [`inspect`] | says what a module is, who serves its imports, and what stands in the way |
//! | [`link`] | makes the component |
//! | [`pack`] | the adapters, as files other tools can use |
//!
//! The crate `wasi-adapt-host` runs modules and components; `wasi-adapt-cli` is the command line over both.

mod custom;
mod dwarf;
pub mod inspect;
pub mod link;
mod merge;
mod outermost;
pub mod pack;
pub mod preview1;
mod validate;
