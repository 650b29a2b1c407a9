"""A body that a person names, as far as anything is on record of it."""

from __future__ import annotations

from crawler.commands.problems import CallError
from storage.queries import Queries
from storage.records import ObligationRecord


def known_body(queries: Queries, organ: str, year: int | None) -> list[ObligationRecord]:
    """The duties of a body. Raises CallError where nothing is on record of it."""
    duties = queries.obligations(year=year, organ=organ)
    if (
        not duties
        and not queries.reports(organ=organ)
        and not queries.findings(organ=organ, include_fixed=True)
    ):
        known = bool(queries.organs(name=organ))
        if not known:
            raise CallError(
                f"没有这个单位的记录：{organ}（用全称；nianbao obligations 列出全部）",
                f"nothing is on record of {organ} (the full name is needed; nianbao obligations lists all)",
            )
    return duties
