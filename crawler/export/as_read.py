"""A report as it was read, as one page of HTML that needs nothing else: places of findings are marked.

Every text of the report is escaped; the page holds no script, no link and no address that is loaded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from crawler.console import clean
from crawler.export.certainty import certain
from crawler.export.wording import VERDICTS, said
from crawler.places import BETWEEN, TABLE_STATES, TABLES, place
from crawler.report.forms import FORMS, cell_keys, form_for
from crawler.report.model import Cell, Report
from crawler.validator.finding import SEVERITY_NAMES
from storage.records import FindingRecord

MOST_TEXT = 400_000
MOST_LINE = 20_000
"""Characters of prose that are printed, and of one line."""
MOST_QUOTES = 400
_SHORTEST_QUOTE = 4

_STYLE = """
body{font:16px/1.7 "Noto Serif CJK SC","Songti SC",SimSun,serif;max-width:60em;margin:2em auto;padding:0 1em;
color:#222}
h1{font-size:1.5em}h2{font-size:1.15em;margin-top:2em}
table{border-collapse:collapse;font-size:.85em;margin:.6em 0}
th,td{border:1px solid #bbb;padding:.25em .5em;vertical-align:top}th{background:#f3f3f3;font-weight:normal;
text-align:left}td{text-align:right}
.told td:nth-child(-n+3){white-space:nowrap}
.facts td,.told td{text-align:left;overflow-wrap:anywhere}
.hit{background:#ffd9d0;outline:2px solid #c0341d}.doubt{background:#fff3c4;outline:2px dashed #a87b00}
.unread{color:#888;font-style:italic}sup{color:#c0341d}mark{background:#ffd9d0}
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def as_read(
    report: Report | None,
    findings: Sequence[FindingRecord],
    facts: Sequence[tuple[str, str]],
    *,
    heading: str,
) -> str:
    """The page. `findings` are numbered in their order; `facts` stand at its head."""
    body = [f"<h1>{_safe(heading)}</h1>", *_facts(facts), *_told(findings)]
    if report is None:
        body.append("<p>没有这份报告的读取记录。No reading of this report is on record.</p>")
    else:
        body += [*_prose(report, findings), *_tables(report, findings)]
    return (
        '<!doctype html>\n<html lang="zh">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f"<title>{_safe(heading)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        + "\n".join(body)
        + "\n</body>\n</html>\n"
    )


def _safe(text: object) -> str:
    return escape(clean(text)[:MOST_LINE])


def _facts(facts: Sequence[tuple[str, str]]) -> Iterator[str]:
    yield '<table class="facts">'
    for label, value in facts:
        yield f"<tr><th>{_safe(label)}</th><td>{_safe(value)}</td></tr>"
    yield "</table>"
    yield (
        "<p>以下是程序读出的文字和数字，供对照原件；红框为不符，黄框为存疑，编号见下表。"
        "Text and figures as the program read them, to be held against the original; red: fails, "
        "yellow: uncertain.</p>"
    )


def _told(findings: Sequence[FindingRecord]) -> Iterator[str]:
    if not findings:
        return
    yield "<h2>问题 Findings</h2>"
    yield '<table class="told"><tr><th>编号</th><th>级别</th><th>结论</th><th>位置</th><th>问题</th></tr>'
    for number, row in enumerate(findings, start=1):
        cells = (
            str(number),
            said(SEVERITY_NAMES, row.severity, "zh"),
            said(VERDICTS, row.verdict, "zh"),
            place(row.where),
            row.message_zh,
        )
        yield "<tr>" + "".join(f"<td>{_safe(cell)}</td>" for cell in cells) + "</tr>"
    yield "</table>"


def _prose(report: Report, findings: Sequence[FindingRecord]) -> Iterator[str]:
    yield "<h2>文字 Text</h2>"
    quotes = _quotes(findings)
    for line in report.text[:MOST_TEXT].split("\n"):
        if line.strip():
            yield f"<p>{_marked(clean(line)[:MOST_LINE], quotes)}</p>"
    if len(report.text) > MOST_TEXT:
        yield "<p>（其余从略 The rest is left out）</p>"


def _quotes(findings: Sequence[FindingRecord]) -> list[tuple[str, int]]:
    """What findings quote, with their numbers, longest first: a quote inside another is marked with it."""
    quoted = [(clean(row.quote).rstrip("….")[:MOST_LINE], number) for number, row in enumerate(findings, 1)]
    long_enough = [one for one in quoted if len(one[0]) >= _SHORTEST_QUOTE]
    return sorted(long_enough, key=lambda one: -len(one[0]))[:MOST_QUOTES]


def _marked(line: str, quotes: Sequence[tuple[str, int]]) -> str:
    taken: list[tuple[int, int, int]] = []
    for quote, number in quotes:
        start = line.find(quote)
        end = start + len(quote)
        if start >= 0 and all(end <= begun or start >= ended for begun, ended, _ in taken):
            taken.append((start, end, number))
    made, at = [], 0
    for start, end, number in sorted(taken):
        made.append(f"{escape(line[at:start])}<mark>{escape(line[start:end])}</mark> <sup>[{number}]</sup>")
        at = end
    return "".join((*made, escape(line[at:])))


def _tables(report: Report, findings: Sequence[FindingRecord]) -> Iterator[str]:
    numbers: dict[str, list[int]] = {}
    sure: set[str] = set()
    for number, row in enumerate(findings, start=1):
        for cell in dict.fromkeys((*row.cells, row.where)):
            numbers.setdefault(cell, []).append(number)
            if certain(row):
                sure.add(cell)
    for key, table in report.tables.items():
        if key not in TABLES:
            continue
        state = TABLE_STATES[table.state.value]
        yield f"<h2>{TABLES[key].zh}（{state.zh}） {TABLES[key].en} ({state.en})</h2>"
        yield from _grids(key, table.cells, table.form or report.form, report.year, numbers, sure)


def _grids(
    table: str,
    cells: Mapping[str, Cell],
    form_id: str | None,
    year: int | None,
    numbers: Mapping[str, Sequence[int]],
    sure: set[str],
) -> Iterator[str]:
    """The cells by rows; rows with the same columns stand in one grid, in the order of the form."""
    form = FORMS.get(form_id or "") or (None if year is None else form_for(year))
    expected = () if form is None else cell_keys(form, table)
    rows: dict[str, list[str]] = {}
    for key in dict.fromkeys((*expected, *cells)):
        if key.count(".") == 2:
            _, row, column = key.split(".")
            rows.setdefault(row, []).append(column)
    columns: list[str] = []
    for row, held in rows.items():
        if held != columns:
            if columns:
                yield "</table>"
            columns = held
            heads = "".join(f"<th>{_label(table, column, form_id)}</th>" for column in columns)
            yield f"<table><tr><th></th>{heads}</tr>"
        made = "".join(_slot(f"{table}.{row}.{column}", cells, numbers, sure) for column in columns)
        yield f"<tr><th>{_label(table, row, form_id)}</th>{made}</tr>"
    if columns:
        yield "</table>"


def _label(table: str, key: str, form: str | None) -> str:
    """The label of a row or a column, without the name of its table."""
    return _safe(place(f"{table}.{key}", "zh", form).partition(BETWEEN)[2] or key)


def _slot(key: str, cells: Mapping[str, Cell], numbers: Mapping[str, Sequence[int]], sure: set[str]) -> str:
    cell = cells.get(key)
    text = '<span class="unread">未读出</span>' if cell is None else _safe(cell.raw) or "（空）"
    marks = numbers.get(key, ())
    kind = "" if not marks else ' class="hit"' if key in sure else ' class="doubt"'
    told = f" <sup>[{','.join(map(str, marks))}]</sup>" if marks else ""  # not to be copied as digits
    return f"<td{kind}>{text}{told}</td>"
