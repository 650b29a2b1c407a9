"""Which column each cell of a row belongs to; where that is not certain, no value is claimed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from crawler.extract.document import Origin
from crawler.parser.numbers import looks_numeric, numbers_in
from crawler.parser.tables.lines import Line
from crawler.report.forms import Column
from crawler.report.model import DamageKind

Keys = tuple[str | None, ...]
Shape = tuple[int, int]
"""Where the values of a line begin, and how many slots it has."""


@dataclass(frozen=True, slots=True)
class Head:
    """The columns that a header names, from left to right; None for one that the form does not have.

    `places` tells where each stands in a rectangular grid of `width` columns, where the header shows it.
    `sure` is False where no header names the columns: then the order is only the form's.
    """

    keys: Keys
    places: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    ignored: frozenset[int] = frozenset()  # places of columns that the form does not have
    width: int = 0
    sure: bool = True

    @property
    def named(self) -> list[str]:
        """The columns that the form has."""
        return [key for key in self.keys if key is not None]


@dataclass(frozen=True, slots=True)
class Values:
    """What one row holds, by column; a column whose value is not certain is left out.

    `expected` and `found` count the columns and the filled cells where they do not fit.
    """

    texts: Mapping[str, str]
    damage: DamageKind | None = None
    expected: int | None = None
    found: int | None = None


def assign(line: Line, start: int, head: Head, paddings: Mapping[Shape, int]) -> Values:
    """Assign the cells of `line` from `start` on to the columns of `head`.

    `paddings` is what `learn_paddings` found in the full rows of the same table.
    """
    own = line.own(start)
    texts = [text for _, text in own]
    filled = [text for text in texts if text]
    count = len(head.keys)
    too_few = Values({}, DamageKind.TOO_FEW_CELLS, count, len(filled))
    if any(at in line.merged for at, _ in own) or any(
        slot.origin is Origin.FROM_ABOVE for slot in line.slots[start:]
    ):
        return too_few  # one cell over several rows: whose number is it?
    if not head.sure:
        alike = len(filled) >= count and len(set(filled)) == 1
        return Values(
            dict.fromkeys(head.named, filled[0]) if alike else {},
            DamageKind.COLUMNS_UNKNOWN,
            count,
            len(filled),
        )
    by_place = _by_place(line, own, head)
    if by_place is not None:
        return Values(by_place)
    offsets = _offsets(texts, count)
    readings = [_zip(head.keys, texts[offset : offset + count]) for offset in offsets]
    offset = _certain_offset(texts, offsets, count, (start, len(line.slots)), paddings, head.width)
    if offset is not None:
        return Values(readings[offsets.index(offset)])
    if readings:
        agreed = {
            key: text for key, text in readings[0].items() if all(other[key] == text for other in readings)
        }
        if len(readings) > 1 and len(agreed) == len(readings[0]):
            return Values(agreed)
        return replace(too_few, texts=agreed if len(readings) > 1 else {})
    if len(filled) <= count:
        return too_few
    return Values(_agreed(head.keys, _trimmed(texts)), DamageKind.TOO_MANY_CELLS, count, len(filled))


def learn_paddings(rows: Iterable[tuple[Line, int]], count: int) -> dict[Shape, int]:
    """How many blank cells stand between label and values, for each shape of row.

    Told by the rows that hold all `count` numbers, as far as they agree.
    """
    seen: dict[Shape, set[int]] = {}
    for line, start in rows:
        texts = [text for _, text in line.own(start)]
        if len(texts) - texts.count("") == count:
            seen.setdefault((start, len(line.slots)), set()).update(_offsets(texts, count))
    return {shape: offsets.pop() for shape, offsets in seen.items() if len(offsets) == 1}


def by_elimination(keys: Keys, canonical: Sequence[Column]) -> Keys:
    """`keys` with its unrecognised columns named, where all others stand in the form's own order."""
    names = tuple(column.key for column in canonical)
    unknown = keys.count(None)
    if len(keys) != len(names) or not 0 < unknown <= len(names) // 3:
        return keys
    fits = all(key in (None, name) for key, name in zip(keys, names, strict=True))
    return names if fits else keys


def _by_place(line: Line, own: Sequence[tuple[int, str]], head: Head) -> dict[str, str] | None:
    """The cells under the header's columns, where the row has a cell for each and nothing elsewhere."""
    if not line.rectangular or not head.places or len(line.slots) != head.width:
        return None
    cells = dict(own)
    if any(place not in cells for place in head.places.values()):
        return None
    taken = {*head.places.values(), *head.ignored}
    if any(text and at not in taken for at, text in own):
        return None
    return {key: cells[place] for key, place in head.places.items()}


def _offsets(texts: Sequence[str], count: int) -> list[int]:
    """Where `count` neighbouring cells may begin so that nothing but blanks is left outside."""
    if len(texts) < count:
        return []
    filled = [at for at, text in enumerate(texts) if text]
    if not filled:
        return list(range(len(texts) - count + 1))
    low = max(filled[-1] - count + 1, 0)
    return list(range(low, min(filled[0], len(texts) - count) + 1))


def _certain_offset(
    texts: Sequence[str],
    offsets: Sequence[int],
    count: int,
    shape: Shape,
    paddings: Mapping[Shape, int],
    width: int,
) -> int | None:
    """The one place where the values can begin, None where blanks leave it open.

    A row with blanks is certain where full rows of its shape show where the values stand, or where there are
    no full rows behind such a label, the row is no shorter than the header and begins with its first value.
    Two numbers in one cell and a blank beside them are no row that can be trusted.
    """
    if len(offsets) == 1 and "" not in texts[offsets[0] : offsets[0] + count]:
        return offsets[0]
    if any(looks_numeric(text) and numbers_in(text) > 1 for text in texts):
        return None
    known = paddings.get(shape)
    if known is not None:
        return known if known in offsets else None
    if any(start == shape[0] for start, _ in paddings):
        return None
    if list(offsets) != [0] or shape[1] < width:
        return None
    spare = len(texts) > count  # then a blank between values may be one of the spare cells
    return None if spare and "" in _trimmed(texts) else 0


def _trimmed(texts: Sequence[str]) -> list[str]:
    filled = [at for at, text in enumerate(texts) if text]
    return list(texts[filled[0] : filled[-1] + 1])


def _agreed(keys: Keys, texts: Sequence[str]) -> dict[str, str]:
    """The columns that hold the same number whichever of the surplus cells do not count."""
    surplus = len(texts) - len(keys)
    if not 0 < surplus < max(len(keys), 2):
        return {}
    agreed = {}
    for at, key in enumerate(keys):
        possible = set(texts[at : at + surplus + 1])
        if key is not None and len(possible) == 1:
            agreed[key] = texts[at]
    return agreed


def _zip(keys: Keys, texts: Sequence[str]) -> dict[str, str]:
    return {key: text for key, text in zip(keys, texts, strict=True) if key is not None}
