//! The functions of C, one file per family. Each looks a number up and calls the [`crate::description::Description`].
//!
//! A function lists the errors that it finds itself. Besides, it passes on those of the host, for which [`crate::errno`] has
//! the table.

mod accounts;
pub mod control;
pub mod imports;
mod keys;
pub mod locks;
pub mod mappings;
pub mod messages;
mod mutexes;
pub mod names;
pub mod paths;
pub mod poll;
mod poll_oneoff;
pub mod process;
pub mod signals;
pub mod socket;
mod spawn;
pub mod system;
pub mod temporary;
mod terminals;
pub mod usage;
pub mod users;
mod vectors;
