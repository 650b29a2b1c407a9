"""How fast pages are read that were pasted from a word processor: about 100 KB for 20 KB of report.

The pages are the generator's, dressed as the editors of portals really keep them: every paragraph with its
spacing, every run with its fonts, every cell with four borders, conditional comments for old browsers.
"""

from __future__ import annotations

import io
import re
from typing import Any

import lxml.html
import pandas
from selectolax.lexbor import LexborHTMLParser

from bench.speed.harness import Contest, Contestant, Rival
from crawler.demo.pages import html_page
from crawler.demo.writer import compose
from crawler.extract import extract
from crawler.extract.document import Grid
from crawler.parser import Page, parse
from crawler.report.model import Kind

ORGANS = ("云溪县水务局", "云溪县教育局", "青杉市民政局")
YEAR = 2023

XPATH_TARGET = 2.5
PANDAS_TARGET = 8.0

_CONDITIONAL = """<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View><w:Zoom>0</w:Zoom>
<w:PunctuationKerning></w:PunctuationKerning><w:DrawingGridVerticalSpacing>7.8 磅
</w:DrawingGridVerticalSpacing><w:Compatibility><w:BreakWrappedTables></w:BreakWrappedTables>
</w:Compatibility></w:WordDocument></xml><![endif]--><!--[if gte mso 10]><style>table.MsoNormalTable
{mso-style-name:普通表格;mso-tstyle-rowband-size:0;mso-style-noshow:yes;}</style><![endif]-->
"""
_DRESS = (
    (re.compile(r'(<div class="article-content">\n)'), r"\1" + _CONDITIONAL.replace("\\", "\\\\")),
    (
        re.compile(r"margin:0cm;mso-pagination:widow-orphan"),
        "margin:0cm 0cm 0.0001pt;text-align:center;line-height:18pt",
    ),
    (
        re.compile(r"border:solid windowtext 1.0pt;padding:0cm 5.4pt 0cm 5.4pt"),
        "border:solid windowtext 1.0pt;border-left:none;padding:0cm 5.4pt;height:1.0cm",
    ),
    (re.compile(r"mso-hansi-font-family:宋体"), "font-family:宋体;mso-font-kerning:0pt"),
)


def pasted_page(organ: str, year: int = YEAR) -> bytes:
    """One report of an invented body as a page of about 100 KB in UTF-8."""
    text = html_page(compose(organ, Kind.DEPARTMENT, year), "word").decode()
    for pattern, dressed in _DRESS:
        text = pattern.sub(dressed, text)
    return text.encode()


def read_report(content: bytes) -> object:
    """All that the product reads: cells, sections, dates, identity."""
    return parse(extract(content), Page())


def read_tables(content: bytes) -> object:
    """The tables alone, merged cells expanded."""
    return [block for block in extract(content).blocks if isinstance(block, Grid)]


def xpath_cells(content: bytes) -> object:
    """A plain reader: a tree, every cell by XPath, rows by their labels. No spans, text, dates or body."""
    tables = []
    tree: Any = lxml.html.fromstring(content)
    for table in tree.xpath("//table"):
        rows = {}
        for row in table.xpath(".//tr"):
            texts = [cell.xpath("normalize-space(string(.))") for cell in row.xpath("./td|./th")]
            label = " ".join(text for text in texts if not text.isdigit())
            rows[label] = [text for text in texts if text.isdigit()]
        tables.append(rows)
    return tables


def pandas_tables(content: bytes) -> object:
    """What a data scientist would write; spans are expanded."""
    return pandas.read_html(io.BytesIO(content), flavor="lxml", encoding="utf-8")


def lexbor_tree(content: bytes) -> object:
    """The bare tree of the parser that we use."""
    return LexborHTMLParser(content)


def contests() -> list[Contest]:
    """Bytes to a report, and bytes to tables, of pages pasted from a word processor."""
    files = tuple(pasted_page(organ) for organ in ORGANS)
    xpath = Contestant("lxml, every cell by XPath", xpath_cells)
    tables = Contestant("pandas.read_html", pandas_tables)
    lexbor = Contestant("Lexbor's tree alone", lexbor_tree)
    return [
        Contest(
            "bytes to report",
            Contestant("nianbao: the whole report", read_report),
            (Rival(xpath, XPATH_TARGET, 0.4), Rival(tables, PANDAS_TARGET, 0.9), Rival(lexbor)),
            files,
        ),
        Contest(
            "bytes to tables",
            Contestant("nianbao: blocks and tables", read_tables),
            (Rival(xpath), Rival(tables, PANDAS_TARGET, 1.6), Rival(lexbor)),
            files,
        ),
    ]
