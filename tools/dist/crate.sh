#!/usr/bin/env bash
# Builds the library and copies what its build script has made of the adapter, the layers and the libc-shim to
# tools/lib/dist. The package of the library carries these files, so that it builds without a compiler for WebAssembly.
set -euo pipefail
cd "$(dirname "$0")/../.."
dist=tools/lib/dist

# Cargo says where build scripts put their products: in a JSON object on a line for each package. Windows' separators become `/`.
out=$(cargo build --release --locked --package wasi-adapt --message-format json-render-diagnostics |
  sed -n 's|.*"reason":"build-script-executed".*/tools/lib#.*"out_dir":"\([^"]*\)".*|\1|p' | sed 's|\\\\|/|g')

rm -rf "$dist"
mkdir "$dist"
install -m 644 "$out"/* "$dist"
wc -c "$dist"/*
