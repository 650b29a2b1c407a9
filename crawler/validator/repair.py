"""The smallest changes of cells that restore broken sums.

A repair gives some cells other numbers, whole ones and none below 0, so that every broken sum holds and none
that held is broken. Only cells that were read are changed; a sum with unread cells asks only that the cells
that were read do not disprove it.

The search rests on two facts of the forms. No two sums share more than one cell, so the changes follow from
one sum after another (four cells may form a ring; what they have to hold is then left open). And the sums of
one rule share no cell, so at least as many cells are wrong as sums of one rule are broken.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, NamedTuple

from crawler.report.forms import Sense
from crawler.report.model import Number
from crawler.validator.relations import Evaluation

MOST_CELLS: Final = 4
"""How many wrong cells are looked for among sums that hang together; what needs more may be anything."""

MOST_STEPS: Final = 5_000
"""Steps of one search, after which nothing is claimed."""


class Correction(NamedTuple):
    """A cell, what it holds, and the number that it would have to hold."""

    cell: str
    found: Number
    expected: int


@dataclass(frozen=True, slots=True)
class Repair:
    """Cells whose change restores `restored`; no part of them does so alone."""

    corrections: tuple[Correction, ...]
    restored: tuple[Evaluation, ...]


def repairs(evaluations: Iterable[Evaluation]) -> list[Repair]:
    """What all smallest repairs of what is broken have in common.

    Where everything that hangs together would take too many cells, the broken sums that share cells are
    looked at by themselves, for one wrong cell that explains several of them.
    """
    equations = [
        _Equation(evaluation)
        for evaluation in evaluations
        if evaluation.relation.sense is Sense.EQUAL and not evaluation.stray_rows
    ]
    found: list[Repair] = []
    for system in _hanging_together(equations):
        broken = [equation for equation in system if equation.broken]
        common = _common_repairs(system, broken, MOST_CELLS)
        if common is None:
            clusters = [cluster for cluster in _hanging_together(broken) if len(cluster) > 1]
            common = [repair for cluster in clusters for repair in _common_repairs(system, cluster, 1) or ()]
        found += common
    return found


class _Equation:
    """A sum over the cells that were read: by how much its sides differ, and whether they may."""

    __slots__ = ("evaluation", "gap", "may_exceed", "may_lack", "signs", "values")

    def __init__(self, evaluation: Evaluation) -> None:
        self.evaluation = evaluation
        self.signs: dict[str, int] = {}
        self.values: dict[str, Number] = {}
        for side, sign in ((evaluation.left, 1), (evaluation.right, -1)):
            for term in side.terms:
                if term.value is not None:
                    self.signs[term.key], self.values[term.key] = sign, term.value
        self.gap = evaluation.left.known - evaluation.right.known
        self.may_lack = bool(evaluation.left.unread)  # unread cells on the left make up for what is lacking
        self.may_exceed = bool(evaluation.right.unread)

    @property
    def exact(self) -> bool:
        return not self.may_lack and not self.may_exceed

    @property
    def broken(self) -> bool:
        return not self.allows({})

    def difference(self, changes: Mapping[str, Number]) -> Number:
        """Left less right once the cells have changed."""
        return self.gap + sum(sign * changes[key] for key, sign in self.signs.items() if key in changes)

    def allows(self, changes: Mapping[str, Number]) -> bool:
        gap = self.difference(changes)
        return (gap >= 0 or self.may_lack) and (gap <= 0 or self.may_exceed)


def _hanging_together(equations: Sequence[_Equation]) -> list[list[_Equation]]:
    """`equations` in groups that share no cell."""
    return [[equations[at] for at in group] for group in _grouped([e.signs.keys() for e in equations])]


def _grouped(sets: Sequence[Collection[str]]) -> list[list[int]]:
    """The indices of `sets` in groups that have nothing in common, ordered by their first."""
    groups: list[tuple[set[str], list[int]]] = []
    for at, given in enumerate(sets):
        cells, members, apart = set(given), [at], []
        for group in groups:
            if cells.isdisjoint(group[0]):
                apart.append(group)
            else:
                cells |= group[0]
                members += group[1]
        groups = [*apart, (cells, members)]
    return sorted(sorted(members) for _, members in groups)


_Changes = Mapping[str, Number | None]
"""By how much each cell of a repair changes; None where several numbers would do."""


def _common_repairs(
    system: Sequence[_Equation], broken: Sequence[_Equation], most: int
) -> list[Repair] | None:
    """The parts that all smallest repairs of `broken` share; None where there is none of `most` cells."""
    smallest = _smallest(system, broken, most)
    if not smallest:
        return None
    first, *others = [_parts(system, changes) for changes in smallest]
    return [part for part in first if all(part in parts for parts in others)]


def _smallest(system: Sequence[_Equation], broken: Sequence[_Equation], most: int) -> list[_Changes]:
    """All ways to restore `broken` with as few cells as possible; none where they are not found."""
    for size in range(_fewest(broken), most + 1):
        search = _Search(system, broken, size)
        try:
            search.extend(())
        except _TooFarError:
            return []
        if search.found:
            return search.found
    return []


def _fewest(broken: Iterable[_Equation]) -> int:
    """So many cells have to change at least."""
    return max(Counter(equation.evaluation.relation.rule for equation in broken).values(), default=0)


def _parts(system: Sequence[_Equation], changes: _Changes) -> list[Repair]:
    """What `changes` consist of: cells that have no sum in common are repairs of their own."""
    touched = [equation for equation in system if not equation.signs.keys().isdisjoint(changes)]
    parts = []
    for group in _grouped([[cell for cell in e.signs if cell in changes] for e in touched]):
        equations = [touched[at] for at in group]
        values = {cell: value for e in equations for cell, value in e.values.items() if cell in changes}
        corrections = [
            Correction(cell, value, int(value + change))
            for cell, value in values.items()
            if (change := changes[cell]) is not None
        ]
        if len(corrections) == len(values):
            parts.append(Repair(tuple(corrections), tuple(e.evaluation for e in equations if e.broken)))
    return parts


class _TooFarError(Exception):
    """The search took too many steps."""


class _Search:
    """All ways to restore `broken` by changing exactly `size` cells, where fewer will not do."""

    def __init__(self, system: Sequence[_Equation], broken: Sequence[_Equation], size: int) -> None:
        self.found: list[_Changes] = []
        self._broken = broken
        self._size = size
        self._of: defaultdict[str, list[_Equation]] = defaultdict(list)
        for equation in system:
            for cell in equation.signs:
                self._of[cell].append(equation)
        self._seen: set[frozenset[str]] = set()

    def extend(self, chosen: tuple[str, ...]) -> None:
        """Every repair that changes the cells `chosen`."""
        if frozenset(chosen) in self._seen:
            return
        self._seen.add(frozenset(chosen))
        if len(self._seen) > MOST_STEPS:
            raise _TooFarError
        touched = self._touched(chosen)
        needy = self._needy(chosen, touched)
        if _fewest(needy) > self._size - len(chosen):
            return
        if len(chosen) == self._size:
            changes = self._solved(chosen, touched)
            if changes is not None:
                self.found.append(changes)
            return
        # Where no sum asks for one more cell and these cells do not do, any that shares a sum with them may.
        options = min(needy, key=lambda e: len(e.signs)).signs if needy else _cells(touched)
        for cell in options:
            if cell not in chosen:
                self.extend((*chosen, cell))

    def _touched(self, chosen: Sequence[str]) -> list[_Equation]:
        return list({id(e): e for cell in chosen for e in self._of[cell]}.values())

    def _needy(self, chosen: Sequence[str], touched: Sequence[_Equation]) -> list[_Equation]:
        """Sums that cannot hold unless one more of their cells changes."""
        untouched = [e for e in self._broken if e.signs.keys().isdisjoint(chosen)]
        upset = [
            e for e in touched if e.exact and not e.broken and sum(cell in e.signs for cell in chosen) == 1
        ]
        return untouched + upset

    def _solved(self, chosen: Sequence[str], touched: Sequence[_Equation]) -> _Changes | None:
        """By how much the cells have to change, one sum after another; None where they cannot."""
        changes: dict[str, Number] = {}
        while True:
            known = len(changes)
            for equation in touched:
                unknown = [cell for cell in chosen if cell in equation.signs and cell not in changes]
                if equation.exact and len(unknown) == 1:
                    changes[unknown[0]] = -equation.difference(changes) * equation.signs[unknown[0]]
            if len(changes) == known:
                break
        open_cells = [cell for cell in chosen if cell not in changes]
        if not all(self._possible(cell, change) for cell, change in changes.items()):
            return None
        if any(not e.allows(changes) for e in touched if e.signs.keys().isdisjoint(open_cells)):
            return None
        if len(open_cells) != 1:
            return changes | dict.fromkeys(open_cells)
        numbers = self._bounded(open_cells[0], changes)
        return {**changes, open_cells[0]: numbers[0] if len(numbers) == 1 else None} if numbers else None

    def _bounded(self, cell: str, changes: Mapping[str, Number]) -> list[Number]:
        """The first changes, two at most, that sums with unread cells leave to `cell`."""
        value = self._of[cell][0].values[cell]
        least: Number = -value
        gaps: list[Number] = [max(equation.gap, -equation.gap) for equation in self._of[cell]]
        most: Number = sum(gaps) + 2  # where nothing bounds it, two numbers are as good as any
        for equation in self._of[cell]:
            evens_out = -equation.difference(changes) * equation.signs[cell]
            if equation.may_lack and equation.may_exceed:
                continue
            if equation.may_exceed == (equation.signs[cell] > 0):
                least = max(least, evens_out)
            else:
                most = min(most, evens_out)
        held = range(math.ceil(value + least), math.floor(value + most) + 1)
        return [number - value for number in islice(held, 3) if number != value][:2]

    def _possible(self, cell: str, change: Number) -> bool:
        """Whether the cell does change, to a number that counts something."""
        value = self._of[cell][0].values[cell] + change
        return change != 0 and value >= 0 and value % 1 == 0


def _cells(equations: Iterable[_Equation]) -> Iterable[str]:
    return dict.fromkeys(cell for equation in equations for cell in equation.signs)
