//! The functions of preview1, one file per family. Each file begins with a table "function -> WASI 0.2 calls".
#![allow(clippy::too_many_arguments)] // preview1 has as many as it has

pub mod args;
pub mod badfd;
pub mod clock;
pub mod fd;
pub mod path;
pub mod poll;
pub mod prestat;
pub mod process;
pub mod socket;
