"""What is printed -> the body of an HTML page, in the markup of different editors."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import escape
from types import MappingProxyType

from crawler.demo.printing import Line, Printed, Role
from crawler.demo.sheets import Sheet, SheetCell

Markup = Callable[[Printed], str]


def clean(printed: Printed) -> str:
    """Semantic tables with rowspan and colspan."""
    return _body(printed, "<p>{}</p>", _escaped, _plain_table)


def word(printed: Printed) -> str:
    """Pasted from a word processor: MsoNormalTable, empty <o:p>, numbers cut by spans."""
    paragraph = "<p class=MsoNormal style='text-indent:32.0pt;mso-char-indent-count:2.0'>{}<o:p></o:p></p>"
    return _body(printed, paragraph, _word_spans, _word_table)


def inside_layout_table(printed: Printed) -> str:
    """The whole report stands in one cell of a table that only lays out the page."""
    return (
        '<table width="1006" border="0" align="center"><tr><td width="20"></td><td>'
        f'{clean(printed)}</td><td width="20">&nbsp;</td></tr></table>'
    )


MARKUPS: Mapping[str, Markup] = MappingProxyType(
    {"clean": clean, "word": word, "layout-table": inside_layout_table}
)
"""Every markup, by name."""


def _body(
    printed: Printed, paragraph: str, words: Callable[[str], str], table: Callable[[Sheet], str]
) -> str:
    """The title is left out: the page prints it."""
    lines = []
    for block in printed.blocks:
        if isinstance(block, Sheet):
            lines.append(table(block))
        elif block.role is not Role.TITLE:
            lines.append(_paragraph(block, paragraph, words))
    return "\n".join(lines)


def _paragraph(line: Line, paragraph: str, words: Callable[[str], str]) -> str:
    text = words(line.text)
    match line.role:
        case Role.HEADING:
            return paragraph.format(f"<strong>{text}</strong>")
        case Role.SIGNATURE:
            return f'<p style="text-align:right">{text}</p>'
        case _:
            return paragraph.format(text)


def _escaped(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def _spans(cell: SheetCell) -> str:
    across = f' colspan="{cell.colspan}"' if cell.colspan > 1 else ""
    down = f' rowspan="{cell.rowspan}"' if cell.rowspan > 1 else ""
    return across + down


def _plain_table(sheet: Sheet) -> str:
    lines = ['<table border="1" cellspacing="0" cellpadding="4">', "<tbody>"]
    for row in sheet.rows:
        cells = (f"<td{_spans(cell)}>{_escaped(cell.text)}</td>" for cell in row)
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
    return re.sub(r"[0-9]+", run, _escaped(text))
