#!/usr/bin/env bash
# Checks the command for the systems of a release that this is not. zig compiles the C code in its dependencies, and nothing is
# linked, so that no SDK is needed.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
tests/setup/toolchain.sh wasm32-unknown-unknown
tests/setup/python.sh
export ZIG=$root/.tools/python/ziglang/zig
export ZIG_GLOBAL_CACHE_DIR=$root/target/zig ZIG_LOCAL_CACHE_DIR=$root/target/zig
# Otherwise Apple's is looked for.
export SDKROOT=/

# Targets, as rustc and as zig spell them.
for pair in x86_64-pc-windows-gnu=x86_64-windows-gnu aarch64-apple-darwin=aarch64-macos; do
  target=${pair%=*}
  rustup target add "$target"
  export ZIG_TARGET=${pair#*=}
  export "CC_${target//-/_}=$root/tools/dist/zig-cc.sh" "AR_${target//-/_}=$root/tools/dist/zig-ar.sh"
  cargo clippy --locked --package wasi-adapt-cli --target "$target" -- -D warnings
done
