"""Content systems. A family is one module: it recognises its pages and reads their lists.

The spider asks nothing else of it, so that a new family is a new module and a line in FAMILIES.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Protocol

from scrapy.http import TextResponse

from spiders.families import jpage, static, trs
from spiders.families.listing import Listing, Place


class Family(Protocol):
    """What a family module offers."""

    def recognises(self, response: TextResponse) -> bool:
        """Whether a list page is this family's."""

    def read(self, response: TextResponse, place: Place | None) -> tuple[Listing, ...]:
        """The rows of one list page and the place of the next one, for each list that stands on it.

        `place` is what the page before gave as `following`; None for the first page of a list.
        """


FAMILIES: MappingProxyType[str, Family] = MappingProxyType(
    {
        # the more telling mark first
        "jpage": jpage,
        "trs": trs,
        "static": static,
    }
)
FALLBACK = "static"
"""Reads plain links; what it finds is complete only if a person has said so (`family: static`)."""


def recognise(response: TextResponse) -> str | None:
    """Key of the family that recognises the page, None where none does."""
    return next((key for key, family in FAMILIES.items() if family.recognises(response)), None)
