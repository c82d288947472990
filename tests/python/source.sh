#!/usr/bin/env bash
# Installs into .tools/python-source the source of CPython, as Debian has it, and a native build of it: the reference for the
# component, and the interpreter that building the latter takes.
. "$(dirname "$0")/../setup/common.sh"
version=3.13.5
checksum=93e583f243454e6e9e4588ca2c2662206ad961659863277afcdb96801647d640

place=$tools/python-source
self=$(cd "$(dirname "$0")" && pwd)/source.sh
if stamped python-source/native "$self"; then
  say "CPython $version: up to date"
  exit
fi
have cc && have make || fail "there is no C compiler or no make" "install them (Debian: apt-get install build-essential)"

say "CPython $version: downloading its source (23 MB)"
rm -rf "$place/native" "$place/source"
mkdir -p "$place/source" "$place/native"
debian_source trixie python3.13 "python3.13_$version.orig.tar.xz" "$checksum" "$place/source"

say "CPython $version: building it natively (some minutes)"
cd "$place/native"
# The same SQLite for both, and neither has libraries of which WASI has none.
cc -O2 -w -fPIC -c "$tools/sqlite/sqlite3.c" -o sqlite3.o
ar rcs libsqlite3.a sqlite3.o
export LIBSQLITE3_CFLAGS="-I$tools/sqlite" LIBSQLITE3_LIBS="-L$PWD -lsqlite3 -lm -ldl -lpthread"
for module in _ssl _hashlib _tkinter zlib _bz2 _lzma readline _curses _curses_panel _dbm _gdbm _ctypes _uuid; do
  export "py_cv_module_$module=n/a"
done
{ ../source/configure --quiet --disable-test-modules --without-ensurepip OPT="-O2 -w" && make --silent -j"$(nproc)"; } >log 2>&1 ||
  fail "it does not build" "read $PWD/log"
cp "$self" .pins
say "CPython $version: done"
