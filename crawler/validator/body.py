"""Which kind of body a report belongs to, and how that is known."""

from __future__ import annotations

from typing import NamedTuple

from crawler.report.deadlines import KIND_NAMES, kind_of
from crawler.report.model import Bilingual, Kind, Report
from crawler.validator.context import Context


class Body(NamedTuple):
    """The kind of a body; `inferred` is True where only the ending of its name tells it."""

    kind: Kind
    inferred: bool

    @property
    def note(self) -> Bilingual:
        """What a message adds where the kind was inferred; empty where it was given."""
        if not self.inferred:
            return Bilingual("", "")
        name = KIND_NAMES[self.kind]
        return Bilingual(f"（机关类别按名称推断为{name.zh}）", f" (kind inferred from the name: {name.en})")


def body_of(report: Report, context: Context) -> Body | None:
    """The kind as given, else as the name's ending tells it, else None."""
    if context.kind is not None:
        return Body(context.kind, inferred=False)
    for name in (context.organ, report.organ):
        kind = kind_of(name) if name else None
        if kind is not None:
            return Body(kind, inferred=True)
    return None
