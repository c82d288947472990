"""Archives that depend on their contents alone: sorted, without times, owners or traces of the machine."""

import gzip
import io
import tarfile
import zipfile

# The first moment that a ZIP archive can state.
MOMENT = (1980, 1, 1, 0, 0, 0)
PROGRAM, FILE = 0o755, 0o644


class Files(dict):
    """The contents of an archive by path. Programs keep their run bit."""

    def __init__(self):
        super().__init__()
        self.programs = set()

    def add(self, path, content, program=False):
        self[path] = content.encode() if isinstance(content, str) else content
        if program:
            self.programs.add(path)

    def mode(self, path):
        return PROGRAM if path in self.programs else FILE


def tar_gz(files):
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for path in sorted(files):
            entry = tarfile.TarInfo(path)
            entry.size, entry.mode = len(files[path]), files.mode(path)
            tar.addfile(entry, io.BytesIO(files[path]))
    return gzip.compress(raw.getvalue(), mtime=0)


def zipped(files, last=()):
    """A ZIP archive; the paths `last` come behind the others."""
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        for path in sorted(files, key=lambda path: (path in last, path)):
            entry = zipfile.ZipInfo(path, MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix, so that modes count.
            entry.external_attr = (0o100000 | files.mode(path)) << 16
            archive.writestr(entry, files[path])
    return raw.getvalue()
