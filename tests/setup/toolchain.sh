#!/usr/bin/env bash
# Makes sure that Rust can be compiled to the wasm target $1: wasm32-unknown-unknown for the adapter, wasm32-wasip1 for
# the tests' Rust guests. rustup is the first choice. Where it cannot download, Debian's compiler for the web builds the
# standard library from its own sources; the build scripts find either by themselves.
. "$(dirname "$0")/common.sh"
target=$1

have cargo || fail "cargo is not installed" "install Rust by https://rustup.rs"

compiler_has() {
  local libraries
  libraries=$("${RUSTC:-rustc}" --print target-libdir --target "$target" 2>/dev/null) && [ -d "$libraries" ]
}

# For wasm32-wasip1 they serve as well: the guests' C library is zig's, from .tools/python.
debian_packages=(rustc-web cargo-web rust-web-src lld-19)

if compiler_has; then
  say "$target: up to date"
  exit
fi
if debian_has "${debian_packages[@]}"; then
  say "$target: up to date, by Debian's packages"
  exit
fi

if have rustup; then
  say "$target: rustup target add"
  if RUST_BACKTRACE=0 rustup target add "$target" && compiler_has; then
    say "$target: done"
    exit
  fi
  say "$target: rustup could not add it"
fi
if debian_can_install; then
  say "$target: apt-get install ${debian_packages[*]}"
  if debian_install "${debian_packages[@]}"; then
    say "$target: done"
    exit
  fi
fi
fail "no Rust compiler for $target" \
  "rustup target add $target; on Debian 12 or newer also, as root: apt-get install ${debian_packages[*]}"
