"""Web archives (MHT), as word processors save pages and offices then name .doc: the page inside."""

from __future__ import annotations

import binascii
import re
from typing import NamedTuple

MAX_PARTS = 500

_HEAD = 8_192
_VERSION = re.compile(rb"\s*(?:[A-Za-z-]{1,40}:[^\n]*\n[ \t]*){0,20}?MIME-Version:", re.IGNORECASE)
_BOUNDARY = re.compile(rb"""boundary\s*=\s*(?:"([^"\r\n]{1,100})"|([^\s";]{1,100}))""", re.IGNORECASE)
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_FOLDED = re.compile(rb"\r?\n[ \t]+")
_TYPE = re.compile(rb"^content-type:\s*([^\r\n]{1,200})", re.IGNORECASE | re.MULTILINE)
_ENCODING = re.compile(rb"^content-transfer-encoding:\s*([\w-]{1,20})", re.IGNORECASE | re.MULTILINE)


class Page(NamedTuple):
    """The page of a web archive, with the type that its header states."""

    content: bytes
    content_type: str


def archived_page(content: bytes) -> Page | None:
    """The first HTML part of `content`; None where it is no web archive or has no such part."""
    head = content[:_HEAD]
    if not _VERSION.match(head):
        return None
    boundary = _BOUNDARY.search(head)
    if boundary is None:
        return None
    for part in content.split(b"--" + (boundary[1] or boundary[2]), MAX_PARTS)[1:]:
        end = _HEAD_END.search(part, 0, _HEAD)
        if end is None:
            continue
        header = _FOLDED.sub(b" ", part[: end.start()])
        stated = _TYPE.search(header)
        if stated is None or not stated[1].lower().startswith(b"text/html"):
            continue
        encoding = _ENCODING.search(header)
        body = _decoded(part[end.end() :], encoding[1].lower() if encoding is not None else b"")
        return Page(body, stated[1].decode("ascii", "replace"))
    return None


def _decoded(body: bytes, encoding: bytes) -> bytes:
    if encoding == b"quoted-printable":
        return binascii.a2b_qp(body)
    if encoding == b"base64":
        try:
            return binascii.a2b_base64(body)
        except binascii.Error:
            return b""
    return body
