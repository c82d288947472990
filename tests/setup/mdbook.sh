#!/usr/bin/env bash
# Installs mdBook, which makes pages of the book. The tests need it not: they read the chapters themselves.
. "$(dirname "$0")/common.sh"
version=0.5.4

if [ "$("$tools/mdbook/bin/mdbook" --version 2>/dev/null)" = "mdbook v$version" ]; then
  say "mdBook: up to date"
else
  say "mdBook: cargo install mdbook $version (some minutes)"
  cargo install --quiet --locked --root "$tools/mdbook" "mdbook@$version" ||
    fail "mdBook could not be installed" "see cargo's message above, then run make book again"
  say "mdBook: done"
fi
