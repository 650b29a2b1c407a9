"""Servers that mean harm, or are broken beyond belief: the crawl survives, and says why a page is missing."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator

import pytest

from tests.crawler.asking import Asked, ask, portal
from tests.crawler.hostile import Answer, Server, Wire, page, serving

MEGABYTE = 1 << 20
DEFLATE_BOMB = zlib.compress(bytes(200 * MEGABYTE))
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


def smuggle(path: str, wire: Wire) -> None:
    """A second answer that nobody asked for, on a connection that stays open."""
    del path
    wire.send(HTML + b"Content-Length: %d\r\n\r\n" % len(PAGE) + PAGE + b"HTTP/1.1 200 OK\r\n\r\nsmuggled")
    wire.stopping.wait(0.5)


HTML = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
CHUNKED = HTML + b"Transfer-Encoding: chunked\r\n\r\n"
TOO_LARGE = "larger than the size limit"
NO_HTTP = "the answer is no HTTP"
NO_ADDRESS = "redirects to what is no address"
NOT_PACKED = "its packed content cannot be read"
CUT = "connection closed mid-body"
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
    "/no-http": (raw(b"SSH-2.0-OpenSSH_8.0\r\n\r\n"), NO_HTTP),
    "/bad-status": (raw(b"HTTP/1.1 two-hundred OK\r\n\r\n"), "the answer is no HTTP"),
    "/hangs-up": (raw(b""), "connection closed without an answer"),
    "/cut": (raw(HTML + b"Content-Length: 1000\r\n\r\n<p>"), "connection closed mid-body"),
    "/bad-chunks": (raw(HTML + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"), "connection closed mid-body"),
    "/not-packed": (page(PAGE, "200 OK", "Content-Encoding: gzip"), NOT_PACKED),
    "/to-script": (redirect("javascript:alert(1)"), NO_ADDRESS),
    "/to-mapped": (
        redirect("http://[::ffff:127.0.0.1]:1/"),
        "redirects to another host: [::ffff:127.0.0.1]:1",
    ),
    "/to-dot": (redirect("http://localhost.:1/"), "redirects to another host: localhost.:1"),
    "/to-number": (redirect("http://2130706433:1/"), "redirects to another host: 2130706433:1"),
    "/to-wide": (redirect("http://１２７.０.０.２/"), "redirects to another host: 127.0.0.2"),
    "/to-letters": (redirect("http://中文.example/"), "redirects to another host: xn--fiq228c.example"),
    "/to-user": (redirect("http://a:b@127.0.0.1/"), "not an address that is visited"),
    "/to-slashes": (redirect("http:\\\\mirror.example\\a"), "redirects to another host: mirror.example"),
    "/to-no-host": (redirect("http://:80/"), "not an address that is visited"),
    "/to-bad-port": (redirect("http://127.0.0.1:99999/"), NO_ADDRESS),
    "/to-bracket": (redirect("http://[::1"), NO_ADDRESS),
    "/to-long-name": (redirect(f"http://{'a' * 300}.example/"), "redirects to another host: aaa"),
    "/to-itself": (redirect(""), "redirects without end"),
    "/cookies": (endless(HTML, b"Set-Cookie: a=" + b"v" * 100 + b"\r\n"), "headers without end"),
    "/1xx": (endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100), "headers without end"),
    "/long-chunk": (endless(CHUNKED + b"ffffffffffffffff\r\n", b"x" * 65536), TOO_LARGE),
    "/long-extension": (endless(CHUNKED + b"5;", b"x" * 65536), CUT),
    "/long-trailer": (endless(CHUNKED + b"0\r\n", b"X-T: v\r\n" * 1000), CUT),
    "/negative-chunk": (raw(CHUNKED + b"-5\r\nabcde\r\n0\r\n\r\n"), CUT),
    "/two-lengths": (raw(HTML + b"Content-Length: 5\r\nContent-Length: 7\r\n\r\nabcdefg"), NO_HTTP),
    "/negative-length": (raw(HTML + b"Content-Length: -5\r\n\r\nabcde"), NO_HTTP),
    "/length-of-digits": (raw(HTML + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n"), NO_HTTP),
    "/odd-transfer": (raw(HTML + b"Transfer-Encoding: gzip\r\n\r\n" + gzip.compress(PAGE)), NO_HTTP),
    "/http-2": (raw(b"HTTP/2 200\r\n\r\n" + PAGE), NO_HTTP),
    "/http-0.9": (raw(PAGE), "connection closed without an answer"),
    "/deflate-bomb": (
        raw(
            HTML
            + b"Content-Encoding: deflate\r\nContent-Length: %d\r\n\r\n" % len(DEFLATE_BOMB)
            + DEFLATE_BOMB
        ),
        TOO_LARGE,
    ),
    "/packed-often": (page(PAGE, "200 OK", "Content-Encoding: " + ", ".join(["gzip"] * 2000)), NOT_PACKED),
    "/many-pieces": (page(gzip.compress(b"") * 40_000, "200 OK", "Content-Encoding: gzip"), NOT_PACKED),
    "/packed-half": (page(gzip.compress(PAGE * 30)[:-30], "200 OK", "Content-Encoding: gzip"), NOT_PACKED),
    "/not-brotli": (page(PAGE, "200 OK", "Content-Encoding: br"), NOT_PACKED),
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
    "/packed-without-its-last-bytes": (
        page(gzip.compress(b"<html>" + PAGE + b"</html>")[:-8], "200 OK", "Content-Encoding: gzip"),
        len(PAGE) + 13,
    ),
    "/packed-with-junk": (
        page(gzip.compress(PAGE) + b"junk", "200 OK", "Content-Encoding: gzip"),
        len(PAGE),
    ),
    "/smuggled": (smuggle, len(PAGE)),
    "/after-it": (page(PAGE), len(PAGE)),
    "/longer-than-told": (raw(HTML + b"Content-Length: 5\r\n\r\n" + PAGE), 5),
    "/charset-of-no-text": (page(PAGE, "200 OK", "Content-Type: text/html; charset=rot13"), len(PAGE)),
    "/early-hints": (
        raw(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 20 + b"HTTP/1.1 200 OK\r\n\r\n" + PAGE),
        len(PAGE),
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
