"""The wheel for PyPI: the program as it is, which pip puts among the scripts."""

import base64
import hashlib
import re

import project
from archives import Files, zipped

# The platforms of targets whose programs say nothing of them. Linux's are in the program.
PLATFORMS = {
    "x86_64-apple-darwin": "macosx_10_12_x86_64",
    "aarch64-apple-darwin": "macosx_11_0_arm64",
    "x86_64-pc-windows-msvc": "win_amd64",
}


def platform(target, program):
    if target in PLATFORMS:
        return PLATFORMS[target]
    machine = target.split("-")[0]
    if target.endswith("-musl"):
        # It is static, so the C library does not matter.
        return f"manylinux_2_17_{machine}.manylinux2014_{machine}.musllinux_1_1_{machine}"
    needed = {tuple(map(int, it.groups())) for it in re.finditer(rb"GLIBC_(\d+)\.(\d+)", program)}
    return "manylinux_%d_%d_%s" % (*max(needed), machine)


def links(readme):
    """README.md with links that lead somewhere outside of the repository, too."""
    return re.sub(r"\]\((?!https?:|#)([^)]+)\)", rf"]({project.REPOSITORY}/blob/v{project.VERSION}/\1)", readme)


def description():
    fields = [
        ("Metadata-Version", "2.4"),
        ("Name", project.NAME),
        ("Version", project.VERSION),
        ("Summary", project.SUMMARY),
        ("License-Expression", project.LICENSE),
        ("License-File", "LICENSE"),
        ("Keywords", ",".join(project.KEYWORDS)),
        ("Classifier", "Environment :: Console"),
        ("Classifier", "Topic :: Software Development :: Build Tools"),
        ("Project-URL", f"Repository, {project.REPOSITORY}"),
        ("Requires-Python", ">=3.8"),
        ("Description-Content-Type", "text/markdown"),
    ]
    head = "".join(f"{name}: {value}\n" for name, value in fields)
    return head + "\n" + links(project.document("README.md").decode())


def wheel(target, program, bill):
    """Returns the file's name and its contents."""
    stem = f"{project.NAME.replace('-', '_')}-{project.VERSION}"
    tag = f"py3-none-{platform(target, program)}"
    suffix = ".exe" if "windows" in target else ""
    info, files = f"{stem}.dist-info", Files()
    files.add(f"{stem}.data/scripts/{project.NAME}{suffix}", program, program=True)
    files.add(f"{info}/METADATA", description())
    tags = "".join(f"Tag: py3-none-{one}\n" for one in platform(target, program).split("."))
    files.add(f"{info}/WHEEL", f"Wheel-Version: 1.0\nGenerator: {project.NAME}\nRoot-Is-Purelib: false\n{tags}")
    files.add(f"{info}/licenses/LICENSE", project.document("LICENSE"))
    files.add(f"{info}/sboms/{project.NAME}.cdx.json", bill)
    record = f"{info}/RECORD"
    files.add(record, "".join(row(path, files[path]) for path in sorted(files)) + f"{record},,\n")
    return f"{stem}-{tag}.whl", zipped(files, last=[path for path in files if path.startswith(info)])


def row(path, content):
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    return f"{path},sha256={digest},{len(content)}\n"
