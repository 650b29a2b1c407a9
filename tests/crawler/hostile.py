"""Servers on loopback that answer as no server should; every byte is the test's own."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

Answer = Callable[[str, "Wire"], None]
"""Answers one request: its path, and the wire to write to."""


@dataclass
class Wire:
    """The connection of one request."""

    sock: socket.socket
    stopping: threading.Event

    def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        self.sock.sendall(data)

    def drip(self, data: bytes, every: float) -> None:
        """Send one byte after the other."""
        for byte in data:
            if self.stopping.wait(every):
                return
            self.send(bytes([byte]))

    def flood(self, chunk: bytes) -> None:
        """Send without end."""
        while not self.stopping.is_set():
            self.send(chunk)


def page(body: bytes = b"<html><p>ok</p></html>", status: str = "200 OK", *headers: str) -> Answer:
    """A plain answer."""
    lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "Connection: close", "", ""]

    def answer(path: str, wire: Wire) -> None:
        del path
        wire.send("\r\n".join(lines).encode() + body)

    return answer


@dataclass
class Server:
    """Serves `answers` by path; "*" answers the rest; without its own answer robots.txt is not there."""

    answers: dict[str, Answer]
    port: int = 0
    asked: list[tuple[str, float]] = field(default_factory=list)
    done: list[tuple[str, float]] = field(default_factory=list)
    most_at_once: int = 0
    stopping: threading.Event = field(default_factory=threading.Event)
    context: ssl.SSLContext | None = None
    _in_hand: int = 0
    _counting: threading.Lock = field(default_factory=threading.Lock)

    @property
    def host(self) -> str:
        """`host:port`."""
        return f"127.0.0.1:{self.port}"

    @property
    def paths(self) -> list[str]:
        """What was asked for, in order."""
        return [path for path, _ in self.asked]

    def url(self, path: str, scheme: str = "http") -> str:
        """An address on this server."""
        return f"{scheme}://{self.host}{path}"

    def gaps(self) -> list[float]:
        """Seconds from the end of each answer to the request after it."""
        return [began - ended for (_, ended), (_, began) in zip(self.done, self.asked[1:], strict=False)]

    def serve(self, listener: socket.socket) -> None:
        """Take connections until stopped."""
        while not self.stopping.is_set():
            with contextlib.suppress(TimeoutError):
                connection, _ = listener.accept()
                threading.Thread(target=self._one, args=(connection,), daemon=True).start()

    def _one(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), contextlib.closing(connection):
            connection.settimeout(20)
            if self.context is not None:
                connection = self.context.wrap_socket(connection, server_side=True)
            with contextlib.closing(connection):
                self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        received = b""
        while b"\r\n\r\n" not in received:
            more = connection.recv(65536)
            if not more:
                return
            received += more
        path = received.split(b" ", 2)[1].decode("latin-1")
        with self._counting:
            self.asked.append((path, time.monotonic()))
            self._in_hand += 1
            self.most_at_once = max(self.most_at_once, self._in_hand)
        nothing = page(b"", "404 Not Found")
        answer = self.answers.get(path) or (
            nothing if path == "/robots.txt" else self.answers.get("*", nothing)
        )
        try:
            answer(path, Wire(connection, self.stopping))
        finally:
            with self._counting:
                self._in_hand -= 1
                self.done.append((path, time.monotonic()))


@contextlib.contextmanager
def serving(
    answers: dict[str, Answer], context: ssl.SSLContext | None = None, at: str = "127.0.0.1"
) -> Iterator[Server]:
    """A server on a free port of loopback."""
    family = socket.AF_INET6 if ":" in at else socket.AF_INET
    listener = socket.create_server((at, 0), family=family, backlog=100)
    listener.settimeout(0.1)
    server = Server(answers, listener.getsockname()[1], context=context)
    thread = threading.Thread(target=server.serve, args=(listener,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stopping.set()
        thread.join()
        listener.close()
