"""A roster of bodies as offices keep it: a CSV file, read with every doubt told by its row.

Columns are found by their headings, Chinese or English, in any order; others are passed over. Cells are text,
whatever a spreadsheet would make of them.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from crawler.portals.values import Exclusion, FormerName, Organ, folded
from crawler.report.deadlines import KIND_NAMES
from crawler.report.model import Kind

MAX_BYTES = 16 * 1024 * 1024
MAX_ROWS = 100_000

HEADINGS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "province": ("province", "省份", "省"),
        "portal": ("portal", "网站", "网站标识", "门户"),
        "organ": ("organ", "name", "body", "单位", "单位名称", "机构名称", "名称"),
        "kind": ("kind", "类别", "单位类别", "类型"),
        "code": ("code", "代码", "区划代码", "行政区划代码"),
        "aliases": ("aliases", "别名", "曾用名", "简称"),
        "since": ("since", "起始年度", "起"),
        "until": ("until", "终止年度", "止"),
        "successor": ("successor", "承接单位", "承继单位", "并入"),
        "former": ("former", "更名前名称", "原名"),
        "excluded": ("excluded", "不纳入", "不纳入原因"),
    }
)
"""What a column may be called; the first name is the one that messages use."""

_NEEDED = ("organ", "kind")
_COLUMN_OF = {name: key for key, names in HEADINGS.items() for name in names}
_KIND_OF = {name: kind for kind, names in KIND_NAMES.items() for name in (kind.value, names.zh, names.en)} | {
    "部门": Kind.DEPARTMENT,
    "工作部门": Kind.DEPARTMENT,
    "政府": Kind.GOVERNMENT,
    "政府办公室": Kind.GOVERNMENT_OFFICE,
    "政府办公厅": Kind.GOVERNMENT_OFFICE,
    "乡镇人民政府": Kind.TOWNSHIP,
    "街道办事处": Kind.STREET,
    "开发区": Kind.ZONE,
    "授权组织": Kind.AUTHORISED,
}
_DELIMITERS = (",", "\t", ";", "，")
_BETWEEN = re.compile(r"[;；、|\n]")
_FORMER = re.compile(r"(.+?)\s*(?:[:：]|[(（]\s*(?:至|until\s)?)\s*(\d{4})\s*年?\s*[)）]?")
_YEARS = re.compile(r"(.+?)\s*[(（]\s*(\d{4})?\s*[-–—至]\s*(\d{4})?\s*[)）]")


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One body of the roster. `province` and `portal` are as the row names them, "" where it does not."""

    number: int
    province: str
    portal: str
    organ: Organ
    said: frozenset[str] = frozenset()
    """Fields of the body that the row fills in; an empty cell says nothing about what the file holds."""


@dataclass(frozen=True, slots=True)
class RosterFlaw:
    """Why a row, or with row 0 the whole file, cannot be used."""

    number: int
    message: str


@dataclass(frozen=True, slots=True)
class Roster:
    """What a roster says, and what in it cannot be read."""

    rows: tuple[RosterRow, ...] = ()
    flaws: tuple[RosterFlaw, ...] = field(default=())


def read_roster(path: Path) -> Roster:
    """The roster in a file. Never raises for what stands in it; OSError where the file cannot be had."""
    with path.open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        return _unusable(f"larger than {MAX_BYTES} bytes")
    text = _decoded(content)
    if text is None:
        return _unusable("neither UTF-8 nor GBK")
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(
        _DELIMITERS, key=lambda mark: sum(_column(cell) in HEADINGS for cell in first.split(mark))
    )
    try:
        records = list(islice(csv.reader(io.StringIO(text), delimiter=delimiter), MAX_ROWS + 2))
    except csv.Error as error:
        return _unusable(f"no CSV: {error}")
    if len(records) > MAX_ROWS + 1:
        return _unusable(f"more than {MAX_ROWS} rows")
    return _read(records)


