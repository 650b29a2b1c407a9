"""Content systems. A family is one module here, found by being here: nothing else names it.

A module offers RANK and the functions of `Family`, and where its system needs them also `links`, `frames` and
`behind` (see links_in_data, frames_in_data, text_behind and may_be_shell). Families are asked in the order of
their ranks, the more telling mark first. How to write one: docs/first-portal.md.
"""

from __future__ import annotations

import importlib
import pkgutil
from types import MappingProxyType
from typing import Protocol

from scrapy.http import TextResponse

from spiders.families.listing import Listing, Place
from spiders.links import Link


class Family(Protocol):
    """What a family module offers."""

    RANK: int
    """Lower ranks are asked first; no two are the same."""

    def recognises(self, response: TextResponse) -> bool:
        """Whether a page is this family's, judged by the response alone."""

    def read(self, response: TextResponse, place: Place | None) -> tuple[Listing, ...]:
        """The rows of one list page and the place of the next one, for each list that stands on it.

        `place` is what the page before gave as `following`; None for the first page of a list, which is a
        page of the portal as its reader sees it.
        """


class _Plain:
    """What a family does that does not say otherwise."""

    @staticmethod
    def links(_response: TextResponse) -> tuple[Link, ...]:
        return ()

    @staticmethod
    def frames(_response: TextResponse) -> tuple[str, ...]:
        return ()

    @staticmethod
    def behind(_response: TextResponse) -> Place | None:
        return None


def _found() -> MappingProxyType[str, Family]:
    modules = {
        found.name: importlib.import_module(f"{__name__}.{found.name}")
        for found in pkgutil.iter_modules(__path__)
    }
    families = {name: module for name, module in modules.items() if hasattr(module, "RANK")}
    return MappingProxyType(dict(sorted(families.items(), key=lambda named: named[1].RANK)))


FAMILIES: MappingProxyType[str, Family] = _found()
_BEHIND = tuple(family.behind for family in FAMILIES.values() if hasattr(family, "behind"))
FALLBACK = "static"
"""Reads plain lists of systems that are not known; where it cannot make out how one goes on, it says so."""


def recognise(response: TextResponse) -> str | None:
    """Key of the family that recognises the page, None where none does."""
    return next((key for key, family in FAMILIES.items() if family.recognises(response)), None)


def links_in_data(key: str | None, response: TextResponse) -> tuple[Link, ...]:
    """Links of a page that stand in its data and not in its anchors, as family `key` finds them: the tree of
    columns in a script, the entries of a menu. They are followed as if they were anchors.
    """
    found: tuple[Link, ...] = getattr(FAMILIES.get(key or ""), "links", _Plain.links)(response)
    return found


def frames_in_data(key: str | None, response: TextResponse) -> tuple[str, ...]:
    """Addresses of parts that a script of the page puts into it, menus among them, as family `key` finds
    them. They are parts of the page as its frames are: no reader clicks to get there.
    """
    found: tuple[str, ...] = getattr(FAMILIES.get(key or ""), "frames", _Plain.frames)(response)
    return found


def may_be_shell(response: TextResponse) -> bool:
    """Whether any family would know where the page's text comes from: cheap beside asking every family
    whether the page is its own, and of articles nothing else is asked. A family's `behind` looks first for
    what makes it answer None for nearly every page.
    """
    return any(behind(response) is not None for behind in _BEHIND)


def text_behind(key: str | None, response: TextResponse) -> Place | None:
    """Where the text of an article comes from whose page is a mere shell; None where the page holds it."""
    found: Place | None = getattr(FAMILIES.get(key or ""), "behind", _Plain.behind)(response)
    return found
