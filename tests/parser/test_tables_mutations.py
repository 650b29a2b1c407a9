"""Mutilated grids: a number is claimed only in the row that prints it, and under its own column.

Every number of a report differs from all others, so a number that strays is seen. What cannot be detected in
principle is left out, or counted as such: two numbers that changed places leave a whole row behind, and so
does a surplus cell where another one of the same row is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

import pytest

from crawler.extract.document import Block, Grid, Origin, Paragraph, Slot
from crawler.parser.tables import read_tables
from crawler.report.forms import APPLICANTS, DISPUTE_COLUMNS, DISPUTE_GROUPS, FORM_2019, FORM_2021, Form
from crawler.report.model import Table

Row = list[Slot]
Rows = list[Row]
KEYS = ("disclosure", "applications", "disputes")


def cell(text: str) -> Slot:
    return Slot(text)


def left(slot: Slot) -> Slot:
    return Slot(slot.text, Origin.FROM_LEFT)


class Source:
    """The three tables of a form as grids, with the place of every number."""

    def __init__(self, form: Form) -> None:
        self.numbers: dict[str, str] = {}  # printed number -> cell key
        self.tables: dict[str, Rows] = {
            "disclosure": self._disclosure(form),
            "applications": self._applications(form),
            "disputes": self._disputes(),
        }

    def _number(self, key: str) -> Slot:
        text = str(1001 + len(self.numbers))
        self.numbers[text] = key
        return cell(text)

    def _disclosure(self, form: Form) -> Rows:
        rows: Rows = []
        for block in form.disclosure:
            article = cell(block.label)
            rows.append([article, *[left(article)] * 3])
            names = [cell(column.label) for column in block.columns]
            rows.append([cell("信息内容"), *names, *[left(names[-1])] * (3 - len(names))])
            for row in block.rows:
                found = [self._number(f"disclosure.{row.key}.{column.key}") for column in block.columns]
                rows.append([cell(row.label), *found, *[left(found[-1])] * (3 - len(found))])
        return rows

    def _applications(self, form: Form) -> Rows:
        note, everyone, organisations = (
            cell("（本列数据的勾稽关系）"),
            cell("申请人情况"),
            cell("法人或其他组织"),
        )
        labels = [cell(column.label) for column in APPLICANTS]
        above = Origin.FROM_ABOVE
        rows: Rows = [
            [note, *[left(note)] * 2, everyone, *[left(everyone)] * 6],
            [*[Slot(note.text, above)] * 3, labels[0], organisations, *[left(organisations)] * 4, labels[-1]],
            [
                *[Slot(note.text, above)] * 3,
                Slot(labels[0].text, above),
                *labels[1:-1],
                Slot(labels[-1].text, above),
            ],
        ]
        previous: tuple[str, ...] = ()
        for row in form.applications:
            line = [
                Slot(group, above) if previous[: depth + 1] == row.groups[: depth + 1] else cell(group)
                for depth, group in enumerate(row.groups)
            ]
            label = cell(row.label)
            line += [label, *[left(label)] * (2 - len(row.groups))]
            line += [self._number(f"applications.{row.key}.{column.key}") for column in APPLICANTS]
            previous = row.groups
            rows.append(line)
        return rows

    def _disputes(self) -> Rows:
        review, suits = cell("行政复议"), cell("行政诉讼")
        direct, after = cell("未经复议直接起诉"), cell("复议后起诉")
        labels = [cell(column.label) for column in DISPUTE_COLUMNS]
        numbers = [
            self._number(f"disputes.{group.key}.{column.key}")
            for group in DISPUTE_GROUPS
            for column in DISPUTE_COLUMNS
        ]
        return [
            [review, *[left(review)] * 4, suits, *[left(suits)] * 9],
            [*labels, direct, *[left(direct)] * 4, after, *[left(after)] * 4],
            [*[Slot(label.text, Origin.FROM_ABOVE) for label in labels], *labels, *labels],
            numbers,
        ]


def places(row: Row, numbers: dict[str, str]) -> list[int]:
    """Where a row prints numbers of the report."""
    return [at for at, slot in enumerate(row) if slot.origin is Origin.CELL and slot.text in numbers]


Mutation = Callable[[Rows, Random, dict[str, str]], None]


def some_row(rows: Rows, random: Random, numbers: dict[str, str]) -> tuple[int, list[int]]:
    at = random.choice([at for at, row in enumerate(rows) if places(row, numbers)] or [0])
    return at, places(rows[at], numbers)


def drop_slot(rows: Rows, random: Random, numbers: dict[str, str]) -> None:
    at, _ = some_row(rows, random, numbers)
    if len(rows[at]) > 1:
        del rows[at][random.randrange(len(rows[at]))]


def insert_slot(rows: Rows, random: Random, numbers: dict[str, str]) -> None:
    at, _ = some_row(rows, random, numbers)
    rows[at].insert(random.randrange(len(rows[at]) + 1), cell(random.choice(("", "7", "0"))))


def repeat_row(rows: Rows, random: Random, numbers: dict[str, str]) -> None:
    at, _ = some_row(rows, random, numbers)
    rows.insert(random.randrange(len(rows)), list(rows[at]))


def drop_row(rows: Rows, random: Random, numbers: dict[str, str]) -> None:
    if len(rows) > 1:
        del rows[random.randrange(len(rows))]


def blank_label(rows: Rows, random: Random, numbers: dict[str, str]) -> None:
    row = random.choice(rows)
    labels = [at for at, slot in enumerate(row) if slot.origin is Origin.CELL and not slot.text.isdecimal()]
    if labels:
        row[random.choice(labels)] = cell("")


def merge_numbers(rows: Rows, random: Random, numbers: dict[str, str]) -> None:
    at, found = some_row(rows, random, numbers)
    if len(found) > 1:
        first = random.choice(found[:-1])
        both = f"{rows[at][first].text}{random.choice((' ', chr(10)))}{rows[at][first + 1].text}"
        rows[at][first : first + 2] = [cell(both)] + [cell("")] * random.randrange(2)


def blank_number(rows: Rows, random: Random, numbers: dict[str, str]) -> None:
    at, found = some_row(rows, random, numbers)
    if found:
        rows[at][random.choice(found)] = cell("")


def break_page(rows: Rows, random: Random, numbers: dict[str, str]) -> None:
    """A page break: covered cells of the row behind it become cells of their own, mostly blank."""
    at = random.randrange(len(rows))
    kept = random.random() < 0.3
    rows[at] = [
        Slot(slot.text if kept else "") if slot.origin is Origin.FROM_ABOVE else slot for slot in rows[at]
    ]


ONE_DAMAGE = (
    drop_slot,
    insert_slot,
    repeat_row,
    drop_row,
    blank_label,
    merge_numbers,
    blank_number,
    break_page,
)


def swap_numbers(rows: Rows, random: Random, numbers: dict[str, str]) -> None:
    at, found = some_row(rows, random, numbers)
    if len(found) > 1:
        one, other = random.sample(found, 2)
        rows[at][one], rows[at][other] = rows[at][other], rows[at][one]


def grid(rows: Rows, *, rectangular: bool) -> Grid:
    """The rows as a grid; one from text has blanks or nothing where cells are covered."""
    if rectangular:
        return Grid(tuple(map(tuple, rows)), rectangular=True)
    lines = (
        tuple(
            slot if slot.origin is Origin.CELL else cell("")
            for slot in row
            if slot.origin is not Origin.FROM_LEFT
        )
        for row in rows
    )
    return Grid(tuple(lines))


def documents(
    count: int, seed: int, mutations: tuple[Mutation, ...], most: int
) -> Iterator[tuple[Source, Rows, Table, str]]:
    """(source, mutated rows, what was read of them, description) of `count` mutilated tables."""
    random = Random(seed)
    for number in range(count):
        source = Source(random.choice((FORM_2019, FORM_2021)))
        key = random.choices(KEYS, (3, 6, 1))[0]
        rows = source.tables[key]
        names = []
        for mutation in random.choices(mutations, k=random.randint(1, most)):
            mutation(rows, random, source.numbers)
            names.append(mutation.__name__)
        rectangular = random.random() < 0.6
        blocks: list[Block] = [grid(rows, rectangular=rectangular)]
        if random.random() < 0.2 and len(rows) > 4:
            at = random.randrange(4, len(rows))
            blocks = [
                grid(rows[:at], rectangular=rectangular),
                Paragraph("第2页"),
                grid(rows[at:], rectangular=rectangular),
            ]
        yield source, rows, read_tables(blocks)[key], f"{number}: {names} rectangular={rectangular}"


def row_of(key: str) -> str:
    return key.rpartition(".")[0] if not key.startswith("disputes") else "disputes"


def strays(source: Source, table: Table) -> Iterator[tuple[str, str]]:
    """(key, key of the number that it claims) of claimed cells whose number is another's."""
    for key, found in table.cells.items():
        if found.value is not None:
            printed = source.numbers.get(str(found.value), "")
            if printed != key:
                yield key, printed


