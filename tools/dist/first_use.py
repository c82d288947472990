"""Uses the packages in a directory as a newcomer does, without cargo or a network, and prints how long that takes.

usage: first_use.py DIRECTORY

Each package that is there makes a component of one module and runs it: the wheel, the package for npm (whose component the
wheel runs, since the package has no engine), and the page, if there is Debian's Chromium.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

import project

MODULE = project.ROOT / "tools/cli/tests/programs/hello.wat"
OUTPUT, STATUS = b"hello\n", 3
PAGE = project.ROOT / "tests/data/playground/first_use.mjs"


class Steps:
    """The steps by one package, with their times."""

    def __init__(self, name, directory):
        self.name, self.directory, self.times = name, directory, []

    def do(self, step, *command, status=0, output=None):
        # Windows finds npm, a script, by its whole path alone.
        program = shutil.which(command[0]) or command[0]
        start = time.monotonic()
        done = subprocess.run([program, *command[1:]], cwd=self.directory, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.times.append((step, time.monotonic() - start))
        if done.returncode != status or (output is not None and done.stdout != output):
            shown = (done.stdout + done.stderr).decode(errors="replace")
            sys.exit(f"first_use.py: error: {step} by {self.name} ended with {done.returncode}:\n{shown}")

    def told(self):
        steps = "".join(f"{step} {seconds:5.2f} s   " for step, seconds in self.times)
        return f"{self.name:16}{steps}all {sum(seconds for _, seconds in self.times):5.2f} s"


def package(directory, pattern):
    found = sorted(directory.glob(pattern))
    if len(found) > 1:
        sys.exit(f"first_use.py: error: {directory} has more than one {pattern}: {', '.join(it.name for it in found)}")
    return found[0] if found else None


def wheel(directory, work):
    file = package(directory, "*.whl")
    if file is None:
        sys.exit(f"first_use.py: error: {directory} has no wheel")
    venv.create(work / "environment", with_pip=True)
    scripts = work / "environment" / ("Scripts" if os.name == "nt" else "bin")
    steps = Steps("pip install", work)
    pip = [scripts / "python", "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-index"]
    steps.do("install", *pip, file)
    steps.do("link", scripts / project.NAME, "link", MODULE, "-o", "by-wheel.wasm")
    steps.do("run", scripts / project.NAME, "run", "by-wheel.wasm", status=STATUS, output=OUTPUT)
    print(steps.told())
    return scripts / project.NAME


def npm(directory, work, program):
    file = package(directory, f"{project.NAME}-*.tgz")
    if file is None:
        return
    (work / "project").mkdir()
    steps = Steps("npm install", work / "project")
    steps.do("install", "npm", "install", "--offline", "--no-audit", "--no-fund", file)
    steps.do("link", "npx", "--offline", project.NAME, "link", MODULE, "-o", "by-npm.wasm")
    steps.do("run", program, "run", "by-npm.wasm", status=STATUS, output=OUTPUT)
    print(steps.told())


def page(directory, work):
    file, browser = package(directory, "playground.html"), shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if file is None or browser is None:
        return
    steps = Steps("playground.html", work)
    steps.do("open, link, run", "node", PAGE, browser, file, output=f"exit status {STATUS}\n".encode())
    print(steps.told())


def main(directory):
    directory = Path(directory).resolve()
    with tempfile.TemporaryDirectory() as work:
        program = wheel(directory, Path(work))
        npm(directory, Path(work), program)
        page(directory, Path(work))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(*sys.argv[1:])
