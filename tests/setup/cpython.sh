#!/usr/bin/env bash
# Installs into .tools/cpython the tests of CPython 3.11's library, for the interpreter of the npm packages. No registry has those
# of 3.11.3; Debian 12 has those of 3.11.2. Elsewhere the test that runs them says that it does not apply.
. "$(dirname "$0")/common.sh"
packages=(libpython3.11-stdlib libpython3.11-testsuite)

if [ -d "$tools/cpython/test" ]; then
  say "CPython's tests: up to date"
elif ! have apt-get || ! apt-cache show "${packages[@]}" >/dev/null 2>&1; then
  say "CPython's tests: left out, since it takes Debian 12; the test that runs them does not apply"
else
  say "CPython's tests: apt-get download ${packages[*]}"
  new=$(begin cpython)
  mkdir "$new/packages"
  if (cd "$new/packages" && apt-get download --quiet=2 "${packages[@]}" 2>/dev/null); then
    for package in "$new"/packages/*.deb; do
      dpkg-deb --extract "$package" "$new/packages"
    done
    mv "$new/packages/usr/lib/python3.11/test" "$new/test"
    rm -rf "$new/packages"
    finish cpython "${BASH_SOURCE[0]}"
    say "CPython's tests: done"
  else
    say "CPython's tests: left out, since apt-get could not download them; the test that runs them does not apply"
  fi
fi
