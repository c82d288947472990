//! The subcommands that run programs, in a build without an engine: each says where it is to be had.

macro_rules! unavailable {
    ($($module:ident $name:ident: $about:literal)*) => {$(
        pub mod $module {
            use crate::Common;
            use anyhow::{Result, bail};
            use clap::Args;
            use std::ffi::OsString;
            use std::process::ExitCode;

            #[doc = $about]
            #[doc = ""]
            #[doc = "This build of the command has no engine to run programs with."]
            #[derive(Args)]
            pub struct $name {
                /// The arguments that the command with an engine takes
                #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
                arguments: Vec<OsString>,
            }

            impl $name {
                pub fn run(self, _: &Common) -> Result<ExitCode> {
                    bail!(
                        "`wasi-adapt {}` needs an engine, which this build of the command does not have\n  \
                         remedy: install the command for your machine, such as by `pip install wasi-adapt`",
                        stringify!($module),
                    )
                }
            }
        }
    )*};
}

unavailable! {
    run Run: "Runs a component, or a module as the component it becomes"
    serve Serve: "Serves HTTP by a component, or by the component that a module becomes"
    verify Verify: "Compares a module with the component it becomes"
}
