#!/usr/bin/env bash
# Installs Debian's Chromium without windows, which takes a picture of a page that a component serves. Elsewhere the test of that
# says that it does not apply.
. "$(dirname "$0")/common.sh"
packages=(chromium-headless-shell fonts-dejavu-core)

if debian_has "${packages[@]}"; then
  say "Chromium: up to date"
elif ! debian_can_install; then
  say "Chromium: left out, since it takes Debian and root; the test that uses it does not apply"
else
  say "Chromium: apt-get install ${packages[*]} (about 100 MB to download)"
  if debian_install "${packages[@]}"; then
    say "Chromium: done"
  else
    say "Chromium: left out, since apt-get could not install it; the test that uses it does not apply"
  fi
fi
