#!/usr/bin/env bash
# Puts the samples of the page into a directory: texts as they are, programs compiled, and QuickJS from a package of PyPI.
#
# usage: samples.sh DIRECTORY
set -euo pipefail
directory=$(mkdir -p "$1" && cd "$1" && pwd)
cd "$(dirname "$0")/../.."
root=$PWD
cache=${SAMPLES_CACHE:-$root/target/samples}

cp tools/playground/samples/*.wat tools/cli/tests/programs/hello.wat .tools/python/bin/quickjs.wasm "$directory"
# The first program of README.md.
sed -n '/^```c count.c$/,/^```$/{/^```/!p}' README.md > "$directory/count.c"
ZIG_GLOBAL_CACHE_DIR=$cache/zig ZIG_LOCAL_CACHE_DIR=$cache/zig \
  .tools/python/ziglang/zig cc -target wasm32-wasi -O2 -s "$directory/count.c" -o "$directory/count.wasm"
ZIG_GLOBAL_CACHE_DIR=$cache/zig ZIG_LOCAL_CACHE_DIR=$cache/zig \
  .tools/python/ziglang/zig cc -target wasm32-wasi -O2 -s tools/playground/samples/greet.c -o "$directory/greet.wasm"
GOROOT=$root/.tools/python/go GOCACHE=$cache/go GOPATH=$cache/path GOENV=off GOFLAGS= GOPROXY=off GOTOOLCHAIN=local GOWORK=off \
  GOOS=wasip1 GOARCH=wasm .tools/python/go/bin/go build -trimpath -ldflags=-s -o "$directory/words.wasm" \
  tools/playground/samples/words.go
