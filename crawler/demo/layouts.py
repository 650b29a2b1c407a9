"""How a report is printed: each layout is a function from a spec to the text of a page body or a text file.

`HTML` and `TEXT` are the registries; a new layout is one function and one line there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from html import escape
from types import MappingProxyType

from crawler.demo.sheets import Cover, Sheet, SheetCell, places, sheets, split, without_rowspans
from crawler.demo.writer import ReportSpec

Layout = Callable[[ReportSpec], str]
_Table = Callable[[Sheet], str]
_Words = Callable[[str], str]


def day_in_words(spec: ReportSpec) -> str:
    """The date under the text: 2024年1月18日."""
    return f"{spec.signed.year}年{spec.signed.month}月{spec.signed.day}日"


# HTML


def clean(spec: ReportSpec) -> str:
    """Semantic tables with rowspan and colspan."""
    return _body(spec, _plain_table)


def word(spec: ReportSpec) -> str:
    """Pasted from a word processor: MsoNormalTable, empty <o:p>, numbers cut by spans."""
    return _body(
        spec,
        _word_table,
        words=_word_spans,
        paragraph="<p class=MsoNormal style='text-indent:32.0pt;mso-char-indent-count:2.0'>{}<o:p></o:p></p>",
    )


def padded_header(spec: ReportSpec) -> str:
    """Header rows without rowspan: empty cells below each other instead."""
    return _body(spec, lambda sheet: _plain_table(without_rowspans(sheet, rows=sheet.header_rows)))


def inside_layout_table(spec: ReportSpec) -> str:
    """The whole report stands in one cell of a table that only lays out the page."""
    return (
        '<table width="1006" border="0" align="center"><tr><td width="20"></td><td>'
        f'{_body(spec, _plain_table)}</td><td width="20">&nbsp;</td></tr></table>'
    )


def split_tables(spec: ReportSpec) -> str:
    """Tables two and three stand in two parts each, as after a page break; the second part has no header."""

    def halves(sheet: Sheet) -> str:
        if sheet.key == "disputes":
            return _plain_table(sheet)
        upper, lower = split(sheet, _cut(sheet))
        return f"{_plain_table(upper)}\n<p>&nbsp;</p>\n{_plain_table(lower)}"

    return _body(spec, halves)


def broken_labels(spec: ReportSpec) -> str:
    """Labels broken by <br> and blanks, with half-width brackets and full-width digits; numbers untouched."""

    def broken(sheet: Sheet) -> str:
        rows = tuple(
            tuple(cell if cell.number else replace(cell, text=_broken(cell.text)) for cell in row)
            for row in sheet.rows
        )
        return _plain_table(replace(sheet, rows=rows))

    return _body(spec, broken)


HTML: Mapping[str, Layout] = MappingProxyType(
    {
        "clean": clean,
        "word": word,
        "padded-header": padded_header,
        "layout-table": inside_layout_table,
        "split": split_tables,
        "broken-labels": broken_labels,
    }
)


def _body(
    spec: ReportSpec,
    table: _Table,
    *,
    words: _Words = escape,
    paragraph: str = "<p>{}</p>",
) -> str:
    drawn = sheets(spec)
    lines = [paragraph.format(words(text)) for text in spec.preface]
    for section in spec.sections:
        lines.append(paragraph.format(f"<strong>{words(section.heading)}</strong>"))
        lines.extend(paragraph.format(words(text)) for text in section.paragraphs)
        if section.key in drawn:
            lines.append(table(drawn[section.key]))
    lines.append(f'<p style="text-align:right">{words(spec.organ)}</p>')
    lines.append(f'<p style="text-align:right">{words(day_in_words(spec))}</p>')
    return "\n".join(lines)


def _spans(cell: SheetCell) -> str:
    across = f' colspan="{cell.colspan}"' if cell.colspan > 1 else ""
    down = f' rowspan="{cell.rowspan}"' if cell.rowspan > 1 else ""
    return across + down


def _plain_table(sheet: Sheet) -> str:
    lines = ['<table border="1" cellspacing="0" cellpadding="4">', "<tbody>"]
    for row in sheet.rows:
        cells = (f"<td{_spans(cell)}>{escape(cell.text).replace(chr(10), '<br>')}</td>" for cell in row)
        lines.append(f"<tr>{''.join(cells)}</tr>")
    lines += ["</tbody>", "</table>"]
    return "\n".join(lines)


def _word_table(sheet: Sheet) -> str:
    lines = [
        "<table class=MsoNormalTable border=1 cellspacing=0 cellpadding=0 width=719 "
        "style='border-collapse:collapse;mso-table-layout-alt:fixed;border:none;"
        "mso-border-alt:solid black .5pt'>"
    ]
    for y, row in enumerate(sheet.rows):
        lines.append(f" <tr style='mso-yfti-irow:{y};height:1.0cm'>")
        for cell in row:
            paragraphs = "".join(
                "<p class=MsoNormal align=center style='margin:0cm;mso-pagination:widow-orphan'>"
                f"{_word_spans(line)}<o:p></o:p></p>"
                for line in cell.text.split("\n")
            )
            lines.append(
                f"  <td width=88{_spans(cell)} style='border:solid windowtext 1.0pt;"
                f"padding:0cm 5.4pt 0cm 5.4pt'>\n  {paragraphs}\n  </td>"
            )
        lines.append(" </tr>")
    lines.append("</table>")
    return "\n".join(lines)


def _word_spans(text: str) -> str:
    """Text as a word processor exports it: runs of digits in spans of their own, long ones cut in two."""

    def run(match: re.Match[str]) -> str:
        digits = match[0]
        parts = (digits[:1], digits[1:]) if len(digits) > 1 else (digits,)
        return "".join(
            f"<span lang=EN-US style='font-size:10.5pt;mso-hansi-font-family:宋体'>{part}</span>"
            for part in parts
        )

    if not text:
        return "<span lang=EN-US>&nbsp;</span>"
    return re.sub(r"[0-9]+", run, escape(text))


def _cut(sheet: Sheet) -> int:
    """The row that a page break stands before: the third block of table two, （四） of table three."""
    first = "第二十条第（六）项" if sheet.key == "disclosure" else "（四）无法提供"
    return next(y for y, row in enumerate(sheet.rows) if row[0].text == first)


_FULL_WIDTH = str.maketrans("0123456789.", "０１２３４５６７８９．")


def _broken(label: str) -> str:
    """`label` as careless typing leaves it."""
    if len(label) == 4 and not label.startswith(("第", "（")):
        return f"{label[:2]}\n{label[2:]}"
    if len(label) == 2:
        return f"{label[0]} {label[1]}"
    text = label.replace("（", "(").replace("）", ") ") if label.startswith(("（", "第")) else label
    text = text.replace("条第", "条  第")
    return re.sub(r"^\d\.", lambda match: match[0].translate(_FULL_WIDTH), text)


# Plain text


def lines(spec: ReportSpec) -> str:
    """A cell a line, each after a tab, a blank line between rows; merged cells leave a blank line."""
    return _text(spec, lambda sheet: _cell_lines(sheet, "\t{}"))


def tabs(spec: ReportSpec) -> str:
    """A row a line, cells parted by tabs; every place that a merged cell covers is an empty field."""
    return _text(spec, lambda sheet: "\n".join("\t".join(row) for row in _fields(sheet)))


def pipes(spec: ReportSpec) -> str:
    """A row a line between pipes; every place that a merged cell covers is an empty field."""
    return _text(spec, lambda sheet: "\n".join(f"| {' | '.join(row)} |" for row in _fields(sheet)))


def trailing_pipe(spec: ReportSpec) -> str:
    """A cell a line, each with a pipe behind it, a blank line between rows."""
    return _text(spec, lambda sheet: _cell_lines(sheet, "{} |"))


TEXT: Mapping[str, Layout] = MappingProxyType(
    {"lines": lines, "tabs": tabs, "pipes": pipes, "trailing-pipe": trailing_pipe}
)


def _text(spec: ReportSpec, table: _Table) -> str:
    drawn = sheets(spec)
    blocks = [spec.title, *spec.preface]
    for section in spec.sections:
        blocks.append(section.heading)
        blocks.extend(section.paragraphs)
        if section.key in drawn:
            blocks.append(table(drawn[section.key]))
    blocks.append(f"{spec.organ}\n{day_in_words(spec)}")
    return "\n\n".join(blocks) + "\n"


def _cell_lines(sheet: Sheet, template: str) -> str:
    rows = []
    for row in places(sheet):
        cells: list[str] = []
        covering: SheetCell | None = None
        for place in row:
            if place.cover is Cover.CELL:
                cells.extend(template.format(line) for line in place.cell.text.split("\n"))
            elif place.cover is Cover.ABOVE and place.cell is not covering:
                cells.append(template.format(""))
            covering = place.cell
        rows.append("\n".join(cells))
    return "\n\n".join(rows)


def _fields(sheet: Sheet) -> list[list[str]]:
    return [
        [place.cell.text.replace("\n", " ") if place.cover is Cover.CELL else "" for place in row]
        for row in places(sheet)
    ]
