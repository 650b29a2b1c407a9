"""Addresses that a page gives: the files attached to it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, unquote, urlsplit

MAX_SOURCE = 2_000
"""Characters of the longest address that is kept."""

FILE_ENDING = r"\.(?:docx?|wps|pdf|ofd|xlsx?|et|rtf|zip|rar|7z|jpe?g|png|tiff?)"
_ATTACHMENT = re.compile(
    FILE_ENDING + r"(?:$|[?#&])"
    r"|downfile\.jsp|download\.jsp|DownloadAttachUrl|/openness/download|/attachment/download|/attachment/\d[\d/]{1,100}$"
    r"|[?&](?:filename|fileurl|wbfileid)="
    # a download by number: download.do?id=, /public/downloadFile?fileId=
    r"|/(?:file|attach\w{0,8})?[._-]?down(?:load)?[._-]?(?:file|attach\w{0,8})?(?:\.\w{2,6})?\?(?:[^#]{0,500}&)?\w{0,12}"
    r"(?:id|name|url|path|file|code|guid)=",
    re.IGNORECASE,
)
_FILE = re.compile(FILE_ENDING + r"(?:$|[?#&])", re.IGNORECASE)
_QUOTED_FILE = re.compile(
    rf"[\"']([^\"'<>\s+]{{1,1000}}{FILE_ENDING}(?:\?[^\"'<>\s]{{0,300}})?)[\"'](?!\s{{0,5}}\+)", re.IGNORECASE
)
_SHOWN_FILE = re.compile(
    # a quoted key is data, and read as such
    r"(?:pdf|ofd|file|url|src|embed|viewer)\w{0,20}(?:\s{0,5}[:=(]|[\"']\s{0,5},)\s{0,5}"
    r"[\"']([^\"'<>\s+\\]{1,1000}\.(?:pdf|ofd)(?:\?[^\"'<>\s\\]{0,300})?)[\"'](?!\s{0,5}\+)",
    re.IGNORECASE,
)
_MAX_SCRIPT, _MOST_SHOWN = 50_000, 3
_VIEWER = re.compile(r"viewer|preview|pdfjs|/web/.*\.html|reader|onlineview", re.IGNORECASE)
_VIEWED = ("file", "fileurl", "url", "src", "pdf", "path", "furl")
"""Parameters that tell a viewer which file to show."""


def attached_address(attributes: Mapping[str, str | None]) -> str | None:
    """The address of the file that a link, frame or object leads to, as printed; None where it is no file.

    A viewer page gives the address of the file that it shows, decoded.
    """
    address = (attributes.get("href") or attributes.get("src") or attributes.get("data") or "").strip()
    if not address or address.startswith("#") or address[:11].lower() == "javascript:":
        return _opened(attributes, address)
    if len(address) > MAX_SOURCE:
        return None
    viewed = _viewed(address)
    if viewed is not None:
        return viewed
    return address if _ATTACHMENT.search(address) else None


def shown_by(script: str) -> tuple[str, ...]:
    """Addresses of the files that a page's script shows in place of its text, where they stand as plain text:
    `PDFObject.embed("/a.pdf")`, `pdfUrl = "/a.pdf"`.
    """
    found = dict.fromkeys(match[1] for match in _SHOWN_FILE.finditer(script[:_MAX_SCRIPT]))
    return tuple(address for address in found if len(address) <= MAX_SOURCE)[:_MOST_SHOWN]


def _opened(attributes: Mapping[str, str | None], address: str) -> str | None:
    """The file that a link opens by script, where its address stands there as plain text."""
    for name in ("data-href", "data-url", "data-src"):
        given = (attributes.get(name) or "").strip()
        if given and len(given) <= MAX_SOURCE and _ATTACHMENT.search(given):
            return given
    for script in (attributes.get("onclick") or "", address):
        found = _QUOTED_FILE.search(script[:MAX_SOURCE])
        if found:
            return found[1]
    return None


def _viewed(address: str) -> str | None:
    """The file that a viewer is told to show."""
    if "?" not in address and "#" not in address:
        return None
    try:
        parts = urlsplit(address)
        if not _VIEWER.search(parts.path):
            return None
        pairs = parse_qsl(parts.query or parts.fragment, max_num_fields=50)
    except ValueError:
        return None
    given = {name.lower(): value for name, value in reversed(pairs)}
    for name in _VIEWED:
        value = given.get(name, "").strip()
        if "/" not in value and "%2f" in value.lower():
            value = unquote(value)  # encoded twice
        if value and (_FILE.search(value) or _ATTACHMENT.search(value)):
            return value
    return None
