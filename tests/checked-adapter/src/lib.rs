//! The raw adapter with debug assertions and checked arithmetic: where the adapter's code relies on something that does not
//! hold, it traps. It also traps for strings at address 0 where program and adapter share the memory from there on:
//! WebAssembly has an address 0, and Rust's checks do not know it.

pub const ADAPTER: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/adapter.wasm"));
