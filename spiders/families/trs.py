"""TRS WCM: static list pages with a pager in JavaScript.

A list is a folder: index.html, index_1.html (the second page), … The number of pages stands only in a
script, `var countPage = 3` or `createPageHTML(3, 0, "index", "html")`; without running it there is no link
to the second page. Articles are t20240115_1234567.html, relative to the folder of their month. Some sites
count from 1 all the same (`index_2.html` is the second page), others print a pager of plain links.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from scrapy.http import TextResponse

from spiders.families.announced import Announced
from spiders.families.guesses import guesses
from spiders.families.listing import Listing, Place
from spiders.families.marks import Mark
from spiders.families.paging import read_page
from spiders.families.rows import links_to, sure_entries

RANK = 110

_MARK = Mark(
    r"createPageHTML\s*\(|\bcountPage\s*=|TRS_(?:Editor|UEDITOR)|trs_editor_view",
    "createpagehtml", "countpage", "trs_",
)  # fmt: skip
_ARTICLE = re.compile(
    r"/t?20\d{6}_\d+(?:_wap)?\.s?html?$|/t\d{5,10}(?:_wap)?\.s?html?$|/(?:post|content)_\d{5,10}\.s?html?$|"
    r"/[PW]0?20\d+\.[a-z]{2,5}$",
    re.I,
)
_FORMS = ("told-1", "told-0", "stem_0", "stem_1")


def recognises(response: TextResponse) -> bool:
    """By the pager's script, the editor's class, or article addresses of the system."""
    if _MARK.search(response.text):
        return True
    return links_to(response, lambda href: _is_article(href.partition("#")[0]))


def read(response: TextResponse, place: Place | None) -> tuple[Listing, ...]:
    """Rows are links to articles or files, and what announces a report wherever it lies."""
    return (read_page(response, place, sure_entries(response, _is_article), _guesses),)


def _is_article(address: str) -> bool:
    return _ARTICLE.search(address.partition("?")[0]) is not None


def _guesses(first: str, page: int, told: Announced) -> Mapping[str, str]:
    found = guesses(first, page, stem=told.stem, extension=told.extension)
    return {form: found[form] for form in _FORMS if form in found}
