//! Makes WASI 0.2 components out of `wasi_snapshot_preview1` core modules.
//!
//! | module | what it does |
//! |---|---|
//! | [`preview1`] | the one table of preview1 signatures |
//! | [`inspect`] | says what a module is, who serves its imports, and what stands in the way |
//! | [`link`] | makes the component |
//! | [`pack`] | the adapters, as files other tools can use |
//! | [`host`] | runs a module under a preview1 host, and a component under WASI 0.2 |
//! | [`verify`] | runs both and compares what they did |
//! | [`cli`] | the command line over all of them |

pub mod cli;
mod custom;
mod dwarf;
pub mod host;
pub mod inspect;
pub mod link;
mod merge;
mod outermost;
pub mod pack;
pub mod preview1;
mod validate;
pub mod verify;
