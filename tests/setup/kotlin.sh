#!/usr/bin/env bash
# Installs into .tools/kotlin a program in Kotlin, since no registry here has its compiler. Little of a large package is kept.
. "$(dirname "$0")/common.sh"

requirements=$pins/kotlin.txt
if stamped kotlin "$requirements"; then
  say "Kotlin: up to date"
  exit
fi

say "Kotlin: installing into .tools/kotlin (about 94 MB to download)"
new=$(begin kotlin)
pip_install "$new/package" "$requirements"
mv "$new/package/wasure/benchmarks/kotlin-prime/kotlin-prime-1K.wasm" "$new" ||
  fail "the package came without the program" "compare tests/setup/kotlin.txt with tests/setup/kotlin.sh"
rm -r "$new/package"
finish kotlin "$requirements"
say "Kotlin: done"
