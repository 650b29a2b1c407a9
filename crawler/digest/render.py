"""A digest as HTML and as text. Everything in it may come from a hostile page: text can only be text."""

from __future__ import annotations

import re
from functools import cache
from urllib.parse import urlsplit

import css_inline
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from crawler.console import harmless
from crawler.digest.compose import PART_TITLES, Digest
from crawler.validator.finding import SEVERITY_NAMES

_LONGEST_LINK = 2000


def html(digest: Digest) -> str:
    """The mail for people: styles inlined, nothing loaded from anywhere."""
    page = _templates().get_template("digest.html.j2").render(_names(digest))
    # remote and local style sheets are never fetched; the style block stays for dark mode and phones
    return css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=True).inline(page)


def text(digest: Digest) -> str:
    """The same in plain text."""
    page = _templates().get_template("digest.txt.j2").render(_names(digest))
    return re.sub(r"\n{3,}", "\n\n", page).strip() + "\n"


def weblink(url: str) -> str | None:
    """`url` where it is an ordinary http(s) address, else None: nothing else ever becomes a link."""
    if len(url) > _LONGEST_LINK or re.search(r"[\s\x00-\x20\x7f-\x9f\"'<>\\^`{|}]", url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
        return None
    return url


def _names(digest: Digest) -> dict[str, object]:
    def pick(zh: str, en: str) -> str:
        return en if digest.lang == "en" else zh

    return {
        "digest": digest,
        "t": pick,
        "part_title": lambda kind: PART_TITLES[kind].pick(digest.lang),
        "severity": lambda name: SEVERITY_NAMES[name].pick(digest.lang) if name in SEVERITY_NAMES else name,
    }


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("crawler.digest"),
        autoescape=select_autoescape(enabled_extensions=("html.j2",), disabled_extensions=("txt.j2",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: harmless(value) if type(value) is str else value,
    )
    environment.filters["weblink"] = weblink
    return environment
