"""What a page of a list tells besides its rows: whether there is anything new behind it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

from spiders.links import Row
from storage.records import ListRecord

_DATED_BACK = timedelta(days=31)


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
