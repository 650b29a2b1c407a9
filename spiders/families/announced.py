"""What a page says of the length of its list: in the pager's script, or in words that its reader sees."""

from __future__ import annotations

import re
from typing import NamedTuple

from scrapy.http import TextResponse

MAX_SEARCHED = 1_000_000
"""Characters of a page, and of its text, that are searched."""
_MOST_TEXTS = 50_000

_PAGES_IN_SCRIPT = re.compile(
    r"\b(?:count_?page|page_?count|m_nPageCount|(?:n|i)PageCount|total_?pages?|page_?total|totalPageCount|all_?pages?)"
    r"[\"']?\s{0,10}[:=]\s{0,10}[\"']?(\d{1,6})\b|_gotopage_fun\s{0,5}\(\s{0,5}(\d{1,6})\b",
    re.I,
)
_ENTRIES_IN_SCRIPT = re.compile(
    r"\b(?:m_nRecordCount|record_?count|total_?records?|total_?count|total_?rows?|total_?elements)"
    r"[\"']?\s{0,10}[:=]\s{0,10}[\"']?(\d{1,7})\b",
    re.I,
)
_SIZE_IN_SCRIPT = re.compile(
    r"\b(?:m_nPageSize|page_?size|per_?page)[\"']?\s{0,10}[:=]\s{0,10}[\"']?(\d{1,3})\b", re.I
)
_CALL = re.compile(
    # (3, 0, "index", "html"), or with the box that is filled and a total: ('box', 3, 1, 'list', 'shtml', 56)
    r"\bcreatePage(?:HTML)?\s{0,5}\(\s{0,5}(?:[\"'][^\"'<>(){}]{0,60}[\"']\s{0,5},\s{0,5})?"
    r"[\"']?(\d{1,6}|[a-z_$][\w$]{0,40})[\"']?\s{0,5},\s{0,5}[\"']?(\d{1,6}|[a-z_$][\w$]{0,40})[\"']?\s{0,5}"
    r"(?:,\s{0,5}[\"']([^\"'<>\s]{0,200})[\"']\s{0,5},\s{0,5}[\"']\.?([a-z]{3,6})[\"'](?:\s{0,5},\s{0,5}[\"']?(\d{1,7}))?)?",
    re.I,
)
_PAGES_IN_WORDS = (
    re.compile(r"共\s{0,8}(?:有\s{0,8})?(\d{1,6})\s{0,8}页"),
    re.compile(r"(?<!\d)\d{1,6}\s{0,8}/\s{0,8}(?:共\s{0,8})?(\d{1,6})\s{0,8}页"),
    re.compile(
        r"(?:页次|页码|页数|当前页?|共\s{0,8}\d{1,7}\s{0,8}条)\s{0,8}[:：]?\s{0,8}第?\s{0,8}\d{1,6}\s{0,8}页?\s{0,8}/\s{0,8}共?\s{0,8}(\d{1,6})(?!\d)"
    ),
    re.compile(r"总\s{0,8}页\s{0,8}数\s{0,8}[:：]?\s{0,8}(\d{1,6})|总\s{0,8}(\d{1,6})\s{0,8}页"),
)
_ENTRIES_IN_WORDS = re.compile(
    r"(?:共|总)\s{0,8}(?:有|计|找到)?\s{0,8}(\d{1,7})\s{0,8}(?:条|篇)|(?:总记录数|总条数|记录总数|总数)\s{0,8}[:：]?\s{0,8}(\d{1,7})"
)


class Announced(NamedTuple):
    """Pages and entries of a list; `stem` and `extension` are what the script names its files after.

    Where a page says several numbers, the greatest counts: a list that is shorter than announced is told,
    one that is longer would not be.
    """

    pages: int | None = None
    entries: int | None = None
    stem: str | None = None
    extension: str | None = None


def announced(response: TextResponse) -> Announced:
    """What the page says; several lists on it are not told apart."""
    source = response.text[:MAX_SEARCHED]
    text = page_text(response)
    pages = [int(either or other) for either, other in _PAGES_IN_SCRIPT.findall(source)]
    entries = [int(number) for number in _ENTRIES_IN_SCRIPT.findall(source)]
    sizes = [int(number) for number in _SIZE_IN_SCRIPT.findall(source) if int(number)]
    stem = extension = None
    for first, _, named, ending, total in _CALL.findall(source):
        if first.isdigit():
            pages.append(int(first))
        if named and ending:
            stem, extension = named.removeprefix("./"), ending
        if total:
            entries.append(int(total))
    for pattern in _PAGES_IN_WORDS:
        pages += [int(number) for found in pattern.finditer(text) for number in found.groups() if number]
    if not any(pages) and len(set(entries)) == 1 == len(set(sizes)):
        pages.append(-(-entries[0] // sizes[0]))
    entries += [
        int(number) for found in _ENTRIES_IN_WORDS.finditer(text) for number in found.groups() if number
    ]
    return Announced(max(pages, default=0) or None, max(entries, default=0) or None, stem, extension)


def page_text(response: TextResponse) -> str:
    """The text of a page in reading order, white space folded, scripts left out."""
    # the parser's own strings: a selector for each would take twice the time of the walk
    nodes = response.selector.root.xpath("//body//text()[not(parent::script or parent::style)]")[:_MOST_TEXTS]
    return " ".join(" ".join(nodes).split())[:MAX_SEARCHED]
