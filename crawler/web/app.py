"""The HTTP application: health, metrics, and the pages behind the links in mails."""

from __future__ import annotations

import http
import logging
import time
from datetime import datetime
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy import Engine
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from crawler import clock
from crawler.config import Settings
from crawler.digest.signed import PATH
from crawler.web.metrics import exposition
from crawler.web.reader import router
from crawler.web.wellbeing import AlarmsAtHand, Wellbeing

ACCESS = logging.getLogger("nianbao.access")

_HEADERS = (
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
    (b"x-robots-tag", b"noindex, nofollow"),
)
"""Sent with every answer that does not say otherwise itself."""


def create_app(settings: Settings, engine: Engine) -> FastAPI:
    """The application. It believes no Host and no forwarding header: nothing it says depends on one."""
    app = FastAPI(title="nianbao", docs_url=None, redoc_url=None, openapi_url=None)
    at_hand = AlarmsAtHand(settings, engine)
    wellbeing = Wellbeing(engine, at_hand)

    def healthz() -> JSONResponse:
        well, account = wellbeing.told(clock.now(), datetime.now(clock.CHINA))
        return JSONResponse(account, 200 if well else 503)

    def metrics() -> Response:
        return Response(exposition(engine, at_hand), media_type=CONTENT_TYPE_LATEST)

    app.add_api_route("/healthz", healthz, methods=["GET", "HEAD"])
    app.add_api_route("/metrics", metrics, methods=["GET", "HEAD"])
    app.include_router(router(settings, engine), prefix=PATH)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(Exception, _failed)
    app.add_middleware(Outermost)
    return app


def _refused(_: Request, error: Exception) -> PlainTextResponse:
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = error.headers if isinstance(error, HTTPException) else None
    return PlainTextResponse(f"{status} {http.HTTPStatus(status).phrase}\n", status, headers)


def _failed(_: Request, error: Exception) -> PlainTextResponse:
    del error  # the server logs it; a visitor is told nothing of it
    return PlainTextResponse("500 Internal Server Error\n", 500)


class Outermost:
    """Adds the headers that protect readers, and tells each request in one line: method, route, status, time.

    Never the address as it was asked for: it may hold a token with which one acts for a reader.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.monotonic(), 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                given: list[tuple[bytes, bytes]] = list(message.get("headers", ()))
                said = {name.lower() for name, _ in given}
                message["headers"] = [*given, *(header for header in _HEADERS if header[0] not in said)]
            await send(message)

        try:
            await self._app(scope, receive, sending)
        finally:
            took = round((time.monotonic() - began) * 1000)
            ACCESS.info("%s %s %d %d ms", _word(scope["method"]), _route(scope), status or 500, took)


def _route(scope: Scope) -> str:
    """The route as it is written in the program, with names in place of what was asked for."""
    route: Any = scope.get("route")
    path = getattr(route, "path", None)
    return path if isinstance(path, str) else "-"


def _word(method: str) -> str:
    return method if method.isalpha() and len(method) <= 10 else "?"
