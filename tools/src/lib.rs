//! Makes WASI 0.2 components out of `wasi_snapshot_preview1` core modules.
//!
//! | module | what it does |
//! |---|---|
//! | [`pack`] | makes the shapes of the adapter out of the one that is built |
//! | [`preview1`] | the one table of preview1 signatures |
//! | [`host`] | runs a module under a preview1 host, and a component under WASI 0.2 |

pub mod host;
pub mod pack;
pub mod preview1;
