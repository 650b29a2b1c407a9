"""What every family gives for one page of a list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from crawler.report.model import Bilingual
from spiders.links import Row


class Place(NamedTuple):
    """Where the next page of a list is, or the text behind the shell of an article.

    It is asked for with GET; with POST where there is a `body`, of type `content_type`.

    `page` counts from 1. `certain` tells that the list itself announces that page: its absence is then a
    failure, otherwise merely the end. `pages` and `entries` are the numbers that the list announces, `shown`
    the entries on the pages before, `query` what a family needs to ask for the pages after.

    `others` are addresses to try instead, in this order, when the page cannot be had here or shows nothing
    new: the address was a guess. The place has failed only when the last of them has.
    """

    url: str
    page: int
    certain: bool
    pages: int | None = None
    entries: int | None = None
    shown: int = 0
    query: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    content_type: str = "application/x-www-form-urlencoded"
    others: tuple[str, ...] = ()

    def otherwise(self) -> Place | None:
        """The same page at the next address; None where there is none left."""
        return self._replace(url=self.others[0], others=self.others[1:]) if self.others else None


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of one list: its rows and the next page.

    `lacking` is set on the last page: how many entries the list announced and never showed. `doubt` says why
    the list may be longer although no next page could be made out. `ended` tells that the system answered, in
    good order, that there is nothing more: such a page may be empty although the one before announced it, for
    systems count entries that they no longer show. With a `following`, it is only this page that is empty.
    """

    rows: tuple[Row, ...]
    following: Place | None = None
    lacking: int = 0
    doubt: Bilingual | None = None
    ended: bool = False
