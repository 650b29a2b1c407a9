"""Servers that mean harm, or are broken beyond belief: the crawl survives, and says why a page is missing."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator

import pytest

from tests.crawler.asking import Asked, ask, portal
from tests.crawler.hostile import Answer, Server, Wire, page, serving

MEGABYTE = 1 << 20
BOMB = gzip.compress(bytes(200 * MEGABYTE))
PAGE = b"<html><body><p>" + "这里是正文".encode() * 50 + b"</p></body></html>"


def raw(data: bytes) -> Answer:
    def answer(path: str, wire: Wire) -> None:
        del path
        wire.send(data)

    return answer


def endless(head: bytes, chunk: bytes) -> Answer:
    def answer(path: str, wire: Wire) -> None:
        del path
        wire.send(head)
        wire.flood(chunk)

    return answer


def dripping(head: bytes, drops: bytes) -> Answer:
    def answer(path: str, wire: Wire) -> None:
        del path
        wire.send(head)
        wire.drip(drops, 1.0)

    return answer


def redirect(location: str) -> Answer:
    return page(b"", "302 Found", f"Location: {location}")


HTML = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
TOO_LARGE = "larger than the size limit"
CASES: dict[str, tuple[Answer, str]] = {
    "/endless": (endless(HTML + b"\r\n", b"x" * 65536), TOO_LARGE),
    "/endless-chunks": (
        endless(HTML + b"Transfer-Encoding: chunked\r\n\r\n", b"1000\r\n" + b"x" * 4096 + b"\r\n"),
        TOO_LARGE,
    ),
    "/promises-much": (raw(HTML + b"Content-Length: 1000000000000\r\n\r\n"), TOO_LARGE),
    "/bomb": (
        raw(HTML + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(BOMB) + BOMB),
        TOO_LARGE,
    ),
    "/silent-bomb": (raw(HTML + b"Content-Length: %d\r\n\r\n" % len(BOMB) + BOMB), TOO_LARGE),
    "/bomb-in-bomb": (
        page(gzip.compress(BOMB), "200 OK", "Content-Encoding: gzip, gzip", "Content-Type: text/html"),
        TOO_LARGE,
    ),
    "/drip-body": (dripping(HTML + b"Content-Length: 1000\r\n\r\n", b"x" * 1000), "timed out"),
    "/drip-head": (dripping(b"HTTP/1.1 200 OK\r\n", b"X-A: " + b"a" * 1000), "timed out"),
    "/never": (dripping(b"", b" " * 1000), "timed out"),
    "/many-headers": (
        raw(HTML + b"".join(b"X-Header-%d: %s\r\n" % (n, b"v" * 30) for n in range(10_000)) + b"\r\n" + PAGE),
        "headers without end",
    ),
    "/endless-headers": (endless(HTML, b"X-H: v\r\n" * 1000), "headers without end"),
    "/endless-folding": (endless(HTML + b"X-H: v\r\n", b" more\r\n" * 1000), "headers without end"),
    "/huge-header": (raw(HTML + b"X-H: " + b"v" * MEGABYTE + b"\r\n\r\n"), "headers without end"),
    "/loop": (redirect("/loop"), "redirects without end"),
    "/hosts-1": (redirect("http://localhost:PORT/hosts-2"), "redirects without end"),
    "/away": (redirect("http://mirror.example/"), "redirects to another host: mirror.example"),
    "/inside": (redirect("http://169.254.169.254/meta"), "redirects to another host: 169.254.169.254"),
    "/other-port": (redirect("http://127.0.0.1:1/"), "redirects to another host: 127.0.0.1:1"),
    "/long-location": (redirect("/" + "x" * 8000), "not an address that is visited: http://127.0.0.1:"),
    "/huge-location": (redirect("/" + "x" * MEGABYTE), "headers without end"),
    "/no-http": (raw(b"SSH-2.0-OpenSSH_8.0\r\n\r\n"), "the answer is no HTTP"),
    "/bad-status": (raw(b"HTTP/1.1 two-hundred OK\r\n\r\n"), "the answer is no HTTP"),
    "/hangs-up": (raw(b""), "connection closed without an answer"),
    "/cut": (raw(HTML + b"Content-Length: 1000\r\n\r\n<p>"), "connection closed mid-body"),
    "/bad-chunks": (raw(HTML + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"), "connection closed mid-body"),
    "/not-packed": (page(PAGE, "200 OK", "Content-Encoding: gzip"), "its packed content cannot be read"),
}
FINE: dict[str, tuple[Answer, int]] = {
    "/page": (page(PAGE), len(PAGE)),
    "/packed": (page(gzip.compress(PAGE), "200 OK", "Content-Encoding: gzip"), len(PAGE)),
    "/packed-without-a-word": (page(gzip.compress(PAGE), "200 OK", "Content-Type: text/html"), len(PAGE)),
    "/raw-deflate": (
        page(zlib.compress(PAGE)[2:-4], "200 OK", "Content-Encoding: deflate", "Content-Type: text/html"),
        len(PAGE),
    ),
    "/packed-file": (
        page(gzip.compress(PAGE), "200 OK", "Content-Type: application/gzip"),
        len(gzip.compress(PAGE)),
    ),
    "/odd-headers": (
        raw(HTML + b"no colon here\r\n: no name\r\nContent-Length: %d\r\n\r\n" % len(PAGE) + PAGE),
        len(PAGE),
    ),
}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    answers = {path: answer for path, (answer, _) in (CASES | FINE).items()}
    with serving(answers) as served:
        own, other = f"127.0.0.1:{served.port}", f"localhost:{served.port}"
        answers["/hosts-1"] = redirect(f"http://{other}/hosts-2")
        answers["/hosts-2"] = redirect(f"http://{own}/hosts-1")
        yield served


@pytest.fixture(scope="module")
def asked(server: Server) -> Asked:
    return ask(
        [server.url(path) for path in (*CASES, *FINE)],
        [portal(server.host, f"localhost:{server.port}")],
        DOWNLOAD_MAXSIZE=MEGABYTE,
        DOWNLOAD_SILENCE=2,
        RETRY_TIMES=0,
        HOST_PATIENCE=1000,
    )


@pytest.mark.parametrize("path", CASES)
def test_the_crawl_says_why_a_page_is_missing(server: Server, asked: Asked, path: str) -> None:
    outcome = asked.outcomes[server.url(path)]
    assert outcome.problem.startswith(CASES[path][1])
    assert outcome.zh


@pytest.mark.parametrize("path", FINE)
def test_what_can_be_read_is_read(server: Server, asked: Asked, path: str) -> None:
    outcome = asked.outcomes[server.url(path)]
    assert (outcome.status, outcome.size, outcome.problem) == (200, FINE[path][1], "")


def test_the_crawl_survives_with_little_memory(server: Server, asked: Asked) -> None:
    assert len(asked.outcomes) == len(CASES) + len(FINE)
    assert asked.peak < 300  # MB; a bomb alone would take 200 more
    assert "Traceback" not in asked.log
    assert server.paths.count("/robots.txt") == 2  # two names of the host
