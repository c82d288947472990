#!/usr/bin/env bash
# Installs into .tools/sqlite the source of SQLite, for the tests of locks. It comes in a crate.
. "$(dirname "$0")/common.sh"

manifest=$pins/sqlite/Cargo.toml
if stamped sqlite "$pins/sqlite/Cargo.lock"; then
  say "SQLite: up to date"
  exit
fi

say "SQLite: installing into .tools/sqlite (about 6 MB to download)"
new=$(begin sqlite)
cargo vendor --quiet --locked --manifest-path "$manifest" "$new/vendor" >/dev/null ||
  fail "cargo could not download the crate" "see cargo's message above, then run make setup again"
for file in sqlite3.c sqlite3.h; do
  mv "$new/vendor/libsqlite3-sys/sqlite3/$file" "$new" ||
    fail "the crate came without $file" "compare tests/setup/sqlite/Cargo.toml with tests/setup/sqlite.sh"
done
rm -r "$new/vendor"
finish sqlite "$pins/sqlite/Cargo.lock"
say "SQLite: done"
