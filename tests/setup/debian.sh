#!/usr/bin/env bash
# Installs Debian's C compiler for WASI, which tests link the static library with, beside zig's. An ordinary user needs
# neither Debian nor root: elsewhere those tests say that they do not apply.
. "$(dirname "$0")/common.sh"
packages="clang-19 lld-19 wasi-libc libclang-rt-19-dev-wasm32"

installed() {
  have dpkg-query || return 1
  local package
  for package in $packages; do
    dpkg-query --show --showformat='${Status}' "$package" 2>/dev/null | grep -q '^install ok installed' || return 1
  done
}

if installed; then
  say "Debian's C compiler: up to date"
elif ! have apt-get || [ "$(id -u)" != 0 ]; then
  say "Debian's C compiler: left out, since it takes Debian and root; the tests that use it do not apply"
else
  say "Debian's C compiler: apt-get install $packages"
  export DEBIAN_FRONTEND=noninteractive
  # shellcheck disable=SC2086
  if apt-get update --quiet=2 && apt-get install --quiet=2 --yes --no-install-recommends $packages >/dev/null; then
    say "Debian's C compiler: done"
  else
    say "Debian's C compiler: left out, since apt-get could not install it; the tests that use it do not apply"
  fi
fi
