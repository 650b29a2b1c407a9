"""What an alarm is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from crawler.report.model import Bilingual

Figure = int | float | str
"""A figure that proves an alarm."""


class Code(StrEnum):
    """What is alarming. Once out, a code keeps its name: rules of other programs are written for it."""

    # a portal
    NOT_VISITED = "not-visited"
    UNREACHABLE = "unreachable"
    BLOCKED = "blocked"
    COLUMN_GONE = "column-gone"
    NONE_LISTED = "none-listed"
    FEWER_LISTED = "fewer-listed"
    NO_CLEAN_VISIT = "no-clean-visit"
    REQUESTS_EXPLODED = "requests-exploded"
    # a province
    PROVINCE_SILENT = "province-silent"
    NIGHT_MISSED = "night-missed"
    RUN_BROKEN = "run-broken"
    RUN_LOST = "run-lost"
    CELLS_UNREAD = "cells-unread"
    PAGES_UNRECOGNISED = "pages-unrecognised"
    NOT_ASSESSABLE = "not-assessable"
    MISREADINGS = "misreadings"
    # the house
    SCHEDULER_GONE = "scheduler-gone"
    MAIL_REFUSED = "mail-refused"
    MAIL_WAITING = "mail-waiting"


SILENCE = frozenset(
    {
        Code.NOT_VISITED,
        Code.UNREACHABLE,
        Code.BLOCKED,
        Code.COLUMN_GONE,
        Code.NONE_LISTED,
        Code.FEWER_LISTED,
        Code.NO_CLEAN_VISIT,
    }
)
"""Ways in which a portal tells nothing, of which one at a time is told: it is the same alarm while they
follow one another."""


class Blame(StrEnum):
    """Where the cause lies, as far as the record tells."""

    SOURCE = "source"
    OURS = "ours"
    EITHER = "either"


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that somebody should look at.

    `since` is when it began, as far as is known; `figures` are what proves it. `portal` is empty where it
    concerns the whole province, `province` too where it concerns the whole installation.
    """

    code: Code
    since: datetime
    message: Bilingual
    province: str = ""
    portal: str = ""
    name: str = ""  # of the portal, for people
    home: str = ""
    blame: Blame = Blame.EITHER
    figures: Mapping[str, Figure] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What makes it the same alarm tomorrow, whatever its figures are then."""
        kind = "silence" if self.code in SILENCE else self.code.value
        return "/".join((kind, self.province, self.portal))
