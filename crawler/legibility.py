"""How much of what a run read could be read: tells that the reader has drifted from the pages. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from crawler.report.forms import FORMS, cell_keys
from storage.records import PageSeen

TABLES = ("disclosure", "applications", "disputes")


def legibility(pages: Iterable[PageSeen]) -> Counter[str]:
    """Of these pages `pages`, `unrecognised` as reports, and of the `cells` of their forms the `unread`.

    A cell without a number counts as unread, whatever stands in it: what is blank on the page stays a small
    share, and a share that jumps is what matters. Reports older than the forms have no cells.
    """
    counts: Counter[str] = Counter(pages=0, unrecognised=0, cells=0, unread=0)
    for page in pages:
        counts["pages"] += 1
        report = page.report
        if report is None:
            counts["unrecognised"] += 1
        elif (form := FORMS.get(report.form or "")) is not None:
            keys = [key for table in TABLES for key in cell_keys(form, table)]
            counts["cells"] += len(keys)
            counts["unread"] += sum((report.cells.get(key) or {}).get("value") is None for key in keys)
    return counts
