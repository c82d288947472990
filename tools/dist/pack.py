"""Makes the packages of one built program: the release archive, the wheel, the bill of materials.

usage: pack.py TARGET PROGRAM DIRECTORY

TARGET is the triple that the program was built for. The program is run for its manual pages and completion scripts, so
the machine must be one that it is for.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import project
from archives import Files, tar_gz, zipped
from sbom import bill
from wheel import wheel

# The shells and the names that they look for.
COMPLETIONS = {"bash": "wasi-adapt.bash", "fish": "wasi-adapt.fish", "zsh": "_wasi-adapt", "powershell": "wasi-adapt.ps1"}


def archive(target, program):
    stem, windows = f"{project.NAME}-{project.VERSION}-{target}", "windows" in target
    files = Files()
    files.add(f"{stem}/{project.NAME}{'.exe' if windows else ''}", program.read_bytes(), program=True)
    for name in project.DOCUMENTS:
        files.add(f"{stem}/{name}", project.document(name))
    for shell, name in COMPLETIONS.items():
        script = subprocess.run([program, "completion", shell], check=True, stdout=subprocess.PIPE).stdout
        files.add(f"{stem}/completions/{name}", script)
    with tempfile.TemporaryDirectory() as pages:
        subprocess.run([program, "man", pages], check=True)
        for page in Path(pages).iterdir():
            files.add(f"{stem}/man/{page.name}", page.read_bytes())
    return (f"{stem}.zip", zipped(files)) if windows else (f"{stem}.tar.gz", tar_gz(files))


def main(target, program, directory):
    program, directory = Path(program).resolve(), Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    materials = bill(target)
    products = [
        archive(target, program),
        wheel(target, program.read_bytes(), materials),
        (f"{project.NAME}-{project.VERSION}-{target}.cdx.json", materials.encode()),
    ]
    for name, content in products:
        (directory / name).write_bytes(content)
        print(f"{len(content):10} {directory / name}")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
