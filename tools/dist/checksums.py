"""Writes SHA256SUMS of the packages in a directory, as `sha256sum --check` reads it.

usage: checksums.py DIRECTORY
"""

import hashlib
import sys
from pathlib import Path

NAME = "SHA256SUMS"


def main(directory):
    files = sorted(file for file in Path(directory).iterdir() if file.is_file() and file.name != NAME)
    sums = "".join(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files)
    (Path(directory) / NAME).write_text(sums)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(*sys.argv[1:])
