"""The columns of table three, as its header of up to three lines prints them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import itemgetter

from crawler.extract.document import Origin
from crawler.parser.tables.builder import lowest
from crawler.parser.tables.columns import Head
from crawler.parser.tables.labels import ALL_APPLICANTS, ORGANISATIONS, Reading, nearest
from crawler.parser.tables.lines import Line, Mark, is_wordy
from crawler.report.forms import APPLICANTS, TOTAL

UNNAMED = Head(tuple(column.key for column in APPLICANTS), sure=False)
"""What stands above rows without a header."""

MAX_HEADER_LINES = 8
_NAMES = sorted(UNNAMED.named)
_KINDS_OF_ORGANISATION = tuple(column.key for column in APPLICANTS[1:-1])
_LONGEST_COLUMN = 20


def is_column(mark: Mark) -> bool:
    """Whether the label may be one of a column."""
    return mark.reading.applicant is not None or mark.reading.applicant_group is not None


def split_marks(line: Line) -> tuple[Sequence[Mark], Sequence[Mark]]:
    """The labels of columns and the labels of rows that a line prints.

    其他 and 总计 are both: they belong to the header where other columns stand beside them, before any row's
    label, and to a row otherwise.
    """
    for mark in line.marks:
        if mark.reading.applicant is not None or mark.reading.applicant_group is not None:
            break
    else:
        return (), line.marks
    columns: list[Mark] = []
    rows: list[Mark] = []
    is_header = any(is_column(mark) and mark.reading.row is None for mark in line.marks)
    for mark in _with_variants(line) if is_header else line.marks:
        if is_column(mark) and not rows and (is_header or mark.reading.row is None):
            columns.append(mark)
        elif mark.reading.row is not None or mark.reading.result_group is not None:
            rows.append(mark)
    return columns, rows


def _with_variants(line: Line) -> Sequence[Mark]:
    """The labels of a header line, with those that are printed a little otherwise: 法人和其他组织."""
    known = {mark.at for mark in line.marks}
    marks = list(line.marks)
    for at, text in line.cells:
        if at not in known and len(text) <= _LONGEST_COLUMN and is_wordy(text):
            applicant, group = nearest(text, "applicant"), nearest(text, "applicant_group")
            if applicant or group:
                reading = Reading("applications", applicant=applicant, applicant_group=group)
                marks.append(Mark(at, reading, text))
    return sorted(marks, key=lambda mark: mark.at)


def read_head(lines: Sequence[Line]) -> Head:
    """The columns that the header in `lines` names, whose marks are those of columns alone."""
    lines = _without_ghosts(lines[-MAX_HEADER_LINES:])
    keys = _columns_in_order(lines)
    width = max(len(line.slots) for line in lines)
    sure = lowest(*(line.confidence(mark.at) for line in lines for mark in line.marks))
    places: dict[str, int] = {}
    for line in lines:
        for mark in line.marks:
            if mark.reading.applicant is not None:
                places[mark.reading.applicant] = mark.at
    # Header rows that were not padded under merged cells put two columns in one place: then only words count.
    places = dict(sorted(places.items(), key=itemgetter(1)))
    drawn = tuple(places)
    if lines[-1].rectangular and sorted(drawn) == _NAMES and len(set(places.values())) == len(_NAMES):
        if drawn != (keys or UNNAMED.keys):
            return UNNAMED
        return Head(drawn, places, grid=lines[-1].grid, width=width, confidence=sure)
    unnamed = _one_unnamed(places) if lines[-1].rectangular else None
    if unnamed is not None:
        named = tuple(key if key in places else None for key in UNNAMED.keys)
        ignored = frozenset((unnamed,))
        return Head(named, places, ignored, grid=lines[-1].grid, width=width, confidence=sure)
    return Head(keys, width=width, confidence=sure) if sorted(keys) == _NAMES else UNNAMED


def _one_unnamed(places: Mapping[str, int]) -> int | None:
    """The place of the one column that lost its label, where all others stand around it as in the form."""
    lost = [at for at, key in enumerate(UNNAMED.keys) if key not in places]
    if len(lost) != 1:
        return None
    first = min(places.values()) - (lost == [0])
    in_order = all(places[key] == first + at for at, key in enumerate(UNNAMED.named) if key in places)
    return first + lost[0] if in_order and first >= 0 else None


def _without_ghosts(lines: Sequence[Line]) -> list[Line]:
    """The header without what converters repeat of merged cells: the same label below or beside itself."""
    kept: list[Line] = []
    above: dict[int, Reading] = {}
    for line in lines:
        marks: list[Mark] = []
        beside: Mark | None = None
        for mark in line.marks:
            below_itself = line.rectangular and above.get(mark.at) == mark.reading
            beside_itself = (
                beside is not None
                and mark.reading.applicant_group is not None
                and (beside.at + 1, beside.reading) == (mark.at, mark.reading)
            )
            if not below_itself and not beside_itself:
                marks.append(mark)
            beside = mark
            above[mark.at] = mark.reading
        if marks:
            kept.append(line._replace(marks=marks))
    return kept


def _columns_in_order(lines: Sequence[Line]) -> tuple[str, ...]:
    """The columns from left to right: what is printed below a merged head takes its place.

    Empty where columns stand in several lines and the head that joins them is not known.
    """
    order: list[str] = []
    for line in lines:
        below = [
            mark.reading.applicant_group or mark.reading.applicant or ""
            for mark in line.marks
            if line.slots[mark.at].origin is Origin.CELL
        ]
        for merged in (ORGANISATIONS, ALL_APPLICANTS):
            if merged in order and below:
                at = order.index(merged)
                order[at : at + 1] = below
                break
        else:
            if order and below:
                return ()
            order.extend(below)
    if ORGANISATIONS in order and set(_KINDS_OF_ORGANISATION) <= set(order):
        # The header lost its lines: the kinds stand behind everything that was above them.
        kinds = [key for key in order if key in _KINDS_OF_ORGANISATION]
        order = [key for key in order if key not in _KINDS_OF_ORGANISATION]
        at = order.index(ORGANISATIONS)
        order[at : at + 1] = kinds
    elif len(lines) == 1 and ALL_APPLICANTS in order and order[-1] != TOTAL:
        return ()
    return tuple(key for key in order if key not in (ALL_APPLICANTS, ORGANISATIONS))
