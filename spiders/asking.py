"""What one visit asks for: each page once, on the portal's own hosts, within limits, and counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from crawler.health import Stage, Visit
from crawler.portals import Portal
from crawler.report.model import Bilingual
from spiders.aims import Aim, ListWalk
from spiders.twins import canonical

NOT_REGISTERED = Bilingual("不在该网站登记的主机上", "on none of the portal's hosts")
_LOOKED_THROUGH = (Stage.HOME, Stage.SECTION, Stage.LIST)


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one visit."""

    depth: int = 8
    jumps: int = 5
    sections: int = 60
    sections_besides: int = 15  # that are opened although a column was found
    bodies: int = 300
    lists: int = 1000
    rows: int = 200_000
    requests: int = 20_000
    list_bytes: int = 5 * 1024 * 1024
    first_pages_only: bool = False


class Asking:
    """The requests of one visit; `walks` are the lists that were begun."""

    def __init__(self, portal: Portal, visit: Visit, limits: Limits) -> None:
        self._portal, self._visit, self._limits = portal, visit, limits
        self._asked: dict[Stage, set[str | tuple[str, bytes]]] = {stage: set() for stage in Stage}
        self._counted: Counter[Stage] = Counter()
        self.walks: list[ListWalk] = []

    def admitted(self, aim: Aim) -> Iterator[Aim]:
        """`aim`, unless it was asked for before, leads elsewhere or is beyond a limit."""
        wanted = _identity(aim)
        if aim.stage is not Stage.PART:
            if wanted in self._asked[aim.stage]:
                return
            if aim.stage is Stage.SECTION and self.was_section(aim.url):
                return
        if not self._portal.allows(aim.url):
            if aim.stage in (Stage.LIST, Stage.ARTICLE):
                self._visit.fail(aim.stage, aim.url, NOT_REGISTERED)
            return
        limit = self.limit(aim)
        if limit is not None:
            self._visit.cap(limit)
            if aim.listing is not None:
                aim.listing.broken = True
            return
        if self._portal.browser is not None and aim.stage in _LOOKED_THROUGH:
            aim = replace(aim, rendered=True)
        self._asked[aim.stage].add(wanted)
        self._count(aim)
        yield aim

    def once_more(self, aim: Aim) -> Aim:
        """A page that was asked for already, as a browser shows it."""
        self._count(aim)
        return replace(aim, rendered=True)

    def count(self, stage: Stage) -> int:
        """How many pages of a stage were asked for."""
        return self._counted[stage]

    def was_section(self, url: str) -> bool:
        """Whether an address was opened on the way to the column."""
        return any(canonical(url) in self._asked[stage] for stage in (Stage.HOME, Stage.SECTION))

    def limit(self, aim: Aim) -> Bilingual | None:
        """The limit that forbids `aim`, None where none does."""
        limits = self._limits
        if self._counted.total() >= limits.requests:
            return Bilingual(f"请求{limits.requests}次", f"{limits.requests} requests")
        if aim.depth > limits.depth:
            return Bilingual(f"深度{limits.depth}层", f"depth {limits.depth}")
        if aim.stage is Stage.LIST and self._counted[Stage.LIST] >= limits.lists:
            return Bilingual(f"列表页{limits.lists}个", f"{limits.lists} list pages")
        return None

    def _count(self, aim: Aim) -> None:
        self._counted[aim.stage] += 1
        if aim.stage is Stage.LIST and aim.listing is not None:
            aim.listing.open += 1
            if all(aim.listing is not walk for walk in self.walks):
                self.walks.append(aim.listing)


def _identity(aim: Aim) -> str | tuple[str, bytes]:
    """What makes a request of its stage another one; of a document at several addresses one is asked for."""
    if aim.place is None:
        return canonical(aim.url)
    return aim.url if aim.place.body is None else (aim.url, aim.place.body)
