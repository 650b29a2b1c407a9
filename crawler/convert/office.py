"""Old text documents (DOC, WPS, RTF) -> DOCX, by LibreOffice: one process a call, with a profile of its own.

The profile forbids macros, links that update themselves and addresses outside, and lives as long as the call.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import BoundedSemaphore

from crawler.convert import child
from crawler.extract.document import Format, Unreadable

TIMEOUT = 60.0
"""Seconds for one document; a report takes one or two."""
MAX_MEMORY = 2 * 1024**3
"""Address space of each of its processes, in bytes; a report takes less than half of it."""
MAX_OUTPUT = 64_000_000
"""Longest DOCX that is taken, and longest file that the process may write, in bytes."""
MAX_AT_ONCE = 2

_PROGRAMS = ("soffice", "libreoffice")
_FILTER = "docx:MS Word 2007 XML"
_NOWHERE = "127.0.0.1"
_DISCARD = "9"  # a port at which nothing answers
_at_once = BoundedSemaphore(MAX_AT_ONCE)


def installed() -> bool:
    """Whether old text documents can be converted here."""
    return _program() is not None


def to_docx(content: bytes, source: Format) -> bytes:
    """`content`, of format `source`, as DOCX.

    Raises Unreadable where LibreOffice is not installed, cannot read the document, takes longer than
    TIMEOUT or more memory or space than it may.
    """
    program = _program()
    if program is None:
        raise Unreadable(
            "读取旧版文字文档需要 LibreOffice，请安装 libreoffice-writer-nogui",
            "old text documents need LibreOffice: install libreoffice-writer-nogui",
        )
    with _at_once, TemporaryDirectory(prefix="nianbao-office-") as folder:
        root = Path(folder)
        document = root / f"document.{source.value}"
        document.write_bytes(content)
        _write_profile(root / "profile")
        try:
            child.run(
                [
                    program,
                    f"-env:UserInstallation={(root / 'profile').as_uri()}",
                    *("--headless", "--norestore", "--nolockcheck", "--nodefault", "--nologo"),
                    *("--convert-to", _FILTER, "--outdir", str(root / "out"), str(document)),
                ],
                seconds=TIMEOUT,
                memory=MAX_MEMORY,
                file_bytes=MAX_OUTPUT,
                environment={
                    "PATH": os.environ.get("PATH", os.defpath),
                    "LANG": "C.UTF-8",
                    "HOME": folder,
                    "TMPDIR": folder,
                    "SAL_USE_VCLPLUGIN": "svp",
                },
            )
        except child.TooLong:
            raise Unreadable("转换文档超时", "converting the document took too long") from None
        except OSError as error:
            raise Unreadable("LibreOffice 无法启动", "LibreOffice cannot be started") from error
        converted = root / "out" / "document.docx"
        # its exit code says nothing: it is 0 also where nothing was converted
        if not converted.is_file() or not 0 < converted.stat().st_size < MAX_OUTPUT:
            raise Unreadable(
                "LibreOffice 无法读取该文档，可能已损坏或加密",
                "LibreOffice cannot read the document; it may be damaged or encrypted",
            )
        return converted.read_bytes()


_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry" '
    'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
)
_ITEM = (
    '<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value>'
    "</prop></item>"
)
_SETTINGS = (
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Writer/Content/Update", "Link", "2"),  # never
    ("Office.Writer/Content/Update", "Field", "false"),  # a date stays as it was printed
    ("Office.Calc/Content/Update", "Link", "2"),
    ("Inet/Settings", "ooInetProxyType", "2"),  # by hand: what would be fetched is asked of nobody
    *(
        setting
        for protocol in ("HTTP", "HTTPS", "FTP")
        for setting in (
            ("Inet/Settings", f"ooInet{protocol}ProxyName", _NOWHERE),
            ("Inet/Settings", f"ooInet{protocol}ProxyPort", _DISCARD),
        )
    ),
)


def _program() -> str | None:
    return next(filter(None, map(shutil.which, _PROGRAMS)), None)


def _write_profile(folder: Path) -> None:
    settings = folder / "user" / "registrymodifications.xcu"
    settings.parent.mkdir(parents=True)
    items = "".join(_ITEM.format(path=path, name=name, value=value) for path, name, value in _SETTINGS)
    settings.write_text(f"{_HEAD}{items}</oor:items>", encoding="utf-8")
