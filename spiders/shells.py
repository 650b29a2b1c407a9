"""Pages that hold nothing by themselves: a script fills them when a browser shows them."""

from __future__ import annotations

import re

from scrapy.http import JsonResponse, TextResponse

from crawler.challenges import visible_text
from spiders import links

_LARGEST = 300_000
"""Bytes up to which a page may be a shell: builders write styles and data into it."""
_FEW_WORDS = 120
_FEW_LINKS = 2
_SCRIPT = re.compile(r"<script\b", re.I)
_MOUNT = re.compile(
    r"<(?:div|main|section|body)\b[^<>]{0,200}?\bid\s{0,3}=\s{0,3}[\"']?"
    r"(?:app|root|main-app|__nuxt|__next|app-root|container-app|vue-app|micro-app)\b",
    re.I,
)
_BUILT = re.compile(r"chunk-vendors|webpackJsonp|/static/js/(?:app|main|manifest)\.|type=[\"']?module", re.I)
_ENABLE = re.compile(
    r"<noscript\b[^<>]{0,100}>[^\x00]{0,600}?(?:enable\s{1,5}(?:it|java)|JavaScript)[^\x00]{0,600}?</noscript",
    re.I,
)
_TITLE = re.compile(r"<title\b[^<>]{0,200}>[^<]{0,500}</title", re.I)
_SHOWS = re.compile(r"<(?:iframe|frame|frameset|embed|object|img|video|datastore)\b", re.I)


def is_shell(response: TextResponse) -> bool:
    """Whether a page has next to no words and no links, and scripts that would fill it."""
    if isinstance(response, JsonResponse) or len(response.body) > _LARGEST:
        return False
    source = response.text
    if _SCRIPT.search(source) is None:
        return False
    built = any(mark.search(source) for mark in (_MOUNT, _BUILT, _ENABLE))
    if not built and _SHOWS.search(source):
        return False
    if len(visible_text(_TITLE.sub("", source, count=1))) > _FEW_WORDS or links.frames(response):
        return False
    others = {link.url for link in links.anchors(response)} - {response.url}
    return len(others) <= (_FEW_LINKS if built else 0)


def has_scripts(response: TextResponse) -> bool:
    """Whether a browser might show more than the page holds."""
    return not isinstance(response, JsonResponse) and _SCRIPT.search(response.text) is not None
