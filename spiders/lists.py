"""What a page of a list tells: which rows may be reports, and whether there is anything new behind it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import pairwise

from crawler.clock import local
from spiders.aims import ListWalk
from spiders.families.listing import Listing
from spiders.links import Row
from spiders.sieve import sift
from storage.records import ListRecord

_DATED_BACK = timedelta(days=31)


def announcing(rows: Iterable[Row], column: str) -> set[str]:
    """Addresses of the rows of a `column` that announce reports, and nothing else."""
    sifted = {row.url: sift(row.title, column=column) for row in rows}
    return {url for url, one in sifted.items() if one.accepted and not one.doubtful}


def may_be_reports(rows: Iterable[Row], column: str) -> set[str]:
    """Addresses of the rows that may be reports: they are asked for as such, and no second time."""
    return {row.url for row in rows if sift(row.title, column=column).accepted}


def worth_following(listings: Sequence[Listing], column: str) -> list[Listing]:
    """Of the lists on one page those that show reports, or nothing as yet; news boxes stand beside them."""
    telling = [
        listing
        for listing in listings
        if not listing.rows or any(sift(row.title, column=column).accepted for row in listing.rows)
    ]
    return telling if any(listing.rows for listing in telling) else list(listings)


def entries_announced(listings: Sequence[Listing]) -> int | None:
    """How many entries the lists of a page announce together; None where one of them does not say."""
    told = [None if listing.following is None else listing.following.entries for listing in listings]
    known = [number for number in told if number is not None]
    return sum(known) if known and len(known) == len(told) else None


def nothing_new(
    walk: ListWalk, listings: Sequence[Listing], accepted: Sequence[Row], *, first_page: bool
) -> bool:
    """Whether the rest of a list may be left out, nothing on this page being new: it was walked to its end
    before, and its newest entries, or all that it announces, are those that were there then. `accepted` are
    the rows of this page that are listed as reports.
    """
    if walk.known is None or walk.known.walked is None:
        return False
    if accepted and first_page and same_as_before(walk.known, walk.first_rows, walk.entries):
        return True
    left_out = [listing.rows for listing in listings if listing.rows and listing.following is not None]
    if not accepted:
        walked = local(walk.known.walked).date()
        return bool(left_out) and all(older_than(rows, walked) for rows in left_out)
    return bool(left_out) and all(newest_first(rows) and descends(rows, walk.newest) for rows in left_out)


def newest_first(rows: Sequence[Row]) -> bool:
    """Whether every row has a day, and none is newer than the row above."""
    days = [row.day for row in rows]
    return bool(days) and all(
        one is not None and other is not None and one >= other for one, other in pairwise([*days, days[-1]])
    )


def descends(rows: Sequence[Row], newest: date | None) -> bool:
    """Whether the last of rows in order is older than the first, or than the `newest` of the pages before: of
    rows of one day nobody can tell which end the next one will be added to.
    """
    first, last = rows[0].day, rows[-1].day
    return last is not None and any(day is not None and day > last for day in (first, newest))


def older_than(rows: Sequence[Row], walked: date) -> bool:
    """Whether rows in order, and so all that follow, are older than the day on which all were seen. What is
    dated back has a month to come.
    """
    last = rows[-1].day
    return newest_first(rows) and last is not None and last < walked - _DATED_BACK


def fingerprint(rows: Sequence[Row]) -> str:
    """The rows of a page as one short text: the same where nothing has changed."""
    told = "\n".join(f"{row.url}\t{row.title}\t{row.day}" for row in rows)
    return hashlib.sha256(told.encode(errors="replace")).hexdigest()[:32]


def same_as_before(known: ListRecord, first_rows: str, entries: int | None) -> bool:
    """Whether the first page shows what it showed, and as many entries are announced as then."""
    return entries is not None and known.entries == entries and known.rows == first_rows
