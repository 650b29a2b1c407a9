"""What relations together say of the cells that were not read: at least so much, at most so much.

A relation with unread cells may well hold by itself and yet not beside the others: the row asks 3 of a blank
cell, its column asks 5.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from crawler.report.forms import Sense
from crawler.report.model import Number
from crawler.validator.relations import Evaluation, Side, Standing

_ROUNDS: Final = 20  # what follows from what; tables end after a few


class Contradiction(NamedTuple):
    """A relation that cannot hold while the others do: `least` on one side, at `most` less on the other."""

    evaluation: Evaluation
    least: Number
    most: Number
    left_is_more: bool


class _Range(NamedTuple):
    least: Number = 0
    most: Number | None = None


def contradiction(evaluations: Iterable[Evaluation]) -> Contradiction | None:
    """The first relation that the cells that were read rule out only together with other relations.

    Those that are broken by themselves are told by themselves; nothing is inferred from them.
    """
    undecided = [
        evaluation
        for evaluation in evaluations
        if evaluation.relation.sense is Sense.EQUAL
        and evaluation.standing is Standing.UNDECIDABLE
        and not evaluation.stray_rows
    ]
    ranges = {key: _Range() for evaluation in undecided for key in evaluation.unread}
    for _ in range(_ROUNDS):
        before = dict(ranges)
        for evaluation in undecided:
            left, right = _range(evaluation.left, ranges), _range(evaluation.right, ranges)
            if right.most is not None and left.least > right.most:
                return Contradiction(evaluation, left.least, right.most, left_is_more=True)
            if left.most is not None and right.least > left.most:
                return Contradiction(evaluation, right.least, left.most, left_is_more=False)
            _narrow(evaluation.left, right, ranges)
            _narrow(evaluation.right, left, ranges)
        if ranges == before:
            break
    return None


def _range(side: Side, ranges: dict[str, _Range]) -> _Range:
    unread = [ranges[key] for key in side.unread]
    least = side.known + sum(one.least for one in unread)
    highest = [one.most for one in unread if one.most is not None]
    return _Range(least, side.known + sum(highest) if len(highest) == len(unread) else None)


def _narrow(side: Side, other: _Range, ranges: dict[str, _Range]) -> None:
    """Each unread cell of `side` makes up for what the rest of it leaves of the other side."""
    for key in side.unread:
        least, most = ranges[key]
        beside = [ranges[cell] for cell in side.unread if cell != key]
        if other.most is not None:
            room = other.most - side.known - sum([one.least for one in beside])
            most = room if most is None else min([most, room])
        highest = [one.most for one in beside if one.most is not None]
        if len(highest) == len(beside):
            least = max([least, other.least - side.known - sum(highest)])
        ranges[key] = _Range(least, most)
