//! Makes WASI 0.2 components out of `wasi_snapshot_preview1` core modules.
