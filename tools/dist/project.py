"""Names and versions. They are read from the Cargo manifests: no package states them a second time."""

import json
import subprocess
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MANIFEST = tomllib.loads((ROOT / "Cargo.toml").read_text())["workspace"]["package"]
COMMAND = tomllib.loads((ROOT / "tools/cli/Cargo.toml").read_text())["package"]

NAME = "wasi-adapt"
CRATE = COMMAND["name"]
VERSION = MANIFEST["version"]
LICENSE = MANIFEST["license"]
REPOSITORY = MANIFEST["repository"]
SUMMARY = COMMAND["description"].replace("`", "")
KEYWORDS = COMMAND["keywords"]

# The files that go into every package.
DOCUMENTS = ["LICENSE", "README.md", "CHANGELOG.md"]


def document(name):
    return (ROOT / name).read_bytes()


def cargo(*arguments):
    """Returns what a cargo subcommand prints."""
    command = ["cargo", *arguments]
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout


def metadata(target):
    return json.loads(cargo("metadata", "--locked", "--format-version", "1", "--filter-platform", target))
