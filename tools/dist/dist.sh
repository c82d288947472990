#!/usr/bin/env bash
# Makes the packages for this machine, in target/dist, and tests them. Linux gets a static program, so that it runs on
# every Linux. zig compiles the C code in its dependencies, so that no other C library than musl has a part in it.
#
# usage: dist.sh PACKAGES ...
#
# PACKAGES are the arguments by which cargo selects the packages that are tested.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
dist=target/dist
system=$(uname -s)
# No path of this machine in the product.
flags=(-Cstrip=symbols "--remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=cargo" "--remap-path-prefix=$root=.")

if [ "$system" = Linux ]; then
  tests/setup/python.sh
  target=$(uname -m)-unknown-linux-musl
  rustup target add "$target"
  export ZIG=$root/.tools/python/ziglang/zig ZIG_TARGET=${target/-unknown/}
  export ZIG_GLOBAL_CACHE_DIR=$root/target/zig ZIG_LOCAL_CACHE_DIR=$root/target/zig
  export "CC_${target//-/_}=$root/tools/dist/zig-cc.sh" "AR_${target//-/_}=$root/tools/dist/zig-ar.sh"
  flags+=(-Clinker=rust-lld -Clinker-flavor=ld.lld -Clink-self-contained=yes)
else
  target=$(rustc --version --verbose | sed -n 's/^host: //p')
fi
variable=${target//-/_}
export "CARGO_TARGET_$(tr a-z A-Z <<< "$variable")_RUSTFLAGS=${flags[*]}"
cargo build --release --locked --package wasi-adapt-cli --target "$target"
program=target/$target/release/wasi-adapt
[ -f "$program" ] || program=$program.exe
for path in "$root/" "$HOME/"; do
  if grep --quiet --text --fixed-strings "$path" "$program"; then
    echo "dist: error: $program names $path, a path of this machine" >&2
    exit 1
  fi
done

rm -rf "$dist"
python3 -B tools/dist/pack.py "$target" "$program" "$dist"
tests=(--test dist)
# The command as WebAssembly is the same on each machine, so one makes the package for npm.
if [ "$system-$(uname -m)" = Linux-x86_64 ]; then
  tests/setup/node.sh
  tests/setup/browser.sh
  tests+=(--test npm)
  tools/dist/npm.sh "$(tools/dist/wasm.sh)" "$program" "$dist"
fi
python3 -B tools/dist/checksums.py "$dist"
python3 -B tools/dist/first_use.py "$dist"
# The tests are written for Linux.
if [ "$system" = Linux ]; then
  tests/setup/cyclonedx.sh
  DIST=$root/$dist cargo test --release --locked "$@" "${tests[@]}"
fi
