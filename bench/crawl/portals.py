"""`python -m bench.crawl.portals`: portals on loopback, one process, an address of its own for each.

Says on its first line where they are; when its input ends, says how many requests each portal had in hand at
once and how many it was asked for, and leaves. Pages are made beforehand: an answer costs a look-up.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import sys
from collections.abc import Callable, Mapping
from functools import partial

from bench.crawl.pages import Kind, portal_pages

HOLD = 0.005
"""Seconds that a request is in hand before it is answered: two at once would be seen."""

_MOST_HEAD = 16 * 1024


class _Portal:
    """One portal, and what it was asked for. `page` gives the body under a path, None where there is none."""

    def __init__(self, page: Callable[[str], bytes | None]) -> None:
        self.page = page
        self.in_hand = 0
        self.most_at_once = 0
        self.asked = 0

    def begin(self) -> None:
        self.asked += 1
        self.in_hand += 1
        self.most_at_once = max(self.most_at_once, self.in_hand)


class _Connection(asyncio.Protocol):
    """Reads heads of GET requests, answers each after HOLD seconds."""

    def __init__(self, portal: _Portal, loop: asyncio.AbstractEventLoop) -> None:
        self._portal = portal
        self._loop = loop
        self._head = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._head += data
        while b"\r\n\r\n" in self._head:
            head, _, self._head = self._head.partition(b"\r\n\r\n")
            self._portal.begin()
            path = head.split(b" ", 2)[1].decode("ascii")
            self._loop.call_later(HOLD, self._answer, path)
        if len(self._head) > _MOST_HEAD:
            self._transport.abort()

    def _answer(self, path: str) -> None:
        self._portal.in_hand -= 1
        body = self._portal.page(path)
        if self._transport.is_closing():
            return
        if body is None:
            self._transport.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            return
        kind = b"text/plain" if path == "/robots.txt" else b"text/html; charset=utf-8"
        self._transport.writelines(
            (b"HTTP/1.1 200 OK\r\nContent-Type: %b\r\nContent-Length: %d\r\n\r\n" % (kind, len(body)), body)
        )


async def serve(portals: int, pages: int, kind: Kind) -> None:
    """Serve until the input ends."""
    loop = asyncio.get_running_loop()
    served: dict[str, _Portal] = {}
    servers = []
    page_of = portal_pages(portals, pages, kind)
    for number in range(portals):
        portal = _Portal(page_of(number))
        server = await loop.create_server(partial(_Connection, portal, loop), _address(number), 0)
        host, port = server.sockets[0].getsockname()[:2]
        served[f"{host}:{port}"] = portal
        servers.append(server)
    print(json.dumps(list(served)), flush=True)
    await asyncio.to_thread(sys.stdin.read)
    told: Mapping[str, tuple[int, int]] = {
        host: (portal.most_at_once, portal.asked) for host, portal in served.items()
    }
    print(json.dumps(told), flush=True)
    for server in servers:
        server.close()


def _address(number: int) -> str:
    """Loopback has 2^24 addresses: portals differ in theirs, as hosts do, and not in the port alone."""
    return f"127.0.{1 + number // 250}.{1 + number % 250}"


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(prog="python -m bench.crawl.portals")
    parser.add_argument("--portals", type=int, required=True)
    parser.add_argument("--pages", type=int, required=True, help="articles of all portals")
    parser.add_argument("--kind", type=Kind, required=True)
    given = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(given.portals, given.pages, given.kind))


if __name__ == "__main__":
    main()
