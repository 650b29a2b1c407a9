"""What scripts of a page get, and the scripts themselves, which many pages share."""

from __future__ import annotations

from collections import OrderedDict
from typing import NamedTuple

MOST_KEPT = 48 * 1024 * 1024
"""Bytes of scripts that are kept."""


class Answer(NamedTuple):
    """What a script of the page gets."""

    status: int
    headers: dict[str, str]
    body: bytes


class Scripts:
    """Scripts that pages share, kept for the crawl: a browser asks for them once as well. Bounded."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str | None, str], Answer] = OrderedDict()
        self._bytes = 0

    def get(self, portal: str | None, url: str) -> Answer | None:
        """The script, None where it is not kept."""
        return self._kept.get((portal, url))

    def keep(self, portal: str | None, url: str, answer: Answer) -> None:
        """Keep a script; those that were kept first make room."""
        self._kept[portal, url] = answer
        self._bytes += len(answer.body)
        while self._bytes > MOST_KEPT:
            self._bytes -= len(self._kept.popitem(last=False)[1].body)
