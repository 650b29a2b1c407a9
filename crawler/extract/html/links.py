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
    r"|downfile\.jsp|download\.jsp|DownloadAttachUrl|/openness/download|/attachment/download"
    r"|[?&](?:filename|fileurl|wbfileid)=",
    re.IGNORECASE,
)
_FILE = re.compile(FILE_ENDING + r"(?:$|[?#&])", re.IGNORECASE)
_VIEWER = re.compile(r"viewer|preview|pdfjs|/web/.*\.html|reader|onlineview", re.IGNORECASE)
_VIEWED = ("file", "fileurl", "url", "src", "pdf", "path", "furl")
"""Parameters that tell a viewer which file to show."""


def attached_address(attributes: Mapping[str, str | None]) -> str | None:
    """The address of the file that a link, frame or object leads to, as printed; None where it is no file.

    A viewer page gives the address of the file that it shows, decoded.
    """
    address = (attributes.get("href") or attributes.get("src") or attributes.get("data") or "").strip()
    if not address or len(address) > MAX_SOURCE:
        return None
    viewed = _viewed(address)
    if viewed is not None:
        return viewed
    return address if _ATTACHMENT.search(address) else None


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
