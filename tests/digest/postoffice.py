"""A mail server on loopback that does what it is told to: also what no server should."""

from __future__ import annotations

import socket
import socketserver
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

CUT = "cut"
"""Instead of an answer: the connection is cut."""
SILENCE = "silence"
"""Instead of an answer: none, until the other side goes."""
FOREVER = "forever"
"""Instead of an answer: one that goes on and on, never silent, never at its end."""

_USUAL = {
    "greeting": "220 mx.nianbao.example ready",
    "EHLO": "250-mx.nianbao.example\r\n250 8BITMIME",
    "DATA": "354 go ahead",
    "end": "250 2.0.0 kept",
    "QUIT": "221 bye",
}


@dataclass
class Office:
    """What the server was asked and has kept. `script` holds, by connection, answers other than the usual."""

    script: deque[Mapping[str, str | list[str]]] = field(default_factory=deque)
    connections: int = 0
    asked: list[str] = field(default_factory=list)
    kept: list[tuple[str, bytes]] = field(default_factory=list)
    """Reader and mail of everything for which the final dot came, whatever the server said then."""
    port: int = 0
    pause: Callable[[], float] = lambda: 0.0
    """Seconds between a mail and what is said of it."""

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"


@contextmanager
def office(*script: Mapping[str, str | list[str]]) -> Iterator[Office]:
    """A server; the n-th connection goes by the n-th entry of `script`, later ones by the last.

    Of a list of answers the first is given first, and the last from then on; "data: N" cuts the connection
    after N bytes of a mail.
    """
    at = Office(deque(script or [{}]))

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            at.connections += 1
            answers = at.script.popleft() if len(at.script) > 1 else at.script[0]
            _talk(at, self, {**_USUAL, **answers})

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        block_on_close = False
        allow_reuse_address = True

        def handle_error(self, *_: Any) -> None:
            """The other side has gone: often the very thing that is tried."""

    with Server(("127.0.0.1", 0), Handler) as server:
        at.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield at
        finally:
            server.shutdown()
            thread.join()


def _talk(
    at: Office, handler: socketserver.StreamRequestHandler, answers: Mapping[str, str | list[str]]
) -> None:
    given = {word: deque([one] if isinstance(one, str) else one) for word, one in answers.items()}

    def answer(word: str) -> bool:
        said = given.get(word, deque(["250 fine"]))
        return _say(handler, said.popleft() if len(said) > 1 else said[0])

    reader = ""
    if not answer("greeting"):
        return
    while line := handler.rfile.readline(2000):
        word = line.split(b" ")[0].strip().upper().decode()
        at.asked.append(line.decode().strip())
        if word == "RCPT":
            reader = line.decode().partition("<")[2].partition(">")[0]
        if word == "DATA" and "data" in given:
            _say(handler, "354 go ahead")
            handler.rfile.read(int(given["data"][0]))
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            return
        if not answer(word):
            return
        if word == "DATA" and at.asked and str(given["DATA"][0]).startswith("354"):
            lines = []
            while (part := handler.rfile.readline()) != b".\r\n":
                if not part:
                    return
                lines.append(part[1:] if part.startswith(b".") else part)
            at.kept.append((reader, b"".join(lines)))
            time.sleep(at.pause())
            if not answer("end"):
                return
        if word == "QUIT":
            return


def _say(handler: socketserver.StreamRequestHandler, said: str) -> bool:
    """Whether the talk goes on."""
    if said == CUT:
        return False
    if said == SILENCE:
        handler.rfile.read()
        return False
    if said == FOREVER:
        stop = threading.Event()
        while not stop.wait(0.02):
            handler.wfile.write(b"250-and")  # fails once the other side has gone
            handler.wfile.write(b" on\r\n")
        return False
    handler.wfile.write(said.encode() + b"\r\n")
    return True
