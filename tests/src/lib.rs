//! The test harness: compiles guests from source, runs them under a preview1 host and as components, and compares.
//!
//! | module | what it does |
//! |---|---|
//! | [`guests`] | the table of guests, written by the build script, and how each is compiled |
//! | [`fixture`] | the directory that every run begins with, and what a run leaves in it |
//! | [`run`] | one guest under one host |
//! | [`difference`] | what two runs did differently, line by line |
//! | [`known`] | the table of differences that are known, with their reasons |
//! | [`golden`] | expected text in files, renewed with `BLESS=1` |
//! | [`terminal`] | pseudo-terminals |
//! | [`standing`] | where the witnesses stand, as the table of differences has it |
//! | [`witness`] | other implementations of preview1, for a second opinion |
//! | [`fuzz`] | the command `wasi-adapt-fuzz`, which tries random inputs |
//! | [`built`] | programs of this workspace that tests start |
//! | [`noninterference`] | random calls, which must not depend on what is in the memory of the adapter |
//! | [`mod@bench`] | the command `wasi-adapt-bench`, which measures |

pub mod bench;
pub mod built;
mod child;
pub mod difference;
pub mod fixture;
pub mod fuzz;
pub mod golden;
pub mod guests;
pub mod hosts;
pub mod known;
pub mod layer;
pub mod noninterference;
pub mod port;
mod random;
pub mod run;
pub mod standing;
pub mod terminal;
pub mod witness;
