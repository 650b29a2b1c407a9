"""What a report says in its own words."""

from __future__ import annotations

from crawler.report.model import Report


def printed_prose(report: Report) -> str:
    """The sections that a body writes freely, overview and problems, as printed; without them the text."""
    raise NotImplementedError


def own_prose(report: Report) -> str:
    """`printed_prose` as bare Chinese characters, without what reports have in common by their nature."""
    raise NotImplementedError
