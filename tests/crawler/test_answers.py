"""What comes packed is whole when it is unpacked, and pages keep their charset."""

from __future__ import annotations

import gzip
import zlib

import pytest
from scrapy.http import HtmlResponse

from crawler.answers import TooLarge, Unpackable, unpacked
from crawler.robots import rules_of
from crawler.wire import _readable

BODY = "<html><p>某县水务局</p></html>".encode("gb18030") * 50
RAW = zlib.compress(BODY)[2:-4]
LIMIT = 1 << 20


@pytest.mark.parametrize(
    ("packed", "codings"),
    [
        (BODY, []),
        (BODY, ["identity"]),
        (BODY, ["utf-8"]),
        (gzip.compress(BODY, mtime=0), ["gzip"]),
        (gzip.compress(BODY, mtime=0), ["x-gzip"]),
        (gzip.compress(BODY[:700], mtime=0) + gzip.compress(BODY[700:], mtime=0), ["gzip"]),
        (zlib.compress(BODY), ["deflate"]),
        (RAW, ["deflate"]),
        (zlib.compress(gzip.compress(BODY, mtime=0)), ["gzip", "deflate"]),
        (gzip.compress(BODY, mtime=0) + b"\0" * 20, ["gzip"]),
        (gzip.compress(BODY, mtime=0)[:-8], ["gzip"]),  # its checksum is missing, and nothing else
    ],
)
def test_whole_bodies(packed: bytes, codings: list[str]) -> None:
    assert unpacked(packed, codings, LIMIT) == BODY


@pytest.mark.parametrize(
    ("packed", "codings"),
    [
        (gzip.compress(BODY, mtime=0)[:-12], ["gzip"]),
        (gzip.compress(BODY[:-9], mtime=0)[:-8], ["gzip"]),
        (zlib.compress(BODY)[:40], ["deflate"]),
        (BODY, ["gzip"]),
        (BODY, ["br"]),
        (gzip.compress(BODY, mtime=0), ["gzip", "gzip"]),
        (gzip.compress(b"", mtime=0) * 101, ["gzip"]),
        (gzip.compress(BODY, mtime=0), ["gzip"] * 101),
    ],
)
def test_broken_bodies(packed: bytes, codings: list[str]) -> None:
    with pytest.raises(Unpackable):
        unpacked(packed, codings, LIMIT)


def test_a_body_may_be_as_large_as_the_limit() -> None:
    assert unpacked(gzip.compress(b"x" * LIMIT, mtime=0), ["gzip"], LIMIT) == b"x" * LIMIT
    with pytest.raises(TooLarge):
        unpacked(gzip.compress(b"x" * (LIMIT + 1)), ["gzip"], LIMIT)
    with pytest.raises(TooLarge):
        unpacked(gzip.compress(b"x" * (LIMIT // 2 + 1)) * 2, ["gzip"], LIMIT)


@pytest.mark.parametrize("charset", ["rot13", "idna", "punycode", "zlib", "undefined", "quopri"])
@pytest.mark.parametrize("written", ["utf-8", "gb18030"])
def test_a_charset_that_is_none_costs_no_page(charset: str, written: str) -> None:
    page = "<html><p>某县水务局</p></html>"
    headers = {"Content-Type": f"text/html; charset={charset}"}
    response = _readable(HtmlResponse("http://www.qs.example/", headers=headers, body=page.encode(written)))
    assert isinstance(response, HtmlResponse)
    assert response.text == page


def test_agents_without_end_before_rules_without_end() -> None:
    agents = b"".join(b"User-agent: robot%d\n" % n for n in range(10_000))
    rules = rules_of(agents + b"User-agent: NianBao/1.0 # us\n" + b"Disallow: /a\n" * 10_000)
    assert rules.forbid("http://www.qs.example/a") is not None
    assert rules.forbid("http://www.qs.example/b") is None


@pytest.mark.parametrize(
    ("file", "forbidden"),
    [
        ("User-agent: nian\nDisallow: /", False),  # somebody else
        ("User-agent: nianbao-extra\nDisallow: /", False),
        ("User-agent: nianbao*\nDisallow: /", True),
        ("USER AGENT nianbao\nDisallow: /", True),
        ("User-agent: *\nUser-agent: other\nDisallow: /", True),
        ("User-agent: *bot\nDisallow: /", False),
        ("User-agent: nianbao\nAllow: /\n\nUser-agent: *\nDisallow: /", False),
        ("User-agent:\nDisallow: /", False),
        ("User agents of all lands\nDisallow: /", False),
    ],
)
def test_whom_a_group_is_for(file: str, forbidden: bool) -> None:
    assert (rules_of(file.encode()).forbid("http://www.qs.example/a") is not None) is forbidden


def test_a_pause_that_is_cut_short_is_told() -> None:
    (note,) = rules_of(b"User-agent: *\nCrawl-delay: 3600\n").notes
    assert note.en == "robots.txt asks for a pause of 3600 s between requests, 60 s are kept"
    assert note.zh == "robots.txt要求间隔3600秒，实际间隔60秒"
    assert rules_of(b"User-agent: *\nCrawl-delay: 60\n").notes == ()
