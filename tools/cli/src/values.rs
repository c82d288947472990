//! The library's choices as values of options, in the words of `--help`.

use clap::ValueEnum;

/// Declares an option's values, each of which stands for the value of the same name of a type of the library's.
macro_rules! values {
    ($($(#[$doc:meta])* $name:ident: $library:ty { $($(#[$value_doc:meta])* $value:ident),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
        pub enum $name {
            $($(#[$value_doc])* $value),*
        }

        impl From<$name> for $library {
            fn from(value: $name) -> Self {
                match value {
                    $($name::$value => <$library>::$value),*
                }
            }
        }
    )*};
}

values! {
    /// `--world`
    World: wasi_adapt::World {
        /// A program with a `_start`: the component exports `wasi:cli/run`
        Command,
        /// A library: all that a command may import, and no `run`
        Reactor,
        /// For a `wasi:http/proxy` host: no files, no environment, no exit
        Proxy,
        /// A CGI program: the component exports `wasi:http/incoming-handler`
        Http,
    }

    /// `--layout`
    Layout: wasi_adapt::Layout {
        /// Isolated for a program without WIT of its own, guest for one with it, adapter if adapters are given
        Auto,
        /// The adapter is a module of its own beside the program and lives in the program's memory
        Adapter,
        /// Program and adapter are merged, the adapter in pages of its own below the program's memory
        Isolated,
        /// Program and adapter are merged, the adapter in memory that the program's allocator gives
        Guest,
    }

    /// `--exit-codes`
    ExitCodes: wasi_adapt::ExitCodes {
        /// The host is given the status itself, through `exit-with-code`
        Exact,
        /// Any status but 0 becomes 1, for hosts that lack `exit-with-code`
        Portable,
    }

    /// `--locks`
    Locks: wasi_adapt::Locks {
        /// The instance alone: locks are between its own open files
        Instance,
        /// All: the component imports `wasi-adapt:locks/advisory`, which `wasi-adapt run` and `serve` have, and other components can
        /// export (`composed` means the same)
        #[value(alias = "composed")]
        Host,
    }

    /// `--emit`
    Emit: wasi_adapt::Emit {
        /// A component
        Component,
        /// The merged core module: it imports WASI 0.2 and becomes a component without an adapter
        Module,
    }

    /// `--host-values`
    HostValues: wasi_adapt::seal::HostValues {
        /// The program gets both: of a variable that both have the host's value, and the host's arguments at the end
        Merge,
        /// The host's variables replace those in the component if there are any, and so do the host's arguments
        Override,
        /// The component does not import the host's
        Ignore,
    }
}
