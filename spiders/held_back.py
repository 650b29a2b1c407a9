"""Problems that are held back while a visit goes on: only its end tells what they mean."""

from __future__ import annotations

from crawler.health import Visit
from crawler.report.model import Bilingual
from spiders.aims import Aim


class HeldBack:
    """Lists that were known and could not be had, pages that matter where something is missing, entries of
    the disclosure section that do not open.
    """

    def __init__(self) -> None:
        self._columns: list[tuple[Aim, Bilingual]] = []
        self._doubtful: list[tuple[Aim, Bilingual]] = []
        self.entries: list[tuple[str, Bilingual]] = []

    def column(self, aim: Aim, problem: Bilingual) -> None:
        """A list that is known from before could not be had: it may have moved."""
        self._columns.append((aim, problem))

    @property
    def has_columns(self) -> bool:
        """Whether a list that is known from before could not be had."""
        return bool(self._columns)

    def doubtful(self, aim: Aim, problem: Bilingual) -> None:
        """A page could not be had, or showed nothing: no failure unless something is missing."""
        self._doubtful.append((aim, problem))

    def entry(self, aim: Aim, problem: Bilingual) -> None:
        """An entry of the disclosure section does not open."""
        self.entries.append((aim.url, problem))

    def tell(self, visit: Visit, *, moved: bool, matters: bool) -> None:
        """The visit has ended: `moved` where what lost lists showed was found elsewhere, `matters` where
        something is missing.
        """
        for aim, problem in self._columns:
            if moved:
                visit.note(Bilingual(f"栏目已变更：{aim.url}", f"the column has moved: {aim.url}"))
            else:
                visit.fail(aim.stage, aim.url, problem)
        if matters:
            for aim, problem in self._doubtful:
                visit.fail(aim.stage, aim.url, problem)
        self._columns.clear()
        self._doubtful.clear()
