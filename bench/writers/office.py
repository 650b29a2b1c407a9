"""Files of one format -> another, by LibreOffice: what offices hand out was often saved by such a program."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

_TIMEOUT = 60  # seconds, and so many more for each file
_SECONDS_A_FILE = 10
_EXPORT_FILTERS = {
    "doc": "doc:MS Word 97",
    "docx": "docx:MS Word 2007 XML",
    "rtf": "rtf:Rich Text Format",
    "xls": "xls:MS Excel 97",
    "xlsx": "xlsx:Calc MS Excel 2007 XML",
}
_IMPORT_FILTERS = {".html": "HTML (StarWriter)"}


def convert(files: Sequence[tuple[str, bytes]], to: str) -> list[bytes]:
    """Each of `files`, (name, content), in format `to`, named by its suffix ("doc", "pdf", "xls" ...).

    All names must have the same suffix; only the suffix counts. One LibreOffice converts all files.
    Raises RuntimeError where it fails or leaves one out.
    """
    if not files:
        return []
    soffice = shutil.which("soffice")
    if soffice is None:
        raise RuntimeError("soffice is not installed")
    suffixes = {Path(name).suffix.lower() for name, _ in files}
    if len(suffixes) != 1:
        raise ValueError(f"files of several formats: {sorted(suffixes)}")
    suffix = suffixes.pop()
    with TemporaryDirectory(prefix="nianbao-bench-") as folder:
        root = Path(folder)
        source, target = root / "in", root / "out"
        source.mkdir()
        target.mkdir()
        paths = []
        for at, (_, content) in enumerate(files):
            path = source / f"{at:04}{suffix}"
            path.write_bytes(content)
            paths.append(path)
        arguments = [
            soffice,
            f"-env:UserInstallation={(root / 'profile').as_uri()}",
            *("--headless", "--norestore", "--nolockcheck", "--nodefault"),
            *([f"--infilter={_IMPORT_FILTERS[suffix]}"] if suffix in _IMPORT_FILTERS else []),
            *("--convert-to", _EXPORT_FILTERS.get(to, to), "--outdir", str(target)),
            *map(str, paths),
        ]
        done = subprocess.run(
            arguments,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_TIMEOUT + _SECONDS_A_FILE * len(files),
            env={**os.environ, "HOME": folder},
            check=False,
        )
        converted = [target / f"{path.stem}.{to}" for path in paths]
        lost = [path.name for path in converted if not path.is_file()]
        if lost:
            raise RuntimeError(f"not converted: {', '.join(lost)}: {done.stderr.decode(errors='replace')}")
        return [path.read_bytes() for path in converted]
