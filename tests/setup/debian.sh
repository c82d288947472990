#!/usr/bin/env bash
# Installs Debian's C compiler for WASI, which tests link the static library with, beside zig's, and lighttpd, which runs CGI
# programs for comparison. An ordinary user needs neither Debian nor root: elsewhere those tests say that they do not apply.
# And /etc/services, which others have anyway.
. "$(dirname "$0")/common.sh"
packages=(clang-19 lld-19 wasi-libc libclang-rt-19-dev-wasm32 lighttpd netbase)

if debian_has "${packages[@]}"; then
  say "Debian's packages: up to date"
elif ! debian_can_install; then
  say "Debian's packages: left out, since it takes Debian and root; the tests that use it do not apply"
else
  say "Debian's packages: apt-get install ${packages[*]}"
  if debian_install "${packages[@]}"; then
    say "Debian's packages: done"
  else
    say "Debian's packages: left out, since apt-get could not install it; the tests that use it do not apply"
  fi
fi