def _decoded(content: bytes) -> str | None:
    """Offices save UTF-8 with a mark, spreadsheets on Chinese Windows save GBK."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if "\0" in text else text
    return None


def _unusable(message: str) -> Roster:
    return Roster(flaws=(RosterFlaw(0, message),))


def _column(heading: str) -> str:
    name = folded(heading).strip('"').lower()
    return _COLUMN_OF.get(name, name)


def _read(records: list[list[str]]) -> Roster:
    begin = next((at for at, record in enumerate(records) if any(map(str.strip, record))), None)
    if begin is None:
        return _unusable("the file is empty")
    columns = [_column(cell) for cell in records[begin]]
    twice = next((name for name in HEADINGS if columns.count(name) > 1), None)
    if twice is not None:
        return _unusable(f"two columns are {twice}")
    lacking = [name for name in _NEEDED if name not in columns]
    if lacking:
        names = ", ".join(f"{name} ({HEADINGS[name][-1]})" for name in lacking)
        return _unusable(f"no column {names}")
    rows: list[RosterRow] = []
    flaws: list[RosterFlaw] = []
    for number, record in enumerate(records[begin + 1 :], begin + 2):
        if not any(map(str.strip, record)):
            continue
        if len(record) > len(columns) and any(map(str.strip, record[len(columns) :])):
            flaws.append(RosterFlaw(number, "more cells than there are headings"))
            continue
        cells = {name: cell.strip() for name, cell in zip(columns, record, strict=False) if name in HEADINGS}
        try:
            rows.append(_row(number, cells))
        except ValidationError as error:
            flaws.append(RosterFlaw(number, _first(error)))
        except ValueError as error:
            flaws.append(RosterFlaw(number, str(error)))
    return Roster(tuple(rows), tuple(flaws))


def _row(number: int, cells: Mapping[str, str]) -> RosterRow:
    fields: dict[str, Any] = {}
    kind = cells.get("kind", "")
    if not cells.get("organ"):
        raise ValueError("organ: is empty")
    fields["name"] = cells["organ"]
    if folded(kind).lower() not in _KIND_OF:
        raise ValueError(f"kind: {kind!r:.40} is none of {', '.join(Kind)}")
    fields["kind"] = _KIND_OF[folded(kind).lower()]
    fields["aliases"] = tuple(dict.fromkeys(_entries(cells.get("aliases", ""))))
    for key in ("since", "until"):
        if cells.get(key):
            fields[key] = _year(key, cells[key])
    for key in ("code", "successor"):
        if cells.get(key):
            fields[key] = cells[key]
    if cells.get("former"):
        fields["former"] = tuple(_former(entry) for entry in _entries(cells["former"]))
    if cells.get("excluded"):
        fields["excluded"] = tuple(_exclusion(entry) for entry in _reasons(cells["excluded"]))
    said = frozenset(
        name for name in ("code", "since", "until", "successor", "former", "excluded") if name in fields
    )
    return RosterRow(number, cells.get("province", ""), cells.get("portal", ""), Organ(**fields), said)


def _entries(cell: str) -> Iterator[str]:
    """What stands in one cell, one beside the other."""
    return (entry.strip() for entry in _BETWEEN.split(cell) if entry.strip())


def _reasons(cell: str) -> Iterator[str]:
    """The same where a sentence may hold 、."""
    return (entry.strip() for entry in re.split(r"[;；|\n]", cell) if entry.strip())


def _former(entry: str) -> FormerName:
    """云溪县水利局（至2020）, or 云溪县水利局:2020."""
    match = _FORMER.fullmatch(entry)
    if match is None:
        raise ValueError(f"former: {entry!r:.60} does not say until when, as 旧名（至2020）")
    return FormerName(name=match[1], until=int(match[2]))


def _exclusion(entry: str) -> Exclusion:
    """与县政府办公室合并填报, or with its report years: 与县政府办公室合并填报（2019-2022）."""
    match = _YEARS.fullmatch(entry)
    if match is None:
        return Exclusion(reason=entry)
    since, until = (int(year) if year else None for year in (match[2], match[3]))
    return Exclusion(reason=match[1], since=since, until=until)


def _year(key: str, cell: str) -> int:
    match = re.fullmatch(r"(\d{4})年?", folded(cell))
    if match is None:
        raise ValueError(f"{key}: {cell!r:.40} is no year")
    return int(match[1])


def _first(error: ValidationError) -> str:
    problem = error.errors(include_url=False)[0]
    where = ".".join(str(part) for part in problem["loc"])
    message = " ".join(problem["msg"].removeprefix("Value error, ").split())[:150]
    return f"{where.replace('name', 'organ')}: {message}" if where else message
