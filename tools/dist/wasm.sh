#!/usr/bin/env bash
# Builds the command for wasm32-wasip1, without an engine, and prints the path of the module.
set -euo pipefail
cd "$(dirname "$0")/../.."
rustup target add wasm32-wasip1 >&2
CARGO_TARGET_WASM32_WASIP1_RUSTFLAGS="--remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=cargo --remap-path-prefix=$PWD=." \
  cargo build --profile npm --locked --package wasi-adapt-cli --no-default-features --target wasm32-wasip1 >&2
echo target/wasm32-wasip1/npm/wasi-adapt.wasm
