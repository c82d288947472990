#!/usr/bin/env bash
# Runs wasi-adapt once for each line of WASI_ADAPT_COMMANDS, which holds its arguments: quotes keep spaces together, and
# nothing is expanded. All lines run; it fails if one of them does.
set -uo pipefail
failed=0
while IFS= read -r line; do
  [ -n "${line//[[:space:]]/}" ] || continue
  echo "wasi-adapt $line"
  xargs wasi-adapt <<< "$line" || failed=1
done <<< "$WASI_ADAPT_COMMANDS"
exit "$failed"
