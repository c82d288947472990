#!/usr/bin/env bash
# Installs into .tools/cyclonedx a validator of bills of materials by the schema of CycloneDX.
. "$(dirname "$0")/common.sh"

requirements=$pins/cyclonedx.txt
if stamped cyclonedx "$requirements"; then
  say "CycloneDX: up to date"
  exit
fi

say "CycloneDX: installing into .tools/cyclonedx (about 4 MB to download)"
new=$(begin cyclonedx)
pip_install "$new" "$requirements"
finish cyclonedx "$requirements"
say "CycloneDX: done"
