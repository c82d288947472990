#!/bin/sh
# The linker of Rust guests where only Debian's compiler is: `zig cc`, which brings a recent wasi-libc ($ZIG is zig).
# Arguments that zig implies or does not know are removed.
for argument; do
  shift
  case $argument in
  -Wl,--stack-first | -Wl,--no-demangle | --target=* | -nodefaultlibs) ;;
  *) set -- "$@" "$argument" ;;
  esac
done
exec "$ZIG" cc -target wasm32-wasi "$@"
