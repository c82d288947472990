//! `wasi-adapt-bench`: see `src/bench/`.

fn main() -> anyhow::Result<()> {
    wasi_adapt_tests::bench::main()
}
