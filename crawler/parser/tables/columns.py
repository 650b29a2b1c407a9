"""Which column each cell of a row belongs to; where that is not certain, no value is claimed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple

from crawler.parser.numbers import holds_several
from crawler.parser.tables.lines import Line
from crawler.report.forms import Column
from crawler.report.model import DamageKind

Keys = tuple[str | None, ...]
Shape = tuple[int, int]
"""Where the values of a line begin, and how many slots it has."""
_NOTHING: Mapping[str, int] = MappingProxyType({})


class Head(NamedTuple):
    """The columns that a header names, from left to right; None for one that the form does not have.

    `places` tells where each stands in a rectangular grid of `width` columns, where the header shows it, from
    left to right.
    `sure` is False where no header names the columns: then the order is only the form's.
    """

    keys: Keys
    places: Mapping[str, int] = _NOTHING
    ignored: frozenset[int] = frozenset()  # places of columns that the form does not have
    grid: int = -1  # the grid that it stands in
    width: int = 0
    sure: bool = True
    confidence: float | None = None  # of its least certain label, where recognised from a picture

    @property
    def named(self) -> list[str]:
        """The columns that the form has."""
        return [key for key in self.keys if key is not None]


class Values(NamedTuple):
    """What one row holds, by column; a column whose value is not certain is left out.

    `expected` and `found` count the columns and the filled cells where they do not fit. `places` tells which
    slots the texts stand in; of several that print the same, the one read with the least confidence.
    """

    texts: Mapping[str, str]
    damage: DamageKind | None = None
    expected: int | None = None
    found: int | None = None
    places: Mapping[str, int] = _NOTHING


class Witnesses:
    """The rows of one table under heads of `count` columns: full ones show where values stand in others."""

    def __init__(self, rows: Iterable[tuple[Line, int]], count: int) -> None:
        self._rows = rows
        self._count = count

    @cached_property
    def _full(self) -> list[tuple[Line, int, list[str]]]:
        """Rows that hold all numbers, with where their values begin and their texts."""
        full = []
        for line, start in self._rows:
            texts = [text for _, text in line.own(start)]
            if len(texts) - texts.count("") == self._count:
                full.append((line, start, texts))
        return full

    @cached_property
    def _paddings(self) -> dict[Shape, int]:
        seen: dict[Shape, set[int]] = {}
        for line, start, texts in self._full:
            seen.setdefault((start, len(line.slots)), set()).update(_offsets(texts, self._count))
        return {shape: offsets.pop() for shape, offsets in seen.items() if len(offsets) == 1}

    def padding(self, shape: Shape) -> int | None:
        """How many blank cells stand between label and values in rows of this shape, as far as all agree."""
        return self._paddings.get(shape)

    def begin_at(self, start: int) -> bool:
        """Whether a full row's values begin behind the same place."""
        return any(start == known for known, _ in self._paddings)

    def fit(self, grid: int, head: Head) -> bool:
        """Whether a full row of `grid` stands under `head`, which stands in another grid."""
        return any(
            line.grid == grid and _under(dict(line.own(start)), head, filled=True)
            for line, start, _ in self._full
            if len(line.slots) == head.width
        )


def assign(line: Line, start: int, head: Head, witnesses: Witnesses) -> Values:
    """Assign the cells of `line` from `start` on to the columns of `head`.

    `witnesses` are the rows of the same table.
    """
    if (line.covered and line.covered[-1] >= start) or (line.merged and line.merged[-1] >= start):
        return _too_few(line.own(start), head)  # one cell over several rows: whose number is it?
    if head.places and line.rectangular and len(line.slots) == head.width and line.grid == head.grid:
        count = len(head.places)
        last = line.cells[-count:]
        if [at for at, _ in last] == [*head.places.values()] and (
            len(line.cells) == count or line.cells[-count - 1][0] < start
        ):  # the row is whole: all its values stand under the header's columns
            return Values(dict(zip(head.places, [text for _, text in last], strict=True)), places=head.places)
    own = line.own(start)
    if not head.sure:
        return _alike(own, head)
    by_place = _by_place(line, own, head, witnesses)
    if by_place is not None:
        return by_place
    values = _by_count(line, own, start, head, witnesses)
    return _without_doubt(values, own, head) if line.run_together else values


def _by_count(line: Line, own: Cells, start: int, head: Head, witnesses: Witnesses) -> Values:
    """The cells in the header's order, where the row has as many as the header names columns."""
    texts = [text for _, text in own]
    count = len(head.keys)
    offsets = _offsets(texts, count)
    if offsets:
        offset = _certain_offset(texts, offsets, count, (start, len(line.slots)), witnesses, head.width)
        if offset is not None:
            return _under_keys(head.keys, own[offset : offset + count])
        if len(offsets) > 1:
            agreed = _agreed(line, head.keys, [own[at : at + count] for at in offsets])
            whole = len(agreed.texts) == len(head.named)
            return agreed if whole else _too_few(own, head)._replace(texts=agreed.texts, places=agreed.places)
        return _too_few(own, head)
    filled = len(texts) - texts.count("")
    if filled <= count:
        return _too_few(own, head)
    agreed = _agreed_of_surplus(line, head.keys, _trimmed(own))
    return agreed._replace(damage=DamageKind.TOO_MANY_CELLS, expected=count, found=filled)


