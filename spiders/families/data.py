"""Data that systems send in place of pages: JSON, the numbers and days in it. All of it is hostile text."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from scrapy.http import HtmlResponse, JsonResponse, TextResponse, XmlResponse

from spiders.links import day_in

_LEAD = "\ufeff \t\r\n"
_TRAIL = " \t\r\n;)"
_CALL = re.compile(r"[\w$.]{1,80}\s*\(\s*")
_MOST_WRAPPINGS = 3
_CHINA = timezone(timedelta(hours=8))
_SECONDS = re.compile(r"1[0-9]{9}")
_MILLISECONDS = re.compile(r"1[0-9]{12}")
_DECODER = json.JSONDecoder(strict=False)


def is_data(response: TextResponse) -> bool:
    """Whether a response is no page but data, which cannot be asked for its links; whatever it is sent as, a
    page is a page where it was sent as one.
    """
    if isinstance(response, HtmlResponse | XmlResponse):
        return False
    return isinstance(response, JsonResponse) or response.text.lstrip(_LEAD)[:1] in ("{", "[")


def answered(text: str) -> Any:
    """What an answer says that is JSON as a whole, None where it is none.

    Some servers put a byte order mark before it, call a function with it, or send it as a string of JSON.
    """
    for _ in range(_MOST_WRAPPINGS):
        text = text.strip(_LEAD)
        call = _CALL.match(text)
        start = call.end() if call else 0
        try:
            value, end = _DECODER.raw_decode(text, start)
        except (ValueError, RecursionError):
            return None
        if text[end:].strip(_TRAIL):
            return None
        if not isinstance(value, str):
            return value
        text = value
    return None


def value_at(text: str, start: int) -> Any:
    """The JSON value that begins at `start` amid other text, None where there is none."""
    try:
        return _DECODER.raw_decode(text, start)[0]
    except (ValueError, RecursionError):
        return None


def whole(value: object) -> int | None:
    """A count, printed as a number or as text; None where it is no sensible one."""
    if isinstance(value, str) and re.fullmatch(r"\s*[0-9]{1,9}\s*", value):
        value = int(value)
    sensible = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1_000_000_000
    return value if sensible and isinstance(value, int) else None


def text_of(value: object) -> str:
    """A text or a number as text, "" for anything else."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**18:
        return str(value)
    return value.strip() if isinstance(value, str) else ""


def day_of(value: object) -> date | None:
    """The day that a time says: written with its year, or as seconds or milliseconds since 1970."""
    text = text_of(value)
    if _SECONDS.fullmatch(text) or _MILLISECONDS.fullmatch(text):
        return datetime.fromtimestamp(int(text[:10]), UTC).astimezone(_CHINA).date()
    return day_in(text)
