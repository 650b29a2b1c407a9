"""`nianbao serve`: health, metrics and the pages behind the links in mails, over HTTP."""

from __future__ import annotations

import contextlib
import logging
import signal
import socket
import sys

from crawler.commands.problems import CallError
from crawler.config import Settings
from crawler.console import Screen
from crawler.database import opened

_WAITING = 128  # connections that may wait to be taken
_AT_ONCE = 200  # requests at a time; more are told to come again
_ENDING = 10  # seconds that requests have to end after SIGTERM


def run(screen: Screen, settings: Settings, *, host: str, port: int) -> int:
    """Serve until SIGTERM or SIGINT. Raises CallError where it cannot begin."""
    try:
        import uvicorn

        from crawler.web.app import create_app
    except ModuleNotFoundError as error:
        if (error.name or "").startswith(("crawler", "storage")):
            raise
        raise CallError(
            f"网页服务需要 {error.name}：pip install 'nianbao[web]'",
            f"serving needs {error.name}: pip install 'nianbao[web]'",
        ) from None
    with contextlib.closing(_listening(host, port)) as listener:
        engine = opened(settings)
        try:
            _log_to_stderr()
            server = uvicorn.Server(
                uvicorn.Config(
                    create_app(settings, engine),
                    log_config=None,
                    access_log=False,  # it would tell tokens
                    server_header=False,
                    proxy_headers=False,
                    limit_concurrency=_AT_ONCE,
                    timeout_keep_alive=5,
                    timeout_graceful_shutdown=_ENDING,
                    h11_max_incomplete_event_size=16 * 1024,
                    lifespan="off",
                    ws="none",
                )
            )
            at = f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}"
            screen.say(f"正在服务：{at}（/healthz、/metrics）", f"serving {at} (/healthz, /metrics)")
            # uvicorn sends itself again the signal that ended it, once everything is down
            before = signal.signal(signal.SIGTERM, lambda _number, _frame: None)
            try:
                server.run(sockets=[listener])
            finally:
                signal.signal(signal.SIGTERM, before)
        finally:
            engine.dispose()
    screen.say("已停止", "stopped")
    return 0


def _listening(host: str, port: int) -> socket.socket:
    """A socket that listens there. Raises CallError."""
    try:
        [(family, kind, protocol, _, address), *_] = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        listener = socket.socket(family, kind, protocol)
    except (OSError, UnicodeError) as error:
        raise _cannot(host, port, error) from None
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_WAITING)
    except OSError as error:
        listener.close()
        raise _cannot(host, port, error) from None
    return listener


def _cannot(host: str, port: int, error: Exception) -> CallError:
    why = getattr(error, "strerror", None) or type(error).__name__
    return CallError(
        f"不能在 {host}:{port} 上监听：{why}；换一个 --port 或 --host",
        f"cannot listen on {host}:{port}: {why}; give another --port or --host",
    )


def _log_to_stderr() -> None:
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    logging.getLogger("nianbao.access").setLevel(logging.INFO)
