#!/usr/bin/env bash
# Builds CPython for WASI with the library of `wasi-adapt sdk`, in .tools/python-source/wasm, by its own configure and make.
. "$(dirname "$0")/../setup/common.sh"
here=$(cd "$(dirname "$0")" && pwd)
place=$tools/python-source
export ZIG_GLOBAL_CACHE_DIR=$place/zig ZIG_LOCAL_CACHE_DIR=$place/zig

# It is made of the library, its headers, and the files here.
sdk=$(begin_sdk python-sdk "$place/made-of")
(cd "$here" && sha256sum build.sh config.site Setup.local) >>"$place/made-of"
if stamped python-source/wasm "$place/made-of"; then
  say "CPython for WASI: up to date"
  exit
fi

say "CPython for WASI: building (some minutes)"
rm -rf "$place/wasm" "$place/sdk"
mkdir -p "$place/wasm/Modules"
mv "$sdk" "$place/sdk"
cd "$place/wasm"
cp "$here/Setup.local" Modules
zig=$tools/python/ziglang/zig
library=$place/sdk/lib/libwasi_sockets.a
cc="$zig cc -target wasm32-wasi -I$place/sdk/include"
$cc -O2 -w -DSQLITE_DEFAULT_UNIX_VFS='"unix"' -c "$tools/sqlite/sqlite3.c" -o sqlite3.o
"$zig" ar rcs libsqlite3.a sqlite3.o
export LIBSQLITE3_CFLAGS="-I$tools/sqlite" LIBSQLITE3_LIBS="-L$PWD -lsqlite3"

# zig puts the stack first without being told, and does not know the option for it.
stack="-z stack-size=8388608 -Wl,--initial-memory=20971520"
# By default, WASI alone has no IPv6 and no allocator of Python's own. pkg-config would find libraries of this machine.
build() {
  CONFIG_SITE=$here/config.site ../source/configure --quiet --host=wasm32-unknown-wasip1 --build="$(../source/config.guess)" \
    --with-build-python="$place/native/python" --disable-test-modules --without-ensurepip --with-pymalloc \
    CC="$cc" AR="$zig ar" RANLIB="$zig ranlib" READELF=: CPPFLAGS=-DENABLE_IPV6 PKG_CONFIG=false LIBS="$library" OPT="-O2 -w" &&
    make --silent -j"$(nproc)" CONFIGURE_LDFLAGS_NODIST="$stack"
}
build >log 2>&1 || fail "it does not build" "read $PWD/log"
cp "$place/made-of" .pins
say "CPython for WASI: done"
