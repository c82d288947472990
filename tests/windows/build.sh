#!/usr/bin/env bash
# Builds the command for Windows in target/windows, and sees to it that it can run here, under Wine.
. "$(dirname "$0")/../setup/common.sh"
cd "$tools/.."
compiler=x86_64-w64-mingw32-gcc
target=x86_64-pc-windows-gnu
packages=(gcc-mingw-w64-x86-64-win32 wine wine64)

if ! have wine || ! have "$compiler"; then
  debian_can_install || fail "there is no Wine, or no MinGW compiler" "install them (Debian: apt-get install ${packages[*]})"
  say "Wine and MinGW: apt-get install ${packages[*]}"
  debian_install "${packages[@]}" || fail "apt-get could not install Wine and MinGW" "see its message above, then try again"
fi
rustup target add "$target"

# Beside the other one, of which so nothing is built anew.
directory=${CARGO_TARGET_DIR:-target}/windows
say "the command for Windows: building (ten minutes the first time)"
CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER=$compiler \
  cargo build --release --locked --package wasi-adapt-cli --target "$target" --target-dir "$directory"

# Programs in Rust import it, and Wine 8 has none.
"$compiler" -shared -O1 -o "$directory/$target/release/bcryptprimitives.dll" tests/windows/bcryptprimitives.c
say "the command for Windows: done"
