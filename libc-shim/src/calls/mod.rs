//! The functions of C, one file per family. Each looks a number up and calls the [`crate::description::Description`].

mod control;
mod imports;
mod messages;
mod names;
mod poll;
mod poll_oneoff;
mod socket;
