"""博达 VSB: static lists whose page numbers run down, or a dynamic list.jsp.

The list begins at zfxxgknb.htm; of four pages the second is zfxxgknb/3.htm, the last zfxxgknb/1.htm, so that
an old page keeps its address when a new one is filled. Articles are /info/<tree>/<id>.htm; files come from
download.jsp?…wbfileid=…, without an extension. The pager prints links, or only its numbers: "共35条 1/4", and
_simple_list_gotopage_fun(4, …) in a script.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit

from scrapy.http import TextResponse

from spiders.families.announced import Announced
from spiders.families.listing import Listing, Place
from spiders.families.marks import Mark
from spiders.families.paging import read_page
from spiders.families.rows import links_to, sure_entries

RANK = 100

_MARK = Mark(
    r"v_news_content|\bvsb_content|_sitegray|_vsb_|\bwbtreeid=|_simple_list_gotopage_fun|/system/resource/(?:js|css)/|"
    r"/_content/download\.jsp|\bwbfileid=",
    "v_news_content", "vsb_content", "_sitegray", "_vsb_", "wbtreeid=", "_simple_list_gotopage_fun",
    "/system/resource/", "/_content/download.jsp", "wbfileid=",
)  # fmt: skip
_ARTICLE = re.compile(
    r"/info/\d{1,8}/\d{1,12}\.html?$|\.jsp\?(?=.{0,300}\bwbnewsid=\d)|\.jsp\?.{0,300}\burltype=news\.|\bwbfileid=\w",
    re.I,
)


def recognises(response: TextResponse) -> bool:
    """By names that the system gives to its parts, or by addresses of its articles."""
    if _MARK.search(response.text):
        return True
    return links_to(response, lambda href: re.search(r"(?:^|/)info/\d{3,8}/\d{1,12}\.htm$", href) is not None)


def read(response: TextResponse, place: Place | None) -> tuple[Listing, ...]:
    """Rows are links to articles or files, and what announces a report wherever it lies."""
    return (read_page(response, place, sure_entries(response, _is_article), _guesses),)


def _is_article(address: str) -> bool:
    return _ARTICLE.search(address) is not None


def _guesses(first: str, page: int, told: Announced) -> Mapping[str, str]:
    """The address of a page as its number and that of all pages give it.

    Where nobody says how many there are, the folder is walked up from 1, which is the last page.
    """
    parts = urlsplit(first)
    if parts.path.lower().endswith((".jsp", "/")):
        query = [(k, v) for k, v in parse_qsl(parts.query, max_num_fields=50) if k != "PAGENUM"]
        pages = [("totalpage", str(told.pages))] if told.pages and "totalpage" not in dict(query) else []
        asked = urlencode([*pages, ("PAGENUM", str(page)), *query])
        return {"dynamic": parts._replace(query=asked, fragment="").geturl()}
    stem, _, extension = parts.path.rpartition(".")
    if not stem:
        return {}
    number = told.pages - page + 1 if told.pages else page - 1
    path = f"{stem}/{number}.{extension}"
    return {"falling": parts._replace(path=path, query="", fragment="").geturl()}
