"""Disclosure platforms of Anhui: /public/column/<organ>, and /openness/ with 24-digit numbers.

The rows of the first page stand in it, or nowhere. Others are fetched as a fragment of HTML by a script, from
/site/label/<n>?labelName=publicInfoList&…&pageIndex=2, or from the page's own address with pageIndex; the
older /openness/ prints links.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from html import unescape
from urllib.parse import parse_qsl, urlencode, urlsplit

from scrapy.http import TextResponse

from spiders.families.announced import MAX_SEARCHED, Announced
from spiders.families.listing import Listing, Place
from spiders.families.marks import Mark
from spiders.families.paging import read_page
from spiders.families.rows import sure_entries
from spiders.links import absolute

RANK = 120

_MARK = Mark(
    r"/public/column/\d|/openness/(?:detail|content|annual_report|branch|report)\b|labelName=publicInfoList|"
    r"/UserData/DocHtml/",
    "/public/column/", "/openness/", "labelname=publicinfolist", "/userdata/dochtml/",
)  # fmt: skip
_ARTICLE = re.compile(
    r"/public/\d{1,12}/\d{1,12}\.html?$|/openness/detail/\w{1,40}/[0-9a-f]{24}\.html?$|"
    r"/UserData/DocHtml/[\d/]{1,80}\.html?$",
    re.I,
)
_LABEL = re.compile(
    r"[\"']([^\"'\s<>]{0,200}/site/label/\d{1,8}\?[^\"'\s<>]{0,1500}labelName=publicInfoList[^\"'\s<>]{0,1500})[\"']",
    re.I,
)
_PAGE = "pageIndex"
_LABELLED = "label"


def recognises(response: TextResponse) -> bool:
    """By addresses of columns and articles."""
    return _MARK.search(response.url) or _MARK.search(response.text[:MAX_SEARCHED])


def read(response: TextResponse, place: Place | None) -> tuple[Listing, ...]:
    """Rows are links to articles or files, and what announces a report wherever it lies."""
    entries = sure_entries(response, _is_article)
    label = _label(response) if place is None else dict(place.query).get(_LABELLED)
    if place is None and not entries and label is not None:
        query = (("first", label), (_LABELLED, label))
        return (Listing((), Place(_asking(label, 1), 1, certain=True, query=query)),)

    def guesses(first: str, page: int, _told: Announced) -> Mapping[str, str]:
        found = {} if label is None else {"label": _asking(label, page)}
        return {**found, "own": _asking(first, page)}

    listing = read_page(response, place, entries, guesses)
    following = listing.following
    if following is None or label is None or _LABELLED in dict(following.query):
        return (listing,)
    told = following._replace(query=(*following.query, (_LABELLED, label)))
    return (replace(listing, following=told),)


def _is_article(address: str) -> bool:
    return _ARTICLE.search(address.partition("?")[0]) is not None


def _label(response: TextResponse) -> str | None:
    """Where the page's script fetches its rows."""
    found = _LABEL.search(response.text[:MAX_SEARCHED])
    return None if found is None else absolute(response, unescape(found[1]))


def _asking(address: str, page: int) -> str:
    parts = urlsplit(address)
    query = [
        (k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True, max_num_fields=60) if k != _PAGE
    ]
    return parts._replace(query=urlencode([*query, (_PAGE, str(page))]), fragment="").geturl()
