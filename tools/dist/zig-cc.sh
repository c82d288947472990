#!/usr/bin/env bash
# zig as the C compiler for a target whose name rustc and zig spell differently.
set -euo pipefail
arguments=()
for argument; do
  [[ $argument == --target=* ]] || arguments+=("$argument")
done
exec "$ZIG" cc -target "$ZIG_TARGET" "${arguments[@]}"