def by_elimination(keys: Keys, canonical: Sequence[Column]) -> Keys:
    """`keys` with its unrecognised columns named, where all others stand in the form's own order."""
    names = tuple(column.key for column in canonical)
    unknown = keys.count(None)
    if len(keys) != len(names) or not 0 < unknown <= len(names) // 3:
        return keys
    fits = all(key in (None, name) for key, name in zip(keys, names, strict=True))
    return names if fits else keys


Cells = Sequence[tuple[int, str]]


def _without_doubt(values: Values, own: Cells, head: Head) -> Values:
    """What holds of a row even if each cell of several numbers stands for as many columns.

    Then some other cell is one too many, and it may be any.
    """
    single = [
        number for _, text in own for number in (text.split() if holds_several(text) else [text]) if number
    ]
    surplus = len(single) - len(head.keys)
    if values.damage is not None or surplus < 1:
        return values
    order = {key: at for at, key in enumerate(head.keys)}
    certain = {
        key: text
        for key, text in values.texts.items()
        if holds_several(text) or set(single[order[key] : order[key] + surplus + 1]) == {text}
    }
    return values._replace(texts=certain)


def _too_few(own: Cells, head: Head) -> Values:
    found = sum(1 for _, text in own if text)
    return Values({}, DamageKind.TOO_FEW_CELLS, len(head.keys), found)


def _alike(own: Cells, head: Head) -> Values:
    """What a row without a header holds: where all its cells print the same, their order does not matter."""
    filled = [cell for cell in own if cell[1]]
    count = len(head.keys)
    values = Values({}, DamageKind.COLUMNS_UNKNOWN, count, len(filled))
    if len(filled) < count or len({text for _, text in filled}) != 1:
        return values
    at, text = filled[0]
    return values._replace(texts=dict.fromkeys(head.named, text), places=dict.fromkeys(head.named, at))


def _by_place(line: Line, own: Cells, head: Head, witnesses: Witnesses) -> Values | None:
    """The cells under the header's columns, where the row has a cell for each and nothing elsewhere.

    In another grid than the header's, a row with blanks is told so only if a full row shows that it may be.
    """
    if not head.places or not line.rectangular or len(line.slots) != head.width:
        return None
    cells = dict(own)
    texts = _under(cells, head)
    if texts is None or (
        "" in texts.values() and line.grid != head.grid and not witnesses.fit(line.grid, head)
    ):
        return None
    return Values(texts, places=head.places)


def _under(cells: Mapping[int, str], head: Head, *, filled: bool = False) -> dict[str, str] | None:
    texts = {}
    for key, place in head.places.items():
        text = cells.get(place)
        if text is None or (filled and not text):
            return None
        texts[key] = text
    if len(cells) > len(texts):
        taken = {*head.places.values(), *head.ignored}
        if any(text and at not in taken for at, text in cells.items()):
            return None
    return texts


def _under_keys(keys: Keys, cells: Cells) -> Values:
    texts = {}
    places = {}
    for key, (at, text) in zip(keys, cells, strict=True):
        if key is not None:
            texts[key] = text
            places[key] = at
    return Values(texts, places=places)


def _offsets(texts: Sequence[str], count: int) -> range:
    """Where `count` neighbouring cells may begin so that nothing but blanks is left outside."""
    if len(texts) < count:
        return range(0)
    filled = [at for at, text in enumerate(texts) if text]
    if not filled:
        return range(len(texts) - count + 1)
    low = max(filled[-1] - count + 1, 0)
    return range(low, min(filled[0], len(texts) - count) + 1)


def _certain_offset(
    texts: Sequence[str],
    offsets: range,
    count: int,
    shape: Shape,
    witnesses: Witnesses,
    width: int,
) -> int | None:
    """The one place where the values can begin, None where blanks leave it open.

    A row with blanks is certain where full rows of its shape show where the values stand, or where there are
    no full rows behind such a label, the row is no shorter than the header and begins with its first value.
    Two numbers in one cell and a blank beside them are no row that can be trusted.
    """
    if len(offsets) == 1 and "" not in texts[offsets[0] : offsets[0] + count]:
        return offsets[0]
    if any(map(holds_several, texts)):
        return None
    known = witnesses.padding(shape)
    if known is not None:
        return known if known in offsets else None
    if witnesses.begin_at(shape[0]):
        return None
    if list(offsets) != [0] or shape[1] < width:
        return None
    spare = len(texts) > count  # then a blank between values may be one of the spare cells
    filled = [at for at, text in enumerate(texts) if text]
    return None if spare and "" in texts[filled[0] : filled[-1] + 1] else 0


def _trimmed(own: Cells) -> Cells:
    filled = [at for at, (_, text) in enumerate(own) if text]
    return own[filled[0] : filled[-1] + 1]


def _agreed(line: Line, keys: Keys, readings: Sequence[Cells]) -> Values:
    """The columns that hold the same text in all readings of a row."""
    texts = {}
    places = {}
    for key, possible in zip(keys, zip(*readings, strict=True), strict=True):
        if key is not None and len({text for _, text in possible}) == 1:
            texts[key] = possible[0][1]
            places[key] = _least_certain(line, [at for at, _ in possible])
    return Values(texts, places=places)


def _agreed_of_surplus(line: Line, keys: Keys, own: Cells) -> Values:
    """The columns that hold the same number whichever of the surplus cells do not count."""
    surplus = len(own) - len(keys)
    if not 0 < surplus < max(len(keys), 2):
        return Values({})
    return _agreed(line, keys, [own[at : at + len(keys)] for at in range(surplus + 1)])


def _least_certain(line: Line, places: Sequence[int]) -> int:
    return min(places, key=lambda at: line.slots[at].confidence or 0.0) if line.recognised else places[0]
