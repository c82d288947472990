#!/bin/sh
# The linker of Rust guests where only Debian's compiler is: `zig cc`, which brings a recent wasi-libc ($ZIG is zig).
# What it does by itself or does not know is taken out of the arguments.
for argument; do
  shift
  case $argument in
  -Wl,--stack-first | -Wl,--no-demangle | --target=* | -nodefaultlibs) ;;
  *) set -- "$@" "$argument" ;;
  esac
done
exec "$ZIG" cc -target wasm32-wasi "$@"
