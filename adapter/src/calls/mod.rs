//! The functions of preview1, one file per family. Each file begins with a table "function -> WASI 0.2 calls".
//!
//! A function lists the errors that it finds itself. Besides, each that takes a pointer fails with `FAULT` if that leads out
//! of the guest's memory, each that calls the host passes on the host's error ([`crate::errno`]), and fails with `NOTSUP`
//! while the host waits ([`crate::waiting`]).
#![allow(clippy::too_many_arguments)] // preview1 has as many as it has

pub mod args;
pub mod badfd;
pub mod clock;
pub mod fd;
pub mod locks;
pub mod path;
pub mod poll;
pub mod prestat;
pub mod process;
pub mod socket;
