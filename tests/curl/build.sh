#!/usr/bin/env bash
# Builds curl from Debian's source in .tools/curl, by its own configure and make: natively, with the servers of its tests, and for
# WASI with the library of `wasi-adapt sdk`.
. "$(dirname "$0")/../setup/common.sh"
version=7.88.1
checksum=cdb38b72e36bc5d33d5b8810f8018ece1baa29a8f215b4495e495ded82bbf3c7

place=$tools/curl
# Neither has libraries of which WASI has none, nor threads.
options=(--quiet --disable-shared --disable-manual --disable-ldap --disable-threaded-resolver --without-ssl --without-zlib
  --without-brotli --without-zstd --without-libpsl --without-libidn2 --without-librtmp --without-nghttp2 PKG_CONFIG=false)

# build DIR COMMAND ...
build() {
  mkdir -p "$place/$1"
  (cd "$place/$1" && "${@:2}") >"$place/$1/log" 2>&1 || fail "curl does not build" "read $place/$1/log"
}

natively() { ../source/configure "${options[@]}" CFLAGS="-O1 -w" && make --silent -j"$(nproc)" && make --silent -j"$(nproc)" -C tests; }

for_wasi() {
  local zig=$tools/python/ziglang/zig
  ../source/configure "${options[@]}" --host=wasm32-wasi --build=x86_64-linux-gnu CFLAGS="-O2 -w" \
    CC="$zig cc -target wasm32-wasi -I$place/sdk/include" AR="$zig ar" RANLIB="$zig ranlib" \
    LIBS="-L$place/sdk/lib -lwasi_sockets" && make --silent -j"$(nproc)"
}

if stamped curl/native "${BASH_SOURCE[0]}"; then
  say "curl $version: up to date"
else
  have cc && have make || fail "there is no C compiler or no make" "install them (Debian: apt-get install build-essential)"
  say "curl $version: downloading its source (4 MB), and building it natively (two minutes)"
  rm -rf "$place"
  mkdir -p "$place/source"
  debian_source bookworm curl "curl_$version.orig.tar.gz" "$checksum" "$place/source"
  build native natively
  cp "${BASH_SOURCE[0]}" "$place/native/.pins"
fi

# The library and its headers may be others than last time.
sdk=$(begin_sdk curl-sdk "$place/made-of")
if stamped curl/wasm "$place/made-of"; then
  say "curl for WASI: up to date"
  exit
fi
say "curl for WASI: building (two minutes)"
rm -rf "$place/wasm" "$place/sdk"
mv "$sdk" "$place/sdk"
export ZIG_GLOBAL_CACHE_DIR=$place/zig ZIG_LOCAL_CACHE_DIR=$place/zig
build wasm for_wasi
cp "$place/made-of" "$place/wasm/.pins"
say "curl for WASI: done"
