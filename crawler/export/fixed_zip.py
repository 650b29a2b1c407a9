"""ZIP files whose bytes depend on their contents alone."""

from __future__ import annotations

import io
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest day that a ZIP file can tell."""


def entry(name: str) -> ZipInfo:
    """A compressed entry without the time and the owner of this machine."""
    info = ZipInfo(name, _EPOCH)
    info.compress_type = ZIP_DEFLATED
    info.create_system = 3
    info.external_attr = 0o644 << 16
    return info


def settled(package: bytes) -> bytes:
    """The same files as `package` holds, in their order, without the time at which it was made."""
    out = io.BytesIO()
    with ZipFile(io.BytesIO(package)) as given, ZipFile(out, "w") as made:
        for info in given.infolist():
            made.writestr(entry(info.filename), given.read(info))
    return out.getvalue()
