"""Makes the package for npm: the command as WebAssembly, linked by itself, and transpiled to JavaScript by jco.

usage: npm.py MODULE PROGRAM DIRECTORY

MODULE is the command for wasm32-wasip1, and PROGRAM the command that links it. jco is that of `make setup`.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import project
from archives import Files, tar_gz
from sbom import bill

SOURCES = project.ROOT / "tools/npm"
JCO = project.ROOT / ".tools/node/node_modules/.bin/jco"

# The tool reads and writes files, and needs no network.
LINK = ["--deny", "network", "--deny", "name-lookup"]


def manifest():
    return {
        "name": project.NAME,
        "version": project.VERSION,
        "description": project.SUMMARY,
        "keywords": project.KEYWORDS,
        "license": project.LICENSE,
        "repository": {"type": "git", "url": f"git+{project.REPOSITORY}.git"},
        "type": "module",
        "engines": {"node": ">=20"},
        "bin": {project.NAME: "cli.js"},
        "types": "index.d.ts",
        "exports": {".": {"types": "./index.d.ts", "default": "./index.js"}, "./package.json": "./package.json"},
        "imports": {"#modules": {"node": "./modules-node.js", "default": "./modules-web.js"}},
    }


def tool(module, program, directory):
    """Links the module and transpiles the component, in a directory."""
    component = directory / "component.wasm"
    subprocess.run([program, "link", module, *LINK, "-o", component], check=True)
    options = ["--name", "tool", "--instantiation", "sync", "--no-typescript", "--minify", "--quiet"]
    subprocess.run(["node", JCO, "transpile", component, *options, "-o", directory / "tool"], check=True)


def sources(directory):
    """Yields names and contents of the files of the package, in which `directory` has the tool."""
    for file in sorted(SOURCES.rglob("*.js")) + sorted(SOURCES.glob("*.ts")) + [SOURCES / "README.md"]:
        yield str(file.relative_to(SOURCES)), file.read_bytes()
    for file in sorted((directory / "tool").iterdir()):
        if file.suffix in (".js", ".wasm"):
            yield f"tool/{file.name}", file.read_bytes()
    yield "sbom.cdx.json", bill("wasm32-wasip1", "--no-default-features")
    yield "LICENSE", project.document("LICENSE")
    yield "package.json", json.dumps(manifest(), indent=2) + "\n"


def main(module, program, directory):
    module, program, directory = Path(module).resolve(), Path(program).resolve(), Path(directory)
    files = Files()
    with tempfile.TemporaryDirectory() as made:
        tool(module, program, Path(made))
        for name, content in sources(Path(made)):
            files.add(f"package/{name}", content, program=name == "cli.js")
    package = directory / f"{project.NAME}-{project.VERSION}.tgz"
    directory.mkdir(parents=True, exist_ok=True)
    package.write_bytes(tar_gz(files))
    print(f"{package.stat().st_size:10} {package}")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
