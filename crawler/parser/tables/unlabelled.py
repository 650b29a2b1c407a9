"""Rows without a readable label: where their place alone proves which rows of the form they are.

Place proves only by counting: the rows between two that their labels tell, or the rows of a group whose
label stands before them, must be exactly as many as the form has there. Even then the order within such a
run proves nothing, so a number is claimed only if every row of the run prints it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from crawler.parser.tables.labels import OTHER, RESULTS, group_of
from crawler.report.forms import OTHER_HANDLING, Form

_TABLE = "applications"


class Gap(NamedTuple):
    """A run of rows without labels. `places` count in the table's rows; `keys` are the rows of the form that
    they must be, in order, or none where that is not certain.
    """

    places: Sequence[int]
    where: str
    keys: Sequence[str]
    expected: int | None  # rows of the form that are missing there
    found: int  # rows without labels there


def find_gaps(
    told: Sequence[str | None], nameless: Sequence[bool], groups: Sequence[str | None], form: Form
) -> list[Gap]:
    """All runs of rows without labels: group by group, then between rows that their labels tell.

    `told` are the keys of all rows in printed order, None where no label tells; `nameless` are those of them
    that may be rows of the form; `groups` are those that the rows stand in.
    """
    known = frozenset(key for key in told if key is not None)
    by_group = _group_gaps(told, nameless, groups, form, known)
    solved = {at for gap in by_group if gap.keys for at in gap.places}
    rest = [flag and at not in solved for at, flag in enumerate(nameless)]
    bounded = list(_bounded_gaps(told, rest, form, known))
    solved.update(at for gap in bounded for at in gap.places)
    unsolved = [
        gap._replace(places=[at for at in gap.places if at not in solved]) for gap in by_group if not gap.keys
    ]
    return [*(gap for gap in by_group if gap.keys), *bounded, *(gap for gap in unsolved if gap.places)]


def _bounded_gaps(
    told: Sequence[str | None], nameless: Sequence[bool], form: Form, known: frozenset[str]
) -> Iterator[Gap]:
    """Runs between two rows told by labels, with exactly as many rows as the form has between those."""
    order = [row.key for row in form.applications]
    split_is_known = OTHER_HANDLING.key in known or any(group_of(key) == OTHER for key in known)
    for run in _runs(nameless):
        before, after = run[0] - 1, run[-1] + 1
        above = told[before] if before >= 0 else None
        below = told[after] if after < len(told) else None
        if above not in order or below not in order:
            continue
        between = order[order.index(above) + 1 : order.index(below)]
        if len(between) != len(run) or any(key in known for key in between):
            continue
        if not split_is_known and any(group_of(key) == OTHER for key in between):
            continue  # （六） may be one row or three
        groups = {group_of(key) for key in between}
        group = groups.pop() if len(groups) == 1 else None
        shared = between[0] if len(run) == 1 else group if group not in (None, RESULTS) else None
        where = f"{_TABLE}.{shared}" if shared else _TABLE
        yield Gap(run, where, between, len(between), len(run))


def _group_gaps(
    told: Sequence[str | None],
    nameless: Sequence[bool],
    groups: Sequence[str | None],
    form: Form,
    known: frozenset[str],
) -> list[Gap]:
    """The runs in each group.

    Where a group has as many rows as the form and those with labels stand where the form has them, each run
    in it is certain; else nothing in the group is.
    """
    gaps: list[Gap] = []
    for group in dict.fromkeys(group for group, open_ in zip(groups, nameless, strict=True) if open_):
        places = [at for at, own in enumerate(groups) if own == group]
        lost = [at for at in places if nameless[at]]
        keys = [row.key for row in form.applications if group_of(row.key) == group]
        missing = sum(1 for key in keys if key not in known)
        if group in (None, RESULTS):
            gaps.append(Gap(lost, _TABLE, (), None, len(lost)))
            continue
        where = f"{_TABLE}.{group}"
        in_order = len(places) == len(keys) and all(
            told[at] in (None, key) for at, key in zip(places, keys, strict=True)
        )
        if not in_order or len(lost) != missing:
            gaps.append(Gap(lost, where, (), missing, len(lost)))
            continue
        gaps.extend(
            Gap([places[at] for at in run], where, [keys[at] for at in run], missing, len(lost))
            for run in _runs([nameless[at] for at in places])
        )
    return gaps


def _runs(flags: Sequence[bool]) -> Iterator[list[int]]:
    for flag, run in groupby(range(len(flags)), key=lambda at: flags[at]):
        if flag:
            yield list(run)
