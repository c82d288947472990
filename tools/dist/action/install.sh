#!/usr/bin/env bash
# Installs a release of wasi-adapt into a directory, and checks the archive before.
#
# usage: install.sh DIRECTORY
#
# WASI_ADAPT_VERSION names the release, and WASI_ADAPT_RELEASES another place of releases than GitHub. In a workflow of
# GitHub, the program is on the PATH of the steps that follow.
set -euo pipefail
directory=$1
version=${WASI_ADAPT_VERSION#v}
releases=${WASI_ADAPT_RELEASES:-https://github.com/wasi-adapt/wasi-adapt/releases/download}

program=wasi-adapt end=tar.gz
case $(uname -s) in
  Linux) system=unknown-linux-musl ;;
  Darwin) system=apple-darwin ;;
  MINGW* | MSYS* | CYGWIN*) system=pc-windows-msvc program=wasi-adapt.exe end=zip ;;
  *) echo "install.sh: error: there is no release for $(uname -s); build it with \`cargo install wasi-adapt-cli\`" >&2; exit 1 ;;
esac
case $(uname -m) in
  x86_64 | amd64) machine=x86_64 ;;
  arm64 | aarch64) machine=aarch64 ;;
  *) echo "install.sh: error: there is no release for $(uname -m); build it with \`cargo install wasi-adapt-cli\`" >&2; exit 1 ;;
esac

stem=wasi-adapt-$version-$machine-$system
mkdir -p "$directory"
cd "$directory"
for file in "$stem.$end" SHA256SUMS; do
  curl --fail --silent --show-error --location --retry 3 --output "$file" "$releases/v$version/$file"
done
# shasum is what macOS has.
sum() { if command -v sha256sum > /dev/null; then sha256sum "$@"; else shasum --algorithm 256 "$@"; fi; }
if ! awk -v name="$stem.$end" '$2 == name' SHA256SUMS | grep . > "$stem.sum"; then
  echo "install.sh: error: SHA256SUMS does not list $stem.$end" >&2
  exit 1
fi
sum --check "$stem.sum" >&2
case $end in
  zip) unzip -q -o "$stem.$end" ;;
  *) tar -xzf "$stem.$end" ;;
esac
rm "$stem.$end" "$stem.sum" SHA256SUMS
path=$PWD/$stem
# Programs that are not of Git's shell do not know its paths.
if command -v cygpath > /dev/null; then path=$(cygpath --windows "$path"); fi
"$path/$program" --version
if [ -n "${GITHUB_PATH:-}" ]; then
  echo "$path" >> "$GITHUB_PATH"
  echo "path=$path/$program" >> "$GITHUB_OUTPUT"
fi
