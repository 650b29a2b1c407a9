"""What a page of a list tells besides its rows: whether there is anything new, and whose reports it shows."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from itertools import pairwise

from spiders.links import Row
from storage.records import ListRecord

_YEAR = re.compile(r"20\d\d")
_REPORT_WORDS = re.compile(
    r"(?:关于)?(?:20\d\d)?年?度?(?:本级)?(?:政府|政务)?信息公开.*$|(?:20\d\d)?年?度?(?:工作)?(?:年报|年度报告).*$"
)


def newest_first(rows: Sequence[Row]) -> bool:
    """Whether every row has a day, and none is newer than the row above."""
    days = [row.day for row in rows]
    return bool(days) and all(
        one is not None and other is not None and one >= other for one, other in pairwise([*days, days[-1]])
    )


def fingerprint(rows: Sequence[Row]) -> str:
    """The rows of a page as one short text: the same where nothing has changed."""
    told = "\n".join(f"{row.url}\t{row.title}\t{row.day}" for row in rows)
    return hashlib.sha256(told.encode(errors="replace")).hexdigest()[:32]


def same_as_before(known: ListRecord, first_rows: str, entries: int | None) -> bool:
    """Whether the first page shows what it showed, and as many entries are announced as then."""
    return entries is not None and known.entries == entries and known.rows == first_rows


def body_in(title: str) -> str:
    """The body that a title names, as far as it can be told from the title alone; "" where it names none."""
    text = "".join(title.split())
    return _REPORT_WORDS.sub("", _YEAR.sub("", text, count=1) if _YEAR.match(text) else text).strip("年度的")
