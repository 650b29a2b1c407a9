"""What was fetched as a WARC file (ISO 28500), which web archives and their tools read.

Bytes whose answer is on record become `response` records, all others `resource` records. The archive keeps
bodies unpacked; headers that say otherwise are kept under another name, X-Crawl-…, as Common Crawl does.
Requests are not on record. One body at a time is in memory, and the same records give the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from io import BytesIO
from typing import IO, Any
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler import __version__
from storage.archive import Archive, ArchiveDamaged, ArchiveMissing
from storage.evidence import Capture
from storage.records import FetchRecord

_VERSION = "WARC/1.1"
_OF_THE_WAY = frozenset({"content-encoding", "transfer-encoding"})
"""Headers about how a body was packed for its way; it is unpacked."""
_MEDIA_TYPE = re.compile(r"[!-~][ -~]{0,199}")
_IN_ADDRESSES = "%/:?#[]@!$&'()*+,;=~-._"


@dataclass(slots=True)
class Written:
    """What became of the captures; `lost` are hashes whose bytes are missing or damaged."""

    responses: int = 0
    resources: int = 0
    lost: list[str] = field(default_factory=list)


class WarcFile:
    """Writes captures one by one. Raises ArchiveUnusable."""

    def __init__(self, out: IO[bytes], archive: Archive, moment: datetime, about: str) -> None:
        self.written = Written()
        self._archive = archive
        self._writer = WARCWriter(out, gzip=True, warc_version=_VERSION)
        self._begin(moment, about)

    def add(self, captures: Iterable[Capture]) -> None:
        """Write one record for each capture whose bytes the archive holds."""
        for capture in captures:
            try:
                body = self._archive.get(capture.sha256)
            except (ArchiveMissing, ArchiveDamaged, ValueError):
                self.written.lost.append(capture.sha256)
                continue
            fetch = capture.fetch
            if fetch is None or fetch.headers is None:
                self._resource(capture, body)
            else:
                self._response(fetch, fetch.headers, body)

    def _begin(self, moment: datetime, about: str) -> None:
        fields = {
            "software": f"nianbao/{__version__}",
            "format": "WARC File Format 1.1",
            "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
            "description": about,
            "notes": "Bodies are unpacked; headers of the transfer stand as X-Crawl-Content-Encoding, "
            "X-Crawl-Transfer-Encoding and X-Crawl-Content-Length. Cookies and oversized headers are not "
            "kept. Reason phrases are the standard ones. A resource record holds bytes whose headers "
            "were not kept, or what a browser made of a page; its date is when these bytes came first.",
        }
        content = "".join(f"{name}: {value}\r\n" for name, value in fields.items()).encode()
        self._write("", "warcinfo", moment, "warcinfo", content)

    def _response(self, fetch: FetchRecord, headers: tuple[tuple[str, str], ...], body: bytes) -> None:
        extra = {"Nianbao-Last-Seen": _moment(fetch.last_seen or fetch.fetched)}
        if fetch.answered is not None:
            extra["Nianbao-Requested-URI"] = _address(fetch.url)
        if fetch.left_out:
            extra["Nianbao-Headers-Left-Out"] = str(fetch.left_out)
        block = _HeaderBlock(_status(fetch.status), _unpacked(headers, len(body)), protocol="HTTP/1.1")
        url = fetch.answered or fetch.url
        self._write(url, "response", fetch.fetched, fetch.sha256, body, extra, http_headers=block)
        self.written.responses += 1

    def _resource(self, capture: Capture, body: bytes) -> None:
        extra: dict[str, str] = {}
        if capture.fetch is not None:
            extra["Nianbao-Last-Seen"] = _moment(capture.fetch.last_seen or capture.fetch.fetched)
            if capture.fetch.rendered:
                extra["Nianbao-Rendered"] = "by a browser; not the bytes of the answer"
        named = capture.content_type or ""
        kind = named if _MEDIA_TYPE.fullmatch(named) else "application/octet-stream"
        if capture.fetch is not None and capture.fetch.rendered:
            kind = "text/html; charset=utf-8"
        self._write(capture.url, "resource", capture.at, capture.sha256, body, extra, content_type=kind)
        self.written.resources += 1

    def _write(
        self,
        url: str,
        kind: str,
        at: datetime,
        sha256: str,
        body: bytes,
        extra: dict[str, str] | None = None,
        *,
        content_type: str = "",
        http_headers: StatusAndHeaders | None = None,
    ) -> None:
        named = uuid5(NAMESPACE_URL, f"{kind}\n{url}\n{sha256}\n{at.isoformat()}")
        fields = {"WARC-Record-ID": f"<urn:uuid:{named}>", "WARC-Date": _moment(at)}
        if kind != "warcinfo":
            fields["WARC-Payload-Digest"] = f"sha256:{sha256}"
        record = self._writer.create_warc_record(
            _address(url),
            kind,
            payload=BytesIO(body),
            length=len(body),
            warc_content_type=content_type,
            warc_headers_dict={**fields, **(extra or {})},
            http_headers=http_headers,
        )
        self._writer.write_record(record)


class _HeaderBlock(StatusAndHeaders):  # type: ignore[misc]
    """Headers with the very bytes that were received; warcio would percent-encode what is not ASCII."""

    def compute_headers_buffer(self, header_filter: Any = None) -> None:
        """The block as it is written."""
        self.headers_buff = self.to_bytes(header_filter, encoding="latin-1")


def _unpacked(headers: tuple[tuple[str, str], ...], length: int) -> list[tuple[str, str]]:
    """The headers as they are true of an unpacked body; what they said of the packed one stays to be read."""
    told: list[tuple[str, str]] = []
    counted = False
    for name, value in headers:
        lower = name.lower()
        if lower == "content-length" and value == str(length) and not counted:
            counted = True
            told.append((name, value))
        elif lower in _OF_THE_WAY or lower == "content-length":
            told.append((f"X-Crawl-{name}", value))
        else:
            told.append((name, value))
    return told if counted else [*told, ("Content-Length", str(length))]


def _status(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"{status} "


def _address(url: str) -> str:
    """The address in ASCII, as a URI must be."""
    return quote(url, safe=_IN_ADDRESSES, errors="replace")


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
