#!/usr/bin/env bash
# Makes the package for npm, and the page that has it in it.
#
# usage: npm.sh MODULE PROGRAM DIRECTORY
#
# MODULE is the command for wasm32-wasip1, and PROGRAM the command that links it.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
directory=$3

python3 -B "$root/tools/dist/npm.py" "$1" "$2" "$directory"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tar -xzf "$directory"/wasi-adapt-*.tgz -C "$work"
"$root/tools/playground/samples.sh" "$work/samples"
node "$root/tools/playground/build.mjs" "$root/.tools/node/node_modules" "$work/package" "$work/samples" "$directory/playground.html"
