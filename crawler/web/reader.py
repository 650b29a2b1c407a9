"""The pages behind the links in mails: acknowledge, mute, what stands, unsubscribe.

GET shows, POST does: programs that scan mail follow every link. There is no login and no cookie, so nobody's
browser can be made to act for them by another site: whoever can send a form to an address with a signed token
holds the link itself, and needs nobody's browser. Forms therefore carry nothing against forged requests.

Unsubscribing takes one POST to the address in List-Unsubscribe (RFC 8058): no cookies, no redirect, any body.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse
from sqlalchemy import Engine

from crawler.config import Settings
from crawler.digest.signed import Purpose
from crawler.web import pages
from crawler.web.desk import Answer, Desk, Form
from storage.engine import DatabaseUnusable

_MOST_BYTES = 64 * 1024
_MOST_FIELDS = 1000
_MOST_SECONDS = 10.0
_log = logging.getLogger(__name__)


class _TooMuch(Exception):
    """A body that no form of ours has."""


def router(settings: Settings, engine: Engine) -> APIRouter:
    """The routes of readers. Without a public address and a secret every link is answered as forged."""
    desk = Desk(settings, engine)
    routes = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

    def serve(purpose: Purpose, answer: Callable[[str, Form | None], Answer]) -> None:
        async def look(token: str) -> HTMLResponse:
            return await _answered(desk, lambda: answer(token, None))

        async def act(token: str, request: Request) -> HTMLResponse:
            try:
                form = await _form(request)
            except _TooMuch:
                return _sent(desk.malformed(413))
            except (TimeoutError, ValueError):
                return _sent(desk.malformed(400))
            return await _answered(desk, lambda: answer(token, form))

        routes.add_api_route(f"/{purpose}/{{token}}", look, methods=["GET", "HEAD"], name=f"{purpose}-look")
        routes.add_api_route(f"/{purpose}/{{token}}", act, methods=["POST"], name=f"{purpose}-act")

    serve(Purpose.ACT, desk.act)
    serve(Purpose.OPEN, desk.open)
    serve(Purpose.LEAVE, desk.leave)
    return routes


async def _answered(desk: Desk, answer: Callable[[], Answer]) -> HTMLResponse:
    try:
        return _sent(await run_in_threadpool(answer))
    except DatabaseUnusable as error:
        _log.error("%s", error)
        return _sent(desk.unavailable())


def _sent(answer: Answer) -> HTMLResponse:
    return HTMLResponse(answer.html, answer.status, headers=dict(pages.headers()))


async def _form(request: Request) -> Form:
    """The fields of a form. What is no form (a one-click body may be multipart) has fields of no meaning.

    Raises _TooMuch, TimeoutError and ValueError.
    """
    body = bytearray()
    async with asyncio.timeout(_MOST_SECONDS):
        async for piece in request.stream():
            body += piece
            if len(body) > _MOST_BYTES:
                raise _TooMuch
    return parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
