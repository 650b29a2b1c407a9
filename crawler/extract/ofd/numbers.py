"""Numbers of an OFD page, and what is said where they are none."""

from __future__ import annotations

import re

from crawler.extract.document import Unreadable

MAX_COORDINATE = 1e5
"""Millimetres."""

NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,2})?")


def numbers(text: str | None) -> list[float]:
    """The numbers that `text` spells, none where there is no text. Raises Unreadable."""
    return [number(token, 0) for token in (text or "").split()]


def number(text: str | None, otherwise: float) -> float:
    """The number that `text` spells, `otherwise` where there is none. Raises Unreadable for anything else."""
    if text is None or not text.strip():
        return otherwise
    if NUMBER.fullmatch(text.strip()) is None:
        raise damaged()
    value = float(text)
    if abs(value) > MAX_COORDINATE:
        raise damaged()
    return value


def too_much() -> Unreadable:
    """There is more on the pages than any report has."""
    return Unreadable("OFD 页数或内容过多", "too many pages, or too much on them")


def damaged() -> Unreadable:
    """A number is none, or stands where none may."""
    return Unreadable("OFD 页面中的数值有误", "numbers on an OFD page are wrong")