@pytest.mark.parametrize("seed", range(5))
def test_one_damage_never_moves_a_number(seed):
    for source, rows, table, told in documents(100, seed, ONE_DAMAGE, 1):
        assert list(strays(source, table)) == [], (told, rows)


def is_whole(row: Row, numbers: dict[str, str]) -> bool:
    """Whether a row that lost a number holds as many cells as before, since another cell was put in."""
    texts = [slot.text for slot in row if slot.origin is Origin.CELL]
    printed = {text for at in texts for text in at.split() if text in numbers}
    lost = {text for text, key in numbers.items() if row_of(key) in {row_of(numbers[one]) for one in printed}}
    surplus = "7" in texts or "0" in texts or "" in texts
    return surplus and (len(printed) < len(lost) or any(len(text.split()) > 1 for text in texts))


@pytest.mark.parametrize("seed", range(3))
def test_several_damages_move_no_number_into_another_row(seed):
    moved = 0
    for source, rows, table, told in documents(100, seed, (*ONE_DAMAGE, swap_numbers), 4):
        told += f" {rows}"
        for key, printed in strays(source, table):
            moved += 1
            raw = table.cells[key].raw
            home = [row for row in rows if any(slot.text.strip() == raw for slot in row)]
            assert home, told
            if "swap_numbers" in told:
                assert row_of(key) == row_of(printed) or raw in ("7", "0"), told
            else:
                assert printed == "" or row_of(key) == row_of(printed), told
                assert any(is_whole(row, source.numbers) for row in home), told
    assert moved < 100


def test_two_swapped_numbers_are_not_to_be_seen():
    source = Source(FORM_2021)
    swap_numbers(source.tables["applications"], Random(1), source.numbers)
    table = read_tables([grid(source.tables["applications"], rectangular=True)])["applications"]
    assert len(list(strays(source, table))) == 2
    assert not table.damages


def test_unharmed_sources_are_read_whole():
    for form in (FORM_2019, FORM_2021):
        source = Source(form)
        for rectangular in (True, False):
            tables = read_tables([grid(rows, rectangular=rectangular) for rows in source.tables.values()])
            read = {key: str(cell.value) for table in tables.values() for key, cell in table.cells.items()}
            assert read == {key: text for text, key in source.numbers.items()}
