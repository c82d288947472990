//! `wasi-adapt-fuzz`: see `src/fuzz/`.

use wasi_adapt_tests::fuzz::watch::Counting;

#[global_allocator]
static COUNTING: Counting = Counting;

fn main() -> anyhow::Result<()> {
    wasi_adapt_tests::fuzz::main()
}
