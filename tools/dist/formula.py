"""Writes the Homebrew formula of the archives in a directory.

usage: formula.py DIRECTORY
"""

import hashlib
import sys
from pathlib import Path

import project

# Homebrew's conditions for the targets that it runs on.
CONDITIONS = {
    "aarch64-apple-darwin": ("on_macos", "on_arm"),
    "x86_64-apple-darwin": ("on_macos", "on_intel"),
    "aarch64-unknown-linux-musl": ("on_linux", "on_arm"),
    "x86_64-unknown-linux-musl": ("on_linux", "on_intel"),
}

FORMULA = """\
class WasiAdapt < Formula
  desc "{summary}"
  homepage "{homepage}"
  version "{version}"
  license "{license}"

{archives}
  def install
    bin.install "wasi-adapt"
    man1.install Dir["man/*"]
    bash_completion.install "completions/wasi-adapt.bash" => "wasi-adapt"
    fish_completion.install "completions/wasi-adapt.fish"
    zsh_completion.install "completions/_wasi-adapt"
  end

  test do
    (testpath/"empty.wat").write '(module (memory (export "memory") 1) (func (export "_start")))'
    system bin/"wasi-adapt", "run", "empty.wat"
  end
end
"""

ARCHIVE = """\
  {system} do
    {machine} do
      url "{url}"
      sha256 "{sum}"
    end
  end
"""


def archives(directory):
    for target, (system, machine) in CONDITIONS.items():
        name = f"{project.NAME}-{project.VERSION}-{target}.tar.gz"
        if (directory / name).exists():
            url = f"{project.REPOSITORY}/releases/download/v{project.VERSION}/{name}"
            found = hashlib.sha256((directory / name).read_bytes()).hexdigest()
            yield ARCHIVE.format(system=system, machine=machine, url=url, sum=found)


def main(directory):
    directory = Path(directory)
    found = "\n".join(archives(directory))
    if not found:
        sys.exit(f"formula.py: error: {directory} has no archive for macOS or Linux")
    summary, homepage = project.SUMMARY.rstrip("."), project.REPOSITORY
    text = FORMULA.format(
        summary=summary, homepage=homepage, version=project.VERSION, license=project.LICENSE, archives=found
    )
    (directory / f"{project.NAME}.rb").write_text(text)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(*sys.argv[1:])
