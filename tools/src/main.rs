//! The `wasi-adapt` command; everything is in the library.

fn main() -> std::process::ExitCode {
    wasi_adapt::cli::main()
}
